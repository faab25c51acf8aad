"""Dates as these documents write them, on folded text."""

from __future__ import annotations

import re
from datetime import date

_LONG_PARTS = r"ngay\s*(?P<d>[^\s/]{1,3}|)\s*thang\s*(?P<m>[^\s/]{1,3}|)\s*nam\s*(?P<y>[0-9oil]{4})"
_SHORT_PARTS = r"(?P<d>\d{1,2})\s?[/.-]\s?(?P<m>\d{1,2})\s?[/.-]\s?(?P<y>\d{4})"


def _other_names(pattern: str) -> str:
    """`pattern` with its groups d, m, y called sd, sm, sy, so that it can stand beside another."""
    return re.sub(r"\?P<([dmy])>", r"?P<s\1>", pattern)


ANY = f"(?:{_LONG_PARTS}|{_other_names(_SHORT_PARTS)})"
"""Pattern of a date in words (``ngày 5 tháng 3 năm 2019``) or figures (``05/03/2019``)."""
LONG = _LONG_PARTS
"""Pattern of a date in words; day and month may be blanks."""
AFTER_LABEL = f"(?:ngay\\s*)?(?:{_LONG_PARTS.removeprefix('ngay')}|{_other_names(_SHORT_PARTS)})"
"""Pattern of a date after a label that says "ngày" itself."""
LABELLED_DATE = re.compile(AFTER_LABEL)
BLANK = r"ngay\b(?:[^\n]{0,10}?)thang\b(?:[^\n]{0,10}?)nam\b\s*\S{0,5}"
"""Pattern of a date in words of which any figure may be unreadable or left out."""
ANY_DATE = re.compile(ANY)
LONG_DATE = re.compile(LONG)
EARLIEST = date(1945, 9, 2)
"""No paper of this state is older."""


def _number(text: str) -> int | None:
    cleaned = text.translate(str.maketrans("oil", "011")).strip(".,;:")
    return int(cleaned) if cleaned.isdigit() else None


def parse(match: re.Match[str]) -> date | None:
    """The date of a match of LONG_DATE or ANY_DATE; None where it is no day of the calendar."""
    groups = match.groupdict()
    parts = [_number(groups[a] or groups.get("s" + a) or "") for a in "ymd"]
    if None in parts:
        return None
    try:
        return date(*(p for p in parts if p is not None))
    except ValueError:
        return None


def plausible(value: date, today: date) -> bool:
    """Whether a document can bear this date."""
    return EARLIEST <= value <= today
