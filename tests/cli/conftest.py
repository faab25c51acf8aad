"""The command with homes in different states."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.support import Sohoa, pages_of
from tests.web import library


@pytest.fixture
def sohoa(home: Path) -> Sohoa:
    """The command with an empty home."""
    return Sohoa(home)


@pytest.fixture
def set_up(home: Path, new_home: Path) -> Sohoa:
    """The command with a home after ``sohoa init``."""
    shutil.copytree(new_home, home, dirs_exist_ok=True)
    return Sohoa(home)


@pytest.fixture
def with_unit(set_up: Sohoa) -> Sohoa:
    """The same with the unit H61."""
    assert set_up("units", "add", "H61", "Tỉnh").code == 0
    return set_up


@pytest.fixture(scope="session")
def ready_home(tmp_path_factory: pytest.TempPathFactory, new_home: Path) -> Path:
    """A home that was set up, with two units and two results in it; tests that use it only add events."""
    home = tmp_path_factory.mktemp("ready") / "home"
    shutil.copytree(new_home, home)
    with pages_of(home):
        library.units()
        library.put(library.PERMIT, home.parent / "permit")
        library.put(library.BIRTH, home.parent / "birth")
    return home


@pytest.fixture
def ready(ready_home: Path) -> Sohoa:
    """The command with two results: 1 is the building permit, 2 the birth certificate."""
    return Sohoa(ready_home)
