"""A file that comes into a batch is safe, there once, and lies on the desk; one that is refused leaves a reason."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

import storage
from catalog import batches as catalog_batches
from catalog import events, scans, units
from core.errors import NotFoundError, StorageError
from core.settings import settings
from pipeline.intake import RefusedFile
from staging import arrivals, batches
from staging.records import NewBatch
from staging.refusals import BatchError, BatchRefusal
from staging.states import Way
from tests.catalog.support import at_once
from tests.staging.support import pdf

UNIT = "H61.12.3"


@pytest.fixture
def batch(database: str) -> int:
    units.add(UNIT, "Ủy ban nhân dân xã Tân Hòa")
    return batches.open_batch(NewBatch(UNIT, "thùng 1"), "lan")


def bring(path: Path, batch: int) -> arrivals.Accepted:
    return arrivals.accept(path, path.name, batch, "lan", Way.COMMAND)


def test_an_accepted_file_is_stored_and_waits_on_the_desk(batch: int, tmp_path: Path) -> None:
    accepted = bring(pdf(tmp_path / "a.pdf", "a", 3), batch)
    assert (accepted.new, accepted.pages, accepted.batch) == (True, 3, batch)
    [scan] = scans.of_batch(batch)
    assert (scan.id, scan.state, scan.pages, scan.name) == (accepted.scan, "staged", 3, "a.pdf")
    assert storage.open_store(settings().storage).exists(scan.key)
    assert scans.unfinished() == () and not scans.claim(scan.id, "worker"), "nobody reads it yet"
    status = catalog_batches.status(batch)
    assert (status.files, status.staged, status.unfinished) == (1, 1, 0)
    assert [(e.kind, e.actor) for e in events.listing(UNIT)][:2] == [("scan.staged", "lan"), ("scan.received", "lan")]
    assert (tmp_path / "a.pdf").exists(), "it is not ours to take away"
    assert list((settings().work / "arrivals").iterdir()) == [], "no copy is left behind"


def test_the_same_bytes_are_there_once(batch: int, tmp_path: Path) -> None:
    other = batches.open_batch(NewBatch(UNIT, "thùng 2"), "lan")
    first = bring(pdf(tmp_path / "a.pdf", "a"), batch)
    again = bring(pdf(tmp_path / "b.pdf", "a"), other)
    assert (again.scan, again.new, again.batch) == (first.scan, False, batch)
    assert (batches.show(batch).files, batches.show(other).files) == (1, 0)


def test_the_same_bytes_from_several_at_once_are_there_once(batch: int, tmp_path: Path) -> None:
    path = pdf(tmp_path / "a.pdf", "a")
    accepted = at_once(4, lambda _: bring(path, batch))
    assert len({a.scan for a in accepted}) == 1
    assert sorted(a.new for a in accepted) == [False, False, False, True]
    assert batches.show(batch).files == 1


def test_a_refused_file_leaves_a_reason_and_no_bytes(batch: int, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.4 and no more")
    for _ in range(2):
        with pytest.raises(RefusedFile) as refused:
            bring(tmp_path / "a.pdf", batch)
    assert refused.value.reason == "truncated"
    told = [e for e in events.listing(UNIT) if e.kind == "scan.refused"]
    assert len(told) == 1 and told[0].data["reason"] == "truncated" and told[0].actor == "lan"
    assert scans.of_batch(batch) == ()


def test_a_file_that_never_came_whole_goes_to_the_batch_of_who_brings_it(batch: int, tmp_path: Path) -> None:
    """The object store is away in the middle; the file is brought again, into another batch."""
    path = pdf(tmp_path / "a.pdf", "a")
    objects = settings().root / "objects"
    objects.mkdir(parents=True, exist_ok=True)
    (objects / "sha256").write_text("in the way")
    with pytest.raises(StorageError):
        bring(path, batch)
    assert [s.state for s in scans.of_batch(batch)] == ["receiving"]
    (objects / "sha256").unlink()
    other = batches.open_batch(NewBatch(UNIT, "thùng 2"), "lan")
    accepted = bring(path, other)
    assert (accepted.new, accepted.batch) == (True, other)
    assert [s.state for s in scans.of_batch(other)] == ["staged"]
    assert scans.of_batch(batch) == ()


def test_nothing_comes_into_a_batch_that_is_closed_or_unknown(batch: int, tmp_path: Path) -> None:
    batches.close(batch, "lan", "không có giấy tờ nào")
    with pytest.raises(BatchError) as refused:
        bring(pdf(tmp_path / "a.pdf", "a"), batch)
    assert refused.value.refusal is BatchRefusal.CLOSED
    with pytest.raises(NotFoundError):
        bring(tmp_path / "a.pdf", 999)


def test_what_killed_processes_left_is_cleared_away_after_a_day(home: Path) -> None:
    folder = settings().work / "arrivals"
    for name, hours in (("arriving-old", 25), ("arriving-new", 1)):
        (folder / name).mkdir(parents=True)
        (folder / name / "scan-1").write_bytes(b"x")
        os.utime(folder / name, (time.time() - hours * 3600,) * 2)
    assert arrivals.clear_away() == 1
    assert [path.name for path in folder.iterdir()] == ["arriving-new"]
