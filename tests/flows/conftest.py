"""A catalog with one unit, a folder for objects and an index, all in a home of the test's own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import catalog
from tests.catalog.support import run_python, use_database
from tests.flows.support import UNIT, Story


@pytest.fixture(scope="session")
def prefect_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Prefect's own database, made once: that takes ten seconds of a processor."""
    home = tmp_path_factory.mktemp("prefect")
    code = "from flows import server; c = server.own('server.log', {}); c.__enter__(); c.__exit__(None, None, None)"
    _, err = run_python(code, SOHOA_HOME=str(home)).communicate(timeout=240)
    assert err == ""
    return home / "prefect"


@pytest.fixture
def installed(home: Path, prefect_database: Path) -> Iterator[Path]:
    """The home of an installation on this machine alone; processes that the test starts use it as well."""
    from catalog import units
    from flows.drain import search_index

    with use_database(f"sqlite:///{home / 'catalog.sqlite3'}"):
        catalog.migrate()
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
