"""The calibration report: which fields, sources and units go wrong most, and whether the program is as sure as it ought
to be. It is made of what people found when they looked fields up, so of doubtful values and samples.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from catalog.configuration import told_plainly
from catalog.looked import Looked, looked
from catalog.queue import Sight
from catalog.values import now
from review.rates import Rate

CHANGES = 2000
"""Changes that are looked at: the newest ones."""
_BANDS = ((0.0, 0.5), (0.5, 0.7), (0.7, 0.8), (0.8, 0.9), (0.9, 0.95), (0.95, 1.0))
_MOST = 50
_FEW = 5
"""Rows with fewer fields looked at stand last: they tell little."""


@dataclass(frozen=True, slots=True)
class Band:
    """Fields of which the program was about as sure."""

    low: float
    high: float
    said: float
    """How sure it was on average, 0–1."""
    found: Rate
    """How many were wrong: at best one minus what it said."""


@dataclass(frozen=True, slots=True)
class Report:
    """What goes wrong most. Each table begins with what was wrong most often."""

    fields: tuple[Rate, ...]
    """By field."""
    sources: tuple[tuple[str, Rate], ...]
    """By who or what said so and the field (the rate's key): which rules go wrong."""
    units: tuple[Rate, ...]
    kinds: tuple[Rate, ...]
    """By type of document."""
    bands: tuple[Band, ...]
    looked: int
    """Fields that were looked at."""
    since: datetime


@told_plainly()
def report(sight: Sight, days: int = 90) -> Report:
    """What people found in results that are seen in the last `days`, of the newest `CHANGES` changes."""
    since = now() - timedelta(days=days)
    rows = looked(sight, since, CHANGES)
    pairs = _grouped(rows, lambda one: f"{one.source}\0{one.name}")
    return Report(
        fields=_grouped(rows, lambda one: one.name),
        sources=tuple((source, Rate(name, rate.checked, rate.wrong)) for rate, source, name in _split(pairs)),
        units=_grouped(rows, lambda one: one.unit),
        kinds=_grouped(rows, lambda one: one.document_type),
        bands=tuple(band for low, high in _BANDS if (band := _band(rows, low, high))),
        looked=len(rows),
        since=since,
    )


def _grouped(rows: Iterable[Looked], key: Callable[[Looked], str]) -> tuple[Rate, ...]:
    counted: dict[str, list[int]] = {}
    for one in rows:
        numbers = counted.setdefault(key(one), [0, 0])
        numbers[0] += 1
        numbers[1] += one.changed
    found = [Rate(name, checked, wrong) for name, (checked, wrong) in counted.items()]
    return tuple(sorted(found, key=lambda rate: (rate.checked < _FEW, -rate.rate, -rate.checked, rate.key))[:_MOST])


def _split(rates: Iterable[Rate]) -> Iterable[tuple[Rate, str, str]]:
    for rate in rates:
        source, _, name = rate.key.partition("\0")
        yield rate, source, name


def _band(rows: Iterable[Looked], low: float, high: float) -> Band | None:
    within = [one for one in rows if one.source and (low <= one.confidence < high or one.confidence == high == 1.0)]
    if not within:
        return None
    said = sum(one.confidence for one in within) / len(within)
    return Band(low, high, said, Rate("", len(within), sum(one.changed for one in within)))
