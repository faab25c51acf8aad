"""Which results does a person have? Asked with the number in the body, since addresses end up in logs."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from accounts import looks
from accounts.rights import Right
from catalog import persons, procedures, results
from catalog.records import ResultRow
from catalog.validity import Validity
from catalog.values import today
from core.errors import UsageError
from core.text import fold_words
from web.api.asking import caller
from web.api.problems import ProblemError
from web.api.records import Asked, Line, line

router = Router(tags=["holders"])
MOST = 200
"""Results in one answer."""
_DIGITS = (9, 10, 12, 13)
"""Of a CMND, a tax code, a CCCD, a tax code of a branch."""


class HolderAsked(Asked):
    """Whose results, and which of them."""

    id: str = Field(
        max_length=40,
        pattern="^[0-9][0-9 .-]{7,30}[0-9]$",
        description="Identity or tax number; others of the same person count as well",
    )
    types: list[Annotated[str, Field(max_length=200)]] = Field(
        [], max_length=50, description="Only these types of document; empty, and no procedure: all"
    )
    procedure: str = Field(
        "", max_length=64, description="Code of a procedure: only the types of document that it needs, and `types`"
    )
    sector: str = Field("", max_length=200)
    day: date | None = Field(None, description="Valid on this day; without it today")
    unknown: bool = Field(False, description="Also those of which nobody knows whether they are valid")


class Held(Schema):
    """A person's results that are valid on the day, newest first."""

    day: date
    results: list[Line]
    more: bool = Field(description=f"There are more than {MOST}: ask for fewer types")


@router.post("/holders/results", response=Held, summary="The valid results of a person")
def held(request: HttpRequest, body: HolderAsked) -> dict[str, object]:
    """Reads only, and is a POST because the number must not stand in an address. An unknown number has no results.

    Which types of document are wanted stands in `types`, or follows from `procedure`, as the catalog knows it (422
    `procedure` where it does not); both together add up. Compared without case and accents.
    """
    asking, day = caller(request), body.day or today()
    if len(re.sub(r"\D", "", body.id)) not in _DIGITS:
        raise ProblemError(
            422, "identity", "an identity number has 9 or 12 digits, a tax code 10 or 13", more={"field": "id"}
        )
    wanted = {Validity.VALID, Validity.UNKNOWN} if body.unknown else {Validity.VALID}
    needed = _needed(body.procedure) if body.procedure else ()
    types, sector = {fold_words(name) for name in (*body.types, *needed)}, fold_words(body.sector)

    def fits(row: ResultRow) -> bool:
        return (
            asking.access.may(Right.SEE, row.unit, row.confidential)
            and row.validity(day) in wanted
            and (not types or fold_words(row.document_type) in types)
            and (not sector or fold_words(row.sector) == sector)
        )

    found = [row for row in results.rows(persons.results_of([body.id])).values() if fits(row)]
    looks.note_search(asking.actor, len(found))
    found.sort(key=lambda row: (row.issue_date or date.min, row.id), reverse=True)
    return {"day": day, "results": [line(row, day) for row in found[:MOST]], "more": len(found) > MOST}


def _needed(code: str) -> tuple[str, ...]:
    """The types of document that a procedure needs; a problem where nobody said which."""
    try:
        types = procedures.require(code).document_types
    except UsageError:
        detail = "this procedure is not known here"
        raise ProblemError(422, "procedure", detail, more={"field": "procedure"}) from None
    if not types:
        detail = "nobody said which types of document this procedure needs: name them in `types`"
        raise ProblemError(422, "procedure", detail, more={"field": "procedure"})
    return types
