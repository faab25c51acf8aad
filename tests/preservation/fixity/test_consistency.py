"""Whatever is done behind the program's back is found and named, and nothing else is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from preservation.fixity import consistency
from tests.preservation.support import store


@pytest.fixture
def index(filled: Path) -> Iterator[object]:
    from flows.drain import search_index

    with search_index() as opened:
        yield opened


def test_a_whole_installation_is_whole(filled: Path, index: object) -> None:
    assert list(consistency.check(store(), index)) == []
