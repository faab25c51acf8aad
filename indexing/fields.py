"""What of a result is indexed: the same fields, with the same words, in both backends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from core.text import nfc
from indexing.records import SearchDocument
from indexing.words import fold_tokens, joined, key, plain_tokens

MAX_VALUE = 500
"""Characters of a whole value that are indexed; servers refuse values of more than 32,766 bytes."""

_MAX_STARTS = 12  # words; no document number is longer

MAPPING_VERSION = 1
"""Raised whenever fields or words change in a way that needs `sohoa reindex`."""

# Fields of words, split at spaces.
NUMBER = "number_words"
NAMES_FOLD, NAMES_PLAIN = "names_fold", "names_plain"
TITLE_FOLD, TITLE_PLAIN = "title_fold", "title_plain"
TEXT_FOLD, TEXT_PLAIN = "text_fold", "text_plain"
WORD_FIELDS = (NUMBER, NAMES_FOLD, NAMES_PLAIN, TITLE_FOLD, TITLE_PLAIN, TEXT_FOLD, TEXT_PLAIN)

NO_POSITIONS = (TEXT_PLAIN,)
"""Big, and only asked whether a word is there: phrases are looked up folded."""

# Fields of whole values.
NUMBER_FULL, NUMBER_STARTS = "number_full", "number_starts"
NAMES_FULL = "names_full"
IDS = "ids"
UNIT, TYPE, SECTOR = "unit", "type_key", "sector_key"
VALUE_FIELDS = (NUMBER_FULL, NUMBER_STARTS, NAMES_FULL, IDS, UNIT, TYPE, SECTOR)


@dataclass(frozen=True, slots=True)
class IndexedFields:
    """What is indexed for one result."""

    words: dict[str, list[str]]
    """Field of words → its values, each a string of words joined by spaces."""
    values: dict[str, list[str]]
    """Field of whole values → its values."""
    day: int | None
    """Date of issue as a proleptic Gregorian ordinal (days)."""
    text: str
    """The text as it is shown in snippets: NFC, and always valid UTF-8."""


def fields_of(document: SearchDocument) -> IndexedFields:
    """The words and values under which `document` is found."""
    names = [name for name in (document.holder, document.co_holder) if name]
    titles = [document.subject, document.document_type, document.issuer, document.signer]
    titles = [title for title in (*titles, document.sector, document.source) if title]
    number = fold_tokens(document.number)
    ids = [joined(value) for value in document.ids]
    if document.issue_date is not None:
        ids.append(date_key(document.issue_date))
    return IndexedFields(
        words={
            NUMBER: _present([" ".join(number)]),
            NAMES_FOLD: _folded(names),
            NAMES_PLAIN: _accented(names),
            TITLE_FOLD: _folded(titles),
            TITLE_PLAIN: _accented(titles),
            TEXT_FOLD: _folded([document.text]),
            TEXT_PLAIN: _accented([document.text]),
        },
        values={
            NUMBER_FULL: _values([" ".join(number)]),
            NUMBER_STARTS: _values([" ".join(number[:end]) for end in range(1, min(len(number), _MAX_STARTS) + 1)]),
            NAMES_FULL: _values([key(name) for name in names]),
            IDS: _values(ids),
            UNIT: _present([document.unit]),
            TYPE: _values([key(document.document_type)]),
            SECTOR: _values([key(document.sector)]),
        },
        day=document.issue_date.toordinal() if document.issue_date is not None else None,
        text=nfc(document.text).encode(errors="replace").decode(),
    )


def date_key(day: date) -> str:
    """A date as a value in IDS; no number looks like it."""
    return f"d{day.isoformat()}"


def _folded(texts: list[str]) -> list[str]:
    return _present([" ".join(fold_tokens(text)) for text in texts])


def _accented(texts: list[str]) -> list[str]:
    return _present([" ".join(plain_tokens(text)) for text in texts])


def _present(values: list[str]) -> list[str]:
    return [value for value in values if value]


def _values(values: list[str]) -> list[str]:
    return [value[:MAX_VALUE] for value in values if value]
