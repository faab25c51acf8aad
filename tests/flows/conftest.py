"""A catalog with one unit, a folder for objects and an index, all in a home of the test's own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.catalog.support import use_database
from tests.flows.support import UNIT, Story


@pytest.fixture
def installed(home: Path, prefect_database: Path, sqlite_url: str) -> Iterator[Path]:
    """The home of an installation on this machine alone; processes that the test starts use it as well."""
    from catalog import units
    from flows.drain import search_index

    with use_database(sqlite_url):
        shutil.copytree(prefect_database, home / "prefect", ignore=shutil.ignore_patterns("*.log"))
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
