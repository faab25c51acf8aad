"""A box of two files on the desk, on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog import units
from tests.staging import desk


@pytest.fixture
def office(database: str, home: Path) -> Path:
    """The home of an office with one unit."""
    units.add(desk.UNIT, "Ủy ban nhân dân huyện Lai Vung")
    return home


@pytest.fixture
def box(office: Path, tmp_path: Path) -> tuple[int, int, int]:
    """A batch of two files that were looked at: documents 1–2 and 4 of the first, 1–2 of the second."""
    batch = desk.batch(desk.UNIT)
    first = desk.bring(desk.stack(tmp_path / "hộp 1a.pdf", "tt-t"), batch)
    second = desk.bring(desk.stack(tmp_path / "hộp 1b.pdf", "tt"), batch)
    assert desk.look() == 2
    return batch, first, second
