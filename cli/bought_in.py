"""``sohoa bought-in``: folders of a contractor with an index: looked through, taken in, compared with what is read."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.services import open_catalog
from cli.terminal import note, print_json, print_pairs, print_table
from cli.texts import _, label
from core.errors import RefusedError, UsageError

if TYPE_CHECKING:
    from bought_in.taking import Checked
    from spreadsheets.meant import Table as Index

app = typer.Typer(help=_("Work of a contractor: files with an index."), no_args_is_help=True)

_MOST = 50
"""Lines of each kind that are printed; --json has all."""

Folder = Annotated[Path, typer.Argument(metavar="FOLDER", help=_("The folder that was delivered."))]
IndexFile = Annotated[Path, typer.Option("--index", metavar="FILE", help=_("The index: .xlsx, .xls, .ods or .csv."))]
UnitOption = Annotated[str, typer.Option("--unit", metavar="CODE", help=_("Unit that the results belong to."))]
Contractor = Annotated[
    str, typer.Option("--contractor", metavar="NAME", help=_("Who made the index; columns are remembered for them."))
]
Columns = Annotated[
    list[str] | None,
    typer.Option(
        "--column", metavar="LETTER=MEANING", help=_("What a column means, like C=issue_date; C= leaves it out.")
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help=_("Print JSON only."))]


@app.command("check", help=_("Say what the index holds and which files it means, and take nothing in."))
def check(
    folder: Folder,
    index: IndexFile,
    unit: UnitOption,
    contractor: Contractor,
    column: Columns = None,
    as_json: JsonOption = False,
) -> None:
    """Look through a folder and its index; exit code 3 if something is left over or not understood."""
    open_catalog()
    checked, _files = _checked(folder, index, unit, contractor, column)
    if as_json:
        print_json(_as_dict(checked))
    else:
        _print(checked)
    if _faulty(checked):
        raise typer.Exit(RefusedError.exit_code)


@app.command("take", help=_("Take the files in as a batch, and keep what the index states about them."))
def take(  # noqa: PLR0913, PLR0917 - an argument for each option
    folder: Folder,
    index: IndexFile,
    unit: UnitOption,
    contractor: Contractor,
    column: Columns = None,
    batch: Annotated[
        str, typer.Option(metavar="NAME", help=_("Name of the batch; without one, that of the folder."))
    ] = "",
    procedure: Annotated[
        str | None, typer.Option(metavar="CODE", help=_("Procedure that all of the results belong to."))
    ] = None,
    box: Annotated[str, typer.Option(metavar="NAME", help=_("Box that the papers lie in."))] = "",
    shelf: Annotated[str, typer.Option(metavar="NAME", help=_("Shelf that the box stands on."))] = "",
    as_json: JsonOption = False,
) -> None:
    """Take a folder in; exit code 3 if a file was refused."""
    open_catalog()
    from bought_in import taking
    from bought_in.taking import Order
    from catalog import events
    from staging.records import NewBatch

    checked, files = _checked(folder, index, unit, contractor, column)
    name = batch or folder.resolve().name
    order = Order(NewBatch(unit, name, procedure, box=box, shelf=shelf), contractor)
    taken = taking.take_folder(checked, files, order, events.actor())
    if as_json:
        print_json(_as_dict(checked) | {"taken": asdict(taken)})
    else:
        _print(checked)
        numbers = {_("Files taken in"): taken.new, _("Files in the batch"): taken.files}
        print_pairs(numbers | {_("Already in another batch"): len(taken.elsewhere), _("Refused"): len(taken.refused)})
        for file, why in taken.refused:
            note(_("refused: {what}").format(what=f"{file}: {why}"))
        note(_("The batch is on the desk. Close it to have it read: sohoa batch close {name}").format(name=repr(name)))
    if taken.refused:
        raise typer.Exit(RefusedError.exit_code)


@app.command("list", help=_("List the indexes that came in, with what came of their rows."))
def listing(as_json: JsonOption = False) -> None:
    """Print the newest indexes."""
    open_catalog()
    from bought_in import deliveries
    from bought_in.records import Outcome

    rows = deliveries.listing(None)
    if as_json:
        print_json([asdict(row) | {"time": row.time.isoformat(timespec="seconds")} for row in rows])
    elif not rows:
        note(_("Nothing was bought in yet: sohoa bought-in take FOLDER --index FILE --unit CODE --contractor NAME"))
    else:
        shown = (Outcome.WAITING, Outcome.SAME, Outcome.DIFFERENT, Outcome.NO_FILE)
        heads = [_("Batch"), _("Contractor"), _("Rows"), _("Waiting"), _("Agree"), _("Differ"), _("Without a file")]
        print_table(
            heads,
            [(row.name, row.contractor, row.lines, *(row.outcomes.get(one, 0) for one in shown)) for row in rows],
            right=(2, 3, 4, 5, 6),
        )


@app.command("compare", help=_("Compare what indexes state with what has been read by now; a desk does so by itself."))
def compare() -> None:
    """Compare until nothing is left."""
    open_catalog()
    from bought_in import compare as comparing

    total = 0
    while done := comparing.catch_up():
        total += done
    print_pairs({_("Rows compared"): total})


def _checked(
    folder: Path, index: Path, unit: str, contractor: str, column: list[str] | None
) -> tuple[Checked, dict[str, Path]]:
    from bought_in import index as indexes
    from bought_in import mappings, taking
    from catalog import units

    units.require(unit)
    if not folder.is_dir():
        raise UsageError(_("{folder} is no folder").format(folder=folder))
    name = mappings.contractor(contractor)
    said = {}
    for text in column or ():
        letter, equals, meaning = text.partition("=")
        if not equals:
            raise UsageError(_("{text}: write it like C=issue_date").format(text=text))
        said[letter.strip().upper()] = meaning.strip()
    found = indexes.look(index, index.name, mappings.saved(unit, name), said)
    files = taking.files_below(folder, index)
    return taking.check(found, list(files)), files


def _faulty(checked: Checked) -> bool:
    matched = checked.matched
    return bool(matched.lines_alone or matched.lines_unsure or matched.files_alone or checked.troubled)


def _print(checked: Checked) -> None:
    index, matched = checked.index, checked.matched
    print_table(
        [_("Column"), _("Title"), _("Means"), _("Because of"), _("For example")],
        [
            (c.letter, c.title or "–", _meaning(index, c.index), index.why.get(c.index, "–"), "; ".join(c.samples))
            for c in index.seen.header.columns
        ],
    )
    encoding = index.seen.encoding
    if encoding.encoding.value != "unicode":
        letters = _("The letters are {encoding} and were turned into Unicode: {example}")
        note(letters.format(encoding=encoding.encoding.value.upper(), example=encoding.example))
    print_pairs(
        {
            _("Rows"): len(checked.lines),
            _("With a file"): len(matched.pairs),
            _("Rows without a file"): len(matched.lines_alone),
            _("Rows that could mean several files"): len(matched.lines_unsure),
            _("Files without a row"): len(matched.files_alone),
            _("Rows with values that are not understood"): len(checked.troubled),
        }
    )
    told = [_("row {number}: no file {file}").format(number=n, file=_file(checked, n)) for n in matched.lines_alone]
    told += [_("row {number}: {files}?").format(number=n, files=", ".join(f)) for n, f in matched.lines_unsure.items()]
    told += [_("no row: {file}").format(file=file) for file in matched.files_alone]
    told += [
        _("row {number}: {field} is not understood: {raw}").format(number=line.number, field=label(p.name), raw=p.raw)
        for line in checked.troubled
        for p in line.problems
    ]
    for text in told[:_MOST]:
        note(text)
    if len(told) > _MOST:
        note(_("… and {count} more: --json prints all").format(count=len(told) - _MOST))


def _meaning(index: Index, column: int) -> str:
    name = index.meanings.get(column, "")
    return f"{name} ({label(name)})" if name else "–"


def _file(checked: Checked, number: int) -> str:
    return next((line.file for line in checked.lines if line.number == number), "") or "–"


def _as_dict(checked: Checked) -> dict[str, object]:
    index, matched = checked.index, checked.matched
    return {
        "sheet": index.seen.sheet,
        "header_rows": [index.seen.header.first, index.seen.header.last],
        "encoding": asdict(index.seen.encoding),
        "columns": [
            {"letter": c.letter, "title": c.title, "means": index.meanings.get(c.index, ""), "samples": c.samples}
            for c in index.seen.header.columns
        ],
        "rows": len(checked.lines),
        "pairs": [asdict(pair) for pair in matched.pairs],
        "rows_without_file": list(matched.lines_alone),
        "rows_unsure": {str(number): files for number, files in matched.lines_unsure.items()},
        "files_without_row": list(matched.files_alone),
        "problems": [{"row": line.number, **asdict(p)} for line in checked.troubled for p in line.problems],
    }
