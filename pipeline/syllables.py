"""Does this read like Vietnamese? A check by the build of syllables, without a dictionary.

A Vietnamese syllable is an opening consonant (or none), a vowel group, and a closing consonant (or
none), with one tone mark on the vowels; there are few of each. OCR without Vietnamese data and old
font encodings break this build in most words.
"""

from __future__ import annotations

import re
import unicodedata

from core.text import fold, plain

_SYLLABLE = re.compile(
    r"(?:ngh|ng|gh|gi|kh|nh|ph|th|tr|ch|qu|[bcdghklmnpqrstvx])?"
    r"(?:uye|uya|uyu|ieu|yeu|oai|oay|oao|oeo|uay|uoi|uou|uao|ia|ie|ya|ye|iu|oa|oe|oi|oo|ua|ue|ui|uo|uy|uu|"
    r"ai|ao|au|ay|eo|eu|[aeiouy])"
    r"(?:ch|ng|nh|[cmnpt])?"
)
_LETTERS = re.compile(r"[^\W\d_]+")
_NEVER = re.compile(r"\(cid:\d+\)|[\ufffd\ue000-\uf8ff\x00-\x08\x0e-\x1f]")
_PIERCED = re.compile(r"[^\W\d_][^\w\s.,:;/()\-–'’\"“”]+[^\W\d_]")
"""A sign inside a word that no word has there, as in ``qu@n``; it makes two "words" of one."""
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
_SHAPES = frozenset("\u0302\u0306\u031b")

LEAST_WORDS = 12
"""Fewer syllables say nothing about a layer, and a page of so few words is soon read by OCR."""
LEAST_VALID = 0.8
"""Share of words that are built like Vietnamese; running text has above 0.95, codes lower it."""
LEAST_ACCENTED = 0.35
"""Share of words with an accent or đ; running text has 0.7–0.85, tables of names less."""
MOST_BROKEN = 0.01
"""Share of characters that no text has."""


def is_syllable(word: str) -> bool:
    """Whether `word` (letters only, any case) is built like a Vietnamese syllable."""
    if not _SYLLABLE.fullmatch(fold(word)):
        return False
    marks = [c for c in unicodedata.normalize("NFD", plain(word)) if unicodedata.combining(c)]
    return all(m in _TONES or m in _SHAPES for m in marks) and sum(m in _TONES for m in marks) <= 1


def has_accent(word: str) -> bool:
    """Whether `word` has a letter that is not ASCII."""
    return not word.isascii()


def reads_like_vietnamese(words: list[str]) -> bool:
    """Whether `words` (as they stand, with punctuation) are by and large Vietnamese."""
    text = " ".join(words)
    if len(_NEVER.findall(text)) > MOST_BROKEN * max(len(text), 1):
        return False
    plain_words = [w for w in words if not any(c.isdigit() for c in w)]
    letters = [w for word in plain_words for w in _LETTERS.findall(word)]
    if len(letters) < LEAST_WORDS:
        return False
    pierced = sum(bool(_PIERCED.search(w)) for w in plain_words)
    valid = (sum(is_syllable(w) for w in letters) - 2 * pierced) / len(letters)
    accented = sum(has_accent(w) for w in letters) / len(letters)
    return valid >= LEAST_VALID and accented >= LEAST_ACCENTED
