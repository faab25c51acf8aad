"""``sohoa batch``: batches of paper: open, fill, look at, close, and sheets to lay between the papers."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.batch_faults import fault_text
from cli.batch_options import Box, Json, Name, Operator, Procedure, Shelf, SidesOption, Split, StateName, Unit, UnitOf
from cli.batch_sheets import sheets
from cli.paths import files_of
from cli.refusals import translated
from cli.services import open_catalog
from cli.terminal import note, print_json, print_pairs, print_table, say
from cli.texts import _
from core.errors import RefusedError

if TYPE_CHECKING:
    from staging.records import DeskBatch

app = typer.Typer(help=_("Batches of paper: open, fill, look at, close."), no_args_is_help=True)


@app.command("open", help=_("Open a batch for papers of a unit."))
def open_(  # noqa: PLR0913, PLR0917 - an argument for each option
    name: Name,
    unit: Unit,
    procedure: Procedure = None,
    box: Box = "",
    shelf: Shelf = "",
    operator: Operator = "",
    documents: Annotated[int | None, typer.Option(min=0, help=_("How many papers are expected."))] = None,
    pages: Annotated[int | None, typer.Option(min=0, help=_("How many pages with writing are expected."))] = None,
    slip: Annotated[
        Path | None, typer.Option(metavar="FILE", help=_("Text file: the code of an expected paper on each line."))
    ] = None,
    split: Split = "separator",
    sides: SidesOption = "front",
) -> None:
    """Open the batch `name` of `unit`."""
    open_catalog()
    from catalog import events
    from cli.batch_sheets import lines_of
    from pipeline.records import SplitRule
    from staging import batches
    from staging.records import NewBatch
    from staging.states import Sides

    new = NewBatch(
        unit=unit,
        name=name,
        procedure=procedure,
        box=box,
        shelf=shelf,
        operator=operator,
        expected_documents=documents,
        expected_pages=pages,
        slip=lines_of(slip) if slip else (),
        split=SplitRule(split),
        sides=Sides(sides),
    )
    made = batches.show(batches.open_batch(new, events.actor()))
    say(_("The batch {name} is open.").format(name=made.name))


@app.command("add", help=_("Take files into an open batch; they are read after it is closed."))
def add(
    name: Name,
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH", readable=False, help=_("Files, or folders with files."))
    ],
    unit: UnitOf = None,
) -> None:
    """Take `paths` into the batch; exit code 3 if a file was refused."""
    open_catalog()
    from catalog import events
    from pipeline.intake import RefusedFile
    from staging import arrivals, batches
    from staging.states import Way

    batch, refused, new, already = batches.find(name, unit).id, 0, 0, 0
    for path in files_of(paths, lambda error: note(_("cannot be read: {what}").format(what=error.filename))):
        try:
            accepted = arrivals.accept(path, path.name, batch, events.actor(), Way.COMMAND)
        except RefusedFile as refusal:
            refused += 1
            note(_("refused: {what}").format(what=translated(refusal, str(path))))
        else:
            new, already = new + accepted.new, already + (not accepted.new)
    print_pairs({_("Files taken in"): new, _("Already there"): already, _("Refused"): refused})
    if refused:
        raise typer.Exit(RefusedError.exit_code)


@app.command("show", help=_("Show a batch, how far it is, and what keeps it from being closed."))
def show(name: Name, unit: UnitOf = None, as_json: Json = False) -> None:
    """Print what is known of the batch."""
    open_catalog()
    from staging import batches, progress

    batch = batches.find(name, unit)
    faults = batches.faults(batch.id) if batch.state.value == "open" else ()
    numbers = progress.of_batch(batch.id)
    if as_json:
        print_json(_as_dict(batch) | {"progress": asdict(numbers), "faults": [asdict(fault) for fault in faults]})
        return
    print_pairs(
        {
            _("Batch"): batch.name,
            _("Unit"): batch.unit,
            _("State"): _state(batch),
            _("Box and shelf"): ", ".join(part for part in (batch.box, batch.shelf) if part) or "–",
            _("Operator"): batch.operator,
            _("Files"): numbers.files,
            _("Looked at"): numbers.looked,
            _("Pages"): numbers.pages,
            _("Documents"): numbers.documents,
            _("Failed"): numbers.failed,
            _("To check"): numbers.doubts,
            _("Pages an hour"): round(numbers.rate),
            _("Minutes left"): "–" if numbers.seconds_left is None else -(-int(numbers.seconds_left) // 60),
        }
    )
    for fault in faults:
        note(fault_text(fault))
    if batch.stuck:
        note(_("The batch {name} could not be handed on ({why}).").format(name=batch.name, why=batch.stuck))
        note(_("Open it again on its page and mend it, or have it tried again there."))


@app.command("close", help=_("Close a batch, so that it is read; with a reason where something is not as expected."))
def close(
    name: Name,
    unit: UnitOf = None,
    reason: Annotated[str, typer.Option(metavar="TEXT", help=_("Why it is closed all the same."))] = "",
) -> None:
    """Close the batch; exit code 2 and what is wrong where it cannot be closed."""
    open_catalog()
    from catalog import events
    from staging import batches
    from staging.refusals import ClosingError

    batch = batches.find(name, unit)
    try:
        batches.close(batch.id, events.actor(), reason)
    except ClosingError as error:
        for fault in error.faults:
            note(fault_text(fault))
        if error.bars:
            note(_("The batch cannot be closed yet."))
        else:
            note(_("The batch is not closed: mend that, or say why it is closed all the same (--reason)."))
        raise typer.Exit(error.exit_code) from error
    say(_("The batch {name} is closed.").format(name=batch.name))


@app.command("list", help=_("List batches, newest first."))
def listing(
    unit: Annotated[str | None, typer.Option(metavar="CODE", help=_("Only batches of this unit."))] = None,
    state: Annotated[StateName | None, typer.Option(help=_("Only batches in this state."))] = None,
    page: Annotated[int, typer.Option(min=1, help=_("Page of the list."))] = 1,
    as_json: Json = False,
) -> None:
    """Print one page of the list."""
    open_catalog()
    from staging import batches
    from staging.states import BatchState

    found = batches.listing([unit] if unit else None, BatchState(state) if state else None, page)
    if as_json:
        print_json([_as_dict(row) for row in found.rows])
        return
    if not found.rows:
        note(_("There are no batches yet. Open one: sohoa batch open NAME --unit CODE"))
        return
    columns = [_("Batch"), _("Unit"), _("State"), _("Operator"), _("Files"), _("Pages")]
    rows = [(r.name, r.unit, _state(r), r.operator, r.files, r.pages) for r in found.rows]
    print_table(columns, rows, right=(4, 5))
    if found.pages > 1:
        note(_("Page {page} of {pages}").format(page=found.page, pages=found.pages))


def _state(batch: DeskBatch) -> str:
    words = {"open": _("open"), "closed": _("closed"), "handed_on": _("being read")}
    return _("not handed on") if batch.stuck else words[batch.state.value]


def _as_dict(batch: DeskBatch) -> dict[str, object]:
    opened, closed = batch.opened.isoformat(), batch.closed.isoformat() if batch.closed else None
    return asdict(batch) | {"opened": opened, "closed": closed}


app.command("sheets", help=_("Write separator or cover sheets to print."))(sheets)
