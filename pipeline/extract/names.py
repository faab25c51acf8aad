"""Names of persons: where they end, how they are written, and how likely they were read right."""

from __future__ import annotations

import re
from functools import lru_cache

from rapidfuzz.distance import Levenshtein

from core.text import fold, fold_words, nfc
from ocr.syllables import is_syllable
from pipeline.extract import lists

_DEGREES = re.compile(
    r"^\W*(?:(?:GS|PGS|TS|T[hH]S|BS|DS|KS|KTS|CN|LS|TTND|TTƯT|NGND|NGƯT|CK\s?I{1,2}|BSCK\s?I{1,2}|Ths|Bs|Ds|Ks"
    r"|(?:Đại|Thượng|Trung|Thiếu)\s(?:tá|úy))[.,:]?\s*)+(?=[^\W\d_])(?<=[.\s])"
)
"""Academic degrees, titles of honour and ranks before a name."""
_LABELS = (
    *("gioi tinh", "can cu", "can cuoc", "chung minh", "giay chung", "giay to", "so cmnd", "so cccd", "so dinh"),
    *("sinh ngay", "sinh nam", "ngay sinh", "nam sinh", "ngay thang", "quoc tich", "dan toc", "ho chieu", "dia chi"),
    *("noi o", "noi sinh", "noi cu", "thuong tru", "cu tru", "hien o", "chuc vu", "chuc danh", "dien thoai", "so dien"),
    *("cmnd", "cccd", "full name", "ngay cap", "noi cap", "que quan", "ma so", "so cmt"),
)
"""Folded words that begin the next label of a form."""
_END = re.compile(r"[,;:.(/|]|\d")


@lru_cache(maxsize=1)
def surnames() -> frozenset[str]:
    """Surnames of Viet Nam's peoples, lower case (pipeline/data/surnames.txt)."""
    return frozenset(name.lower() for name in lists.lines("surnames.txt"))


@lru_cache(maxsize=1)
def _folded_surnames() -> frozenset[str]:
    return frozenset(fold(name) for name in surnames())


_FREQUENT = 28
"""So many surnames at the head of the list belong to nine of ten people."""


_MARKS_LOST = 0.88
"""How far a rare surname is trusted that differs from a frequent one by marks only (``Đỉnh``, ``Trân``)."""


@lru_cache(maxsize=1024)
def _is_rare_twin(surname: str) -> bool:
    frequent = lists.lines("surnames.txt")[:_FREQUENT]
    return surname.capitalize() not in frequent and any(fold(name) == fold(surname) for name in frequent)


@lru_cache(maxsize=1024)
def _likely_surname(word: str) -> str | None:
    """The surname that a misread `word` stands for; None where none or more than one comes near.

    A word that can be a syllable is only taken for a frequent surname, one that cannot be for any; first
    one that differs by marks only, then one that differs by a single letter.
    """
    known = lists.lines("surnames.txt")
    known = known[:_FREQUENT] if is_syllable(word) else known
    same = next((n for n in known if fold(n) == fold(word)), None)
    near = [n for n in known if len(n) > 2 and Levenshtein.distance(n.lower(), word.lower(), score_cutoff=1) == 1]
    return same or (near[0] if len(near) == 1 else None)


def with_likely_surname(name: str) -> str:
    """`name` with a first word that is no surname replaced by the one that it likely is.

    A suggestion: `belief` in what was read stays low, so a person is asked.
    """
    first, *others = name.split()
    if first.lower() in surnames():
        return name
    return " ".join([_likely_surname(first) or first, *others])


def person(text: str) -> str | None:
    """The person's name that `text` begins with, in title case; None where it begins with none.

    A name is 2–6 words, each with a capital letter, the end marked by punctuation, a digit, or a
    word in small letters.
    """
    words: list[str] = []
    tokens = _DEGREES.sub("", nfc(text).replace("_", " ")).split()
    for place, token in enumerate(tokens):
        if fold_words(" ".join(tokens[place : place + 2])).startswith(_LABELS):
            break
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
        return _MARKS_LOST if _is_rare_twin(parts[0]) else 1.0
    return 0.6 if fold(parts[0]) in _folded_surnames() else 0.7
