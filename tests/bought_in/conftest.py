"""A home with a unit, and a folder of a contractor."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bought_in import support


@pytest.fixture
def delivered(database: str, tmp_path: Path) -> Path:
    """The folder, where a catalog with its unit is set up."""
    support.unit()
    return support.folder(tmp_path / "đợt 7")
