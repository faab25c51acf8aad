"""Processes killed at any moment: what is kept running comes back, and nothing is lost, doubled or left half."""

from __future__ import annotations

import os
import shutil
import signal
import time
from pathlib import Path

import pytest

from benchmarks import crash
from tests.catalog.support import use_database
from tests.cli.support import Sohoa, pages_of, served
from tests.flows.support import UNIT, processes_of

KILLS, DOCUMENTS = 6, 8


@pytest.fixture
def killed_home(tmp_path: Path, new_home: Path) -> Path:
    """An installation with a unit, for processes of its own."""
    from catalog import units

    home = tmp_path / "killed"
    shutil.copytree(new_home, home)
    with pages_of(home):
        units.add(UNIT, "Ủy ban nhân dân xã Tân Hòa")
    return home


def _desk(home: Path) -> int | None:
    return next((pid for pid, line in processes_of(home).items() if "flows.desk_process" in line), None)


def _until(true: object, what: str, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not true():  # type: ignore[operator]
        assert time.monotonic() < deadline, what
        time.sleep(0.2)


def test_a_desk_that_is_killed_is_started_again_and_reads_what_comes_in(killed_home: Path, tmp_path: Path) -> None:
    from catalog import arrivals
    from catalog.arrivals import Stage
    from tests.flows.test_desk import bring

    [file] = crash.make(tmp_path / "made", 1).good
    with served(Sohoa(killed_home)), pages_of(killed_home):
        _until(lambda: _desk(killed_home), "the desk is open")
        first = _desk(killed_home)
        assert first
        os.kill(first, signal.SIGKILL)
        id = bring(file)
        _until(lambda: arrivals.show(id).stage is Stage.DONE, "what came in afterwards is read")
        assert _desk(killed_home) != first
    _until(lambda: not processes_of(killed_home), "all end with their parent", 20)


@pytest.mark.alone
def test_kills_lose_nothing_on_one_machine(killed_home: Path, tmp_path: Path) -> None:
    report = crash.survive(killed_home, crash.make(tmp_path / "made", DOCUMENTS), KILLS, 8, print)
    assert report.faults == ()
    assert sum(report.kills.values()) == KILLS


@pytest.mark.alone
def test_kills_lose_nothing_with_services(
    new_home: Path,
    tmp_path: Path,
    migrated_pg_url: str,
    s3_url: str,
    es_url: str,
    es_index: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from catalog import units

    home = tmp_path / "killed"
    shutil.copytree(new_home, home)
    monkeypatch.setenv("SOHOA_STORAGE_URL", s3_url)
    monkeypatch.setenv("SOHOA_SEARCH_URL", es_url)
    monkeypatch.setenv("SOHOA_SEARCH_INDEX", es_index)
    with use_database(migrated_pg_url):
        assert units.listing() == ()
        crash.set_up(home)
        report = crash.survive(home, crash.make(tmp_path / "made", DOCUMENTS), KILLS, 9, print)
    assert report.faults == ()
    assert sum(report.kills.values()) == KILLS
