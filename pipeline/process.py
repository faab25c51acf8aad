"""The way of a scan through the pipeline: survey → split → clean and read → extract → assess → archive.

Documents come out one after the other, in order, while the pages of the next ones are being read.
Nothing here knows a database, a service or a queue; it writes to the job's folder only.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Container, Iterator, Mapping
from concurrent.futures import CancelledError, Executor, Future, wait
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from core.errors import SohoaError, StorageError
from core.settings import Settings
from ocr import OcrSettings, engines, read_page
from ocr.records import Engine, Reading
from pipeline import PIPELINE_VERSION, alto, archive, reading_cache, split, text_layer
from pipeline.assess import assess
from pipeline.extract import extract
from pipeline.pages import Pages
from pipeline.reading_cache import KeptReadings, ReadingCache
from pipeline.records import (
    DocumentPages,
    FailedDocument,
    PageKind,
    ProcessedDocument,
    Scan,
    SplitRule,
    SurveyedPage,
)

NOT_READ = Engine("none", "", "")
"""The engine of blank pages."""
FAILED_KEPT = 20
"""Pages of a scan whose images stay when they could not be read: enough to see why, and no disk full of them."""

_log = logging.getLogger(__name__)

ReadPage = Callable[..., Reading]
"""`ocr.read_page`, or what a test puts in its place."""
_UnderWay = tuple[DocumentPages, SurveyedPage, Future[None]]
"""A page that is being read."""


@dataclass(frozen=True, slots=True)
class ProcessOptions:
    """What may be chosen for a scan."""

    split: SplitRule = SplitRule.SEPARATOR
    ocr: OcrSettings = field(default_factory=OcrSettings)
    engine: Engine | None = None
    """What reads the pages: readings that another engine made are not used again."""
    review_threshold: float = 0.90
    """Confidence (0–1) under which a field goes to a person."""
    ahead: int = 8
    """Pages handed to the executor before the first of them is done. Their images exist only while
    a page is being read, so memory and disk follow the executor's size, not this."""
    read_page: ReadPage = read_page


@dataclass(frozen=True, slots=True)
class Job:
    """Where and with what a scan is processed."""

    folder: Path
    """A folder of its own. Holds the readings, the images of pages that failed, and the files of
    documents until the caller has taken them (`let_go`); the caller removes it in the end."""
    executor: Executor
    """A pool of threads for pages, which may be shared with other scans."""
    options: ProcessOptions = field(default_factory=ProcessOptions)
    readings: Path | None = None
    """Where the scan's readings are kept, where they are to outlive the job; None: in its folder."""
    stated: Mapping[int, PageKind] = field(default_factory=dict)
    """Page → what people said that it is; the first look decides about the others."""

    @classmethod
    def of(cls, settings: Settings, folder: Path, executor: Executor, rule: SplitRule) -> Job:
        """A job as the settings say."""
        ocr = OcrSettings(engine=settings.engine, timeout=settings.engine_timeout)
        options = ProcessOptions(
            split=rule,
            ocr=ocr,
            engine=engines.engine_for(ocr).identity(),
            review_threshold=settings.review_threshold,
            ahead=4 * settings.workers,
        )
        return cls(folder, executor, options)


def process(scan: Scan, job: Job, skip: Container[int] = frozenset()) -> Iterator[ProcessedDocument | FailedDocument]:
    """The documents of `scan` in order, each as soon as it is finished.

    Documents whose ordinal is in `skip` are left out (they are done already). What goes wrong with
    a page or a document costs that document, not the scan: it comes out as a FailedDocument. When
    the iterator is closed early, work in hand is waited for and the rest is not begun.

    Readings are handed from step to step on disk: memory does not grow with the pages of a document.
    """
    with Pages(scan) as pages:
        surveyed = split.survey(pages, job.stated)
        documents = (d for d in split.documents(surveyed, job.options.split) if d.ordinal not in skip)
        for document, fault in _read(documents, _PageReader(scan, pages, job), job):
            yield _finish(scan, document, fault, job)


def let_go(scan: Scan, document: ProcessedDocument, job: Job) -> None:
    """Remove what the job's folder holds of a document that the caller has recorded."""
    for file in (document.archive, document.words):
        file.path.unlink(missing_ok=True)
    if job.readings is None:
        _cache(scan, job).drop(page.number for page in document.pages.pages)


def _finish(
    scan: Scan, document: DocumentPages, fault: Exception | None, job: Job
) -> ProcessedDocument | FailedDocument:
    """From the readings of a document's pages to the finished document, or why there is none."""
    try:
        if fault is not None:
            raise fault
        readings = KeptReadings(_cache(scan, job), [page.number for page in document.pages])
        assessment = assess(extract(readings), job.options.review_threshold)
        file = archive.write(scan, document, readings, assessment, job.folder / f"{document.ordinal:06}.pdf")
        words = alto.write(scan, document, readings, job.folder / f"{document.ordinal:06}.alto.xml")
        return ProcessedDocument(document, readings, assessment, file, words, PIPELINE_VERSION)
    except SohoaError as error:
        return FailedDocument(document, str(error))
    except CancelledError:
        raise
    except Exception as error:  # whatever one document brings about must not cost the others
        _log.exception("%s, document %d", scan.sha256, document.ordinal)
        text = " ".join(str(error).split())[:200]
        return FailedDocument(document, f"{type(error).__name__}: {text}: a fault of this program, please report it")


def _read(
    documents: Iterator[DocumentPages], reader: _PageReader, job: Job
) -> Iterator[tuple[DocumentPages, Exception | None]]:
    """Each document as soon as its pages are read, with the first fault; pages are read ahead, across documents."""
    todo = ((document, page) for document in documents for page in document.pages)
    under_way: deque[_UnderWay] = deque()
    fault: Exception | None = None
    try:
        while _fill(under_way, todo, reader, job):
            document, page, future = under_way.popleft()
            went_wrong = _fault(future)
            fault = fault or went_wrong
            if page is document.pages[-1]:
                _fill(under_way, todo, reader, job)  # so that no processor waits while this one is finished
                yield document, fault
                fault = None
    finally:
        # Only those that run: one that the pool itself cancelled is never reported as done, and would be waited for.
        wait([future for _, _, future in under_way if not future.cancel()])


def _fill(
    under_way: deque[_UnderWay],
    todo: Iterator[tuple[DocumentPages, SurveyedPage]],
    reader: _PageReader,
    job: Job,
) -> bool:
    """Hand pages to the executor until enough are under way; False when none is left."""
    while len(under_way) < job.options.ahead:
        following = next(todo, None)
        if following is None:
            break
        document, page = following
        under_way.append((document, page, job.executor.submit(reader.read, page)))
    return bool(under_way)


def _fault(future: Future[None]) -> Exception | None:
    """What went wrong with a page, if anything did."""
    try:
        future.result()
    except CancelledError:
        raise
    except Exception as error:
        return error
    return None


def _cache(scan: Scan, job: Job) -> ReadingCache:
    """Where the readings of a scan are kept."""
    key = f"{PIPELINE_VERSION} {scan.sha256} {job.options.ocr} {job.options.engine}"
    return ReadingCache(job.readings or job.folder / reading_cache.FOLDER, key)


class _PageReader:
    """Reads the pages of one scan; `read` is called from the executor's threads."""

    def __init__(self, scan: Scan, pages: Pages, job: Job) -> None:
        self._scan = scan
        self._pages = pages
        self._options = job.options
        self._images = job.folder / "pages"
        self._cache = _cache(scan, job)
        self._failed = count()

    def read(self, page: SurveyedPage) -> None:
        """See to it that the page's reading is kept: of earlier, from its text layer, or by OCR."""
        if self._cache.get(page.number) is not None:
            return
        try:
            self._cache.put(self._reading(page))
        except OSError as error:
            why = f"page {page.number}: no work file could be written ({error.strerror or error})"
            raise StorageError(f"{why}: free some room, then run it again") from error

    def _reading(self, page: SurveyedPage) -> Reading:
        """A reading made anew; without words if the page is blank."""
        if page.kind is PageKind.BLANK:
            size = self._pages.size(page.number)
            return Reading(page.number, size.width, size.height, size.dpi, 0, 0.0, (), NOT_READ)
        layer = text_layer.read(self._scan, page.number) if page.text_layer else None
        return layer or self._recognise(page.number)

    def _recognise(self, number: int) -> Reading:
        """OCR. The page's images go when it has been read; of the first pages that fail they stay for a look."""
        self._images.mkdir(parents=True, exist_ok=True)
        try:
            image = self._pages.image(number, self._images / f"{number:06}_page")
            reading = self._options.read_page(
                image.path, page=number, dpi=image.dpi, work=self._images, settings=self._options.ocr
            )
        except Exception:
            if next(self._failed) >= FAILED_KEPT:
                self._clear(number)
            raise
        self._clear(number)
        return reading

    def _clear(self, number: int) -> None:
        for file in self._images.glob(f"{number:06}_*"):
            file.unlink(missing_ok=True)
