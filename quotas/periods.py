"""The periods that offices report for: months, quarters, the first 6 and 9 months, years."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from core.errors import UsageError


class Span(StrEnum):
    """How long a period is."""

    MONTH = "month"
    QUARTER = "quarter"
    SIX_MONTHS = "six_months"
    """January to June."""
    NINE_MONTHS = "nine_months"
    """January to September."""
    YEAR = "year"


_MONTHS = {Span.MONTH: 1, Span.QUARTER: 3, Span.SIX_MONTHS: 6, Span.NINE_MONTHS: 9, Span.YEAR: 12}
_CODE = re.compile(r"(?P<year>(?:19|20)\d\d)(?:-(?:(?P<month>0[1-9]|1[0-2])|q(?P<quarter>[1-4])|(?P<part>[69])m))?")


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """From one day to another, both included."""

    first: date
    last: date
    span: Span

    @property
    def code(self) -> str:
        """``2026``, ``2026-6m``, ``2026-9m``, ``2026-q3``, ``2026-07``."""
        year = f"{self.first.year}"
        match self.span:
            case Span.YEAR:
                return year
            case Span.SIX_MONTHS:
                return f"{year}-6m"
            case Span.NINE_MONTHS:
                return f"{year}-9m"
            case Span.QUARTER:
                return f"{year}-q{(self.first.month + 2) // 3}"
            case Span.MONTH:
                return f"{year}-{self.first.month:02}"


def period(span: Span, year: int, ordinal: int = 1) -> Period:
    """The period of this length in a year; `ordinal`: which month (1–12) or quarter (1–4)."""
    months = _MONTHS[span]
    first = (ordinal - 1) * months + 1 if span in (Span.MONTH, Span.QUARTER) else 1
    last = first + months - 1
    return Period(date(year, first, 1), date(year, last, monthrange(year, last)[1]), span)


def year(number: int) -> Period:
    """The whole of a year."""
    return period(Span.YEAR, number)


def parse(code: str) -> Period:
    """The period that a code stands for. Raises UsageError."""
    found = _CODE.fullmatch(code.strip().lower())
    if found is None:
        raise UsageError(f"{code!r} is no period: write 2026, 2026-6m, 2026-9m, 2026-q3 or 2026-07")
    number = int(found["year"])
    if found["month"]:
        return period(Span.MONTH, number, int(found["month"]))
    if found["quarter"]:
        return period(Span.QUARTER, number, int(found["quarter"]))
    return period({"6": Span.SIX_MONTHS, "9": Span.NINE_MONTHS, None: Span.YEAR}[found["part"]], number)


def ended_before(day: date, span: Span) -> Period:
    """The newest period of this length that ended before `day`."""
    newest = max(
        (one for number in (day.year - 1, day.year) for one in of_year(number, span) if one.last < day),
        default=None,
    )
    assert newest is not None  # that of the year before has ended
    return newest


def of_year(number: int, span: Span) -> tuple[Period, ...]:
    """The periods of this length in a year, in order."""
    count = {Span.MONTH: 12, Span.QUARTER: 4}.get(span, 1)
    return tuple(period(span, number, ordinal) for ordinal in range(1, count + 1))


def between(first: date, last: date) -> Period:
    """The period with these days; raises UsageError where offices report for none such."""
    for span in Span:
        for one in of_year(first.year, span):
            if (one.first, one.last) == (first, last):
                return one
    raise UsageError(f"{first} to {last} is no period: a month, a quarter, 6 or 9 months from January, or a year")
