"""``GET /search``: what the search page does, for programs."""

from __future__ import annotations

from datetime import date
from typing import Literal

from django.http import HttpRequest
from ninja import Query as FromQuery
from ninja import Router, Schema
from pydantic import ConfigDict, Field

from accounts import looks
from accounts.access import Access
from accounts.rights import Right
from catalog import results, units
from core.errors import UsageError
from core.text import nfc, squeeze
from indexing import Hits, Query
from web.api.asking import caller
from web.api.problems import ProblemError
from web.api.records import Line, line
from web.rights import visible
from web.services import index

router = Router(tags=["search"])

State = Literal["to_review", "accepted", "verified"]
Validity = Literal["valid", "not_yet", "expired", "revoked", "replaced", "unknown"]
Facet = Literal["unit", "document_type", "sector", "year", "state", "validity"]


class Wanted(Schema):
    """What is searched for. All filters must hold."""

    model_config = ConfigDict(extra="ignore")
    q: str = Field("", max_length=500, description="Words, a number, a name; accents may be left out")
    unit: str | None = Field(None, max_length=64, description="This unit and those under it")
    type: str | None = Field(None, max_length=200)
    sector: str | None = Field(None, max_length=200)
    issued_from: date | None = None
    issued_to: date | None = None
    state: list[State] | None = None
    validity: list[Validity] | None = None
    day: date | None = Field(None, description="The day that validity speaks of; without it today")
    delivered: list[Literal["counter", "post", "electronic"]] | None = None
    facet: list[Facet] = Field([], description="What to count; costs time")
    near: bool = Field(True, description="Also names and numbers one wrong character away, where nothing has all words")
    limit: int = Field(20, ge=1, le=100)
    cursor: str | None = Field(None, max_length=2000, description="`cursor` of the answer before: what follows it")


class Piece(Schema):
    """A part of a snippet: plain text, to be escaped like any other."""

    text: str
    match: bool


class Found(Line):
    """A result that was found."""

    near: bool = Field(description="Found one wrong character away")
    highlights: list[list[Piece]]


class Count(Schema):
    """How many results have a value."""

    value: str
    count: int


class HitsOut(Schema):
    """The answer."""

    total: int
    total_exact: bool = Field(description="False: there are more")
    all_words: bool = Field(description="False: no result has all the words, these have most of them")
    near: bool
    results: list[Found]
    facets: dict[str, list[Count]]
    facets_exact: bool = Field(description="False: the numbers are estimates from a tenth of very many results")
    cursor: str | None = Field(description="To go on; null: nothing follows")


@router.get("/search", response=HitsOut, summary="Search results")
def search(request: HttpRequest, wanted: FromQuery[Wanted]) -> dict[str, object]:
    """Results that the token may see, best first. Put identity numbers into `POST /holders/results` instead: an
    address ends up in logs.
    """
    query = Query(
        text=_typed(wanted.q),
        units=_units(wanted.unit) if wanted.unit else None,
        document_type=wanted.type,
        sector=wanted.sector,
        date_from=wanted.issued_from,
        date_to=wanted.issued_to,
        limit=wanted.limit,
        visible=visible(caller(request).access),
        states=frozenset(wanted.state) if wanted.state else None,
        validity=frozenset(wanted.validity) if wanted.validity else None,
        day=wanted.day,
        delivered=frozenset(wanted.delivered) if wanted.delivered else None,
        facets=tuple(dict.fromkeys(wanted.facet)),
        near=wanted.near,
        cursor=wanted.cursor,
    )
    try:
        hits = index().search(query)
    except UsageError as error:
        raise ProblemError(422, "cursor", str(error), more={"field": "cursor"}) from error
    return _told(hits, wanted.day, caller(request).access)


def _told(hits: Hits, day: date | None, known: Access) -> dict[str, object]:
    """The hits with their rows; what the catalog does not know (any more), or shows to others now, is left out."""
    found = results.rows([hit.id for hit in hits.hits])
    rows = {row.id: row for row in found.values() if known.may(Right.SEE, row.unit, row.confidential)}
    looks.note_search(known.actor, len(rows))
    return {
        "total": hits.total,
        "total_exact": hits.total_exact,
        "all_words": hits.all_words,
        "near": hits.near,
        "results": [
            line(rows[hit.id], day)
            | {
                "near": hit.near,
                # the text of a confidential one is not shown before a reason is given
                "highlights": []
                if rows[hit.id].confidential
                else [[{"text": p.text, "match": p.match} for p in h.pieces] for h in hit.highlights],
            }
            for hit in hits.hits
            if hit.id in rows
        ],
        "facets": {name: [{"value": v, "count": n} for v, n in found] for name, found in hits.facets.items()},
        "facets_exact": hits.facets_exact,
        "cursor": hits.cursor,
    }


def _units(code: str) -> frozenset[str]:
    try:
        return units.visible_from(code)
    except UsageError:  # a unit that is not there has no results
        return frozenset()


def _typed(text: str) -> str:
    return squeeze(nfc("".join(c if c.isprintable() else " " for c in text)))
