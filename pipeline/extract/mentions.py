"""Second mentions of number and date: what an annex or a digital signature says of the paper they belong to.

Number and day are usually written by hand. An annex repeats them in print ("Kèm theo Quyết định số 12/QĐ-UBND
ngày 13 tháng 3 năm 2023"), and a digital signature carries its time, which may be a day after the issue.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from core.text import fold, fold_words
from pipeline.extract import dates
from pipeline.extract.found import field
from pipeline.extract.layout import DocumentText
from pipeline.records import Field

_ENCLOSED = re.compile(
    r"kem theo\s+(?P<kind>[a-z ]{3,80}?)\s+so\s*:?\s*(?P<number>\d{1,5}[a-z]?(?:/\d{4})?(?:/[a-z][\w&]*(?:-[\w&]+)*)?)?"
    rf"[^\d\n]{{0,30}}?\n?\s*(?:{dates.LONG})?"
)
_SIGNED = re.compile(
    r"(?:ngay ky|thoi gian ky|ky ngay|signing time)\s*:?\s*(?P<d>\d{1,2})[/.-](?P<m>\d{1,2})[/.-](?P<y>\d{4})"
)
_ALONE, _AGREES, _SIGNATURE = 0.8, 0.93, 0.7
"""Belief in a mention that nothing else confirms, in one with which the head of the paper agrees as far as it
could be read, and in the time of a signature."""
_MENTION, _STAMP = "second mention", "signature"
"""Values of `Evidence.source`."""


def second_mentions(
    document: DocumentText, kind: Field | None, number: Field | None, issued: Field | None, today: date
) -> tuple[Field | None, Field | None]:
    """Number and date as an annex or a signature says them, None where the head is sure or nothing says it."""
    flow = document.flow
    enclosed = next((m for m in flow.matches(_ENCLOSED) if kind and fold_words(kind.value) in m["kind"]), None)
    told_number = told_date = None
    if enclosed is not None and _doubtful(number) and enclosed["number"] and "/" in enclosed["number"]:
        piece = flow.group(enclosed, "number")
        agrees = number is not None and _same_code(number.value, enclosed["number"])
        value = piece.text.replace(" ", "") if piece else ""
        told_number = field("number", value, piece, _AGREES if agrees else _ALONE) if piece else None
    if enclosed is not None and _doubtful(issued) and enclosed["y"]:
        day = dates.parse(enclosed)
        piece = flow.piece(enclosed.start("d"), enclosed.end("y"))
        if day is not None and piece is not None and dates.plausible(day, today):
            year = issued.value[:4] if issued else _printed_year(document)
            told_date = field("issue_date", day.isoformat(), piece, _AGREES if year == str(day.year) else _ALONE)
    if told_date is not None:
        return _from(told_number, _MENTION), _from(told_date, _MENTION)
    return _from(told_number, _MENTION), _signature_date(document, today) if issued is None else None


def _doubtful(found: Field | None) -> bool:
    return found is None or found.confidence < _ALONE


def _same_code(one: str, other: str) -> bool:
    """Whether two numbers end in the same code (``/QĐ-UBND``), which is printed even where figures are not."""
    return "/" in one and fold(one).rpartition("/")[2] == fold(other).rpartition("/")[2]


def _printed_year(document: DocumentText) -> str | None:
    match = document.flow.search(re.compile(r"ngay\b[^\n]{0,10}?thang\b[^\n]{0,10}?nam\s+(?P<y>\d{4})"))
    return match["y"] if match else None


def _signature_date(document: DocumentText, today: date) -> Field | None:
    match = document.flow.search(_SIGNED)
    value = dates.parse(match) if match else None
    piece = document.flow.group(match) if match else None
    if value is None or piece is None or not dates.plausible(value, today):
        return None
    return _from(field("issue_date", value.isoformat(), piece, _SIGNATURE), _STAMP)


def _from(found: Field | None, source: str) -> Field | None:
    return found and replace(found, evidence=replace(found.evidence, source=source))
