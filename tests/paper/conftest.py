"""Results whose papers can be put somewhere."""

from __future__ import annotations

import pytest

from tests.paper.support import shelve


@pytest.fixture
def papers(database: str) -> list[int]:
    """Ids of three results of one batch of H61.12."""
    return shelve("thùng 1", 3)
