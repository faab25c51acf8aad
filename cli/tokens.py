"""``sohoa tokens``: what other programs prove themselves by when they call the interface (docs/api.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cli.services import open_accounts
from cli.terminal import note, print_json, print_table, say
from cli.texts import _
from core.errors import UsageError

if TYPE_CHECKING:
    from accounts.rights import Right
    from accounts.tokens import TokenRow

_ACTOR = "sohoa tokens"
_YEAR = 365

app = typer.Typer(help=_("Which programs may call the interface."), no_args_is_help=True)


@app.command("add", help=_("Make a token for a program and print its secret, which is not kept."))
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help=_("Whose it is, like 'một cửa điện tử'."))],
    unit: Annotated[
        list[str] | None, typer.Option(metavar="CODE", help=_("In which units, repeatable; without it: everywhere."))
    ] = None,
    right: Annotated[
        list[str] | None,
        typer.Option(metavar="RIGHT", help=_("see, add, correct, decide, reuse, deliver or copy; repeatable.")),
    ] = None,
    confidential: Annotated[
        list[str] | None,
        typer.Option(metavar="KIND", help=_("May also see criminal_record, adoption or secret; repeatable.")),
    ] = None,
    days: Annotated[int, typer.Option(help=_("After how many days it ends."))] = _YEAR,
) -> None:
    """Make a token."""
    open_accounts()
    from accounts import tokens

    scope = tokens.Scope(tuple(unit or ()), _rights(right or ["see"]), tuple(confidential or ()))
    row, secret = tokens.add(name, scope, _ACTOR, days)
    say(secret)
    note(_("Keep it safe: it is shown once, and good until {day}.").format(day=f"{row.expires:%d/%m/%Y}"))


@app.command("list", help=_("List the tokens, with what they are for and when they were used."))
def listing(as_json: Annotated[bool, typer.Option("--json", help=_("Print JSON only."))] = False) -> None:
    """Print all tokens."""
    open_accounts()
    from accounts import tokens

    rows = tokens.listing()
    if as_json:
        print_json([_as_dict(row) for row in rows])
    elif not rows:
        note(_("There is no token yet. Make one: sohoa tokens add NAME --unit CODE --right see"))
    else:
        heads = [_("Name"), _("Units"), _("Rights"), _("Good until"), _("Last used")]
        print_table(heads, [_cells(row) for row in rows])


@app.command("revoke", help=_("Let a token open nothing any more."))
def revoke(name: Annotated[str, typer.Argument(metavar="NAME", help=_("Name of the token."))]) -> None:
    """Revoke a token."""
    open_accounts()
    from accounts import tokens

    row = tokens.find(name)
    tokens.revoke(row.id, _ACTOR)
    say(_("revoked: {name}").format(name=row.name))


def _rights(names: list[str]) -> frozenset[Right]:
    from accounts.rights import Right

    try:
        return frozenset(map(Right, names))
    except ValueError as error:
        raise UsageError(_("unknown right: {why}").format(why=error)) from error


def _as_dict(row: TokenRow) -> dict[str, object]:
    return {
        "name": row.name,
        "units": list(row.units),
        "rights": sorted(row.rights),
        "confidential": list(row.confidential),
        "created": row.created.isoformat(timespec="seconds"),
        "created_by": row.created_by,
        "expires": row.expires.isoformat(timespec="seconds"),
        "revoked": row.revoked.isoformat(timespec="seconds") if row.revoked else None,
        "last_used": row.last_used.isoformat(timespec="seconds") if row.last_used else None,
    }


def _cells(row: TokenRow) -> tuple[str, ...]:
    until = _("revoked") if row.revoked else f"{row.expires:%d/%m/%Y}"
    used = f"{row.last_used:%d/%m/%Y %H:%M}" if row.last_used else "–"
    return row.name, ", ".join(row.units) or "*", ", ".join(sorted(row.rights)), until, used
