"""Each test of reuse gets an empty, migrated database of its own, on SQLite and on PostgreSQL."""

from __future__ import annotations

import pytest

from pipeline.records import ArchiveFile
from tests.reuse.support import Paper, archive_file, recorded


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
