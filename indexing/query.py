"""What a clerk typed, understood: one parser for both backends.

There is no query language to learn and none to break: apart from double quotes, everything that is
not a letter or a digit only separates words, and ``AND``, ``*`` or ``:`` mean nothing. Numbers, serials,
IDs, codes of dossiers and dates are recognised by their shape, however they are spaced.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from core.text import nfc
from indexing.typed_filters import Filters, split_filters
from indexing.words import fold_tokens, plain_tokens

__all__ = ["MAX_TERMS", "Filters", "ParsedQuery", "Term", "parse", "split_filters"]

MAX_CHARS = 1_000
"""Characters of a query that are looked at; the rest is ignored."""

MAX_TERMS = 24
"""Terms of a query that are looked at; the rest is ignored."""

MIN_PREFIX = 2
"""A word that is still being typed is completed from this length on."""

_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»″", '"'))
_SPACED_ID = re.compile(r"(?<!\S)\d{1,6}(?:[ .]\d{1,6})+(?!\S)")
_ID_LENGTHS = (9, 10, 12)  # CMND, tax code, CCCD
_SPACED_SERIAL = re.compile(r"(?<!\S)(?!so )([a-zđ]{1,2}) (\d{5,8})(?!\S)", re.IGNORECASE)
_SPACED_PARCEL = re.compile(r"(?<!\S)([a-z]{2}) (\d{9}) ([a-z]{2})(?!\S)", re.IGNORECASE)  # UPU S10: EA 123456789 VN
_SPACED_SLASH = re.compile(r"(?<!\S)(\d{1,5}[^\W\d_]?) ?/ ?(?:(\d{4}) ?/ ?)?(?=[^\W\d_])")
_NUMBER_DASH = re.compile(r"(?<!\S)(\d+[^\W\d_]?/\S*[^\W_]) ?- ?([^\W\d_]+(?![^\s-]))")
_SPACED_DOSSIER = re.compile(r"(?<!\S)((?:[^\W\d_]\d{2}|\d{3})(?:\.\w{1,3})*) ?- ?(\d{6}) ?- ?(\d{3,6})(?!\S)")
_DATE = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})\W*")


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that must be found: a word, or several that stand next to each other."""

    folded: tuple[str, ...]
    """Its words without accents, at least one."""
    accented: tuple[str, ...]
    """The same with accents."""
    prefix: bool = False
    """Whether the last word may go on (it is still being typed)."""
    quoted: bool = False
    """Whether quotes say that it must be found as it is."""
    day: date | None = None
    """The date that it may stand for."""

    @property
    def key(self) -> str:
        """The folded words joined by spaces."""
        return " ".join(self.folded)


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """A query understood."""

    terms: tuple[Term, ...] = ()
    """Without repetitions, in the order typed."""
    sequence: tuple[str, ...] = ()
    """All folded words in the order typed, to find them next to each other."""
    blank: bool = True
    """Whether nothing at all was typed (as opposed to nothing that can be looked for)."""


def parse(text: str) -> ParsedQuery:
    """`text` as typed by a person, in any Unicode form; never fails."""
    clean = _clean(text)
    unique: dict[tuple[object, ...], Term] = {}
    for term in _terms(clean):
        unique.setdefault((term.accented, term.quoted), term)
    terms = list(unique.values())[:MAX_TERMS]
    sequence = tuple(word for term in terms for word in term.folded)
    return ParsedQuery(tuple(terms), sequence, blank=not text.strip())


def _clean(text: str) -> str:
    """NFC, without control and format characters, runs of white space as one space."""
    start = nfc(text[:MAX_CHARS]).translate(_QUOTES)
    visible = (
        "" if unicodedata.category(c) == "Cf" else " " if unicodedata.category(c)[0] == "C" else c for c in start
    )
    return re.sub(r"\s+", " ", "".join(visible))


def _terms(text: str) -> Iterator[Term]:
    """Every second part between quotes is quoted; an open quote reaches to the end."""
    parts = text.split('"')
    for position, part in enumerate(parts):
        typing = position == len(parts) - 1 and part[-1:].isalnum()
        if position % 2:
            yield from _term(part, prefix=typing, quoted=True)
            continue
        chunks = _glue(part).split()
        for number, chunk in enumerate(chunks, start=1):
            yield from _term(chunk, prefix=typing and number == len(chunks))


def _glue(text: str) -> str:
    """`text` with the spaces taken out of codes of dossiers, IDs, serials and document numbers."""
    text = _SPACED_DOSSIER.sub(r"\1-\2-\3", text)
    text = _SPACED_PARCEL.sub(r"\1\2\3", text)
    text = _SPACED_ID.sub(_glue_id, text)
    text = _SPACED_SERIAL.sub(r"\1\2", text)
    text = _SPACED_SLASH.sub(lambda m: f"{m[1]}/{m[2]}/" if m[2] else f"{m[1]}/", text)
    while (longer := _NUMBER_DASH.sub(_glue_dash, text)) != text:
        text = longer
    return text


def _glue_id(match: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", match[0])
    return digits if len(digits) in _ID_LENGTHS else match[0]


def _glue_dash(match: re.Match[str]) -> str:
    """``1234/QĐ - UBND`` is one number, ``1234/QĐ-UBND - Lan`` is a number and a name."""
    last = match.end() == len(match.string.rstrip())
    abbreviation = match[2].isupper() or (last and match[2].islower())
    return f"{match[1]}-{match[2]}" if abbreviation else match[0]


def _term(chunk: str, *, prefix: bool, quoted: bool = False) -> Iterator[Term]:
    folded, accented = tuple(fold_tokens(chunk)), tuple(plain_tokens(chunk))
    if folded:
        prefix = prefix and len(folded[-1]) >= MIN_PREFIX
        yield Term(folded, accented, prefix=prefix, quoted=quoted, day=_date(chunk))


def _date(chunk: str) -> date | None:
    """Day first, as dates are written in Vietnam."""
    match = _DATE.fullmatch(chunk)
    try:
        return date(int(match[3]), int(match[2]), int(match[1])) if match else None
    except ValueError:  # 31/02/2020
        return None
