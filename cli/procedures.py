"""``sohoa procedures``: what results are applied for, and which types of document an application needs."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.find import parse_day
from cli.services import open_catalog
from cli.terminal import note, print_json, print_table, say
from cli.texts import _
from cli.units import columns

if TYPE_CHECKING:
    from catalog.records import ProcedureRow

app = typer.Typer(help=_("Administrative procedures, and which documents each needs."), no_args_is_help=True)


@app.command("add", help=_("Add a procedure, or say more about one."))
def add(
    code: Annotated[str, typer.Argument(metavar="CODE", help=_("Its code, e.g. 1.004873."))],
    name: Annotated[str, typer.Argument(metavar="NAME", help=_("Name of the procedure."))],
    sector: Annotated[str, typer.Option(metavar="SECTOR", help=_("Its sector, e.g. 'Đất đai'."))] = "",
    types: Annotated[
        list[str] | None,
        typer.Option("--type", metavar="TYPE", help=_("A type of document that it needs, repeatable.")),
    ] = None,
) -> None:
    """Add a procedure; what is not given stays as it is."""
    open_catalog()
    from catalog import procedures

    row = procedures.add(code, name, sector, types or ())
    say(_("Procedure {code} is in the catalog: {name}").format(code=row.code, name=row.name))


@app.command("list", help=_("List the procedures with the documents that they need."))
def listing(as_json: Annotated[bool, typer.Option("--json", help=_("Print JSON only."))] = False) -> None:
    """Print all procedures."""
    open_catalog()
    from catalog import procedures

    rows = procedures.listing()
    if as_json:
        print_json([_as_dict(row) for row in rows])
    elif not rows:
        note(_("There are no procedures yet. Add one: sohoa procedures add CODE NAME --type TYPE"))
    else:
        heads = [_("Code"), _("Name"), _("Sector"), _("Document types")]
        print_table(heads, [(row.code, row.name, row.sector, "; ".join(row.document_types)) for row in rows])


@app.command("change", help=_("Say how long results of a procedure are valid, and what it ends in."))
def change(
    code: Annotated[str, typer.Argument(metavar="CODE", help=_("Its code, e.g. 1.004873."))],
    name: Annotated[str | None, typer.Option(metavar="NAME", help=_("Name of the procedure."))] = None,
    sector: Annotated[str | None, typer.Option(metavar="SECTOR", help=_("Its sector, e.g. 'Đất đai'."))] = None,
    validity: Annotated[
        str | None, typer.Option(metavar="PERIOD", help=_("How long its results are valid, e.g. '12 tháng'."))
    ] = None,
    yields: Annotated[
        list[str] | None,
        typer.Option("--yields", metavar="TYPE", help=_("A type of document that it ends in, repeatable.")),
    ] = None,
    paper: Annotated[bool | None, typer.Option("--paper/--no-paper", help=_("Whether it returns a paper."))] = None,
    last_day: Annotated[
        str | None, typer.Option("--until", metavar="DATE", help=_("Last day on which it can be applied for."))
    ] = None,
) -> None:
    """Change a procedure; what is not given stays as it is."""
    open_catalog()
    from catalog import events, procedures
    from registers import official_procedures

    given: dict[str, Any] = {"name": name, "sector": sector, "validity": validity, "returns_paper": paper}
    given |= {"yields": tuple(yields) if yields else None, "valid_to": parse_day(last_day, last=True)}
    said = {field: value for field, value in given.items() if value is not None}
    row, lines = official_procedures.change(replace(procedures.require(code), **said), events.actor())
    say(_("Procedure {code} is in the catalog: {name}").format(code=row.code, name=row.name))
    if lines:
        note(_("Lines of registers that follow: {many}").format(many=lines))


@app.command("import", help=_("Take procedures over from a spreadsheet."))
def take(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=_("A file .xlsx, .xls, .ods or .csv."))],
    column: Annotated[
        list[str] | None,
        typer.Option("--column", metavar="LETTER=MEANING", help=_("What a column means, like C=sector; repeatable.")),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=_("Say what would change, and change nothing."))] = False,
) -> None:
    """Check a list, and take it over as a whole unless a row is wrong."""
    open_catalog()
    from catalog import events
    from registers import official_procedures

    sheet = official_procedures.read(file, columns(column))
    checked = official_procedures.check(sheet.rows)
    rows = [(_("new"), row.code, row.name) for row in checked.new]
    rows += [(_("changed"), row.code, row.name) for _old, row in checked.changed]
    rows += [(_("row {row}").format(row=one.row), one.code, one.message) for one in checked.bad]
    print_table([_("What"), _("Code"), _("Name")], rows)
    told = _("New: {new}. Changed: {changed}. As they are already: {same}. Wrong: {bad}.")
    numbers = {"new": len(checked.new), "changed": len(checked.changed), "same": checked.same, "bad": len(checked.bad)}
    note(told.format(**numbers))
    if checked.bad:
        raise official_procedures.RefusedListError(checked.bad)
    if not dry_run:
        official_procedures.take(sheet.rows, events.actor())
        note(_("The list was taken over."))


def _as_dict(row: ProcedureRow) -> dict[str, object]:
    return asdict(row) | {"valid_to": row.valid_to.isoformat() if row.valid_to else None}
