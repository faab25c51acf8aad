"""Whether a result is valid on a day: counted from what stands on the paper and what was decided later.

A period "of months or years" ends at the end of the day of the last month that bears the same number, and at the
end of that month where it has no such day (Bộ luật Dân sự 2015, điều 148: from memory, not checked against the text).
A date of expiry on the paper goes before a period. Nothing said: no end.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import MAXYEAR, date, timedelta
from enum import StrEnum

from catalog.states import Standing
from core.text import fold_words

_PART = re.compile(r"(\d{1,4}) (nam|thang|tuan|ngay)\b ?")
_IN_WORDS = re.compile(r"\([^()]{0,40}\)")
"""The number once more: ``05 (năm) năm``."""
_ENDLESS = frozenset({"khong thoi han", "khong xac dinh thoi han", "vo thoi han", "lau dai"})


class Validity(StrEnum):
    """Whether a result is valid on a day."""

    VALID = "valid"
    NOT_YET = "not_yet"
    EXPIRED = "expired"
    REVOKED = "revoked"
    REPLACED = "replaced"
    UNKNOWN = "unknown"
    """Nobody knows since when."""


@dataclass(frozen=True, slots=True)
class Period:
    """How long something is valid. All zero: without end."""

    months: int = 0
    days: int = 0

    @property
    def endless(self) -> bool:
        """Whether it has no end."""
        return not (self.months or self.days)

    def end(self, start: date) -> date | None:
        """The last day of a period that begins on `start`; None: it has no end (or none before the year 10000)."""
        if self.endless:
            return None
        year, month = divmod(start.year * 12 + start.month - 1 + self.months, 12)
        if year > MAXYEAR:
            return None
        day = min(start.day, monthrange(year, month + 1)[1])
        try:
            return date(year, month + 1, day) + timedelta(days=self.days)
        except OverflowError:
            return None


def period(text: str) -> Period | None:
    """The period that a validity in words stands for: ``12 tháng``, ``05 (năm) năm``, ``1 năm 6 tháng``, ``90 ngày``,
    ``không thời hạn``; None where it stands for none.
    """
    words = fold_words(_IN_WORDS.sub(" ", text))
    if words in _ENDLESS:
        return Period()
    months = days = place = 0
    while match := _PART.match(words, place):
        number = int(match[1])
        months += number * {"nam": 12, "thang": 1}.get(match[2], 0)
        days += number * {"tuan": 7, "ngay": 1}.get(match[2], 0)
        place = match.end()
    if place != len(words) or not (months or days):
        return None
    return Period(months, days)


def span(values: Mapping[str, str]) -> tuple[date | None, date | None]:
    """First and last day of validity by the fields of a result (``issue_date``, ``expiry_date``, ``validity``).

    None: not known, or no end.
    """
    start, end = _date(values.get("issue_date", "")), _date(values.get("expiry_date", ""))
    if end is None and start is not None and (time := period(values.get("validity", ""))):
        end = time.end(start)
    return start, end


def on(day: date, *, issue_date: date | None, valid_from: date | None, valid_to: date | None, status: str) -> Validity:
    """Whether a result is valid on `day`. `status` is one of `Standing`; days of a later decision are not looked at."""
    start = valid_from or issue_date
    if status == Standing.REVOKED:
        return Validity.REVOKED
    if status == Standing.REPLACED:
        return Validity.REPLACED
    if valid_to is not None and day > valid_to:
        return Validity.EXPIRED
    if start is None:
        return Validity.UNKNOWN
    return Validity.NOT_YET if day < start else Validity.VALID


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
