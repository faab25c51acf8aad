"""The measures, equal in meaning to those of ``bench/score.py`` that goes with the corpora.

A value is right after NFC, Ð→Đ, case folding and one convention for tone marks and, for names and titles, folding of
spaces and punctuation. Identifiers must be right to the last character; only spaces are dropped.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from core.text import fold, plain
from pipeline.evaluation.corpus import Entry
from pipeline.records import FIELD_NAMES

IDENTIFIERS = frozenset({"number", "holder_id", "co_holder_id", "register_number"})
_SEPARATORS = re.compile(r"[\W_]+")
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Found:
    """What was found in a document."""

    text: str
    fields: Mapping[str, str]
    review: frozenset[str]
    """Names of the fields that a person is asked to check, or to look for."""


NOTHING = Found("", {}, frozenset())
"""What counts as found where a document could not be read."""


class Mistake(StrEnum):
    """The ways in which a field can be wrong, the worst first."""

    SILENT = "silent"
    """A wrong value, and nobody is asked."""
    INVENTED = "invented"
    """A value for what the paper does not state, and nobody is asked; counted as silent."""
    MISSED = "missed"
    """No value, and nobody is asked to look for it."""
    ASKED = "asked"
    """A wrong value that a person is asked to check."""
    SOUGHT = "sought"
    """No value; a person is asked to look for it."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One field of a document beside the truth."""

    name: str
    truth: str | None
    """None: the paper does not state it, and a value was given unasked."""
    value: str
    """Empty: none was found."""
    asked: bool
    penned: bool
    """Whether a pen wrote it."""
    right: bool

    @property
    def mistake(self) -> Mistake | None:
        """What is wrong with it; None: nothing."""
        if self.right:
            return None
        if self.truth is None:
            return Mistake.INVENTED
        if not self.value:
            return Mistake.SOUGHT if self.asked else Mistake.MISSED
        return Mistake.ASKED if self.asked else Mistake.SILENT


@dataclass(frozen=True, slots=True)
class Scored:
    """One document beside the truth."""

    entry: Entry
    fields: tuple[Judged, ...]
    """Those that the paper states in the order of the truth, then the invented ones."""
    words: float | None
    """F1 of the printed words, 0–1; None where nobody typed them."""
    folded: float | None
    """The same without accents and case: what a search without accents sees."""


def score(entry: Entry, found: Found) -> Scored:
    """Compare what was found in a document with what is true of it."""
    fields = [_judged(entry, name, truth, found) for name, truth in entry.fields.items()]
    if entry.complete:
        invented = [n for n in FIELD_NAMES if n not in entry.fields and found.fields.get(n) and n not in found.review]
        fields += [Judged(name, None, found.fields[name], False, False, False) for name in invented]
    if not entry.text:
        return Scored(entry, tuple(fields), None, None)
    truth, read = _words(entry.text), _words(found.text)
    return Scored(entry, tuple(fields), _f1(truth, read), _f1(fold(truth), fold(read)))


def is_right(name: str, truth: str, value: str) -> bool:
    """Whether `value` says the same as `truth`; an empty one says nothing."""
    if not value:
        return False
    if name in IDENTIFIERS:
        return _SPACES.sub("", plain(truth)) == _SPACES.sub("", plain(value))
    return _words(truth) == _words(value)


def _judged(entry: Entry, name: str, truth: str, found: Found) -> Judged:
    value = found.fields.get(name, "")
    return Judged(name, truth, value, name in found.review, name in entry.handwritten, is_right(name, truth, value))


def _words(text: str) -> str:
    return _SEPARATORS.sub(" ", plain(text)).strip()


def _f1(truth: str, read: str) -> float:
    """Harmonic mean of recall and precision of words, counted with their repetitions."""
    wanted, given = Counter(truth.split()), Counter(read.split())
    hits = (wanted & given).total()
    return 2 * hits / ((wanted.total() + given.total()) or 1)
