"""``sohoa signatures``: what is so of the electronic signatures in files that came in."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.services import open_catalog, open_store
from cli.terminal import note, print_json, print_table
from cli.texts import _

app = typer.Typer(help=_("Electronic signatures in files that came in."), no_args_is_help=True)

JsonOption = Annotated[bool, typer.Option("--json", help=_("Print JSON only."))]
_AT_ONCE = 50


@app.command("check", help=_("Look at the signatures of all files that nobody looked at yet, or not with this trust."))
def check(
    again: Annotated[bool, typer.Option("--again", help=_("Look at all signed files once more."))] = False,
    as_json: JsonOption = False,
) -> None:
    """Look until nothing is left to look at, and tell how many files that were."""
    open_catalog()
    from preservation.signatures import checking

    store, done = open_store(), 0
    if again:
        done = checking.catch_up(store, again=True)
    while made := checking.catch_up(store, _AT_ONCE):
        done += made
    if as_json:
        print_json({"files": done})
    else:
        note(_("{number} files looked at.").format(number=done))


@app.command("show", help=_("Say what is so of the signatures in the file of a result."))
def show(
    id: Annotated[int, typer.Argument(metavar="ID", help=_("Number of the result."))],
    as_json: JsonOption = False,
) -> None:
    """Print each signature with its three answers."""
    open_catalog()
    from preservation.signatures import checking

    found = checking.of_result(id)
    if as_json:
        verdicts = [one.as_dict() for one in found.verdicts] if found else []
        print_json({"result": id, "checked": found and found.checked.isoformat(), "signatures": verdicts})
    elif found is None:
        note(_("Nobody has looked at the signatures in this file yet: run `sohoa signatures check`."))
    elif found.fault:
        note(_("Its signatures could not be looked at ({fault}).").format(fault=found.fault))
    elif not found.verdicts:
        note(_("It carries no signature."))
    else:
        print_table(
            [_("Signed by"), _("Time"), _("Level"), _("Intact"), _("Valid"), _("Trusted")],
            [
                (one.signer or "?", _time(one.stamped or one.claimed), one.level.value, *one.answers().values())
                for one in found.verdicts
            ],
        )


def _time(at: object) -> str:
    from datetime import datetime

    from catalog.dossiers import HERE

    return f"{at.astimezone(HERE):%d/%m/%Y %H:%M:%S}" if isinstance(at, datetime) else "–"
