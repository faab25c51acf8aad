"""``sohoa doctor``: is everything here that is needed, and what to do where it is not?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cli.terminal import print_json, print_table, say
from cli.texts import _
from core.errors import ServiceError

if TYPE_CHECKING:
    from cli.checks import Verdict


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help=_("Print JSON only."))] = False,
) -> None:
    """Print the answer of each check; exit code 4 if one of them failed."""
    from cli.checks import State, verdicts
    from core.settings import settings

    found = list(verdicts(settings()))
    healthy = all(verdict.state != State.FAIL for verdict in found)
    if as_json:
        print_json({"ok": healthy, "checks": [verdict.as_dict() for verdict in found]})
    else:
        _print(found)
    if not healthy:
        raise typer.Exit(ServiceError.exit_code)


def _print(found: list[Verdict]) -> None:
    print_table([_("Check"), _("State"), _("Found")], [(v.name, v.state.upper(), v.detail) for v in found])
    for verdict in found:
        if verdict.remedy:
            say(f"{verdict.name}: {verdict.remedy}")
