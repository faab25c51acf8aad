"""Does this read like Vietnamese? A check by the build of syllables, without a dictionary.

OCR without Vietnamese data and old font encodings break the build of syllables in most words.
"""

from __future__ import annotations

import re

from ocr.syllables import is_syllable

_LETTERS = re.compile(r"[^\W\d_]+")
_NEVER = re.compile(r"\(cid:\d+\)|[\ufffd\ue000-\uf8ff\x00-\x08\x0e-\x1f]")
_PIERCED = re.compile(r"[^\W\d_][^\w\s.,:;/()\-–'’\"“”]+[^\W\d_]")
"""A sign inside a word that no word has there, as in ``qu@n``; it makes two "words" of one."""
LEAST_WORDS = 12
"""Fewer syllables say nothing about a layer, and a page of so few words is soon read by OCR."""
LEAST_VALID = 0.8
"""Share of words that are built like Vietnamese; running text has above 0.95, codes lower it."""
LEAST_ACCENTED = 0.35
"""Share of words with an accent or đ; running text has 0.7–0.85, tables of names less."""
MOST_BROKEN = 0.01
"""Share of characters that no text has."""


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
