"""``sohoa units``: the offices that issue results."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from cli.services import open_catalog
from cli.terminal import note, print_json, print_table, say
from cli.texts import _

if TYPE_CHECKING:
    from catalog.records import UnitRow

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
