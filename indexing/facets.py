"""What is counted for facets, and the labels of what was counted; the same for both backends."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from core.errors import UsageError
from indexing import fields as f
from indexing.records import FACET_VALUES, FACETS, Query

FIELDS: Mapping[str, str] = {
    "unit": f.UNIT,
    "document_type": f.TYPE,
    "sector": f.SECTOR,
    "year": f.YEAR,
    "state": f.STATE,
}
"""Facet → the field that is counted; validity is counted from two dates."""

_LABELLED = {"document_type": f.TYPE, "sector": f.SECTOR}

Counted = tuple[tuple[str, int], ...]


def check_facets(query: Query) -> None:
    """Raise UsageError if something else than `FACETS` is to be counted."""
    if unknown := sorted(set(query.facets).difference(FACETS)):
        raise UsageError(f"there is no facet {unknown[0]!r}: choose from {', '.join(FACETS)}")


def today(query: Query) -> int:
    """The day that validity is asked for, as an ordinal."""
    return (query.day or date.today()).toordinal()


def validity_counts(expired: int, running: int, not_yet: int, unknown: int, revoked: int, replaced: int) -> Counted:
    """The facet of validity; `running` are all that were neither revoked nor replaced and have not ended."""
    valid = running - not_yet - unknown
    counts = {
        "valid": valid,
        "not_yet": not_yet,
        "expired": expired,
        "revoked": revoked,
        "replaced": replaced,
        "unknown": unknown,
    }
    return ordered(counts.items())


def validity_of(start: int, end: int, day: int) -> str:
    """The validity on `day` of a result with these VALID_FROM and VALID_END."""
    if end < 0:
        return "revoked" if end == f.REVOKED else "replaced"
    if end < day:
        return "expired"
    if start == f.NO_START:
        return "unknown"
    return "not_yet" if start > day else "valid"


def ordered(counts: Iterable[tuple[str, int]]) -> Counted:
    """Most first, of equals by name; without what does not occur."""
    found = [(value, count) for value, count in counts if count]
    return tuple(sorted(found, key=lambda pair: (-pair[1], pair[0]))[:FACET_VALUES])


def multiplied(counted: Counted, times: int) -> Counted:
    """What a sample of one in `times` tells of all."""
    return tuple((value, count * times) for value, count in counted)


def on_page(name: str, page: Iterable[Mapping[str, Any]], day: int) -> Counted:
    """A facet counted from results that are all at hand: their COUNTED_FIELDS (lists of values) and dates."""
    if name == "validity":
        values = [validity_of(one[f.VALID_FROM], one[f.VALID_END], day) for one in page]
    else:
        values = [str(value) for one in page for value in one.get(FIELDS[name], ())]
    return ordered(Counter(values).items())


class Labels:
    """How types and sectors are written, by the keys that are counted. Looked up once; safe in several threads."""

    def __init__(self, look_up: Callable[[str, list[str]], Mapping[str, str]]) -> None:
        self._look_up = look_up
        self._known: dict[tuple[str, str], str] = {}
        self._lock = threading.Lock()

    def shown(self, facet: str, counted: Counted) -> Counted:
        """`counted` with labels instead of keys, where `facet` has labels."""
        field = _LABELLED.get(facet)
        if field is None:
            return counted
        keys = [key for key, _ in counted if (field, key) not in self._known]
        if keys:
            found = self._look_up(field, keys)
            with self._lock:
                self._known.update({(field, key): _calm(label) for key, label in found.items()})
        return tuple((self._known.get((field, key), key), count) for key, count in counted)


def _calm(label: str) -> str:
    """``QUYẾT ĐỊNH`` as ``Quyết định``."""
    return label.capitalize() if label.isupper() else label
