"""Two machines at one catalog: workers in processes of their own, one of which is killed while it works."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest

import catalog
from flows import server
from tests.catalog.support import use_database

UNITS = ("H61.1", "H61.2", "H61.3", "H61.4")
"""A chunk is of one unit, so these make four."""
DOCUMENTS = 16
SECONDS = 240.0


def _files(corpus: Path) -> list[Path]:
    docs = corpus / "docs" if (corpus / "docs").is_dir() else corpus
    return sorted(docs.glob("*.pdf"))[:DOCUMENTS]


@contextmanager
def _process(home: Path, environment: Mapping[str, str], *command: str) -> Iterator[subprocess.Popen[bytes]]:
    """``sohoa``-like process of a machine whose home is `home`; it and its children are gone at the end."""
    home.mkdir(mode=0o700, exist_ok=True)
    with (home / f"{command[-1]}.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", *command],
            env={**os.environ, **environment, "SOHOA_HOME": str(home)},
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        _kill(process)


def _kill(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(10)


def _until(true: Callable[[], bool], what: str, seconds: float = SECONDS) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, what
        time.sleep(0.2)


@pytest.mark.timeout(600)
@pytest.mark.alone
def test_two_workers_share_the_work_and_one_may_be_killed(  # noqa: PLR0917 - real services, one each
    corpus: Path,
    tmp_path: Path,
    home: Path,
    prefect_database: Path,
    migrated_pg_url: str,
    s3_url: str,
    es_url: str,
    es_index: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings = {
        "SOHOA_DATABASE_URL": migrated_pg_url,
        "SOHOA_STORAGE_URL": s3_url,
        "SOHOA_SEARCH_URL": es_url,
        "SOHOA_SEARCH_INDEX": es_index,
        "SOHOA_WORK_POOL": "test",
        "SOHOA_LEASE_SECONDS": "6",
        "SOHOA_JOBS": "1",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    from core.settings import settings as current

    current.cache_clear()
    with ExitStack() as stack:
        stack.enter_context(use_database(migrated_pg_url))
        started = stack.enter_context(server.own("server.log", {}))
        reached = {"PREFECT_API_URL": started.url, "PREFECT_API_AUTH_STRING": started.auth}
        files = _files(corpus)
        ids = _take_in(files)

        init = [sys.executable, "-m", "cli", "init"]
        done = subprocess.run(init, env={**os.environ, **reached}, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        stack.enter_context(_process(tmp_path / "door", reached, "flows.dispatch_process"))
        one = stack.enter_context(_process(tmp_path / "one", reached, "cli", "worker"))
        two = stack.enter_context(_process(tmp_path / "two", reached, "cli", "worker"))
        seen: set[str] = set()

        def at_work() -> bool:
            from catalog import scans

            seen.update(scan.holder.partition("/")[0] for scan in scans.unfinished() if scan.holder)
            return len(seen) == 2

        _until(at_work, "both workers are at work")
        _kill(one)
        _until(lambda: _left() == 0, "all is read")
        _kill(two)

        _all_is_right(ids)
        catalog.close()


def _take_in(files: list[Path]) -> list[int]:
    import hashlib

    from catalog import batches, scans, units
    from core.settings import settings
    from flows.drain import search_index
    from pipeline.intake import Limits, inspect
    from pipeline.records import SplitRule
    from storage import open_store

    for unit in UNITS:
        units.add(unit, f"Ủy ban nhân dân xã {unit}")
    store = open_store(settings().storage)
    store.check()
    with search_index() as index:
        index.rebuild([])
    homes = [batches.open_batch(unit, None, "box") for unit in UNITS]
    ids = []
    for number, file in enumerate(files):
        scan = inspect(file, file.name, Limits.of(settings()), settings().root / "copies")
        assert scan.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
        ids.append(scans.receive(scan, homes[number % len(homes)], SplitRule.SEPARATOR).id)
        scans.stored(ids[-1], store.put(scan.path, scan.sha256, scan.media_type.value))
    return ids


def _left() -> int:
    from catalog import outbox, scans

    return len(scans.unfinished()) + outbox.count()


def _all_is_right(ids: list[int]) -> None:
    from catalog import batches, events, results, scans
    from flows.drain import search_index

    rows = scans.rows(ids)
    assert {row.state for row in rows.values()} == {"done"}
    assert all(results.done_ordinals(id) for id in ids)
    with search_index() as index:
        assert index.count() == batches.status().documents
    assert all(events.verify(unit).sound for unit in UNITS)
