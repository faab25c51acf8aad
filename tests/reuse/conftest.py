"""Each test of reuse gets an empty, migrated database of its own, on SQLite and on PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import catalog
from pipeline.records import ArchiveFile
from tests.catalog.support import use_database
from tests.reuse.support import Paper, archive_file, recorded


@pytest.fixture(scope="session")
def empty_ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file without rows, to be copied."""
    path = tmp_path_factory.mktemp("reuse") / "empty.sqlite3"
    with use_database(f"sqlite:///{path}"):
        catalog.migrate()
    return path


@pytest.fixture
def sqlite_url(home: Path, empty_ledger: Path) -> str:
    path = home / "catalog.sqlite3"
    shutil.copyfile(empty_ledger, path)
    return f"sqlite:///{path}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, home: Path) -> Iterator[str]:
    """URL of the database under test."""
    url = str(request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "migrated_pg_url"))
    with use_database(url):
        yield url


@pytest.fixture
def units(database: str) -> tuple[str, str]:
    """Codes of the unit that keeps results, and of one that handles dossiers."""
    from catalog import units

    keeper = units.add("H61.12", "Ủy ban nhân dân huyện Lai Vung").code
    return keeper, units.add("H61.12.3", "Ủy ban nhân dân xã Tân Hòa", parent=keeper).code


@pytest.fixture
def permit(units: tuple[str, str]) -> int:
    """Id of a building permit that is in force."""
    return recorded(Paper(), units[0])


@pytest.fixture(scope="session")
def archived(tmp_path_factory: pytest.TempPathFactory) -> ArchiveFile:
    """An archive file of two pages."""
    return archive_file(tmp_path_factory.mktemp("archive"))
