"""When a paper was issued: its line of place and date (ô 4), or its registration."""

from __future__ import annotations

import re
from datetime import date

from pipeline.extract import dates
from pipeline.extract.flow import Flow, box_of
from pipeline.extract.found import field
from pipeline.extract.layout import DocumentText
from pipeline.records import Field

_REGISTERED = re.compile(
    r"(?m)(?:ngay,? thang,? nam dang ky|^\W*(?:dang ky|chung nhan) lan dau,?|^\W*dang ky(?=\s+ngay))"
    rf"\s*[:,]?\s*{dates.ANY}"
)
_CHANGED = re.compile(
    rf"(?m)^\W*(?:dang ky|chung nhan) thay doi(?: lan)? thu\s*:?\s*\w+\s*(?:\([^)]*\))?\s*[:,]?\s*{dates.ANY}"
)
"""A register form is issued anew with each change."""
_PLACE_AND_DATE = re.compile(rf"(?m)^(?P<place>[^\n]{{0,40}}?),?\s*{dates.BLANK}\W*$")


def issue_date(document: DocumentText, today: date) -> Field | None:
    """The field ``issue_date``: of registration on a register form, else of the place-and-date line."""
    flow = document.flow
    registered = max(flow.matches(_CHANGED), key=lambda m: m.start(), default=None) or flow.search(_REGISTERED)
    if registered:
        return _dated(flow, registered, dates.ANY_DATE, today)
    if re.search(r"ngay,? thang,? nam dang ky", flow.text):
        return None  # the blank is there, but what stands in it could not be read
    stated = next((m for m in flow.matches(_PLACE_AND_DATE) if _is_place(document, m)), None)
    return _dated(flow, stated, dates.LONG_DATE, today) if stated else None


_PLACE_WORDS = 6
_RIGHT_PART = 0.42
"""Share of the page's width right of which a line of place and date has its middle."""


def _is_place(document: DocumentText, match: re.Match[str]) -> bool:
    """Whether the line of a date says where a paper was made: ``Lai Vung, ngày …``, and is no running text.

    Such a line stands in the right half of the page, and before the date only names in capitals do.
    """
    flow = document.flow
    segment = flow.segments[flow.segment_at(match.start())]
    if segment.box.centre[0] < _RIGHT_PART * document.pages[segment.page - 1].width:
        return False
    piece = flow.group(match, "place") if match["place"].strip() else None
    words = [w.text.strip(".,;:") for w in piece.words] if piece else []
    words = [w for w in words if any(c.isalpha() for c in w)]
    return len(words) <= _PLACE_WORDS and all(w[0].isupper() for w in words)


_DAY_HEIGHT = (0.7, 1.22)
"""Least and largest height of a printed day, in heights of the printed year."""


def _dated(flow: Flow, match: re.Match[str], pattern: re.Pattern[str], today: date) -> Field | None:
    inner = pattern.search(flow.text, match.start(), match.end())
    value = dates.parse(inner) if inner else None
    piece = flow.group(inner) if inner else None
    if inner is None or value is None or piece is None:
        return None
    belief = 1.0 if dates.plausible(value, today) else 0.2
    return field("issue_date", value.isoformat(), piece, belief * (0.5 if _day_stands_out(flow, inner) else 1.0))


def _day_stands_out(flow: Flow, match: re.Match[str]) -> bool:
    """Whether the day is taller or lower than the year beside it: then it was filled in by hand.

    On the development corpus days written by hand are at least 1.28 times as tall as the printed year,
    printed ones at most 1.18 times and at least 0.81 times.
    """
    day, year = flow.group(match, "d"), flow.group(match, "y")
    if day is None or year is None:
        return False
    ratio = box_of(day.words).height / max(1.0, box_of(year.words).height)
    return not _DAY_HEIGHT[0] < ratio < _DAY_HEIGHT[1]
