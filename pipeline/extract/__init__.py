"""From readings to fields with evidence, by layout, labels and grammar together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from ocr.records import Reading
from pipeline.extract import header, signature, title, validity
from pipeline.extract.layout import DocumentText, lay_out
from pipeline.extract.people import people
from pipeline.extract.sector import sector
from pipeline.records import FIELD_NAMES, Field

__all__ = ["Extraction", "extract"]

_EVERY_RESULT = ("document_type", "number", "issuer", "issue_date", "subject", "signer", "holder", "sector")
"""What every result states: when one of these was not found, a person must look for it."""

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
    if "register_number" not in by_name and re.search(r"so vao so", document.flow.text):
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
    numbers = header.number(document, heading, today)
    number = next((f for f in numbers if f.name == "number"), None)
    issuer = header.issuer(document, signature.signing_body(document))
    issued = header.issue_date(document, today)
    persons = people(document, about, letter=kind is not None and kind.value == title.LETTER)
    found = [kind, about, *numbers, issuer, issued, signature.signer(document), *persons.fields]
    found += [*validity.validity(document, today), sector(kind, about, number, issuer)]
    return [f for f in found if f is not None], persons.blanks
