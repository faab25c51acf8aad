"""docs/access.md, made of the table of addresses and of the roles: ``python -m tests.web.access_page`` writes it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from accounts.rights import ROLES, Right, Role

PAGE = Path(__file__).parents[2] / "docs" / "access.md"
_ABOUT = """# Who may call what

Made of `tests/web/access_table.py` and `accounts/rights.py` by `python -m tests.web.access_page`; a test fails where it
is not the present truth, and another where an address has no row.

A role holds in its unit, in the units below, and in ended units whose work went to one of these. In any other unit each
of these addresses, with each method, answers 404 as if nothing were there (`tests/web/test_foreign.py`), and so it does
to whoever lacks the right everywhere (`tests/web/test_permissions.py`). Who is not signed in, or was suspended, is led
to the form for signing in. A confidential kind is opened by no role: it is given to a person or token kind by kind, and
asks for a reason once a day.
"""
_OF_PROGRAMS = """
## Programs

A token (`Authorization: Bearer sohoa_…`) holds the rights and units that it was made with, never `manage`. Without one,
with one that ended or was revoked, each call answers 401; without the right, or out of its units, 404. A session of the
pages opens no call (`tests/web/api/test_tokens.py`, `tests/web/test_foreign.py`).

| Call | Address |
| --- | --- |
"""


def rendered() -> str:
    """The whole page."""
    return "\n".join([_ABOUT, *_roles(), "", *_addresses()]) + "\n" + _OF_PROGRAMS + "\n".join(_calls()) + "\n"


def _roles() -> Iterator[str]:
    yield "| Right | " + " | ".join(role.value for role in Role) + " |"
    yield "| --- |" + " --- |" * len(Role)
    for right in Right:
        yield f"| {right.value} | " + " | ".join("yes" if right in ROLES[role] else "–" for role in Role) + " |"


def _addresses() -> Iterator[str]:
    from tests.web.access_table import TABLE
    from tests.web.furnished import patterns
    from web.rights import PUBLIC, SIGNED_IN

    yield "| Address | Name | Nobody | Signed in | " + " | ".join(role.value for role in Role) + " |"
    yield "| --- | --- | --- | --- |" + " --- |" * len(Role)
    for pattern in sorted(patterns(), key=lambda one: str(one.pattern)):
        need = TABLE[str(pattern.name)]
        cells = ["yes" if need == PUBLIC else "form", "yes" if need in {PUBLIC, SIGNED_IN} else "404"]
        cells += ["yes" if need in {PUBLIC, SIGNED_IN} or Right(need) in ROLES[role] else "404" for role in Role]
        yield f"| `/{pattern.pattern}` | {pattern.name} | " + " | ".join(cells) + " |"


def _calls() -> Iterator[str]:
    from web.api.v1 import api

    for path, methods in sorted(api.get_openapi_schema()["paths"].items()):
        for method in sorted(methods):
            yield f"| {method.upper()} | `{path}` |"


def main() -> None:
    """Write the page."""
    import catalog
    from web.settings import extras

    catalog.setup(extras())
    PAGE.write_text(rendered(), "utf-8")


if __name__ == "__main__":
    main()
