"""Personal identity numbers: CCCD/định danh (12 digits) and CMND (9 digits).

CCCD (Nghị định 137/2015, điều 13): 3 digits province or country, 1 digit century and sex, 2 digits
year of birth, 6 random. There is no check digit; what can be checked is the province, the century
and, where the birth year is known, the year.
"""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum

ID_NUMBER = re.compile(r"(?<!\d)(?:\d[ .]?){8}\d(?:[ .]?\d[ .]?\d[ .]?\d)?(?!\d)")

PROVINCES = frozenset(
    "001 002 004 006 008 010 011 012 014 015 017 019 020 022 024 025 026 027 030 031 033 034 035 036 037 038 040 042 "
    "044 045 046 048 049 051 052 054 056 058 060 062 064 066 067 068 070 072 074 075 077 079 080 082 083 084 086 087 "
    "089 091 092 093 094 095 096".split()
)
"""Codes of the 63 provinces (Thông tư 07/2016/TT-BCA, phụ lục I)."""


class Flaw(StrEnum):
    """What speaks against an ID number."""

    LENGTH = "length"
    PROVINCE = "province"
    FUTURE = "future"
    """Its holder would not be born yet."""
    BIRTH_YEAR = "birth_year"
    """Its holder was born in another year."""


def digits(text: str) -> str:
    """The digits of `text`."""
    return re.sub(r"\D", "", text)


def belief(number: str, born: date | None, year: int | None = None) -> float:
    """How far an ID number (digits only) can be trusted by its own structure, 0–1."""
    birth_year = born.year if born else year
    if flaw(number, birth_year):
        return 0.3
    if len(number) == 9:
        return 0.95
    return 0.96 if birth_year is None else 1.0


def flaw(number: str, birth_year: int | None) -> Flaw | None:
    """What speaks against an ID number (digits only) of somebody born in `birth_year` (None: not known)."""
    if len(number) == 9:
        return None
    if len(number) != 12:
        return Flaw.LENGTH
    if number[:3] not in PROVINCES:
        return Flaw.PROVINCE
    coded = 1900 + 100 * (int(number[3]) // 2) + int(number[4:6])
    if birth_year is None:
        return Flaw.FUTURE if coded > date.today().year else None
    return None if coded == birth_year else Flaw.BIRTH_YEAR
