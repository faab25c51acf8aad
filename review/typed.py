"""What people type in short, understood: days as bare digits, numbers of which the rest is always the same."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from datetime import date

from catalog.values import iso_date
from core.text import nfc

_DIGITS = re.compile(r"(\d{2})(\d{2})(\d{4}|\d{2})", re.ASCII)
_PARTS = re.compile(r"(\d{1,2})\s*[/. -]\s*(\d{1,2})\s*[/. -]\s*(\d{4}|\d{2})", re.ASCII)
_NUMBER = re.compile(r"(\d{1,7}[A-Za-z]?)([/-].*\S)", re.ASCII)
_YEAR = re.compile(r"(?<=/)(?:19|20)\d\d(?=/|$)")
_AHEAD = 50
"""Years to come that a two-digit year may mean where the future is meant."""


def day(text: str, today: date, *, ahead: bool = False) -> date | None:
    """The day that was typed: ``050319``, ``05032019``, ``5/3/19``, ``5.3.2019``, ``2019-03-05``; None: none.

    Two digits of a year mean the last such year up to today, or (`ahead`) up to fifty years from now.
    """
    text = nfc(text).strip()
    match = _DIGITS.fullmatch(text) or _PARTS.fullmatch(text)
    if match is None:
        return iso_date(text) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII) else None
    year = int(match[3])
    if len(match[3]) == 2:
        latest = today.year + (_AHEAD if ahead else 0)
        year += (latest - year) // 100 * 100
    try:
        return date(year, int(match[2]), int(match[1]))
    except ValueError:
        return None


def rest_of(number: str) -> str:
    """What follows the figures of a number: ``1234/QĐ-UBND`` → ``/QĐ-UBND``; empty where it is of another kind."""
    match = _NUMBER.fullmatch(number.strip())
    return match[2] if match else ""


def rests(read: str, earlier: Iterable[str], year: str = "", most: int = 4) -> tuple[str, ...]:
    """What may follow the figures that somebody types: first what was read, then what follows most often in the
    `earlier` numbers of the unit. A year in these becomes `year`, where that is known.
    """
    counted = Counter(_of_year(rest, year) for number in earlier if (rest := rest_of(number)))
    first = [rest] if (rest := rest_of(read)) else []
    return tuple(dict.fromkeys([*first, *(rest for rest, _ in counted.most_common(most))]))[:most]


def _of_year(rest: str, year: str) -> str:
    return _YEAR.sub(year, rest) if year else rest
