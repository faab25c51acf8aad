"""``sohoa units``: the offices that issue results."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.find import parse_day
from cli.services import open_catalog
from cli.terminal import note, print_json, print_table, say
from cli.texts import _
from core.errors import UsageError

if TYPE_CHECKING:
    from catalog.records import UnitRow
    from catalog.unit_lists import Checked, Entry

DecisionOption = Annotated[str, typer.Option(metavar="NUMBER", help=_("Number of the decision."))]

app = typer.Typer(help=_("The offices that issue results."), no_args_is_help=True)


@app.command("add", help=_("Add a unit."))
def add(
    code: Annotated[str, typer.Argument(metavar="CODE", help=_("Official code, e.g. H61.12.3."))],
    name: Annotated[str, typer.Argument(metavar="NAME", help=_("Name of the office."))],
    parent: Annotated[str | None, typer.Option(metavar="CODE", help=_("Code of the unit above it."))] = None,
) -> None:
    """Add a unit below `parent`."""
    open_catalog()
    from catalog import units

    unit = units.add(code, name, parent)
    say(_("Unit {code} is in the catalog: {name}").format(code=unit.code, name=unit.name))


@app.command("list", help=_("List the units as a tree."))
def listing(
    as_json: Annotated[bool, typer.Option("--json", help=_("Print JSON only."))] = False,
) -> None:
    """Print all units, each below its parent."""
    open_catalog()
    from catalog import units

    rows = units.listing()
    if as_json:
        print_json([_as_dict(row) for row in rows])
    elif not rows:
        note(_("There are no units yet. Add one: sohoa units add CODE NAME"))
    else:
        print_table([_("Code"), _("Name")], [(row.code, "  " * depth + row.name) for row, depth in tree(rows)])


@app.command("rename", help=_("Give a unit another name from a day on; its former one is kept."))
def rename(
    code: Annotated[str, typer.Argument(metavar="CODE", help=_("Code of the unit."))],
    name: Annotated[str, typer.Argument(metavar="NAME", help=_("Name of the office."))],
    since: Annotated[str, typer.Option("--from", metavar="DATE", help=_("First day of the new name."))],
    decision: DecisionOption = "",
) -> None:
    """Rename a unit."""
    open_catalog()
    from catalog import events, unit_changes

    unit = unit_changes.rename(code, name, _day(since), decision, events.actor())
    say(_("Unit {code} is in the catalog: {name}").format(code=unit.code, name=unit.name))


@app.command("move", help=_("Put a unit below another one."))
def move(
    code: Annotated[str, typer.Argument(metavar="CODE", help=_("Code of the unit."))],
    parent: Annotated[
        str | None, typer.Option(metavar="CODE", help=_("Code of the unit above it; without it: none."))
    ] = None,
) -> None:
    """Move a unit."""
    open_catalog()
    from catalog import events, unit_changes

    unit = unit_changes.move(code, parent, events.actor())
    say(_("Unit {code} stands below {parent}.").format(code=unit.code, parent=unit.parent or "–"))


@app.command("end", help=_("End units: alone, merged into one, or split among several."))
def end(
    codes: Annotated[list[str], typer.Argument(metavar="CODE", help=_("Codes of the units that end."))],
    last_day: Annotated[str, typer.Option("--on", metavar="DATE", help=_("Their last day."))],
    successors: Annotated[
        list[str] | None,
        typer.Option("--successor", metavar="CODE", help=_("A unit that takes over, repeatable; without it: none.")),
    ] = None,
    decision: DecisionOption = "",
) -> None:
    """End units, all of them or none."""
    open_catalog()
    from catalog import events, unit_changes

    for unit in unit_changes.merge(codes, successors or (), _day(last_day), decision, events.actor()):
        after = ", ".join(unit.successors) or "–"
        say(_("Unit {code} ended; taken over by {successors}.").format(code=unit.code, successors=after))


@app.command("import", help=_("Take units over from a spreadsheet or from the official lists of places."))
def take(
    file: Annotated[Path | None, typer.Argument(metavar="FILE", help=_("A file .xlsx, .xls, .ods or .csv."))] = None,
    province: Annotated[
        str | None,
        typer.Option(metavar="CODE", help=_("A province of the official lists, e.g. 82, instead of a file.")),
    ] = None,
    root: Annotated[str, typer.Option(metavar="CODE", help=_("The unit here that the province is."))] = "",
    splits: Annotated[
        str, typer.Option(metavar="WHO", help=_("Who takes over from communes that were split: all or main (a guess)."))
    ] = "",
    renamed: Annotated[
        str | None, typer.Option(metavar="DATE", help=_("Since when other names in the list hold; by default today."))
    ] = None,
    decision: DecisionOption = "",
    column: Annotated[
        list[str] | None,
        typer.Option("--column", metavar="LETTER=MEANING", help=_("What a column means, like C=parent; repeatable.")),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=_("Say what would change, and change nothing."))] = False,
) -> None:
    """Check a list, and take it over as a whole unless a row is wrong."""
    open_catalog()
    from catalog import events, unit_lists
    from catalog.values import today

    entries = _entries(file, column) if file else _places(province or "", root, splits, decision)
    since = _day(renamed) if renamed else today()
    checked = unit_lists.check(entries, since)
    _print_checked(checked)
    if checked.bad:
        raise unit_lists.RefusedListError(checked.bad)
    if not dry_run:
        unit_lists.take(entries, since, events.actor())
        note(_("The list was taken over."))


def _entries(file: Path, column: list[str] | None) -> tuple[Entry, ...]:
    from registers import official_units

    return official_units.read(file, columns(column))[1]


def _places(province: str, root: str, splits: str, decision: str) -> tuple[Entry, ...]:
    """The entries of a province, once it is said who takes over from split communes."""
    from catalog import units
    from registers import official_places

    if not province or not root:
        raise UsageError(_("name a file, or a province with --province and its unit with --root"))
    plan = official_places.plan(province, root, units.listing())
    if plan.districts:
        told = _("Districts: {many}. That the province took over from them is a guess.")
        note(told.format(many=len(plan.districts)))
    if plan.splits and splits not in {"all", "main"}:
        for split in plan.splits:
            say(f"{split.code} {split.name}: {', '.join(f'{name} ({code})' for code, name in split.candidates)}")
        raise UsageError(_("these communes were split: say --splits all, or --splits main (a guess)"))
    chosen = {
        s.code: (s.main,) if splits == "main" else tuple(code for code, _name in s.candidates) for s in plan.splits
    }
    return official_places.decided(plan, chosen, decision)


def columns(given: list[str] | None) -> dict[str, str]:
    """Letter → meaning, from ``C=parent``; UsageError for anything else."""
    found = {}
    for text in given or ():
        letter, equals, meaning = text.partition("=")
        if not equals:
            raise UsageError(_("'{text}' says nothing of a column: write C=name").format(text=text))
        found[letter.strip().upper()] = meaning.strip()
    return found


def _print_checked(checked: Checked) -> None:
    rows = [(_("new"), unit.code, unit.name) for unit in checked.new]
    rows += [(_("changed"), unit.code, unit.name) for _old, unit in checked.changed]
    rows += [(_("row {row}").format(row=one.row), one.code, one.message) for one in checked.bad]
    print_table([_("What"), _("Code"), _("Name")], rows)
    told = _("New: {new}. Changed: {changed}. As they are already: {same}. Wrong: {bad}.")
    numbers = {"new": len(checked.new), "changed": len(checked.changed), "same": checked.same, "bad": len(checked.bad)}
    note(told.format(**numbers))


def _day(text: str) -> date:
    day = parse_day(text, last=False)
    assert day is not None
    return day


def tree(rows: Iterable[UnitRow]) -> Iterator[tuple[UnitRow, int]]:
    """Each unit with its depth, parents before children; what hangs in a circle comes last, at depth 0."""
    rows = tuple(rows)
    codes = {row.code for row in rows}
    below: dict[str | None, list[UnitRow]] = {}
    for row in rows:
        below.setdefault(row.parent if row.parent in codes else None, []).append(row)
    seen: set[str] = set()
    waiting = [(row, 0) for row in reversed(below.get(None, []))]
    while waiting:
        row, depth = waiting.pop()
        seen.add(row.code)
        yield row, depth
        waiting.extend((child, depth + 1) for child in reversed(below.get(row.code, [])))
    yield from ((row, 0) for row in rows if row.code not in seen)


def _as_dict(row: UnitRow) -> dict[str, object]:
    return {
        "code": row.code,
        "name": row.name,
        "parent": row.parent,
        "valid_from": row.valid_from.isoformat() if row.valid_from else None,
        "valid_to": row.valid_to.isoformat() if row.valid_to else None,
        "successors": list(row.successors),
    }
