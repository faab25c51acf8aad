"""A catalog with two units."""

from __future__ import annotations

import pytest

from tests.registers import support


@pytest.fixture
def register(database: str) -> str:
    """The code of a unit without a register yet, on each kind of database."""
    support.set_up()
    return support.UNIT
