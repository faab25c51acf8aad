"""What a reader asks of the search: it stands in the address, so that it can be kept and passed on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from urllib.parse import urlencode

from catalog import unit_names, units
from catalog.states import Manner
from core.errors import UsageError
from core.text import nfc, squeeze
from indexing import Query, Visible
from indexing.query import split_filters
from indexing.records import MAX_WINDOW, STATES, VALIDITIES

PAGE_SIZE: Final = 20
LAST_PAGE: Final = MAX_WINDOW // PAGE_SIZE
FILTERS: Final = ("validity", "state", "type", "unit", "sector", "year", "delivered")
"""Names in the address, in the order in which they are shown."""
_LONGEST = 500
_MOST_UNITS = 50
"""Units looked up for one name."""
_YEARS = range(1900, 2100)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the reader typed and chose. Empty: nothing."""

    q: str = ""
    unit: str = ""
    type: str = ""
    sector: str = ""
    year: str = ""
    validity: str = ""
    state: str = ""
    delivered: str = ""
    page: int = 1

    @classmethod
    def of(cls, wanted: Mapping[str, str]) -> Asked:
        """From the address; what makes no sense there counts as nothing."""
        text = {name: squeeze(nfc(_clean(wanted.get(name, "")))) for name in ("q", *FILTERS)}
        if not (text["year"].isdecimal() and int(text["year"]) in _YEARS):
            text["year"] = ""
        for name, known in (("validity", VALIDITIES), ("state", STATES), ("delivered", tuple(Manner))):
            if text[name] not in known:
                text[name] = ""
        page = wanted.get("page", "1")
        number = int(page) if page.isdecimal() and len(page) <= 9 else 1
        return cls(**text, page=min(max(number, 1), LAST_PAGE))

    @property
    def filters(self) -> dict[str, str]:
        """The filters that are set."""
        return {name: value for name in FILTERS if (value := str(getattr(self, name)))}

    @property
    def not_understood(self) -> tuple[str, ...]:
        """Filters typed among the words whose value means nothing."""
        return split_filters(self.q)[1].unknown

    def with_filter(self, name: str, value: str) -> Asked:
        """The same with a filter set (empty: dropped), from the first page."""
        return replace(self, **{name: value, "page": 1})  # type: ignore[arg-type]

    def query(self, visible: Visible) -> Query:
        """The same as a query of the index, within what the reader may see; a click wins over a typed filter."""
        words, typed = split_filters(self.q)
        year = int(self.year) if self.year else None
        return Query(
            text=words,
            units=_units((self.unit,)) if self.unit else _named(typed.unit) if typed.unit else None,
            document_type=self.type or typed.document_type or None,
            sector=self.sector or typed.sector or None,
            date_from=date(year, 1, 1) if year else typed.date_from,
            date_to=date(year, 12, 31) if year else typed.date_to,
            validity=frozenset({self.validity}) if self.validity else typed.validity,
            states=frozenset({self.state}) if self.state else typed.states,
            delivered=frozenset({self.delivered}) if self.delivered else typed.delivered,
            visible=visible,
            limit=PAGE_SIZE,
            offset=(self.page - 1) * PAGE_SIZE,
        )

    def address(self, *, page: int = 1, filters: bool = True) -> str:
        """The address of another page of the same, or of the same words without filters."""
        kept = {"q": self.q} | (self.filters if filters else {})
        if page > 1:
            kept["page"] = str(page)
        return "?" + urlencode({name: value for name, value in kept.items() if value})


def _units(codes: Iterable[str]) -> frozenset[str]:
    try:
        return units.visible_from_all(codes)
    except UsageError:  # an old address of a unit that is gone: it finds nothing
        return frozenset()


def _named(said: str) -> frozenset[str]:
    """The units of a code, or of all names, old and new, that hold these words, with those that they stand for."""
    return _units(unit_names.find(said)[:_MOST_UNITS])


def _clean(text: str) -> str:
    """`text`, not too long and without what no keyboard types."""
    return "".join(c if c.isprintable() else " " for c in text[:_LONGEST])
