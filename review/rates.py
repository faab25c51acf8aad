"""Error rates, measured on samples: how many documents (or fields) were wrong, between which bounds the rate lies, and
how many more samples would bring the bounds to one percent on either side.

The bounds are Wilson's (1927, "Probable inference, the law of succession, and statistical inference"; Brown, Cai and
DasGupta 2001 recommend them for any number of samples): 95 of 100 such intervals hold the true rate.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from django.db.models import Count, Exists, OuterRef, Q

from catalog import queue
from catalog.configuration import told_plainly
from catalog.queue import Sight
from catalog.values import HERE
from review.models import Sample, SampleField
from review.states import SampleState

Z = 1.959964
"""Of the normal distribution: 95 % lie within."""
PRECISION = 0.01
"""Half the width of the interval that is aimed at."""
_MOST = 500
"""Rows of a table."""


class By(StrEnum):
    """What rates are told for."""

    UNIT = "unit"
    OPERATOR = "operator"
    DOCUMENT_TYPE = "document_type"
    FIELD = "field"


@dataclass(frozen=True, slots=True)
class Rate:
    """How often something was wrong."""

    key: str
    """Code of a unit, name of an operator, type of document, or name of a field."""
    checked: int
    """Documents that were looked up, or fields, where the rate is of a field."""
    wrong: int
    """Of these, documents with at least one wrong field, or wrong fields."""

    @property
    def rate(self) -> float:
        """Share that was wrong, 0–1."""
        return self.wrong / self.checked if self.checked else 0.0

    @property
    def bounds(self) -> tuple[float, float]:
        """Between these shares the true rate lies, with 95 % confidence."""
        return wilson(self.wrong, self.checked)

    @property
    def missing(self) -> int:
        """How many more samples it takes, if as many of them are wrong, until the bounds are `PRECISION` away."""
        return max(0, needed(self.rate) - self.checked)


def wilson(wrong: int, checked: int) -> tuple[float, float]:
    """The 95 % interval of a share, by Wilson's score; (0, 1) where nothing was looked at."""
    if checked <= 0:
        return (0.0, 1.0)
    share = wrong / checked
    middle = (share + Z**2 / (2 * checked)) / (1 + Z**2 / checked)
    half = _half(share, checked)
    low = 0.0 if wrong == 0 else middle - half
    return (max(0.0, low), 1.0 if wrong == checked else min(1.0, middle + half))


def needed(share: float) -> int:
    """The least number of samples whose interval around `share` is at most `PRECISION` away on either side."""
    low, high = 1, 20_000  # at a share of one half it takes 9,600
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if _half(share, middle) <= PRECISION else (middle + 1, high)
    return low


@told_plainly()
def rates(sight: Sight, first: date, last: date, by: By) -> tuple[Rate, ...]:
    """The rates of samples whose results are seen, judged from `first` to `last`, the most looked at first."""
    begin, end = (datetime.combine(day, time.min, HERE) for day in (first, last + timedelta(days=1)))
    if by is By.FIELD:
        within = Q(sample__judged__gte=begin, sample__judged__lt=end)
        fields = SampleField.objects.filter(queue.seen(sight, "sample__result_id"), within)
        grouped = fields.values_list("name").annotate(n=Count("pk"), wrong=Count("pk", filter=Q(wrong=True)))
        return tuple(Rate(*row) for row in grouped.order_by("-n", "name")[:_MOST])
    within = Q(state=SampleState.JUDGED.value, judged__gte=begin, judged__lt=end)
    samples = Sample.objects.filter(queue.seen(sight), within)
    bad = Exists(SampleField.objects.filter(sample=OuterRef("pk"), wrong=True))
    rows = (
        samples.annotate(bad=bad).values_list(by.value).annotate(n=Count("pk"), wrong=Count("pk", filter=Q(bad=True)))
    )
    return tuple(Rate(*row) for row in rows.order_by("-n", by.value)[:_MOST])


@told_plainly()
def overall(sight: Sight, first: date, last: date) -> Rate:
    """The rate of all documents together that are seen."""
    found = rates(sight, first, last, By.UNIT)
    return Rate("", sum(row.checked for row in found), sum(row.wrong for row in found))


def _half(share: float, checked: int) -> float:
    return Z / (1 + Z**2 / checked) * math.sqrt(share * (1 - share) / checked + Z**2 / (4 * checked**2))
