"""``sohoa people``: who may sign in. The pages do the same; this is for the first one, and where nobody can."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from cli.services import open_accounts
from cli.terminal import note, print_json, print_table, say
from cli.texts import _
from core.errors import UsageError

if TYPE_CHECKING:
    from accounts.people import PersonRow

app = typer.Typer(help=_("Who may sign in to the pages."), no_args_is_help=True)

_ACTOR = "sohoa people"
"""Name that events keep of what is done here."""


class RoleName(StrEnum):
    """The roles, as they are typed."""

    STAFF = "staff"
    CLERK = "clerk"
    ADMINISTRATOR = "administrator"


@app.command("add", help=_("Add somebody and print the invitation under which they choose a password."))
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help=_("User name, like nguyen.thi.oanh."))],
    role: Annotated[RoleName, typer.Option(help=_("What they are."))],
    unit: Annotated[str, typer.Option(metavar="CODE", help=_("In which unit; without it: everywhere."))] = "",
    full_name: Annotated[str, typer.Option(metavar="NAME", help=_("Their full name."))] = "",
) -> None:
    """Add a person with a role."""
    open_accounts()
    from accounts import people
    from accounts.rights import Role
    from catalog import units

    if unit:
        units.require(unit)
    person = people.add(name, full_name)
    people.grant(person, Role(role.value), unit, _ACTOR)
    say(_invitation(person))
    note(_("Give this address to {name}: it works once, and for three days.").format(name=name))


@app.command("invite", help=_("Print a new invitation, for somebody who forgot the password."))
def invite(name: Annotated[str, typer.Argument(metavar="NAME", help=_("User name, like nguyen.thi.oanh."))]) -> None:
    """Print the address of an invitation."""
    open_accounts()
    from accounts import people

    found = people.find(name)
    if found is None:
        raise UsageError(_("there is nobody called {name}").format(name=name))
    say(_invitation(found.id))


@app.command("list", help=_("List who may sign in, and as what."))
def listing(as_json: Annotated[bool, typer.Option("--json", help=_("Print JSON only."))] = False) -> None:
    """Print all people with their roles."""
    open_accounts()
    from accounts import people

    rows = people.listing()
    if as_json:
        print_json(
            [
                {
                    "name": row.name,
                    "full_name": row.full_name,
                    "active": row.active,
                    "invited": row.invited,
                    "roles": [{"role": m.role.value, "unit": m.unit} for m in row.memberships],
                }
                for row in rows
            ]
        )
    elif not rows:
        note(_("There is nobody yet. Add somebody: sohoa people add NAME --role administrator"))
    else:
        print_table([_("Name"), _("Full name"), _("Roles")], [(row.name, row.full_name, _roles(row)) for row in rows])


def _roles(row: PersonRow) -> str:
    return ", ".join(f"{m.role.value} {m.unit or '*'}" for m in row.memberships)


def _invitation(person: int) -> str:
    from core.settings import settings
    from web import invitations

    return (settings().public_url or "http://127.0.0.1:8000").rstrip("/") + invitations.path_for(person, _ACTOR)
