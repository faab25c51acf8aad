"""Codes of dossiers: ``000.00.53.H48-220921-0099`` or ``H61.12.3-230420-0001``.

A code is that of the unit which received the dossier, the day of receipt as YYMMDD, and a running number of
that day, joined by dashes. The unit's code is written in one of two ways: three groups of digits before the
code of the province or ministry (QCVN 102:2016/BTTTT), or levels behind it (Quyết định 20/2020/QĐ-TTg).
Both forms were seen in use; how many digits a running number may have is not written anywhere we know of.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from catalog.values import clean
from core.errors import UsageError

HERE = ZoneInfo("Asia/Ho_Chi_Minh")
"""The time zone in which a day begins and ends for an office."""
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"))
_SPACES = re.compile(r"\s+")
_CODE = re.compile(r"(?P<unit>[^-]*)-(?P<day>[^-]*)-(?P<number>[^-]*)")
_UNIT = re.compile(r"[0-9]{3}\.[0-9]{2}\.[0-9]{2}\.[A-Z][0-9]{2}|[A-Z][0-9]{2}(\.[0-9]{1,3}){0,3}")
_DAY = re.compile(r"[0-9]{6}")
_FIRST_DAY = date(1, 1, 2)
"""The day before has no beginning in UTC that a `datetime` could hold."""
_NUMBER = re.compile(r"[0-9]{4,6}")
_LONGEST = 60


class Fault(StrEnum):
    """What is wrong with a text that should be a dossier code."""

    EMPTY = "empty"
    FORM = "form"
    """It is not three parts joined by two dashes."""
    UNIT = "unit"
    """The first part is no unit code."""
    DAY = "day"
    """The second part is no day of the calendar, written YYMMDD."""
    FUTURE = "future"
    """The day is still to come."""
    NUMBER = "number"
    """The third part is no running number of 4 to 6 digits, from 1."""


FAULTS = {
    Fault.EMPTY: "there is no dossier code",
    Fault.FORM: "a dossier code has three parts joined by dashes, like H61.12.3-230420-0001",
    Fault.UNIT: "the first part of a dossier code is a unit's code, like H61.12.3 or 000.00.53.H48",
    Fault.DAY: "the second part of a dossier code is a day of the calendar as YYMMDD, like 230420",
    Fault.FUTURE: "the day in the dossier code is still to come",
    Fault.NUMBER: "the third part of a dossier code is a running number of 4 to 6 digits, like 0001",
}
"""Each fault as a line for people."""


class DossierCodeError(UsageError):
    """A text is no dossier code; `fault` says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(FAULTS[fault])
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Dossier:
    """A dossier's code, taken apart."""

    code: str
    """As it is kept: capitals, plain dashes, no spaces."""
    unit: str
    """The code of the unit that received it, as written there."""
    day: date
    """When it was received."""
    number: str
    """Its running number of that day, with its leading zeros."""


def parse(text: str, today: date | None = None) -> Dossier:
    """The dossier whose code `text` is; spaces, small letters and long dashes are forgiven.

    `today` is the day that counts as today (by default in Vietnam, now). Raises DossierCodeError.
    """
    if len(text) > 4 * _LONGEST:
        raise DossierCodeError(Fault.FORM)
    code = tidied(text)
    if not code:
        raise DossierCodeError(Fault.EMPTY)
    parts = _CODE.fullmatch(code)
    if parts is None or len(code) > _LONGEST:
        raise DossierCodeError(Fault.FORM)
    if not _UNIT.fullmatch(parts["unit"]):
        raise DossierCodeError(Fault.UNIT)
    day = _day(parts["day"])
    if not _NUMBER.fullmatch(parts["number"]) or not int(parts["number"]):
        raise DossierCodeError(Fault.NUMBER)
    if day > (today or local_day()):
        raise DossierCodeError(Fault.FUTURE)
    return Dossier(code, parts["unit"], day, parts["number"])


def tidied(text: str) -> str:
    """A code, or a part of one, as it is kept; nothing says yet that it is one."""
    return _SPACES.sub("", clean(text)).translate(_DASHES).upper()


def local_day(time: datetime | None = None) -> date:
    """The day in Vietnam at `time` (aware), by default now."""
    return (time or datetime.now(HERE)).astimezone(HERE).date()


def begin_of(day: date) -> datetime:
    """The first moment of a day in Vietnam; of the very first day there is, that of the second."""
    return datetime.combine(max(day, _FIRST_DAY), time.min, HERE)


def end_of(day: date) -> datetime:
    """The first moment after a day in Vietnam."""
    return begin_of(day + timedelta(days=1)) if day < date.max else datetime.combine(day, time.max, HERE)


def _day(text: str) -> date:
    if not _DAY.fullmatch(text):
        raise DossierCodeError(Fault.DAY)
    try:
        return date(2000 + int(text[:2]), int(text[2:4]), int(text[4:]))
    except ValueError:
        raise DossierCodeError(Fault.DAY) from None
