"""``sohoa paper``: where the paper of a result lies, and what should be back by now."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.services import open_catalog
from cli.terminal import note, print_json, print_pairs, print_table
from cli.texts import _
from core.errors import NotFoundError

app = typer.Typer(help=_("Where papers lie, and what is lent."), no_args_is_help=True)

JsonOption = Annotated[bool, typer.Option("--json", help=_("Print JSON only."))]


@app.command("where", help=_("Say where the paper of a result lies."))
def where(
    id: Annotated[int, typer.Argument(metavar="ID", help=_("Number of the result."))],
    as_json: JsonOption = False,
) -> None:
    """Print box, shelf, position and loan."""
    open_catalog()
    from catalog import results
    from web import paper_line

    row = results.rows([id]).get(id)
    if row is None:
        raise NotFoundError(_("there is no result {id}").format(id=id))
    line = paper_line.line(id)
    box, loan = line.place.box, line.loan
    if as_json:
        print_json(
            {
                "result": id,
                "box": box.name if box else None,
                "shelf": box.shelf if box else None,
                "position": line.place.position,
                "put_there": line.place.own,
                "lent_to": loan.who if loan else None,
                "until": loan.until.isoformat() if loan else None,
            }
        )
        return
    if box is None:
        note(_("Nobody said where it lies: its file is {file}.").format(file=row.source))
    else:
        position = line.place.position or "–"
        print_pairs({_("Box"): box.name, _("Shelf"): box.shelf or "–", _("Position"): position})
    if loan:
        print_pairs({_("Lent to"): loan.who, _("Back by"): f"{loan.until:%d/%m/%Y}"})


@app.command("overdue", help=_("List the papers that should be back by now."))
def overdue(as_json: JsonOption = False) -> None:
    """Print loans whose day is over."""
    open_catalog()
    from catalog import results
    from paper import loans

    rows = loans.listing(None, overdue=True, limit=1000)
    if as_json:
        print_json([{"result": r.result, "who": r.who, "until": r.until.isoformat(), "unit": r.unit} for r in rows])
    elif not rows:
        note(_("Nothing is late."))
    else:
        known = results.rows([row.result for row in rows])
        print_table(
            [_("Back by"), _("Number"), _("With"), _("Result")],
            [(f"{r.until:%d/%m/%Y}", known[r.result].number or "–", r.who, r.result) for r in rows],
        )
