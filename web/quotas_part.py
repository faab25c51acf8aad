"""A part of a dashboard: a chart with its table beside it, which has the same numbers, and all of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from quotas.charts.records import Chart
from web.quotas_wording import day

BARS = 15
"""Rows in one chart."""


@dataclass(frozen=True, slots=True)
class Part:
    """A chart and its table."""

    name: str
    """The last word of the chart's address."""
    title: str
    why: str
    """What is to be seen, or where the numbers come from."""
    chart: Chart | None
    """None: there is nothing to draw."""
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    """Texts; the first of each row is what the others are about."""
    empty: str = ""
    """What is said where there are no rows."""
    wide: bool = False
    """Whether chart and table stand one above the other."""


def as_of(given: date | None) -> str:
    """When figures were counted."""
    return _("Counted at the end of %(day)s.") % {"day": day(given)} if given else ""


def most_of(count: int) -> str:
    """That a chart leaves some out."""
    return _("The chart has the %(most)s that did most; the table has all %(count)s.") % {"most": BARS, "count": count}
