"""People, companies and numbers that agree with themselves."""

from __future__ import annotations

import random
import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from stdnum.vn import mst

DATA = Path(__file__).parent / "data"
FIRST_CCCD = date(2016, 1, 1)
"""Identity cards of twelve digits are issued since then; those of nine stay in use for five years more."""
LAST_CMND = date(2021, 6, 30)
NEW_NAME = date(2024, 7, 1)
"""Since then the card is called căn cước (Luật Căn cước)."""


@dataclass(frozen=True)
class Person:
    """Somebody with an identity card."""

    name: str
    female: bool
    born: date
    id: str
    """12 or 9 digits."""
    card: str
    """What the paper calls the card."""

    @property
    def title(self) -> str:
        """How a letter calls them."""
        return "bà" if self.female else "ông"

    @property
    def sex(self) -> str:
        """As forms have it."""
        return "Nữ" if self.female else "Nam"


@cache
def _groups() -> list[dict[str, Any]]:
    names: list[dict[str, Any]] = tomllib.loads((DATA / "names.toml").read_text("utf-8"))["groups"]
    return names


def name(lots: random.Random, female: bool) -> str:
    """A full name."""
    group = lots.choices(_groups(), [g["weight"] for g in _groups()])[0]
    sex = "female" if female else "male"
    parts = [lots.choice(group["surnames"]), lots.choice(group[f"{sex}_middle"]), lots.choice(group[sex])]
    return " ".join(part for part in parts if part).replace("H' ", "H'")


def person(lots: random.Random, on: date, province: str, ages: tuple[int, int], female: bool | None = None) -> Person:
    """Somebody who is within `ages` (years) `on` that day; `province` is the code of two digits."""
    female = lots.random() < 0.45 if female is None else female
    born = on - timedelta(days=round(365.25 * lots.uniform(*ages)))
    if on < FIRST_CCCD or (on < LAST_CMND and lots.random() < 0.5):
        digits = f"{lots.randint(10, 38):02}{lots.randint(0, 9_999_999):07}"
        return Person(name(lots, female), female, born, digits, lots.choice(["CMND", "Giấy chứng minh nhân dân"]))
    century = 2 * (born.year // 100 - 19) + female
    digits = f"0{province}{century}{born.year % 100:02}{lots.randint(0, 999_999):06}"
    card = "Căn cước" if on >= NEW_NAME else lots.choice(["CCCD", "Căn cước công dân"])
    return Person(name(lots, female), female, born, digits, card)


def enterprise_code(lots: random.Random, prefix: str = "") -> str:
    """A tax code of ten digits with its check digit."""
    while True:
        digits = prefix or f"{lots.randint(1, 63):02}"
        digits += f"{lots.randint(0, 10 ** (9 - len(digits)) - 1):0{9 - len(digits)}}"
        code = digits + mst.calc_check_digit(digits)
        if mst.is_valid(code):
            return str(code)
