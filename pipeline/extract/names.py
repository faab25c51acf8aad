"""Names of persons: where they end, how they are written, and how likely they were read right."""

from __future__ import annotations

import re
from functools import lru_cache

from core.text import fold, nfc
from ocr.syllables import is_syllable
from pipeline.extract import lists

_END = re.compile(r"[,;:.(/|]|\d")


@lru_cache(maxsize=1)
def surnames() -> frozenset[str]:
    """Surnames of Viet Nam's peoples, lower case (pipeline/data/surnames.txt)."""
    return frozenset(name.lower() for name in lists.lines("surnames.txt"))


@lru_cache(maxsize=1)
def _folded_surnames() -> frozenset[str]:
    return frozenset(fold(name) for name in surnames())


def person(text: str) -> str | None:
    """The person's name that `text` begins with, in title case; None where it begins with none.

    A name is 2–6 words, each with a capital letter, the end marked by punctuation, a digit, or a
    word in small letters.
    """
    words: list[str] = []
    for token in nfc(text).replace("_", " ").split():
        end = _END.search(token)
        word = token[: end.start()] if end else token
        word = word.strip("-'’‘`\"“”*~^•›—")
        if not word or not word[0].isupper():
            break
        if words and words[0].isupper() and not word.isupper() and len(word) > 1:
            break  # a name in capitals ended: "BÙI HỮU DỀNH Giới tính"
        words.append(word)
        if end:
            break
    if not 2 <= len(words) <= 6:
        return None
    return " ".join(word.capitalize() for word in words)


def belief(name: str) -> float:
    """How far a name can be trusted by its own form, 0–1: known surname, possible syllables."""
    parts = name.split()
    if not all(is_syllable(part) for part in parts):
        return 0.45
    if parts[0].lower() in surnames():
        return 1.0
    return 0.6 if fold(parts[0]) in _folded_surnames() else 0.7
