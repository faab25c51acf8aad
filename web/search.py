"""The search page: one box, what it found, and what the findings can be narrowed down to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts import looks
from accounts.access import Access
from accounts.rights import Right
from catalog import results, units
from catalog.records import ResultRow
from catalog.values import today
from indexing import Highlight, Hit, Hits
from web import loosening, wording
from web.asking import LAST_PAGE, PAGE_SIZE, Asked
from web.facets import FACETS, facets
from web.result_opening import unopened
from web.rights import access, needs, visible
from web.services import index


@dataclass(frozen=True, slots=True)
class Card:
    """One result on the page."""

    row: ResultRow
    title: str
    unit: str
    validity: str
    """Code of its validity today."""
    validity_name: str
    highlights: tuple[Highlight, ...]
    near: bool
    closed: bool
    """Whether it is confidential and not opened with a reason today: no holder, subject, text and picture then."""


@needs(Right.SEE)
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """The form, and what was found; without words and filters, what was recorded last. A part of it for htmx."""
    asked = Asked.of(request.GET.dict())
    known = access(request)
    seen = visible(known)
    hits = index().search(replace(asked.query(seen), facets=FACETS))
    names = units.names()
    cards = _cards(hits, names, known)
    looks.note_search(known.actor, len(cards))
    pages = min(-(-hits.total // PAGE_SIZE), LAST_PAGE)
    context = {
        "asked": asked,
        "hits": hits,
        "cards": cards,
        "facets": facets(asked, hits, names),
        "ways": [] if hits.total else loosening.ways(asked, seen, names),
        "unmatched": [] if hits.total else loosening.unmatched(asked, seen),
        "pages": pages,
        "previous": asked.address(page=asked.page - 1) if asked.page > 1 else "",
        "next": asked.address(page=asked.page + 1) if asked.page < pages else "",
        "without_filters": asked.address(filters=False),
    }
    part = getattr(request, "htmx", None) and request.headers.get("HX-Target") == "found"
    response = render(request, "web/found.html" if part else "web/search.html", context)
    response.headers["Vary"] = "HX-Request, HX-Target, Cookie"
    return response


def _cards(hits: Hits, units: Mapping[str, str], known: Access) -> list[Card]:
    """The hits with their rows; what the catalog does not know (any more), or shows to others now, is left out."""
    rows = results.rows([hit.id for hit in hits.hits])
    closed = unopened(rows.values(), known)
    return [
        _card(row, units, today(), hit, closed=row.id in closed)
        for hit in hits.hits
        if (row := rows.get(hit.id)) and known.may(Right.SEE, row.unit, row.confidential)
    ]


def _card(row: ResultRow, units: Mapping[str, str], day: date, hit: Hit, *, closed: bool) -> Card:
    validity = row.validity(day)
    return Card(
        row=row,
        title=wording.result_name(row.document_type, row.number),
        unit=units.get(row.unit, row.unit),
        validity=validity.value,
        validity_name=wording.validity_name(validity.value),
        highlights=() if closed else hit.highlights,
        near=hit.near,
        closed=closed,
    )
