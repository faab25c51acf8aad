"""What lines and results are looked up by: writing habits aside, short, and the same for both.

Keys only bring together what is then compared with care; two papers with the same key need not be the same.
"""

from __future__ import annotations

import re
from datetime import date

from core.text import fold, fold_words, plain, words

LONGEST_NUMBER = 64
LONGEST_HOLDER = 200
_RUNNING = re.compile(r"0*(\d{1,12})([a-z]?)(?![a-z0-9])|0*(\d{1,12})")
"""A running number with the letter of one that was put in between (``12a``)."""
_YEAR = re.compile(r"[/\-.]\s*((?:19|20)\d\d)(?!\d)")
_CERTAIN = frozenset("ông bà anh chị cô chú bác em cháu hộ bé".split())
"""Forms of address with their accents: no family name is written like one of them."""
_LIKELY = frozenset({"ong", "ba"})
"""The same with their accents lost; they are also (rare) family names, so two words must be left."""
_HOUSEHOLD = ("ho ong ", "ho ba ", "ho gia dinh ")
"""Folded; alone ``ho`` is the family name Hồ."""


def number_key(number: str, day: date | None) -> str:
    """The running number and the year of a number: ``0577/GPXD`` of 2019 → ``577/2019``; empty where one is missing.

    A year that stands in the number itself (``577/2018/QĐ-UBND``) goes before that of `day`: early in January books of
    the year before are still written in.
    """
    text = fold(number)
    found = _RUNNING.search(text)
    if found is None:
        return ""
    running = f"{found[1]}{found[2]}" if found[1] else found[3]
    said = _YEAR.search(text, found.end())
    year = said[1] if said else str(day.year) if day else ""
    return f"{running}/{year}" if year and running.strip("0") else ""


def holder_key(name: str) -> str:
    """A holder's name without case, accents, punctuation and the forms of address before it, at most 200 characters.

    ``Hộ ông: Nguyễn Văn Ất`` → ``nguyen van at``.
    """
    accented, folded = words(plain(name)), fold_words(name).split()
    if len(accented) != len(folded):  # letters that fold to several words: no form of address is among them
        return " ".join(folded)[:LONGEST_HOLDER].strip()
    at = 0
    while (left := len(folded) - at - 1) > 0:
        household = next((form for form in _HOUSEHOLD if " ".join(folded[at:]).startswith(form)), "")
        if household:
            at += len(household.split())
        elif accented[at] in _CERTAIN or (accented[at] in _LIKELY and left > 1):
            at += 1
        else:
            break
    return " ".join(folded[at:])[:LONGEST_HOLDER].strip()
