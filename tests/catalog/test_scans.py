"""Scans: in at the door once, worked on by one, over at last."""

from __future__ import annotations

from datetime import timedelta

import pytest

from catalog import batches, events, results, scans, units
from catalog.models import Lease
from catalog.values import now
from core.errors import NotFoundError
from pipeline.records import SplitRule
from tests.catalog.support import at_once, failed, processed, run_python, scan, stored_scan


def kinds(unit: str) -> list[str]:
    return [event.kind for event in reversed(events.listing(unit))][2:]  # after the unit and the batch


def expire(scan_id: int) -> None:
    Lease.objects.filter(scan_id=scan_id).update(until=now() - timedelta(seconds=1))


def test_a_file_is_received_then_stored(unit: str, batch: int) -> None:
    first = scans.receive(scan(), batch, SplitRule.BLANK)
    assert (first.new, first.stored, first.finished) == (True, False, False)
    assert scans.unfinished(batch) == (), "its bytes are not stored yet"
    scans.stored(first.id, "sha256/ab/cd/x")
    scans.stored(first.id, "sha256/ab/cd/x")
    [waiting] = scans.unfinished(batch)
    assert (waiting.id, waiting.key, waiting.split, waiting.pages) == (first.id, "sha256/ab/cd/x", SplitRule.BLANK, 3)
    assert kinds(unit) == ["scan.received", "scan.stored"]


def test_the_same_bytes_are_in_a_unit_once(unit: str, batch: int) -> None:
    first = scans.receive(scan("a.pdf"), batch, SplitRule.SEPARATOR)
    other = batches.open_batch(unit, None, "thùng 2")
    again = scans.receive(scan("b.pdf"), other, SplitRule.SEPARATOR)
    assert (again.id, again.new) == (first.id, False)
    assert scans.known(unit, scan().sha256) == again
    assert scans.known(unit, "0" * 64) is None
    assert kinds(unit) == ["scan.received", "batch.opened"]


def test_another_unit_may_have_the_same_bytes(unit: str, batch: int) -> None:
    units.add("H2", "Sở Y tế")
    first = scans.receive(scan(), batch, SplitRule.SEPARATOR)
    theirs = scans.receive(scan(), batches.open_batch("H2", None, "1"), SplitRule.SEPARATOR)
    assert theirs.new
    assert theirs.id != first.id


def test_eight_at_once_receive_the_same_bytes_once(unit: str, batch: int) -> None:
    received = at_once(8, lambda _: scans.receive(scan(), batch, SplitRule.SEPARATOR))
    assert sorted(r.new for r in received) == [False] * 7 + [True]
    assert len({r.id for r in received}) == 1
    assert kinds(unit) == ["scan.received"]


def test_a_refusal_is_noted_once(unit: str, batch: int) -> None:
    assert scans.refuse(batch, "a\nb.pdf", 0, None, "empty", "The file is empty.")
    assert not scans.refuse(batch, "a\nb.pdf", 0, None, "empty", "The file is empty.")
    assert scans.refuse(batch, "x" * 3000, 5, "ab", "unknown", "No type\0")
    assert batches.status(batch).refused == 2
    assert batches.status(batch).files == 0
    assert events.listing(unit)[1].data["name"] == "a\nb.pdf"


def test_of_eight_claims_exactly_one_wins(batch: int) -> None:
    id = stored_scan(batch)
    won = at_once(8, lambda n: scans.claim(id, f"worker {n}"))
    assert sorted(won) == [False] * 7 + [True]
    assert scans.unfinished(batch)[0].holder == f"worker {won.index(True)}"


def test_of_two_processes_exactly_one_wins(batch: int) -> None:
    id = stored_scan(batch)
    code = f"""
import catalog, sys; catalog.setup()
from catalog import scans
print("ready", flush=True); sys.stdin.readline()
print(scans.claim({id}, sys.argv[0] + str(__import__("os").getpid())))
"""
    processes = [run_python(code) for _ in range(2)]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    ends = [process.communicate(timeout=60) for process in processes]
    assert sorted(out.strip() for out, _ in ends) == ["False", "True"], ends


def test_a_lease_that_ran_out_is_taken_over_and_its_holder_notices(batch: int) -> None:
    id = stored_scan(batch)
    assert scans.claim(id, "one")
    assert not scans.claim(id, "two")
    scans.renew(id, "one")
    expire(id)
    assert scans.unfinished(batch)[0].holder == ""
    assert scans.claim(id, "two")
    with pytest.raises(scans.LeaseLostError):
        scans.renew(id, "one")
    with pytest.raises(scans.LeaseLostError):
        scans.finished(id, "one")
    with pytest.raises(scans.LeaseLostError):
        scans.failed(id, "x", "one")
    scans.renew(id, "two")
    assert scans.finished(id, "two")


def test_a_released_scan_is_free_again_and_bears_no_blame(batch: int) -> None:
    id = stored_scan(batch)
    assert scans.claim(id, "one")
    scans.release(id, "two")
    assert not scans.claim(id, "two")
    scans.release(id, "one")
    assert scans.unfinished(batch)[0].attempts == 0
    assert scans.claim(id, "two")


def test_a_dead_worker_is_evicted_once(batch: int) -> None:
    id = stored_scan(batch)
    scans.claim(id, "dead")
    assert scans.evict(id, "dead")
    assert scans.claim(id, "two")
    assert not scans.evict(id, "dead")
    assert scans.unfinished(batch)[0].attempts == 2


def test_attempts_count_from_the_last_recorded_document(batch: int) -> None:
    id = stored_scan(batch)
    for worker in "ab":
        scans.claim(id, worker)
        scans.evict(id, worker)
    results.record(id, processed(), "key", "words")
    assert scans.unfinished(batch)[0].attempts == 0


def test_a_scan_of_which_all_documents_are_recorded_is_done(unit: str, batch: int) -> None:
    id = stored_scan(batch)
    scans.claim(id, "w")
    results.record(id, processed(), "key", "words")
    assert scans.finished(id, "w")
    assert scans.unfinished(batch) == ()
    assert scans.receive(scan(), batch, SplitRule.SEPARATOR).finished
    assert not scans.claim(id, "w"), "there is nothing left to do"
    assert kinds(unit)[-1] == "scan.finished"


def test_a_scan_with_a_failed_document_has_failed_and_may_be_tried_again(unit: str, batch: int) -> None:
    id = stored_scan(batch)
    scans.claim(id, "w")
    results.record(id, processed(1), "key", "words")
    results.record_failure(id, failed(2))
    assert not scans.finished(id, "w")
    assert scans.unfinished(batch) == ()
    assert batches.status(batch).failed == 1
    assert scans.retry(id)
    assert not scans.retry(id)
    assert scans.claim(id, "w")
    results.record(id, processed(2, 3, 3), "key", "words")
    assert scans.finished(id, "w")
    assert batches.status(batch).failed == 0
    assert kinds(unit)[-3:] == ["scan.retried", "result.recorded", "scan.finished"]


def test_a_scan_that_fails_as_a_whole_counts_as_failed(batch: int) -> None:
    id = stored_scan(batch)
    scans.claim(id, "w")
    scans.failed(id, "the file cannot be opened\0", "w")
    status = batches.status(batch)
    assert (status.failed, status.documents, status.unfinished) == (1, 0, 0)


def test_waiting_scans_are_found_by_batch_and_by_many_ids(unit: str, batch: int) -> None:
    ids = [stored_scan(batch, f"{n}.pdf", str(n).encode()) for n in range(3)]
    elsewhere = stored_scan(batches.open_batch(unit, None, "2"), "z.pdf", b"z")
    assert [s.id for s in scans.unfinished(batch)] == ids
    assert [s.id for s in scans.unfinished(ids=[*ids[1:], elsewhere, *range(10_000, 12_000)])] == [*ids[1:], elsewhere]
    assert len(scans.unfinished()) == 4


def test_unknown_scans_are_told(database: str) -> None:
    for call in (
        lambda: scans.stored(7, "k"),
        lambda: scans.retry(7),
        lambda: results.record(7, processed(), "k", "words"),
    ):
        with pytest.raises(NotFoundError):
            call()
    assert not scans.claim(7, "w")
    with pytest.raises(NotFoundError):
        scans.receive(scan(), 7, SplitRule.SEPARATOR)
