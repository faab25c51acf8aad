"""From readings to fields with evidence, by layout, labels and grammar together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from ocr.records import Reading
from pipeline.extract import dating, numbers, signature, title, validity
from pipeline.extract.issuer import issuer as issuing_body
from pipeline.extract.layout import DocumentText, lay_out
from pipeline.extract.mentions import second_mentions
from pipeline.extract.people import people
from pipeline.extract.sector import sector
from pipeline.records import FIELD_NAMES, Field

__all__ = ["Extraction", "extract"]

_EVERY_RESULT = ("document_type", "number", "issuer", "issue_date", "subject", "signer", "holder", "sector")
"""What every result states: when one of these was not found, a person must look for it."""

_BOOK_BLANK = re.compile(r"\bso vao so\b|\bvao so (?:cap|so|dang ky)\b")
"""A paper that says that it stands in a book has a number there."""
_FIRST, _LAST = 12, 8
"""Pages at the beginning and the end of a document that are searched for fields."""


@dataclass(frozen=True, slots=True)
class Extraction:
    """What was found on a document, and what is there but could not be read."""

    fields: tuple[Field, ...]
    """At most one for each name, in the order of FIELD_NAMES."""
    missing: tuple[str, ...]
    """Names that the document must or does state, for which no value was found."""


def extract(readings: Sequence[Reading], today: date | None = None) -> Extraction:
    """The fields of a document from the readings of its pages (in order)."""
    today = today or date.today()
    document = lay_out(_telling(readings))
    if document.first is None:
        return Extraction((), _EVERY_RESULT)
    found, blanks = _fields(document, today)
    by_name: dict[str, Field] = {}
    for item in found:
        by_name.setdefault(item.name, item)
    missing = [n for n in (*_EVERY_RESULT, *blanks) if n not in by_name]
    if "register_number" not in by_name and _BOOK_BLANK.search(document.flow.text):
        missing.append("register_number")
    ordered = tuple(by_name[name] for name in FIELD_NAMES if name in by_name)
    return Extraction(ordered, tuple(dict.fromkeys(missing)))


def _telling(readings: Sequence[Reading]) -> Sequence[Reading]:
    """The readings with the words of a long document's middle left out: fields stand at its ends."""
    if len(readings) <= _FIRST + _LAST:
        return readings
    middle = range(_FIRST, len(readings) - _LAST)
    return [replace(r, words=()) if i in middle else r for i, r in enumerate(readings)]


def _fields(document: DocumentText, today: date) -> tuple[list[Field], Iterable[str]]:
    """All fields in the order in which they build on each other."""
    heading = title.find_title(document)
    kind = title.document_type(document, heading)
    about = title.subject(document, heading, kind)
    stated = numbers.number(document, heading)
    number = next((f for f in stated if f.name == "number"), None)
    issuer = issuing_body(document, signature.signing_body(document))
    issued = dating.issue_date(document, today)
    told_number, told_date = second_mentions(document, kind, number, issued, today)
    number, issued = told_number or number, told_date or issued
    number, issued = _in_one_year(number, issued)
    persons = people(document, about, letter=kind is not None and kind.value == title.LETTER)
    others = [f for f in stated if f.name != "number"]
    found = [kind, about, number, *others, issuer, issued, signature.signer(document), *persons.fields]
    found += [*validity.validity(document, today), sector(kind, about, number, issuer)]
    stated_fields = [f for f in found if f is not None]
    if heading is None or heading.belief is not None:
        return stated_fields, persons.blanks
    return [_of_unknown_kind(f) for f in stated_fields], persons.blanks


_UNKNOWN_KIND = 0.85
"""Belief in what a rule says of a kind of paper that no list names: its labels may mean something else."""


def _of_unknown_kind(found: Field) -> Field:
    return replace(found, confidence=round(found.confidence * _UNKNOWN_KIND, 4))


def _in_one_year(number: Field | None, issued: Field | None) -> tuple[Field | None, Field | None]:
    """Number and date; both doubted where the number names another year (``12/2019``): numbers restart each year."""
    year = re.search(r"/((?:19|20)\d{2})(?:/|$)", number.value) if number else None
    if number is None or issued is None or year is None or year[1] == issued.value[:4]:
        return number, issued
    return replace(number, confidence=number.confidence / 2), replace(issued, confidence=issued.confidence / 2)
