"""Places that exist: old ones before 2025-07-01, new ones since."""

from __future__ import annotations

import random
import sqlite3
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import vietnamadminunits

REFORM = date(2025, 7, 1)
"""Districts ended; provinces and communes merged."""
OLD = "SELECT province, district, ward, provinceShort, districtShort, wardShort, provinceCode FROM admin_units_legacy"
KINDS = ("thành phố", "thị xã", "thị trấn", "huyện", "quận", "tỉnh", "phường", "xã", "đặc khu")
NEW = "SELECT province, '', ward, provinceShort, '', wardShort, provinceCode FROM admin_units"


@dataclass(frozen=True)
class Place:
    """A commune with what it belongs to. Kinds in small letters: ``xã Tân Phú``, ``tỉnh Bến Tre``."""

    province: str
    district: str
    """Empty since districts ended."""
    ward: str
    province_name: str
    """Without its kind."""
    district_name: str
    ward_name: str
    code: str
    """The province's, two digits."""

    @property
    def full(self) -> str:
        """From the small to the large."""
        return ", ".join(part for part in (self.ward, self.district, self.province) if part)


@cache
def _known(query: str) -> list[tuple[str, ...]]:
    file = Path(vietnamadminunits.__file__).parent / "data" / "dataset.db"
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as rows:
        return sorted(row for row in rows.execute(query) if all(row[:1] + row[2:4] + row[5:]) and "/" not in str(row))


def _small(unit: str) -> str:
    """``Thành Phố Bắc Kạn`` with its kind in small letters."""
    kind = next((kind for kind in KINDS if unit.lower().startswith(kind + " ")), "")
    return kind + unit[len(kind) :]


def place(lots: random.Random, on: date, rural: bool = False) -> Place:
    """A commune that there was `on` that day (merges before 2025 are not known); `rural`: a village's."""
    rows = _known(OLD if on < REFORM else NEW)
    while True:
        province, district, ward, *short = lots.choice(rows)
        named = bool(short[1]) or on >= REFORM
        if named and (
            not rural or (ward.startswith("Xã") and province.startswith("Tỉnh") and not district.startswith("Q"))
        ):
            return Place(_small(province), _small(district), _small(ward), *short)
