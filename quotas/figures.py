"""Figures that stand beside the targets on a dashboard: what was digitized by month, what is missing by age, what goes
through the scanners, what is used again.

Each takes a walk through many rows, so it is made at night (`take`, after the snapshots) and kept by unit and year; a
dashboard adds up the rows of the units that it is about. They are no part of what is reported: they are counted anew
each night while their year runs, and stay as they were counted last when it is over.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.db import transaction

from catalog import growth, units
from catalog.configuration import told_plainly
from quotas import backlog, capacity, months, responsibility, savings
from quotas.models import Figure

Homes = Mapping[str, str]
"""Code of each unit → the one that answers for it."""


class Name(StrEnum):
    """What a figure is about, and which module writes and reads it."""

    MONTHS = "months"
    BACKLOG = "backlog"
    CAPACITY = "capacity"
    SAVINGS = "savings"


_COUNTED: Mapping[Name, Callable[[date, Homes], Mapping[str, Any]]] = {
    Name.MONTHS: months.count,
    Name.BACKLOG: backlog.count,
    Name.CAPACITY: capacity.count,
    Name.SAVINGS: savings.count,
}
_OF_ANY_YEAR = (Name.MONTHS, Name.SAVINGS)
"""What can still be counted for years that were over before somebody counted."""


@dataclass(frozen=True, slots=True)
class Found:
    """Figures of units in a year."""

    day: date | None
    """At the end of which they were counted; None: nobody counted them yet."""
    units: Mapping[str, Any]
    """Code of a unit → what was counted of it."""


@told_plainly()
def take(day: date) -> int:
    """Count all figures as of the end of `day`, and those of earlier years of which the end was never counted; returns
    how many rows were written. Again on the same day gives the same. What was counted on a later day stays.
    """
    answers = responsibility.on(day, {unit.code: unit for unit in units.listing()}).answers
    homes = {unit: answer.unit for unit, answer in answers.items()}
    written = sum(_take(name, day, homes) for name in Name)
    for year in range(growth.first_year() or day.year, day.year):
        for name in _OF_ANY_YEAR:
            last = date(year, 12, 31)
            if not Figure.objects.filter(name=name.value, year=year, day=last).exists():
                written += _take(name, last, homes)
    return written


@told_plainly()
def read(name: Name, year: int, wanted: Collection[str]) -> Found:
    """What was counted last of units in a year: two queries, a row for each unit."""
    counted = Figure.objects.filter(name=name.value, year=year)
    day = counted.order_by("-day").values_list("day", flat=True).first()
    rows = counted.filter(unit__in=list(wanted)).order_by("unit_id").values_list("unit_id", "data")
    return Found(day, {str(unit): data for unit, data in rows})


def _take(name: Name, day: date, homes: Homes) -> int:
    if Figure.objects.filter(name=name.value, year=day.year, day__gt=day).exists():
        return 0
    counted = _COUNTED[name](day, homes)
    rows = [Figure(unit_id=u, name=name.value, year=day.year, day=day, data=counted[u]) for u in sorted(counted)]
    with transaction.atomic():
        Figure.objects.filter(name=name.value, year=day.year).exclude(unit__in=list(counted)).delete()
        Figure.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["name", "year", "unit"], update_fields=["day", "data"]
        )
    return len(rows)
