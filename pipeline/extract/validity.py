"""How long a result is valid, in its own words: until a date, for a time, or nothing said."""

from __future__ import annotations

import re
from datetime import date

from pipeline.extract import dates
from pipeline.extract.flow import Flow
from pipeline.extract.found import field
from pipeline.extract.layout import DocumentText
from pipeline.records import Field

_UNTIL = re.compile(
    r"(?:(?:hieu [lt]uc|gia tri|thoi han|gia tri su dung)\s+(?:su dung\s+)?(?:den|toi)\s+(?:het\s+)?(?=ngay|\d)"
    r"|thoi han (?:lam viec|giay phep|cua giay phep|hoat dong)\b[^.;]{0,90}?\bden\s+(?:het\s+)?(?=ngay))"
)
_PERIOD = re.compile(
    r"(?:hieu [lt]uc|co gia tri|gia tri (?:su dung|trong|den|la)"
    r"|thoi han (?:cua )?(?:giay|chung chi|van ban|khai thac|hoat dong)|thoi han cap phep|co thoi han|thoi han(?=\s*:))"
    r"(?:(?!het hieu luc|ngay|den)[^.;]){0,60}?\s(?:trong\s+)?(?:thoi\s+(?:han|gian)\s+)?"
    r"(?P<period>(?P<n>\d{1,3})\s*(?:\([^)]{1,20}\)\s*)?(?P<unit>thang|nam)\b)(?!\s*\d{4}|/)"
)
_UNITS = {"thang": "tháng", "nam": "năm"}


def validity(document: DocumentText, today: date) -> list[Field]:
    """The fields ``expiry_date`` (a printed date) and ``validity`` (a printed period)."""
    flow = document.flow
    found = [_expiry(flow), _period(flow)]
    return [f for f in found if f is not None]


def _expiry(flow: Flow) -> Field | None:
    until = flow.search(_UNTIL)
    match = dates.ANY_DATE.search(flow.text, until.end(), until.end() + 60) if until else None
    value = dates.parse(match) if match else None
    piece = flow.group(match) if match else None
    if value is None or piece is None:
        return None
    return field("expiry_date", value.isoformat(), piece, 1.0 if value.year < 2100 else 0.2)


def _period(flow: Flow) -> Field | None:
    match = flow.search(_PERIOD)
    piece = flow.group(match, "period") if match else None
    if match is None or piece is None:
        return None
    return field("validity", f"{int(match['n'])} {_UNITS[match['unit']]}", piece, 1.0)
