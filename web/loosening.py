"""What can be loosened when nothing was found: each filter, clicked or typed, with what there is without it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from django.utils.translation import gettext as _

from indexing import Visible
from indexing.query import split_filters
from indexing.typed_filters import typed_filters
from web.asking import Asked
from web.facets import label
from web.services import index

_MOST: Final = 10
"""Ways that are tried: each asks the index."""
_FREE: Final = ("type", "sector", "unit")
"""Typed filters whose value may be any word."""


@dataclass(frozen=True, slots=True)
class Way:
    """A way to find more when nothing was found."""

    label: str
    address: str
    total: int


def ways(asked: Asked, seen: Visible, units: Mapping[str, str]) -> list[Way]:
    """The same search without one of its filters, or without all: those ways that find something."""
    looser = list(_looser(asked, units))[:_MOST]
    if len(looser) > 1:
        looser.append((_("without any filter"), Asked(q=split_filters(asked.q)[0])))
    counted = [(name, other, _total(other, seen)) for name, other in looser]
    return [Way(name, other.address(), total) for name, other, total in counted if total]


def unmatched(asked: Asked, seen: Visible) -> list[str]:
    """Typed filters of types, sectors and units that not one result fits, whatever else is asked: misspelt perhaps."""
    free = [one.typed for one in typed_filters(asked.q) if one.name in _FREE]
    return [typed for typed in free[:_MOST] if not _total(Asked(q=typed), seen)]


def _looser(asked: Asked, units: Mapping[str, str]) -> Iterator[tuple[str, Asked]]:
    """What each way is called, and what it asks; filters that were not understood filter nothing."""
    for name, value in asked.filters.items():
        yield _("without “{what}”").format(what=label(name, value, units)), asked.with_filter(name, "")
    for one in typed_filters(asked.q):
        if one.typed not in asked.not_understood:
            yield _("without “{what}”").format(what=one.typed), replace(asked, q=one.rest, page=1)


def _total(asked: Asked, seen: Visible) -> int:
    return index().search(replace(asked.query(seen), limit=0, offset=0)).total
