"""What work needs goes away in the middle of a batch and comes back: work waits, goes on, and nothing is lost."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Callable, Container, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

import catalog
from catalog import units
from catalog.models import Document, Result, Scan
from core import outages
from core.settings import settings
from flows.run import IngestSummary
from pipeline.process import Job
from pipeline.records import Scan as Passed
from preservation.fixity import consistency
from storage import open_store
from tests.catalog.support import use_database
from tests.flows import support
from tests.flows.support import UNIT, Outcome, Story, plain_process, request, tiff
from tests.survival import servers
from tests.survival.proxy import Proxy, proxy
from tests.survival.servers import Server

SCANS, PAGES = 3, 4
AWAY_SECONDS = 3.0


class Gate:
    """A reader that needs no OCR, and waits in the middle of the batch until the fault is there."""

    def __init__(self) -> None:
        self.reached, self.on = threading.Event(), threading.Event()

    def process(self, scan: Passed, job: Job, skip: Container[int] = frozenset()) -> Iterator[Outcome]:
        for number, document in enumerate(plain_process(scan, job, skip)):
            if number == PAGES // 2:
                self.reached.set()
                assert self.on.wait(60)
            yield document


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Gate:
    made = Gate()
    monkeypatch.setattr("flows.work.process", made.process)
    monkeypatch.setattr("flows.patience.PAUSES", (0.2, 0.5))
    monkeypatch.setattr("flows.drain.EVERY", 0.1)
    monkeypatch.setattr("flows.drain.AGAIN", 0.5)
    return made


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    for number in range(SCANS):
        tiff(folder / f"{number}.tif", PAGES, shade=number)
    return folder


@pytest.fixture
def setting(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    def change(name: str, value: str) -> None:
        monkeypatch.setenv(name, value)
        settings.cache_clear()

    return change


@contextmanager
def installed(url: str) -> Iterator[None]:
    from flows.drain import search_index

    with use_database(url):
        catalog.migrate()
        units.add(UNIT, "Ủy ban nhân dân xã Tân Hòa")
        with search_index() as index:
            index.rebuild([])
        yield


def survives(
    gate: Gate, inbox: Path, what: str, away: Callable[[], None], back: Callable[[], None]
) -> tuple[IngestSummary, Story]:
    """Run a batch; `what` goes in its middle, that is noted, it comes back; then look whether all is right."""
    story = Story()

    def work() -> IngestSummary:
        try:
            return support.run(request(inbox), story)
        finally:
            catalog.close()

    with ThreadPoolExecutor(1) as beside:
        run = beside.submit(work)
        try:
            assert gate.reached.wait(60), "work begins"
            away()
            gate.on.set()
            _until(lambda: any(outage.what == what for outage in outages.current()), "the outage is noted")
            time.sleep(AWAY_SECONDS)
        finally:
            gate.on.set()
            back()
        summary = run.result(90)
    if summary.pending:  # a run does not wait for search: the next one tells it
        assert (what, support.run(request(inbox)).pending) == ("search", 0)
    catalog.close()  # this thread's connection may have been cut as well
    assert outages.current() == (), "it is over"
    assert (summary.documents, summary.failed, summary.busy) == (SCANS * PAGES, 0, 0), story.lines
    nothing_is_lost()
    return summary, story


def nothing_is_lost() -> None:
    """Each document is recorded once, and objects, rows, index and events are as they should be."""
    from flows.drain import search_index

    assert Scan.objects.filter(state="done").count() == SCANS
    assert (Document.objects.count(), Result.objects.count()) == (SCANS * PAGES, SCANS * PAGES)
    with search_index() as index:
        found = list(consistency.check(open_store(settings().storage), index))
    assert found == []


def _until(true: Callable[[], bool], what: str, seconds: float = 40) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, what
        time.sleep(0.05)


@pytest.fixture
def bucket(tmp_path: Path, setting: Callable[[str, str], None], sqlite_url: str) -> Iterator[Server]:
    """An installation with an object store of its own."""
    if not servers.MINIO.is_file():
        pytest.skip("MinIO is not built here: ./run services")
    with servers.minio(tmp_path) as server:
        setting("SOHOA_STORAGE_URL", server.url)
        with installed(sqlite_url):
            yield server


def test_an_object_store_that_stops(gate: Gate, inbox: Path, bucket: Server) -> None:
    _, story = survives(gate, inbox, "storage", bucket.stop, bucket.start)
    assert [line for line in story.lines if line.startswith("waiting: ")]
    assert [line for line in story.lines if line.startswith("going on: ")]


def test_an_object_store_that_is_slow_is_waited_for(
    gate: Gate, inbox: Path, bucket: Server, setting: Callable[[str, str], None]
) -> None:
    with through(bucket.url) as (between, url):
        setting("SOHOA_STORAGE_URL", url)
        story = Story()

        def slow() -> None:
            assert gate.reached.wait(60)
            between.delay = 10.0
            gate.on.set()
            time.sleep(10.5)  # one answer of ten seconds; they come side by side
            between.delay = 0.0

        beside = threading.Thread(target=slow)
        beside.start()
        summary = support.run(request(inbox), story)
        beside.join()
        assert (summary.documents, summary.failed, summary.busy) == (SCANS * PAGES, 0, 0), story.lines
        nothing_is_lost()


def test_a_folder_without_room(
    gate: Gate, inbox: Path, tmp_path: Path, sqlite_url: str, setting: Callable[[str, str], None]
) -> None:
    with small_disk(tmp_path / "small") as disk:
        setting("SOHOA_STORAGE_URL", f"file://{disk / 'objects'}")

        def fill() -> None:
            with suppress(OSError), (disk / "ballast").open("wb", buffering=0) as ballast:
                while ballast.write(b"x" * 1024):
                    pass

        with installed(sqlite_url):
            survives(gate, inbox, "storage", fill, (disk / "ballast").unlink)


def test_a_postgresql_that_stops(gate: Gate, inbox: Path, home: Path) -> None:
    programs = servers.postgresql_bin()
    if programs is None:
        pytest.skip("PostgreSQL is not installed here")
    with servers.postgresql(programs) as server, installed(server.url):
        _, story = survives(gate, inbox, "database", server.stop, server.start)
    assert [line for line in story.lines if line.startswith("waiting: ")]


def test_a_search_that_is_cut_off_stops_nothing(
    gate: Gate, inbox: Path, sqlite_url: str, es_url: str, es_index: str, setting: Callable[[str, str], None]
) -> None:
    with through(es_url) as (between, url):
        setting("SOHOA_SEARCH_URL", url)
        setting("SOHOA_SEARCH_INDEX", es_index)
        with installed(sqlite_url):
            survives(gate, inbox, "search", between.cut, between.mend)


def test_a_database_connection_that_is_cut(gate: Gate, inbox: Path, home: Path, migrated_pg_url: str) -> None:
    with through(migrated_pg_url) as (between, url), installed(url):
        survives(gate, inbox, "database", between.cut, between.mend)


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A disk of one megabyte, in memory."""
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip(f"a small disk cannot be made here: {mounted.stderr.decode().strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextmanager
def through(url: str) -> Iterator[tuple[Proxy, str]]:
    """A proxy in front of what `url` names, and the URL through it."""
    parts = urlsplit(url)
    assert parts.hostname and parts.port
    with proxy(parts.hostname, parts.port) as between:
        who = parts.netloc.rpartition("@")[0]
        netloc = f"{who}@127.0.0.1:{between.port}" if who else f"127.0.0.1:{between.port}"
        yield between, urlunsplit(parts._replace(netloc=netloc))
