"""Dates as these documents write them, on folded text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from pipeline.extract.flow import Flow, Piece

LONG = r"ngay\s*(?P<d>[^\s/]{1,3}|)\s*thang\s*(?P<m>[^\s/]{1,3}|)\s*nam\s*(?P<y>[0-9oil]{4})"
SHORT = r"(?P<d>\d{1,2})\s?[/.-]\s?(?P<m>\d{1,2})\s?[/.-]\s?(?P<y>\d{4})"
LONG_DATE = re.compile(LONG)
SHORT_DATE = re.compile(SHORT)
ANY_DATE = re.compile(
    f"(?:{LONG})|(?:{SHORT.replace('?P<d>', '?P<sd>').replace('?P<m>', '?P<sm>').replace('?P<y>', '?P<sy>')})"
)
EARLIEST = date(1945, 9, 2)
"""No paper of this state is older."""


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date and the words that it was read from."""

    value: date
    piece: Piece


def _number(text: str) -> int | None:
    cleaned = text.translate(str.maketrans("oil", "011")).strip(".,;:")
    return int(cleaned) if cleaned.isdigit() else None


def parse(match: re.Match[str]) -> date | None:
    """The date of a match of LONG_DATE, SHORT_DATE or ANY_DATE; None where it is no day of the calendar."""
    groups = match.groupdict()
    parts = [_number(groups[a] or groups.get("s" + a) or "") for a in "ymd"]
    if None in parts:
        return None
    try:
        return date(*(p for p in parts if p is not None))
    except ValueError:
        return None


def find(flow: Flow, pattern: re.Pattern[str], start: int = 0) -> FoundDate | None:
    """The first calendar date that `pattern` finds in `flow` from `start`."""
    for match in pattern.finditer(flow.text, start):
        value, piece = parse(match), flow.group(match)
        if value and piece:
            return FoundDate(value, piece)
    return None


def plausible(value: date, today: date) -> bool:
    """Whether a document can bear this date."""
    return EARLIEST <= value <= today
