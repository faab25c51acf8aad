"""Each test of the catalog gets an empty, migrated database of its own, on SQLite and on PostgreSQL."""

from __future__ import annotations

import pytest


@pytest.fixture
def unit(database: str) -> str:
    """Code of a unit."""
    from catalog import units

    return units.add("H61.12.3", "Ủy ban nhân dân xã Tân Hòa").code


@pytest.fixture
def batch(unit: str) -> int:
    """Id of a batch of `unit`."""
    from catalog import batches

    return batches.open_batch(unit, None, "thùng 1")
