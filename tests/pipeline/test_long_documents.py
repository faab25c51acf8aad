"""A document of many pages: never whole in memory, little of it on disk, and the same result as a short one's."""

from __future__ import annotations

import os
import weakref
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

import pikepdf
import pytest

from core.errors import StorageError
from ocr import EngineError
from ocr.records import Box, Engine, Reading, Word
from pipeline import alto, archive, process
from pipeline.process import Job, ProcessOptions
from pipeline.reading_cache import AT_HAND, KeptReadings, ReadingCache
from pipeline.records import (
    Assessment,
    DocumentPages,
    FailedDocument,
    MediaType,
    PageKind,
    ProcessedDocument,
    Scan,
    SurveyedPage,
)
from tests.pipeline import making

PAGES = 72
AHEAD = 8
ENDS = 20
"""Pages at both ends that extraction holds while it looks at them."""


@dataclass
class Watch:
    """Which of the readings that were made or fetched are still in memory."""

    seen: list[weakref.ref[Reading]] = field(default_factory=list)
    most: int = 0

    def note(self, reading: Reading) -> Reading:
        self.seen = [known for known in self.seen if known() is not None]
        self.seen.append(weakref.ref(reading))
        self.most = max(self.most, len(self.seen))
        return reading


def made_up(page: int, text: str = "Trang") -> Reading:
    words = tuple(
        Word(word, Box(200.1 + 90 * i, 200, 280 + 90 * i, 240.7), 0.9123456, 0, 0, 0.25)
        for i, word in enumerate((text, str(page)))
    )
    return Reading(page, *making.A4, 200.0, 0, 0.37, words, Engine("test", "1", "vie"))


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    watching, real = Watch(), ReadingCache.get

    def get(cache: ReadingCache, page: int) -> Reading | None:
        found = real(cache, page)
        return found and watching.note(found)

    monkeypatch.setattr(ReadingCache, "get", get)
    return watching


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as made:
        yield made


@pytest.fixture(scope="module")
def scan(tmp_path_factory: pytest.TempPathFactory) -> Scan:
    """One document of many small pages."""
    folder = tmp_path_factory.mktemp("long")
    page = making.jpeg(making.printed(size=(827, 1170), points=24), dpi=(100, 100))
    with pikepdf.new() as pdf:
        for _ in range(PAGES):
            making.add_jpeg_page(pdf, page, dpi=100)
        pdf.save(folder / "long.pdf")
    return making.scan_of(folder / "long.pdf", folder / "in")


def job_of(folder: Path, pool: ThreadPoolExecutor, watch: Watch) -> Job:
    def read(image: Path, *, page: int, **_: object) -> Reading:
        return watch.note(made_up(page))

    return Job(folder, pool, ProcessOptions(read_page=read, ahead=AHEAD))


def size_of(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def test_no_step_holds_the_readings_of_all_pages(
    tmp_path: Path, pool: ThreadPoolExecutor, scan: Scan, watch: Watch
) -> None:
    [document] = process.process(scan, job_of(tmp_path / "job", pool, watch))
    assert isinstance(document, ProcessedDocument)
    assert document.text.split("\f") == [f"Trang {page}" for page in range(1, PAGES + 1)]
    assert [reading.page for reading in document.readings] == list(range(1, PAGES + 1))
    assert 0 < watch.most <= AT_HAND + ENDS < PAGES


def test_beside_its_archive_file_a_long_document_leaves_little_on_disk(
    tmp_path: Path, pool: ThreadPoolExecutor, scan: Scan, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    beside, real = [], alto.write

    def write(*arguments: object) -> object:
        beside.append(size_of(tmp_path / "job") - (tmp_path / "job" / "000001.pdf").stat().st_size)
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(alto, "write", write)
    job = job_of(tmp_path / "job", pool, watch)
    [document] = process.process(scan, job)
    assert isinstance(document, ProcessedDocument)
    assert beside == [size_of(tmp_path / "job" / "readings")], "no image of a page, no copy, no part"
    assert beside[0] < PAGES * 1_000
    process.let_go(scan, document, job)
    assert size_of(tmp_path / "job") == 0
    with pytest.raises(StorageError, match="run it again"):
        KeptReadings(document.readings._cache, [1])[0]  # type: ignore[attr-defined]


def test_readings_that_are_to_outlive_the_job_are_not_let_go(
    tmp_path: Path, pool: ThreadPoolExecutor, scan: Scan, watch: Watch
) -> None:
    job = replace(job_of(tmp_path / "job", pool, watch), readings=tmp_path / "kept")
    [document] = process.process(scan, job)
    assert isinstance(document, ProcessedDocument)
    process.let_go(scan, document, job)
    assert not document.archive.path.exists()
    assert len(list((tmp_path / "kept").iterdir())) == PAGES


def test_a_document_is_whole_however_few_pages_are_read_ahead(
    tmp_path: Path, pool: ThreadPoolExecutor, scan: Scan, watch: Watch
) -> None:
    job = job_of(tmp_path / "job", pool, watch)
    job = replace(job, options=replace(job.options, ahead=1))
    [document] = process.process(scan, job)
    assert isinstance(document, ProcessedDocument)
    assert len(document.readings) == PAGES


def test_a_reading_that_is_lost_on_the_way_costs_its_document_and_says_what_to_do(
    tmp_path: Path, pool: ThreadPoolExecutor, scan: Scan, watch: Watch
) -> None:
    kept = tmp_path / "job" / "readings"

    def read(image: Path, *, page: int, **_: object) -> Reading:
        if page == PAGES:
            for file in kept.glob("000003-*"):
                file.unlink()
        return made_up(page)

    job = job_of(tmp_path / "job", pool, watch)
    [failed] = process.process(scan, replace(job, options=replace(job.options, read_page=read)))
    assert isinstance(failed, FailedDocument)
    assert failed.reason == "page 3: what was read is gone from the work folder: run it again"


def test_images_stay_of_the_first_failed_pages_only(
    tmp_path: Path, pool: ThreadPoolExecutor, scan: Scan, watch: Watch
) -> None:
    def read(image: Path, *, page: int, work: Path, **_: object) -> Reading:
        (work / f"{page:06}_clean.pgm").write_bytes(b"P5 1 1 255 x")
        raise EngineError(f"page {page}: the engine was killed")

    job = job_of(tmp_path / "job", pool, watch)
    [failed] = process.process(scan, replace(job, options=replace(job.options, read_page=read)))
    assert isinstance(failed, FailedDocument)
    assert failed.reason == "page 1: the engine was killed"
    left = {path.name[:6] for path in (tmp_path / "job" / "pages").iterdir()}
    assert len(left) == process.FAILED_KEPT < PAGES


def test_a_reading_comes_back_as_it_was(tmp_path: Path) -> None:
    cache = ReadingCache(tmp_path, "mine")
    for reading in (made_up(1), made_up(2, "Ủy 😀 \ud800 \n"), replace(made_up(3), words=())):
        cache.put(reading)
        assert cache.get(reading.page) == reading
    assert cache.get(4) is None


def test_readings_under_other_options_lie_beside_and_are_not_used(tmp_path: Path) -> None:
    mine, other = ReadingCache(tmp_path, "mine"), ReadingCache(tmp_path, "other")
    mine.put(made_up(1))
    assert other.get(1) is None
    other.put(made_up(1, "khác"))
    assert (mine.get(1), other.get(1)) == (made_up(1), made_up(1, "khác"))


@pytest.mark.parametrize("content", [b"", b"mine", b"mine\n", b"mine\nnonsense", b"other\n"])
def test_a_broken_file_is_no_reading(tmp_path: Path, content: bytes) -> None:
    cache = ReadingCache(tmp_path, "mine")
    cache.put(made_up(1))
    [file] = tmp_path.iterdir()
    file.write_bytes(content)
    assert cache.get(1) is None


def test_a_full_disk_leaves_no_half_of_a_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(part: Path, path: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        ReadingCache(tmp_path, "mine").put(made_up(1))
    assert list(tmp_path.iterdir()) == []


def test_kept_readings_are_a_sequence(tmp_path: Path) -> None:
    cache = ReadingCache(tmp_path, "mine")
    for page in (2, 3, 5):
        cache.put(made_up(page))
    readings = KeptReadings(cache, [2, 3, 5])
    assert isinstance(readings, Sequence)
    assert (readings[0], readings[-1]) == (made_up(2), made_up(5))
    assert readings[1:] == (made_up(3), made_up(5))
    assert readings == KeptReadings(cache, [2, 3, 5])
    assert readings != KeptReadings(cache, [2, 3])
    with pytest.raises(IndexError):
        readings[3]


def test_a_kept_page_is_fetched_once_while_it_is_at_hand(tmp_path: Path, watch: Watch) -> None:
    cache = ReadingCache(tmp_path, "mine")
    for page in range(1, AT_HAND + 2):
        cache.put(made_up(page))
    short = KeptReadings(cache, range(1, AT_HAND + 1))
    assert all(one is other for one, other in zip(short, short, strict=True))
    longer = KeptReadings(cache, range(1, AT_HAND + 2))
    assert longer[0] == made_up(1)
    first = longer[0]
    assert [reading.page for reading in longer][-1] == AT_HAND + 1
    assert longer[0] is not first


@pytest.mark.parametrize("kind", ["kept", "drawn", "tiff"])
def test_what_goes_by_disk_gives_the_same_bytes(tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    scan = _scan_of_kind(kind, tmp_path)
    pages = DocumentPages(1, tuple(SurveyedPage(n, PageKind.TEXT) for n in range(1, 7)))
    readings = [made_up(n) for n in range(1, 7)]

    def written(name: str) -> bytes:
        nothing_found = Assessment((), ())
        return archive.write(scan, pages, readings, nothing_found, tmp_path / name).path.read_bytes()

    whole = written("whole.pdf")
    monkeypatch.setattr(archive, "_HELD_BYTES", 1)
    assert written("pieces.pdf") == whole
    monkeypatch.setattr(archive, "_OPEN_FILES", 2)
    assert written("joined.pdf") == whole
    assert {path.name for path in tmp_path.glob("*.pdf")} >= {"whole.pdf", "pieces.pdf", "joined.pdf"}
    assert not list(tmp_path.glob("archive-*")), "no piece is left"


def _scan_of_kind(kind: str, folder: Path) -> Scan:
    """Six pages whose pictures are kept as they are, must be drawn, or come out of a TIFF."""
    pages = [making.printed((f"Trang {n}",), size=(827, 1170)) for n in range(1, 7)]
    path = folder / ("a.tif" if kind == "tiff" else "a.pdf")
    if kind == "tiff":
        pages[0].save(path, compression="jpeg", save_all=True, append_images=pages[1:], dpi=(100, 100))
        return making.scan_of(path, folder / "in")
    making.pdf_of(list(pages), path)
    if kind == "drawn":
        with pikepdf.open(path, allow_overwriting_input=True) as pdf:
            for page in pdf.pages:
                page.contents_add(b"1 0 0 rg 100 100 60 60 re f")
            pdf.save(path)
    scan = making.scan_of(path, folder / "in")
    assert scan.media_type is MediaType.PDF
    return scan
