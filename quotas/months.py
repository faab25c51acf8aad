"""How many results were digitized in each month of a year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from catalog import growth


@dataclass(frozen=True, slots=True)
class Months:
    """Results and pages that came into the repository, January first."""

    results: tuple[int, ...]
    pages: tuple[int, ...]


def count(day: date, homes: Mapping[str, str]) -> dict[str, list[list[int]]]:
    """Unit → twelve pairs of results and pages, recorded in the year of `day`."""
    found: dict[str, list[list[int]]] = {}
    for row in growth.by_month(day.year):
        pair = found.setdefault(homes[row.unit], [[0, 0] for _month in range(12)])[row.month - 1]
        pair[0] += row.results
        pair[1] += row.pages
    return found


def total(figures: Iterable[Any]) -> Months:
    """What `count` found of several units together."""
    results, pages = [0] * 12, [0] * 12
    for figure in figures:
        for month, pair in enumerate(figure):
            results[month] += pair[0]
            pages[month] += pair[1]
    return Months(tuple(results), tuple(pages))
