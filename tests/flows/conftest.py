"""A catalog with one unit, a folder for objects and an index, all in a home of the test's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import catalog

catalog.setup()

from tests.catalog.support import use_database  # noqa: E402
from tests.flows.support import UNIT, Story  # noqa: E402


@pytest.fixture
def installed(home: Path) -> Iterator[Path]:
    """The home of an installation on this machine alone; processes that the test starts use it as well."""
    from catalog import units
    from flows.drain import search_index

    with use_database(f"sqlite:///{home / 'catalog.sqlite3'}"):
        catalog.migrate()
        units.add(UNIT, "Ủy ban nhân dân xã Tân Hòa")
        with search_index() as index:
            index.rebuild([])
        yield home


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """An empty folder for files to take in."""
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


@pytest.fixture
def story() -> Story:
    """Remembers what a run told."""
    return Story()
