"""The search page: what was asked stands in the address, so that it can be kept and passed on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.rights import Right
from catalog import results, units
from catalog.records import ResultRow, UnitRow
from core.errors import UsageError
from core.text import nfc, squeeze
from indexing import Highlight, Hits, Query
from indexing.records import MAX_WINDOW
from web import wording
from web.rights import access, needs, visible
from web.services import index

PAGE_SIZE = 20
_LAST_PAGE = MAX_WINDOW // PAGE_SIZE
_LONGEST = 500
_YEARS = range(1900, 2100)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the reader typed and chose. Empty: nothing."""

    q: str
    unit: str
    type: str
    sector: str
    year: str
    page: int

    @classmethod
    def of(cls, wanted: Mapping[str, str]) -> Asked:
        """From the address; what makes no sense there counts as nothing."""
        text = {name: squeeze(nfc(_clean(wanted.get(name, "")))) for name in ("q", "unit", "type", "sector", "year")}
        if not (text["year"].isdecimal() and int(text["year"]) in _YEARS):
            text["year"] = ""
        page = wanted.get("page", "1")
        number = int(page) if page.isdecimal() and len(page) <= 9 else 1
        return cls(**text, page=min(max(number, 1), _LAST_PAGE))

    @property
    def filtered(self) -> bool:
        """Whether a filter is set."""
        return bool(self.unit or self.type or self.sector or self.year)

    def query(self) -> Query:
        """The same as a query of the index."""
        year = int(self.year) if self.year else None
        return Query(
            text=self.q,
            units=_units(self.unit) if self.unit else None,
            document_type=self.type or None,
            sector=self.sector or None,
            date_from=date(year, 1, 1) if year else None,
            date_to=date(year, 12, 31) if year else None,
            limit=PAGE_SIZE,
            offset=(self.page - 1) * PAGE_SIZE,
        )

    def address(self, *, page: int = 1, filters: bool = True) -> str:
        """The address of another page of the same, or of the same words without filters."""
        kept = {"q": self.q}
        if filters:
            kept |= {"unit": self.unit, "type": self.type, "sector": self.sector, "year": self.year}
        if page > 1:
            kept["page"] = str(page)
        return "?" + urlencode({name: value for name, value in kept.items() if value})


@dataclass(frozen=True, slots=True)
class Card:
    """One result on the page."""

    row: ResultRow
    title: str
    unit: str
    highlights: tuple[Highlight, ...]


@needs(Right.SEE)
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """The form, and what was found; without words and filters, what was recorded last."""
    asked = Asked.of(request.GET.dict())
    hits = index().search(replace(asked.query(), visible=visible(access(request))))
    known = units.listing()
    pages = min(-(-hits.total // PAGE_SIZE), _LAST_PAGE)
    context = {
        "asked": asked,
        "hits": hits,
        "cards": _cards(hits, known),
        "units": known,
        "types": wording.TYPES,
        "sectors": wording.SECTORS,
        "pages": pages,
        "previous": asked.address(page=asked.page - 1) if asked.page > 1 else "",
        "next": asked.address(page=asked.page + 1) if asked.page < pages else "",
        "without_filters": asked.address(filters=False),
    }
    return render(request, "web/search.html", context)


def _cards(hits: Hits, known: tuple[UnitRow, ...]) -> list[Card]:
    """The hits with their rows; one that the catalog does not know (any more) is left out."""
    names = {unit.code: unit.name for unit in known}
    rows = results.rows([hit.id for hit in hits.hits])
    return [
        Card(row, wording.result_name(row.document_type, row.number), names.get(row.unit, row.unit), hit.highlights)
        for hit in hits.hits
        if (row := rows.get(hit.id))
    ]


def _units(code: str) -> frozenset[str]:
    try:
        return units.with_descendants(code)
    except UsageError:  # an old address of a unit that is gone: it finds nothing
        return frozenset()


def _clean(text: str) -> str:
    """`text`, not too long and without what no keyboard types."""
    return "".join(c if c.isprintable() else " " for c in text[:_LONGEST])
