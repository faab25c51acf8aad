"""The whole way of a scan: documents in order, faults that cost one document, nothing done twice."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

import pikepdf
import pytest

from ocr import EngineError
from ocr.records import Box, Engine, Reading, Word
from pipeline.process import NOT_READ, Job, ProcessOptions, process
from pipeline.records import FailedDocument, ProcessedDocument, Scan, SplitRule
from tests.pipeline import making


@dataclass
class Reader:
    """Stands in for the engine, to make it fail at will: says which pages were read, and with what images."""

    fails: dict[int, Exception] = field(default_factory=dict)
    seen: list[int] = field(default_factory=list)
    most_images: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, image: Path, *, page: int, dpi: float, work: Path, settings: object) -> Reading:
        (work / f"{page:06d}_clean.pgm").write_bytes(b"P5 1 1 255 x")
        with self.lock:
            self.seen.append(page)
            self.most_images = max(self.most_images, len(list(work.glob("*_page.*"))))
        if page in self.fails:
            raise self.fails[page]
        words = tuple(
            Word(text, Box(200 + 90 * i, 200, 280 + 90 * i, 240), 0.9, 0, 0)
            for i, text in enumerate(("Trang", str(page)))
        )
        return Reading(page, *making.A4, dpi, 0, 0.0, words, Engine("test", "", ""))


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as made:
        yield made


@pytest.fixture
def scan(tmp_path: Path) -> Scan:
    """Three documents of 2, 1 and 2 pages; the first ends with a blank back."""
    text, blank, cut = making.jpeg(making.printed()), making.jpeg(making.paper()), making.jpeg(making.separator())
    path = making.pdf_of([text, blank, cut, text, cut, text, text], tmp_path / "scan.pdf")
    return making.scan_of(path, tmp_path / "in")


def job_of(tmp_path: Path, pool: ThreadPoolExecutor, reader: Reader, **options: object) -> Job:
    return Job(tmp_path / "job", pool, ProcessOptions(read_page=reader, **options))  # type: ignore[arg-type]


def test_documents_come_out_in_order_with_all_their_pages(tmp_path: Path, pool: ThreadPoolExecutor, scan: Scan) -> None:
    found = list(process(scan, job_of(tmp_path, pool, Reader())))
    assert all(isinstance(d, ProcessedDocument) for d in found)
    assert [[p.number for p in d.pages.pages] for d in found] == [[1, 2], [4], [6, 7]]
    first = found[0]
    assert isinstance(first, ProcessedDocument)
    assert [r.page for r in first.readings] == [1, 2]
    assert first.readings[1].engine == NOT_READ
    assert (first.readings[1].width, first.readings[1].words) == (making.A4[0], ())
    assert first.text == "Trang 1\f"
    with pikepdf.open(first.archive.path) as pdf:
        assert len(pdf.pages) == 2


def test_an_engine_that_crashes_costs_one_document(tmp_path: Path, pool: ThreadPoolExecutor, scan: Scan) -> None:
    reader = Reader(fails={4: EngineError("page 4: tesseract was killed: try again")})
    found = list(process(scan, job_of(tmp_path, pool, reader)))
    assert [type(d) for d in found] == [ProcessedDocument, FailedDocument, ProcessedDocument]
    failed = found[1]
    assert isinstance(failed, FailedDocument)
    assert failed.reason == "page 4: tesseract was killed: try again"
    assert (failed.pages.ordinal, failed.pages.first) == (2, 4)


def test_a_fault_of_our_own_costs_one_document_and_is_named(
    tmp_path: Path, pool: ThreadPoolExecutor, scan: Scan
) -> None:
    found = list(process(scan, job_of(tmp_path, pool, Reader(fails={6: KeyError("odd")}))))
    failed = found[2]
    assert isinstance(failed, FailedDocument)
    assert "KeyError" in failed.reason
    assert len(failed.reason.splitlines()) == 1


@pytest.mark.parametrize("kind", [pikepdf.Name.DCTDecode, pikepdf.Name.JPXDecode])
def test_a_picture_that_cannot_be_decoded_costs_one_document_and_is_not_taken_for_a_blank_page(
    tmp_path: Path, pool: ThreadPoolExecutor, kind: pikepdf.Name
) -> None:
    path = making.pdf_of([making.printed(), making.separator(), making.printed()], tmp_path / "a.pdf")
    good = making.scan_of(path, tmp_path / "in")
    with pikepdf.open(path) as pdf:  # damaged after it passed the door
        pdf.pages[0].Resources.XObject.Im0.write(b"\xff\xd8\xff\xe0 no picture", filter=kind)
        pdf.save(good.path)
    found = list(process(good, job_of(tmp_path, pool, Reader())))
    assert [type(d) for d in found] == [FailedDocument, ProcessedDocument]
    assert isinstance(found[0], FailedDocument)
    assert "page 1 cannot be read" in found[0].reason


def test_what_is_done_already_is_not_done_again(tmp_path: Path, pool: ThreadPoolExecutor, scan: Scan) -> None:
    reader = Reader()
    found = list(process(scan, job_of(tmp_path, pool, reader), skip=frozenset({1, 3})))
    assert [d.pages.ordinal for d in found] == [2]
    assert reader.seen == [4]


def test_a_job_that_was_interrupted_does_not_read_twice(tmp_path: Path, pool: ThreadPoolExecutor, scan: Scan) -> None:
    first = Reader(fails={6: EngineError("killed")})
    whole = list(process(scan, job_of(tmp_path, pool, first)))
    second = Reader()
    again = list(process(scan, job_of(tmp_path, pool, second)))
    assert sorted(first.seen) == [1, 4, 6, 7]
    assert second.seen == [6]
    assert isinstance(whole[0], ProcessedDocument)
    assert again[0] == whole[0], "also the archive file has the same bytes"


def test_half_written_and_foreign_readings_are_made_again(tmp_path: Path, pool: ThreadPoolExecutor, scan: Scan) -> None:
    list(process(scan, job_of(tmp_path, pool, Reader())))
    kept = tmp_path / "job" / "readings"
    [first], [fourth] = kept.glob("000001-*"), kept.glob("000004-*")
    first.write_bytes(first.read_bytes()[:-9])
    fourth.write_bytes(fourth.read_bytes().replace(scan.sha256.encode(), b"0" * 64))
    reader = Reader()
    list(process(scan, job_of(tmp_path, pool, reader)))
    assert sorted(reader.seen) == [1, 4]


def test_images_go_as_soon_as_a_page_is_read_and_stay_when_it_failed(
    tmp_path: Path, pool: ThreadPoolExecutor, scan: Scan
) -> None:
    reader = Reader(fails={4: EngineError("killed")})
    list(process(scan, job_of(tmp_path, pool, reader)))
    left = {p.name for p in (tmp_path / "job" / "pages").iterdir()}
    assert left == {"000004_page.jpg", "000004_clean.pgm"}
    assert reader.most_images <= 3, "two being read, and the one that failed"


def test_closing_early_waits_for_what_is_in_hand(tmp_path: Path, pool: ThreadPoolExecutor, scan: Scan) -> None:
    reader = Reader()
    running = process(scan, job_of(tmp_path, pool, reader, ahead=2))
    assert next(running).pages.ordinal == 1
    running.close()  # type: ignore[attr-defined]
    gc.collect()
    count = len(reader.seen)
    assert count <= 3
    assert pool.submit(lambda: len(reader.seen)).result() == count


def test_one_pool_serves_several_scans_at_once(tmp_path: Path, pool: ThreadPoolExecutor, scan: Scan) -> None:
    def run(number: int) -> list[int]:
        job = Job(tmp_path / f"job-{number}", pool, ProcessOptions(read_page=Reader()))
        return [d.pages.ordinal for d in process(scan, job)]

    with ThreadPoolExecutor(3) as scans:
        assert list(scans.map(run, range(3))) == [[1, 2, 3]] * 3


def test_a_full_disk_is_told_in_one_line(
    tmp_path: Path, pool: ThreadPoolExecutor, scan: Scan, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Path, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    job = job_of(tmp_path, pool, Reader())
    monkeypatch.setattr(Path, "write_bytes", full)
    found = list(process(scan, job))
    assert all(isinstance(d, FailedDocument) and "No space left on device" in d.reason for d in found)
    assert all(len(d.reason.splitlines()) == 1 for d in found if isinstance(d, FailedDocument))


def test_pages_with_a_sound_text_layer_are_not_recognised(tmp_path: Path, pool: ThreadPoolExecutor, scan: Scan) -> None:
    from tests.pipeline.test_text_layer import layered

    reader = Reader()
    path = layered(tmp_path)
    [found] = process(making.scan_of(path, tmp_path / "in2"), job_of(tmp_path, pool, reader, split=SplitRule.BLANK))
    assert isinstance(found, ProcessedDocument)
    assert reader.seen == []
    assert "Nguyễn Văn Tèo" in found.text


@pytest.mark.corpus
def test_a_real_document_is_read_and_archived(corpus: Path, tmp_path: Path, pool: ThreadPoolExecutor) -> None:
    source = next(p for p in sorted((corpus / "docs").iterdir()) if p.suffix == ".pdf")
    [found] = process(making.scan_of(source, tmp_path / "in"), Job(tmp_path / "job", pool))
    assert isinstance(found, ProcessedDocument)
    assert any(f.name == "document_type" for f in found.assessment.fields)
    assert found.archive.size <= 1.1 * source.stat().st_size


def test_readings_that_are_kept_outside_of_a_job_are_used_by_the_next_one(
    tmp_path: Path, pool: ThreadPoolExecutor, scan: Scan
) -> None:
    first, second = Reader(), Reader()
    for reader in (first, second):
        job = replace(job_of(tmp_path, pool, reader), readings=tmp_path / "kept")
        assert len(list(process(scan, job))) == 3
    assert (sorted(first.seen), second.seen) == ([1, 4, 6, 7], [])
