"""How much paper units can get through: pages a day of each operator, and by the way that they come in, in the last
four weeks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from staging import capacity

DAYS = 28


@dataclass(frozen=True, slots=True)
class Pace:
    """What an operator (or a way in) gets done."""

    name: str
    pages: int
    days: int
    """On which anything came."""
    batches: int
    by_day: tuple[int, ...]
    """Pages on each day."""

    @property
    def pages_a_day(self) -> int:
        """Of the days on which anything came."""
        return round(self.pages / self.days) if self.days else 0


@dataclass(frozen=True, slots=True)
class Capacity:
    """Pages in the last four weeks."""

    days: tuple[date, ...]
    operators: tuple[Pace, ...]
    """Who did most first."""
    ways: tuple[Pace, ...]
    """The same by the way in: values of `staging.states.Way`."""


def count(day: date, homes: Mapping[str, str]) -> dict[str, list[list[object]]]:
    """Unit → rows of day, operator, way, pages and batches, of the four weeks that end with `day`."""
    found: dict[str, list[list[object]]] = {}
    for row in capacity.by_day(day - timedelta(days=DAYS - 1), day):
        told: list[object] = [row.day.isoformat(), row.operator, row.way, row.pages, row.batches]
        found.setdefault(homes[row.unit], []).append(told)
    return {unit: sorted(rows, key=str) for unit, rows in found.items()}


def total(figures: Iterable[Any], day: date) -> Capacity:
    """What `count` found of several units together, as of `day`."""
    days = tuple(day - timedelta(days=back) for back in reversed(range(DAYS)))
    rows = [row for figure in figures for row in figure]
    return Capacity(days, _paces(rows, 1, days), _paces(rows, 2, days))


def _paces(rows: Iterable[Any], column: int, days: tuple[date, ...]) -> tuple[Pace, ...]:
    pages: dict[str, dict[str, int]] = {}
    batches: dict[str, int] = {}
    for row in rows:
        name = row[column]
        of_name = pages.setdefault(name, {})
        of_name[row[0]] = of_name.get(row[0], 0) + row[3]
        batches[name] = batches.get(name, 0) + row[4]
    found = [_pace(name, pages[name], batches[name], days) for name in pages]
    return tuple(sorted(found, key=lambda pace: (-pace.pages, pace.name)))


def _pace(name: str, by_day: Mapping[str, int], batches: int, days: tuple[date, ...]) -> Pace:
    each = tuple(by_day.get(day.isoformat(), 0) for day in days)
    return Pace(name, sum(each), sum(1 for pages in each if pages), batches, each)
