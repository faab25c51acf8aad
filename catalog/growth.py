"""How the repository grew: results recorded by unit and month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import Count, Min, Sum
from django.db.models.functions import ExtractMonth

from catalog.configuration import told_plainly
from catalog.models import Result, Unit
from catalog.queue import counts_for_itself
from catalog.values import HERE, day_of


@dataclass(frozen=True, slots=True)
class Growth:
    """What came into the repository in a month."""

    unit: str
    """Code of the unit that keeps it."""
    month: int
    """1–12."""
    results: int
    pages: int


@told_plainly()
def by_month(year: int) -> tuple[Growth, ...]:
    """Results recorded in a year, without second scans of the same paper. Goes through all results of that year."""
    begin, end = (datetime.combine(date(number, 1, 1), time.min, HERE) for number in (year, year + 1))
    found = Result.objects.filter(counts_for_itself(), recorded__gte=begin, recorded__lt=end)
    rows = (
        found.order_by()
        .annotate(month=ExtractMonth("recorded", tzinfo=HERE))
        .values_list("unit_id", "month")
        .annotate(Count("pk"), Sum("document__pages"))
    )
    codes = dict(Unit.objects.values_list("pk", "code"))
    return tuple(Growth(codes[unit], month, results, pages) for unit, month, results, pages in rows)


@told_plainly()
def first_year() -> int | None:
    """The year in which the first result was recorded; None: there is none yet. Goes through all."""
    first = Result.objects.aggregate(first=Min("recorded"))["first"]
    return day_of(first).year if first is not None else None
