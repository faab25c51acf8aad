"""Results: recorded whole and once, shown as they were found."""

from __future__ import annotations

import random
import signal
from dataclasses import replace
from datetime import date

import pytest

from catalog import batches, events, outbox, readings, results, scans
from catalog.models import Document, Event, Field, Outbox, PageReading, Result
from core.errors import NotFoundError
from ocr.records import Box
from tests.catalog.support import at_once, failed, processed, reading, run_python, stored_scan

VALUES = {
    "document_type": "Giấy phép xây dựng",
    "number": "577/GPXD",
    "issuer": "Ủy ban nhân dân huyện Lai Vung",
    "issue_date": "2019-03-05",
    "holder": "Đỗ Thị Hòa",
    "holder_id": "087190001234",
    "co_holder_id": "087190001235",
    "sector": "Xây dựng",
}


@pytest.fixture
def scan_id(batch: int) -> int:
    return stored_scan(batch, "hồ sơ 1.pdf")


def test_a_document_is_recorded_with_all_that_belongs_to_it(unit: str, batch: int, scan_id: int) -> None:
    id = results.record(scan_id, processed(1, 2, 3, VALUES, review=("number", "signer")), "sha256/aa/bb/x", "words")
    shown = results.show(id)
    assert shown.row.source == "hồ sơ 1.pdf"
    assert (shown.row.first_page, shown.row.last_page, shown.row.in_review) == (2, 3, True)
    assert shown.row.issue_date == date(2019, 3, 5)
    assert shown.values == VALUES
    assert shown.review == ("number", "signer")
    assert [field.name for field in shown.fields][:3] == ["document_type", "number", "issuer"]
    number = shown.fields[1]
    assert (number.page, number.box, number.text, number.source) == (1, Box(1, 2, 3, 4), "577/GPXD", "ocr")
    assert (number.confidence, number.ocr_value) == (0.9, "577/GPXD")
    signer = next(field for field in shown.fields if field.name == "signer")
    assert (signer.value, signer.page, signer.confidence) == ("", None, 0.0)
    assert shown.text == "Số: 577/GPXD\fSố: 577/GPXD"
    assert shown.original.key == "sha256/ab/cd/abcd"
    assert shown.archive.key == "sha256/aa/bb/x"
    assert shown.words is not None
    assert (shown.words.key, shown.words.size, shown.words.media_type) == ("words", 567, "application/xml")
    assert [event.kind for event in shown.events] == ["scan.received", "scan.stored", "result.recorded"]
    status = batches.status(batch)
    assert (status.documents, status.pages, status.in_review, status.indexed, status.pending) == (1, 2, 1, 0, 1)
    assert events.verify(unit).sound


def test_recording_again_writes_nothing(unit: str, scan_id: int) -> None:
    id = results.record(scan_id, processed(), "key", "words")
    before = events.verify(unit).events
    assert results.record(scan_id, processed(values={"number": "1/QĐ"}), "other", "words") == id
    assert results.show(id).row.number == "577/GPXD"
    assert events.verify(unit).events == before
    assert Outbox.objects.count() == 1


def test_eight_at_once_record_a_document_once(unit: str, scan_id: int) -> None:
    ids = at_once(8, lambda _: results.record(scan_id, processed(), "key", "words"))
    assert len(set(ids)) == 1
    assert Document.objects.count() == Result.objects.count() == 1
    assert events.verify(unit).events == 5


def test_text_is_kept_in_nfc_without_what_postgresql_refuses(scan_id: int) -> None:
    found = {"holder": "Đo\u0302\u0303 Thi\u0323 Ho\u0300a\0", "number": "\u00d0\ud800"}
    id = results.record(scan_id, processed(values=found, text="a\0 Ho\u0300a \udcff"), "key", "words")
    shown = results.show(id)
    assert shown.row.holder == "Đỗ Thị Hòa"
    assert shown.row.number == "Đ?"
    assert "\0" not in shown.text
    assert "Hòa" in shown.text


def test_values_beyond_all_measure_are_kept(scan_id: int) -> None:
    huge = {"issuer": "Ủy ban " * 5000, "number": "9" * 5000, "issue_date": "2019-02-31", "document_type": "x" * 9000}
    id = results.record(scan_id, processed(values=huge, text="chữ " * 200_000), "key", "words")
    shown = results.show(id)
    assert shown.row.issue_date is None
    assert shown.values["issue_date"] == "2019-02-31"
    assert len(shown.row.number) == 5000


def test_readings_come_back_as_they_were(scan_id: int) -> None:
    id = results.record(scan_id, processed(1, 2, 3), "key", "words")
    [second, third] = readings.of_result(id)
    assert second.page == 2
    assert replace(third, words=()) == replace(reading(3), words=())
    assert [w.text for w in second.words] == ["Số:", "577/GPXD"]
    assert second.words[1].box.left == pytest.approx(110.5)
    assert second.words[1].box.right == pytest.approx(200.25, abs=0.06)
    assert second.words[1].pen == 0.75
    assert second.words[0].confidence == pytest.approx(0.9125, abs=0.001)
    assert set(readings.of_scan(scan_id)) == {2, 3}
    with pytest.raises(NotFoundError):
        readings.of_result(id + 1)


def test_a_page_without_words_is_a_reading_too(scan_id: int) -> None:
    id = results.record(scan_id, processed(text=""), "key", "words")
    assert [r.words for r in readings.of_result(id)] == [(), ()]


def test_the_same_result_in_another_scan_is_flagged_not_refused(batch: int, scan_id: int) -> None:
    first = results.record(scan_id, processed(values=VALUES), "key", "words")
    written_otherwise = {**VALUES, "number": "577 / gpxd", "issuer": "UỶ BAN NHÂN DÂN HUYỆN LAI VUNG"}
    other = stored_scan(batch, "b.pdf", b"b")
    second = results.record(other, processed(values=written_otherwise), "key", "words")
    next_year = results.record(other, processed(2, values={**VALUES, "issue_date": "2020-03-05"}), "key", "words")
    no_number = results.record(other, processed(3, values={**VALUES, "number": ""}), "key", "words")
    assert results.show(first).duplicates == (second,)
    assert results.show(second).duplicates == (first,)
    assert results.show(next_year).duplicates == ()
    assert results.show(no_number).duplicates == ()


def test_a_failed_document_is_noted_once_and_replaced_when_it_succeeds(unit: str, batch: int, scan_id: int) -> None:
    results.record_failure(scan_id, failed(2))
    results.record_failure(scan_id, failed(2))
    assert events.verify(unit).events == 5
    assert batches.status(batch).failed == 1
    assert results.done_ordinals(scan_id) == frozenset()
    results.record(scan_id, processed(1), "key", "words")
    results.record(scan_id, processed(2, 3, 3), "key", "words")
    results.record_failure(scan_id, failed(2))
    assert results.done_ordinals(scan_id) == {1, 2}
    assert batches.status(batch).failed == 0


def test_rows_are_given_for_the_ids_that_exist(batch: int, scan_id: int) -> None:
    ids = [results.record(scan_id, processed(n, n, n), "key", "words") for n in (1, 2, 3)]
    assert set(results.rows([*ids[:2], 999])) == set(ids[:2])
    assert [row.id for row in results.recent(2, batch)] == [ids[2], ids[1]]
    with pytest.raises(NotFoundError):
        results.show(999)


def test_the_secrets_in_the_same_file_are_told(batch: int, scan_id: int) -> None:
    first, second = (results.record(scan_id, processed(n, n, n), "key", "words") for n in (1, 2))
    crime = results.record(scan_id, processed(3, 3, 3, {"document_type": "Phiếu lý lịch tư pháp"}), "key", "words")
    other = results.record(stored_scan(batch, "b.pdf", b"b"), processed(), "key", "words")
    assert results.secrets_beside(first) == results.secrets_beside(second) == {crime: "criminal_record"}
    assert results.secrets_beside(crime) == results.secrets_beside(other) == {}


def test_search_is_told_of_each_result_until_it_is_done(batch: int, scan_id: int) -> None:
    ids = [results.record(scan_id, processed(n, n, n, VALUES), "key", "words") for n in (1, 2, 3)]
    entries = outbox.pending(2)
    assert [(e.result, e.version) for e in entries] == [(ids[0], 1), (ids[1], 1)]
    [row] = outbox.search_documents([ids[0]])
    assert (row.number, row.ids, row.source) == ("577/GPXD", ("087190001234", "087190001235"), "hồ sơ 1.pdf")
    outbox.done(entries)
    assert [e.result for e in outbox.pending(10)] == [ids[2]]
    assert outbox.count() == 1
    status = batches.status(batch)
    assert (status.indexed, status.pending) == (2, 1)
    since = Outbox.objects.get(result_id=ids[1]).done
    assert since is not None
    assert outbox.requeue(since) == 2
    assert outbox.count() == 3


def test_all_results_are_streamed_in_small_parts(scan_id: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "_CHUNK", 2)
    ids = [results.record(scan_id, processed(n, n, n), "key", "words") for n in range(1, 6)]
    assert [row.id for row in outbox.all_search_documents()] == ids


def counts() -> list[int]:
    return [model.objects.count() for model in (Document, Result, Field, PageReading, Outbox, Event)]


def test_a_process_killed_inside_of_record_leaves_nothing(unit: str, scan_id: int) -> None:
    before = counts()
    code = f"""
import catalog, os; catalog.setup()
from catalog import events, results
from tests.catalog.support import processed
real = events.append_to
def killed(*args): real(*args); os.kill(os.getpid(), 9)
events.append_to = killed
results.record({scan_id}, processed(), "key", "words")
"""
    process = run_python(code)
    _, err = process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL, err
    assert counts() == before
    assert events.verify(unit).sound
    assert results.record(scan_id, processed(), "key", "words")
    assert [now - then for then, now in zip(before, counts(), strict=True)] == [1, 1, 2, 2, 1, 1]


def test_a_process_killed_at_any_moment_leaves_whole_documents(unit: str, scan_id: int) -> None:
    before = counts()
    code = f"""
import catalog; catalog.setup()
from catalog import results
from tests.catalog.support import processed
first = max(results.done_ordinals({scan_id}), default=0) + 1
for n in range(first, first + 500):
    print(results.record({scan_id}, processed(n, 2 * n, 2 * n + 1), "key", "words"), flush=True)
"""
    told: set[int] = set()
    for _ in range(3):
        process = run_python(code)
        assert process.stdout is not None
        told |= {int(process.stdout.readline()) for _ in range(random.randint(1, 15))}
        process.kill()
        told |= {int(line) for line in process.communicate(timeout=60)[0].split("\n")[:-1]}
    done = len(results.done_ordinals(scan_id))
    assert done >= len(told) > 2
    assert [now - then for then, now in zip(before, counts(), strict=True)] == [
        done,
        done,
        2 * done,
        2 * done,
        done,
        done,
    ]
    assert events.verify(unit).sound
    assert set(results.rows(told)) == told, "what was reported as recorded is there"


def test_a_failed_write_leaves_nothing(unit: str, scan_id: int, monkeypatch: pytest.MonkeyPatch) -> None:
    before = counts()

    def broken(*args: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(events, "append_to", broken)
    with pytest.raises(OSError, match="no space"):
        results.record(scan_id, processed(), "key", "words")
    monkeypatch.undo()
    assert counts() == before
    assert scans.claim(scan_id, "w")
