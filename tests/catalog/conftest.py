"""Each test of the catalog gets an empty, migrated database of its own, on SQLite and on PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import catalog
from tests.catalog.support import use_database


@pytest.fixture(scope="session")
def empty_catalog(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file without rows, to be copied."""
    path = tmp_path_factory.mktemp("catalog") / "empty.sqlite3"
    with use_database(f"sqlite:///{path}"):
        catalog.migrate()
    return path


@pytest.fixture
def sqlite_url(home: Path, empty_catalog: Path) -> str:
    path = home / "catalog.sqlite3"
    shutil.copyfile(empty_catalog, path)
    return f"sqlite:///{path}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, home: Path) -> Iterator[str]:
    """URL of the database under test; `catalog` works on it, and processes started by the test do too."""
    url = str(request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "migrated_pg_url"))
    with use_database(url):
        yield url


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
