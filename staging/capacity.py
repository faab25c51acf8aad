"""How much paper goes through the scanners: pages a day of each operator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Sum
from django.db.models.functions import TruncDate

from catalog.configuration import told_plainly
from catalog.values import HERE
from staging.models import Arrival


@dataclass(frozen=True, slots=True)
class Scanned:
    """What one operator scanned on a day for a unit, by the way that it came in."""

    unit: str
    """Code of the batches' unit."""
    operator: str
    day: date
    way: str
    """One of `staging.states.Way`: ``watched`` is what scanners put into their folder by themselves."""
    pages: int
    batches: int


@told_plainly()
def by_day(first: date, last: date) -> tuple[Scanned, ...]:
    """What came into batches from `first` to `last`."""
    begin, end = (datetime.combine(day, time.min, HERE) for day in (first, last + timedelta(days=1)))
    rows = (
        Arrival.objects.filter(time__gte=begin, time__lt=end)
        .order_by()
        .annotate(day=TruncDate("time", tzinfo=HERE))
        .values_list("batch__batch__unit__code", "batch__operator", "day", "way")
        .annotate(Sum("pages"), Count("batch", distinct=True))
    )
    return tuple(Scanned(*row) for row in rows)
