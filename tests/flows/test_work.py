"""Working: what crashes costs itself only, what is stopped goes on, and nobody works on what another holds."""

from __future__ import annotations

import threading
from collections.abc import Container, Iterator
from pathlib import Path

import pytest

from catalog import batches, events, results, scans
from catalog.records import WaitingScan
from core.errors import ServiceError
from core.settings import settings
from flows import drain, work
from flows.chunks import chunks
from flows.leases import Leases
from flows.workplace import clear_away, is_gone, open_folder, workplace
from pipeline.process import Job
from pipeline.records import MediaType, Scan, SplitRule
from storage import open_store
from tests.catalog.support import run_python
from tests.flows.support import UNIT, Outcome, Process, Story, failed, found, plain_process, request, run, tiff


def use(monkeypatch: pytest.MonkeyPatch, process: Process) -> None:
    monkeypatch.setattr(work, "process", process)


def waiting(pages: int) -> WaitingScan:
    return WaitingScan(1, 1, "a", "0" * 64, 1, MediaType.PDF, pages, SplitRule.SEPARATOR, "k", 0, "")


@pytest.mark.parametrize(
    ("pages", "expected"),
    [
        ([], []),
        ([1] * 100, [96, 4]),
        ([500, 1, 1], [500, 2]),
        ([90, 90, 10], [90, 100]),
        ([60, 60, 60], [120, 60]),
        ([3], [3]),
    ],
)
def test_chunks_are_one_or_two_minutes_of_work(pages: list[int], expected: list[int]) -> None:
    assert [sum(scan.pages for scan in chunk) for chunk in chunks(map(waiting, pages))] == expected


def test_documents_are_recorded_with_archive_and_found(installed: Path, inbox: Path, story: Story) -> None:
    tiff(inbox / "a.tif", pages=3)
    with pytest.MonkeyPatch.context() as patch:
        use(patch, plain_process)
        summary = run(request(inbox), story)
    assert (summary.documents, summary.in_review, summary.indexed) == (3, 3, 3)
    assert (story.pages, story.documents, story.total_pages) == (3, 3, 3)
    assert story.stages[:2] == ["taking in", "reading"]
    [first, *_] = results.recent(3)[::-1]
    assert found(first.number) == [first.id]
    shown = results.show(first.id)
    archive = installed / "objects" / shown.archive.key
    assert archive.read_bytes().startswith(b"%PDF")
    rows = [results.show(row.id) for row in results.recent(3)]
    kept = {file.key for row in rows for file in (row.original, row.archive, row.words) if file}
    assert len(kept) == 1 + 2 * len(rows)
    assert set(open_store(settings().storage).keys()) == kept, "no object without a row, no row without an object"
    with pytest.MonkeyPatch.context() as patch:
        use(patch, plain_process)
        assert run(request(inbox), story).already == 1
    assert set(open_store(settings().storage).keys()) == kept, "and a second run adds none"
    assert events.verify(UNIT).sound


def test_a_scan_that_crashes_costs_itself_only_and_is_tried_again(
    installed: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiff(inbox / "bad.tif", pages=3)
    tiff(inbox / "good.tif", shade=4)

    def crashing(scan: Scan, job: Job, skip: Container[int] = frozenset()) -> Iterator[Outcome]:
        for number, document in enumerate(plain_process(scan, job, skip)):
            if scan.name == "bad.tif" and number == 1:
                raise ZeroDivisionError("a fault\nof ours")
            yield document

    use(monkeypatch, crashing)
    summary = run(request(inbox))
    assert (summary.documents, summary.failed) == (2, 1)
    [line] = summary.failures
    assert line.startswith("bad.tif: ZeroDivisionError: a fault of ours (test_work.py:")
    assert batches.status().failed == 1
    use(monkeypatch, plain_process)
    again = run(request(inbox))
    assert (again.resumed, again.already, again.documents, again.failed) == (1, 1, 2, 0)
    assert batches.status().failed == 0


def test_a_failed_document_is_told_and_tried_again(
    installed: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiff(inbox / "a.tif", pages=2)

    def failing(scan: Scan, job: Job, skip: Container[int] = frozenset()) -> Iterator[Outcome]:
        first, second = plain_process(scan, job, skip)
        yield failed(first.pages.ordinal, "the engine was killed")
        yield second

    use(monkeypatch, failing)
    summary = run(request(inbox))
    assert summary.failures == ("a.tif, pages 1–1: the engine was killed",)
    assert (summary.documents, batches.status().failed) == (1, 1)
    use(monkeypatch, plain_process)
    again = run(request(inbox))
    assert (again.documents, again.failed, batches.status().failed) == (1, 0, 0)


def test_a_run_without_its_private_copy_fetches_from_the_store(
    installed: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows import bench

    monkeypatch.setattr(bench.Copies.__init__, "__defaults__", (0,))
    use(monkeypatch, plain_process)
    tiff(inbox / "a.tif", pages=2)
    assert run(request(inbox)).documents == 2


def test_what_an_earlier_run_left_is_finished_without_the_file(
    installed: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = tiff(inbox / "left.tif", pages=2)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(work, "work_on", lambda chunk, bench: None)
        run(request(inbox))
    left.unlink()
    tiff(inbox / "other.tif", shade=2)
    use(monkeypatch, plain_process)
    summary = run(request(inbox))
    assert (summary.new, summary.resumed, summary.documents) == (1, 1, 3)


def test_a_scan_that_a_living_run_holds_is_left_to_it(
    installed: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch, story: Story
) -> None:
    tiff(inbox / "a.tif")
    use(monkeypatch, plain_process)
    with workplace() as other:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(work, "work_on", lambda chunk, bench: None)
            run(request(inbox))
        [scan] = scans.unfinished()
        assert scans.claim(scan.id, other.worker)
        summary = run(request(inbox), story)
        assert (summary.busy, summary.documents) == (1, 0)
        assert "another run is working on it" in story.lines[0]
    assert run(request(inbox)).documents == 1, "now that the other is gone its lease counts no more"


def test_a_scan_at_which_workers_keep_dying_is_not_begun_again(
    installed: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiff(inbox / "a.tif")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(work, "work_on", lambda chunk, bench: None)
        run(request(inbox))
    [scan] = scans.unfinished()
    for worker in "abc":
        scans.claim(scan.id, worker)
        scans.evict(scan.id, worker)
    use(monkeypatch, plain_process)
    summary = run(request(inbox))
    assert summary.failures[0].startswith("a.tif: 3 workers died at it")
    assert run(request(inbox)).documents == 1, "named once more, it is tried once more"


def test_a_worker_that_lost_its_lease_records_nothing_more(
    installed: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch, story: Story
) -> None:
    tiff(inbox / "a.tif", pages=3)
    monkeypatch.setenv("SOHOA_LEASE_SECONDS", "1")
    settings.cache_clear()
    lost = threading.Event()

    def slow(scan: Scan, job: Job, skip: Container[int] = frozenset()) -> Iterator[Outcome]:
        for number, document in enumerate(plain_process(scan, job, skip)):
            if number == 1:
                [held] = scans.unfinished()
                assert scans.evict(held.id, held.holder)
                assert scans.claim(held.id, "another")
                assert lost.wait(30), "the renewing thread notices"
            yield document

    real = Leases.renew

    def renew(leases: Leases) -> None:
        real(leases)
        if leases._lost:
            lost.set()

    monkeypatch.setattr(Leases, "renew", renew)
    use(monkeypatch, slow)
    summary = run(request(inbox), story)
    assert (summary.documents, summary.failed) == (1, 0)
    assert "took over" in story.lines[-1]
    assert scans.unfinished()[0].holder == "another"


def test_a_stopped_run_gives_back_what_it_holds_and_keeps_what_it_read(
    installed: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiff(inbox / "a.tif", pages=3)

    def interrupted(scan: Scan, job: Job, skip: Container[int] = frozenset()) -> Iterator[Outcome]:
        for number, document in enumerate(plain_process(scan, job, skip)):
            if number == 1:
                (job.folder / "readings").mkdir()
                (job.folder / "readings" / "000002").write_text("kept")
                (job.folder / "archive-half").mkdir()
                (job.folder / "archive-half" / "000001.pdf").write_bytes(b"%PDF")
                raise ServiceError("the database went away")
            yield document

    use(monkeypatch, interrupted)
    with pytest.raises(ServiceError):
        run(request(inbox))
    [scan] = scans.unfinished()
    assert (scan.holder, scan.attempts) == ("", 0)
    with workplace() as place:
        folder = open_folder(place, scan.id)
        assert (folder / "readings" / "000002").read_text() == "kept"
        assert [path.name for path in folder.iterdir()] == ["readings"], "nothing as large as the scan waits on disk"
    use(monkeypatch, plain_process)
    assert run(request(inbox)).documents == 2


def test_search_that_is_down_leaves_results_pending_and_the_next_run_catches_up(
    installed: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch, story: Story
) -> None:
    tiff(inbox / "a.tif", pages=2)
    use(monkeypatch, plain_process)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOHOA_SEARCH_URL", "http://127.0.0.1:9")
        settings.cache_clear()
        summary = run(request(inbox), story)
    settings.cache_clear()
    assert (summary.documents, summary.indexed, summary.pending) == (2, 0, 2)
    assert len([line for line in story.lines if "search is not up to date" in line]) == 1
    later = run(request(inbox))
    assert (later.already, later.indexed, later.pending) == (1, 2, 0)
    assert batches.status().indexed == 2


def test_one_writer_at_a_time_tells_search(installed: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drain, "PATIENCE", 0.2)
    tiff(inbox / "a.tif")
    use(monkeypatch, plain_process)
    with drain.writing(wait=0) as mine:
        assert mine
        summary = run(request(inbox))
    assert (summary.documents, summary.pending) == (1, 1)
    assert run(request(inbox)).pending == 0


def test_a_killed_run_is_known_to_be_dead_and_cleared_away(installed: Path) -> None:
    code = """
import catalog, time; catalog.setup()
from flows.workplace import open_folder, workplace
with workplace() as place:
    folder = open_folder(place, 7)
    (folder / "scan").touch()
    (folder / "readings").mkdir()
    (folder / "readings" / "page").touch()
    print(place.worker, flush=True)
    time.sleep(600)
"""
    process = run_python(code)
    assert process.stdout is not None
    worker = process.stdout.readline().strip()
    work_folder = settings().work
    assert not is_gone(worker)
    assert clear_away(work_folder) == 0
    process.kill()
    process.communicate()
    assert is_gone(worker)
    assert clear_away(work_folder) == 1
    assert is_gone(worker)
    assert not is_gone("another-place/run-1"), "nothing is known of other machines"
    assert not is_gone("")
    with workplace() as place:
        folder = open_folder(place, 7)
        assert (folder / "readings" / "page").exists()
        assert not (folder / "scan").exists(), "it is in the store"
