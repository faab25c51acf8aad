"""What the results can be narrowed down to: each value leads to the same search with it, or without it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from indexing import Hits
from web import wording
from web.asking import FILTERS, Asked

FACETS = ("validity", "state", "document_type", "unit", "sector", "year")
"""Asked of the index, in the order of the first `FILTERS`; how results were handed over is chosen without counts."""
_MOST = 8
"""Values shown of each."""


@dataclass(frozen=True, slots=True)
class Value:
    """One value to narrow down to."""

    label: str
    count: int | None
    """None: not counted."""
    address: str
    """Of the search with it, or without it where it is chosen."""
    chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """One filter with its values."""

    name: str
    label: str
    values: tuple[Value, ...]


def facets(asked: Asked, hits: Hits, units: Mapping[str, str]) -> list[Facet]:
    """The filters that have something to choose from; `units`: code → name."""
    found = []
    for name, facet in zip(FILTERS[: len(FACETS)], FACETS, strict=True):
        chosen = str(getattr(asked, name))
        counted = [(value, count) for value, count in hits.facets.get(facet, ()) if value and value != chosen]
        values = []
        if chosen:
            values.append(Value(label(name, chosen, units), None, asked.with_filter(name, "").address(), True))
        values += [
            Value(label(name, value, units), count, asked.with_filter(name, value).address(), False)
            for value, count in counted[:_MOST]
        ]
        if chosen or len(values) > 1:
            found.append(Facet(name, _title(name), tuple(values)))
    if asked.delivered or hits.total:
        found.append(_delivered(asked))
    return found


def _delivered(asked: Asked) -> Facet:
    """How results were handed over: the ways are few, and all are offered."""
    values = []
    for manner, name in wording.MANNERS.items():
        chosen = asked.delivered == manner
        address = asked.with_filter("delivered", "" if chosen else manner.value).address()
        if chosen or not asked.delivered:
            values.append(Value(str(name), None, address, chosen))
    return Facet("delivered", _title("delivered"), tuple(values))


def label(name: str, value: str, units: Mapping[str, str]) -> str:
    """What a value of the filter `name` is called."""
    if name == "unit":
        return units.get(value, value)
    if name == "validity":
        return wording.validity_name(value)
    if name == "delivered":
        return wording.manner_name(value)
    return wording.state_name(value) if name == "state" else value


def _title(name: str) -> str:
    return {
        "validity": _("Validity today"),
        "state": _("Checked"),
        "type": _("Type"),
        "unit": _("Unit"),
        "sector": _("Sector"),
        "year": _("Year of issue"),
        "delivered": _("Handed over"),
    }[name]
