"""Days as people write them in tables: ``5/3/2019``, ``05-03-19``, ``ngày 05 tháng 3 năm 2019``, ``43529``.

The day comes first, as everywhere in Vietnam. What cannot be so and can the other way round (``03/25/2019``) is read
that way and said to be doubtful; what is no day (a year alone, ``30/2/2019``) is none, with a reason.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from core.text import fold
from spreadsheets.records import Cell


class Problem(StrEnum):
    """Why something is no day."""

    EMPTY = "empty"
    NO_DATE = "no_date"
    NO_SUCH_DAY = "no_such_day"
    """Like 30 February."""
    ONLY_YEAR = "only_year"
    ONLY_MONTH = "only_month"
    OUT_OF_RANGE = "out_of_range"
    """Before `EARLIEST`, or after the last day that can be."""


class Doubt(StrEnum):
    """Why a day should be looked at."""

    TWO_DIGITS = "two_digits"
    """The century was not written."""
    MONTH_FIRST = "month_first"
    """It is a day only if the month was written first."""
    SERIAL = "serial"
    """It was the number of a day, as Excel counts them, in a cell that does not say that it is one."""


@dataclass(frozen=True, slots=True)
class Day:
    """What a cell says: a day, or why it is none."""

    value: date | None
    problem: Problem | None = None
    doubt: Doubt | None = None


EARLIEST = date(1850, 1, 1)
"""Nobody in a table was born before."""
_EPOCH = date(1899, 12, 30)
_SERIALS = range(3_000, 80_000)
"""1908–2119; smaller numbers are years and counts."""
_NUMERIC = re.compile(
    r"(\d{1,4})\s*[/\-. ]\s*(\d{1,2})\s*[/\-. ]\s*(\d{1,4})(?:[ t]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
)
_SPOKEN = re.compile(r"(?:.*?[, ])?(?:ngay|mung)?\s*(\d{1,2})\s*(?:thang|/|-)\s*(\d{1,2})\s*(?:nam|/|-)\s*(\d{2,4})")
_COMPACT = re.compile(r"(\d{2})(\d{2})(\d{4})")
_MONTH = re.compile(r"(?:thang\s*)?(\d{1,2})\s*(?:/|-|\.|nam)\s*(\d{4})")


def parse(cell: Cell, last: date, *, pivot: date | None = None) -> Day:
    """The day in `cell`, at most `last`. A two-digit year is the latest one whose day is not after `pivot`
    (by default `last`).
    """
    if isinstance(cell, datetime):
        return _within(cell.date(), last)
    if isinstance(cell, date):
        return _within(cell, last)
    if cell is None or isinstance(cell, bool):
        return Day(None, Problem.EMPTY if cell is None else Problem.NO_DATE)
    if isinstance(cell, int | float):
        return _counted(cell, last)
    return _written(str(cell), last, pivot or last)


def _counted(number: float, last: date) -> Day:
    if 1900 <= number <= 2100 and number == int(number):
        return Day(None, Problem.ONLY_YEAR)
    if int(number) not in _SERIALS:
        return Day(None, Problem.NO_DATE)
    return _within(_EPOCH + timedelta(days=int(number)), last, Doubt.SERIAL)


def _written(text: str, last: date, pivot: date) -> Day:
    folded = " ".join(fold(text).replace("'", "").strip(" .,;()").split())
    if not folded:
        return Day(None, Problem.EMPTY)
    if re.fullmatch(r"(?:nam\s*)?(1[89]|20)\d\d", folded):
        return Day(None, Problem.ONLY_YEAR)
    if re.fullmatch(r"\d{5}(\.\d+)?", folded):
        return _counted(float(folded), last)
    found = _NUMERIC.fullmatch(folded) or _COMPACT.fullmatch(folded) or _SPOKEN.fullmatch(folded)
    if found is None:
        month = _MONTH.fullmatch(folded)
        return Day(None, Problem.ONLY_MONTH if month and 1 <= int(month[1]) <= 12 else Problem.NO_DATE)
    first, second, third = found.groups()
    if len(first) == 4:
        return _made(int(first), int(second), int(third), last) if len(third) <= 2 else Day(None, Problem.NO_DATE)
    if len(first) == 3 or len(third) not in (2, 4):
        return Day(None, Problem.NO_DATE)
    return _day_first(int(first), int(second), third, last, pivot)


def _day_first(day: int, month: int, year: str, last: date, pivot: date) -> Day:
    """The day, of which the month may have been written first."""
    turned = month > 12 >= day
    if turned:
        day, month = month, day
    if len(year) == 4:
        made = _made(int(year), month, day, last)
        return Day(made.value, made.problem, Doubt.MONTH_FIRST) if turned and made.value else made
    century = pivot.year // 100 * 100
    for begin in (century, century - 100):
        made = _made(begin + int(year), month, day, last)
        if made.value is not None and made.value <= pivot:
            return Day(made.value, None, Doubt.MONTH_FIRST if turned else Doubt.TWO_DIGITS)
    return Day(None, made.problem or Problem.OUT_OF_RANGE)


def _made(year: int, month: int, day: int, last: date) -> Day:
    try:
        return _within(date(year, month, day), last)
    except ValueError:
        return Day(None, Problem.NO_SUCH_DAY)


def _within(value: date, last: date, doubt: Doubt | None = None) -> Day:
    return Day(value, None, doubt) if EARLIEST <= value <= last else Day(None, Problem.OUT_OF_RANGE)
