"""What of a result is indexed: the same fields, with the same words, in both backends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from zlib import crc32

from core.text import nfc
from indexing.near import near_forms
from indexing.records import SearchDocument
from indexing.words import cut, fold_tokens, joined, key

MAX_VALUE = 500
"""Characters of a whole value that are indexed; servers refuse values of more than 32,766 bytes."""

_MAX_STARTS = 12  # words; no document number is longer
_MAX_NAME_WORDS = 20
_SHORTEST_PART = 3  # characters of a part of a number that may be an OCR slip away: of two, half may be wrong

MAPPING_VERSION = 3
"""Raised whenever fields or words change in a way that needs `sohoa reindex`."""

# Fields of words, split at spaces.
NUMBER = "number_words"
NAMES_FOLD, NAMES_PLAIN = "names_fold", "names_plain"
TITLE_FOLD, TITLE_PLAIN = "title_fold", "title_plain"
TEXT_FOLD, TEXT_PLAIN = "text_fold", "text_plain"
WORD_FIELDS = (NUMBER, NAMES_FOLD, NAMES_PLAIN, TITLE_FOLD, TITLE_PLAIN, TEXT_FOLD, TEXT_PLAIN)

# Fields of words that are made from these: by the server, or by `derived`.
TITLE_PAIRS, TEXT_PAIRS = "title_pairs", "text_pairs"
ALL = "all_fold"
DERIVED_FIELDS = (TITLE_PAIRS, TEXT_PAIRS, ALL)

NO_POSITIONS = (TEXT_PLAIN, TITLE_PAIRS, TEXT_PAIRS, ALL)
"""Big, and only asked whether a word is there: phrases are looked up folded. ALL has every word of the other
fields and the whole values of IDS and LINKED_IDS: whether a word is found at all is decided by it in one look.
Pairs are two words that follow each other: to look them up costs a tenth of comparing the places of words."""

PAIRS_OF = {TITLE_FOLD: TITLE_PAIRS, TEXT_FOLD: TEXT_PAIRS}
"""Field of words → the field of its pairs."""

# Fields of whole values.
NUMBER_FULL, NUMBER_STARTS = "number_full", "number_starts"
NAMES_FULL = "names_full"
IDS, LINKED_IDS = "ids", "linked_ids"
NAMES_NEAR, CODES_NEAR = "names_near", "codes_near"
UNIT, TYPE, SECTOR = "unit", "type_key", "sector_key"
YEAR, STATE, CONFIDENTIAL, DELIVERED = "year", "state", "confidential", "delivered"
SAMPLE = "sample"
COUNTED_FIELDS = (UNIT, TYPE, SECTOR, YEAR, STATE)
"""Fields of whole values whose results are counted for facets."""
VALUE_FIELDS = (
    *(NUMBER_FULL, NUMBER_STARTS, NAMES_FULL, IDS, LINKED_IDS, NAMES_NEAR, CODES_NEAR),
    *(CONFIDENTIAL, DELIVERED, SAMPLE, *COUNTED_FIELDS),
)

IN_ALL = (NUMBER, NAMES_FOLD, TITLE_FOLD, TEXT_FOLD, IDS, LINKED_IDS)
"""What ALL is made from."""

OPEN = "open"
"""In CONFIDENTIAL, of a result that is not confidential: a value can be looked up, its absence costs more."""

IN_SAMPLE = "0"
"""In SAMPLE, of one result in SAMPLED: where very many are found, facets are counted from these."""

SAMPLED = 10

# Fields of numbers.
DAY, VALID_FROM, VALID_END = "day", "valid_from", "valid_end"
DAY_FIELDS = (DAY, VALID_FROM, VALID_END)

NO_END = 4_000_000
"""In VALID_END, of a result without end: after every date (date.max is day 3,652,059)."""

NO_START = 4_000_001
"""In VALID_FROM, where nobody knows since when."""

REPLACED, REVOKED = -2, -3
"""In VALID_END, of results that are not valid on any day, whatever their dates say."""


@dataclass(frozen=True, slots=True)
class IndexedFields:
    """What is indexed for one result."""

    words: dict[str, list[str]]
    """Field of words → its values, each a string of words joined by spaces."""
    values: dict[str, list[str]]
    """Field of whole values → its values."""
    days: dict[str, int]
    """Field of numbers → a date as a proleptic Gregorian ordinal, or what stands for one in VALID_END."""
    labels: dict[str, str]
    """TYPE and SECTOR as people write them."""
    text: str
    """The text as it is shown in snippets: NFC, and always valid UTF-8."""


def fields_of(document: SearchDocument) -> IndexedFields:
    """The words and values under which `document` is found."""
    number = fold_tokens(document.number)
    return IndexedFields(
        words=_words(document, number),
        values=_found_whole(document, number) | _near(document, number) | _filtered(document),
        days=_days(document),
        labels={TYPE: _shown(document.document_type), SECTOR: _shown(document.sector)},
        text=_shown(document.text),
    )


def derived(indexed: IndexedFields) -> dict[str, list[str]]:
    """DERIVED_FIELDS of a result, for an index that cannot make them by itself."""
    found = {
        to: _present([" ".join(pairs(text.split(" "))) for text in indexed.words[of]]) for of, to in PAIRS_OF.items()
    }
    every = {word for name in IN_ALL for text in (indexed.words | indexed.values)[name] for word in text.split(" ")}
    return found | {ALL: _present([" ".join(every)])}


def date_key(day: date) -> str:
    """A date as a value in IDS; no number looks like it."""
    return f"d{day.isoformat()}"


def _words(document: SearchDocument, number: list[str]) -> dict[str, list[str]]:
    titles = [document.subject, document.document_type, document.issuer, document.signer]
    title, title_plain = _cut([*titles, document.sector, document.source])
    text, text_plain = _cut([document.text])
    names, names_plain = _cut(_names(document))
    return {
        NUMBER: _present([" ".join(number)]),
        NAMES_FOLD: names,
        NAMES_PLAIN: names_plain,
        TITLE_FOLD: title,
        TITLE_PLAIN: title_plain,
        TEXT_FOLD: text,
        TEXT_PLAIN: text_plain,
    }


def _found_whole(document: SearchDocument, number: list[str]) -> dict[str, list[str]]:
    ids = [joined(value) for value in (*document.ids, document.dossier, document.tracking)]
    if document.issue_date is not None:
        ids.append(date_key(document.issue_date))
    return {
        NUMBER_FULL: _values([" ".join(number)]),
        NUMBER_STARTS: _values([" ".join(number[:end]) for end in range(1, min(len(number), _MAX_STARTS) + 1)]),
        NAMES_FULL: _values([key(name) for name in _names(document)]),
        IDS: _values(ids),
        LINKED_IDS: _values([joined(value) for value in document.linked_ids]),
    }


def _near(document: SearchDocument, number: list[str]) -> dict[str, list[str]]:
    """Names word by word; numbers and codes as a whole, and of numbers the parts that people type alone."""
    names = _names(document)
    number = number[:_MAX_STARTS]
    codes = [*document.ids, *document.linked_ids, document.dossier, document.tracking, "".join(number)]
    codes += [start for end in range(1, len(number)) if len(start := "".join(number[:end])) >= _SHORTEST_PART]
    codes += [part for part in number if part.isdigit() and len(part) > _SHORTEST_PART]
    forms = {form for name in names for word in name.split()[:_MAX_NAME_WORDS] for form in near_forms(word)}
    return {
        NAMES_NEAR: [*forms, *(name_length(len(name.split())) for name in names)],
        CODES_NEAR: list({form for code in codes for form in near_forms(code)}),
    }


def name_length(words: int) -> str:
    """A value in NAMES_NEAR that says how many words a name has; no form looks like it."""
    return f"#{words}"


def _filtered(document: SearchDocument) -> dict[str, list[str]]:
    issued = document.issue_date
    return {
        UNIT: _present([document.unit]),
        TYPE: _values([key(document.document_type)]),
        SECTOR: _values([key(document.sector)]),
        YEAR: [f"{issued.year:04}"] if issued else [],
        STATE: _present([document.state]),
        CONFIDENTIAL: [document.confidential or OPEN],
        DELIVERED: _present([document.delivered]),
        SAMPLE: [str(crc32(document.id.to_bytes(8)) % SAMPLED)],
    }


def _days(document: SearchDocument) -> dict[str, int]:
    """The dates, so that validity on any day is a matter of two numbers."""
    issued, ends = document.issue_date, document.valid_to
    start = document.valid_from or issued
    end = {"revoked": REVOKED, "replaced": REPLACED}.get(document.status, ends.toordinal() if ends else NO_END)
    found = {VALID_FROM: start.toordinal() if start else NO_START, VALID_END: end}
    return found | ({DAY: issued.toordinal()} if issued else {})


def _names(document: SearchDocument) -> list[str]:
    return _present([document.holder, document.co_holder])


def _cut(texts: list[str]) -> tuple[list[str], list[str]]:
    """The words of `texts` without accents, and with."""
    found = [cut(text) for text in texts if text]
    return _present([folded for folded, _ in found]), _present([plain for _, plain in found])


def pairs(words: Sequence[str]) -> list[str]:
    """Each word with the one after it, as one word; each pair once."""
    return list(dict.fromkeys(map("_".join, pairwise(words))))


def _shown(text: str) -> str:
    return nfc(text).encode(errors="replace").decode()


def _present(values: list[str]) -> list[str]:
    return [value for value in values if value]


def _values(values: list[str]) -> list[str]:
    return [value[:MAX_VALUE] for value in values if value]
