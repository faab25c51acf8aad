"""How old what is still to be digitized is: lines of registers that count and are missing, by year of issue."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count
from django.db.models.functions import ExtractYear

from catalog.models import Unit
from quotas import conditions
from quotas.states import Kind, Which
from registers.models import Line

UNKNOWN = ""
"""Stands for the year of lines of which none is known."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """Lines that are missing."""

    years: tuple[tuple[int, int], ...]
    """Year of issue and number of lines, the oldest first, without gaps."""
    unknown: int
    """Lines of which no year is known."""

    @property
    def lines(self) -> int:
        """All together."""
        return self.unknown + sum(number for _year, number in self.years)


def count(day: date, homes: Mapping[str, str]) -> dict[str, dict[str, int]]:
    """Unit → year of issue → lines that count on `day` (as old results do) and are not digitized."""
    missing = Line.objects.filter(conditions.which(Kind.OLD, Which.MISSING, day)).order_by()
    dated = missing.filter(issue_date__isnull=False).annotate(issued=ExtractYear("issue_date"))
    undated = missing.filter(issue_date__isnull=True).annotate(issued=conditions.year_known())
    codes = dict(Unit.objects.values_list("pk", "code"))
    found: dict[str, Counter[str]] = {}
    for rows in (dated, undated):
        for unit, issued, number in rows.values_list("unit_id", "issued").annotate(Count("pk")):
            found.setdefault(homes[codes[unit]], Counter())[_year(issued)] += number
    return {unit: dict(sorted(years.items())) for unit, years in found.items()}


def total(figures: Iterable[Any]) -> Backlog:
    """What `count` found of several units together."""
    years: Counter[str] = Counter()
    for figure in figures:
        years.update(figure)
    unknown = years.pop(UNKNOWN, 0)
    known = sorted(int(year) for year in years)
    spans = range(known[0], known[-1] + 1) if known else range(0)
    return Backlog(tuple((year, years[str(year)]) for year in spans), unknown)


def _year(issued: int | str | None) -> str:
    """A year as text, of a day or of the key of a number; UNKNOWN for what is none."""
    text = str(issued or "")
    return text if len(text) == 4 and text.isascii() and text.isdecimal() and "1900" <= text <= "2099" else UNKNOWN
