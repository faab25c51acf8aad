"""``sohoa procedures``: what results are applied for, and which types of document an application needs."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from cli.services import open_catalog
from cli.terminal import note, print_json, print_table, say
from cli.texts import _

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
        print_json([asdict(row) for row in rows])
    elif not rows:
        note(_("There are no procedures yet. Add one: sohoa procedures add CODE NAME --type TYPE"))
    else:
        heads = [_("Code"), _("Name"), _("Sector"), _("Document types")]
        print_table(heads, [(row.code, row.name, row.sector, "; ".join(row.document_types)) for row in rows])
