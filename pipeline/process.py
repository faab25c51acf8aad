"""The way of a scan through the pipeline: survey → split → clean and read → extract → assess → archive.

Documents come out one after the other, in order, while the pages of the next ones are being read.
Nothing here knows a database, a service or a queue; it writes to the job's folder only.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Container, Iterator
from concurrent.futures import CancelledError, Executor, Future, wait
from dataclasses import dataclass, field
from pathlib import Path

from core.errors import SohoaError, StorageError
from core.settings import Settings
from ocr import OcrSettings, engines, read_page
from ocr.records import Engine, Reading
from pipeline import PIPELINE_VERSION, alto, archive, split, text_layer
from pipeline.assess import assess
from pipeline.extract import extract
from pipeline.pages import Pages
from pipeline.reading_cache import ReadingCache
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

_log = logging.getLogger(__name__)

ReadPage = Callable[..., Reading]
"""`ocr.read_page`, or what a test puts in its place."""


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
    """A folder of its own. Holds the readings (for resuming), the images of pages that failed, and
    the archive files until the caller takes them; the caller removes it in the end."""
    executor: Executor
    """A pool of threads for pages, which may be shared with other scans."""
    options: ProcessOptions = field(default_factory=ProcessOptions)
    readings: Path | None = None
    """Where the scan's readings are kept, where they are to outlive the job; None: in its folder."""

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
    """
    with Pages(scan) as pages:
        surveyed = split.survey(pages)
        documents = (d for d in split.documents(surveyed, job.options.split) if d.ordinal not in skip)
        for document, reading_or_error in _read(documents, _PageReader(scan, pages, job), job):
            yield _finish(scan, document, reading_or_error, job)


def _finish(
    scan: Scan, document: DocumentPages, outcomes: list[Reading | Exception], job: Job
) -> ProcessedDocument | FailedDocument:
    """From the readings of a document's pages to the finished document, or why there is none."""
    readings = tuple(o for o in outcomes if isinstance(o, Reading))
    try:
        for outcome in outcomes:
            if isinstance(outcome, Exception):
                raise outcome
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
) -> Iterator[tuple[DocumentPages, list[Reading | Exception]]]:
    """Each document with the outcomes of its pages; pages are read ahead, across documents."""
    todo = ((document, page) for document in documents for page in document.pages)
    under_way: deque[tuple[DocumentPages, Future[Reading]]] = deque()
    outcomes: list[Reading | Exception] = []
    try:
        while _fill(under_way, todo, reader, job):
            document, future = under_way.popleft()
            outcomes.append(_outcome(future))
            if len(outcomes) == len(document.pages):
                _fill(under_way, todo, reader, job)  # so that no processor waits while this one is finished
                yield document, outcomes
                outcomes = []
    finally:
        # Only those that run: one that the pool itself cancelled is never reported as done, and would be waited for.
        wait([future for _, future in under_way if not future.cancel()])


def _fill(
    under_way: deque[tuple[DocumentPages, Future[Reading]]],
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
        under_way.append((document, job.executor.submit(reader.read, page)))
    return bool(under_way)


def _outcome(future: Future[Reading]) -> Reading | Exception:
    try:
        return future.result()
    except CancelledError:
        raise
    except Exception as error:
        return error


class _PageReader:
    """Reads the pages of one scan; `read` is called from the executor's threads."""

    def __init__(self, scan: Scan, pages: Pages, job: Job) -> None:
        self._scan = scan
        self._pages = pages
        self._options = job.options
        self._images = job.folder / "pages"
        key = f"{PIPELINE_VERSION} {scan.sha256} {job.options.ocr} {job.options.engine}"
        self._cache = ReadingCache(job.readings or job.folder / "readings", key)

    def read(self, page: SurveyedPage) -> Reading:
        """The reading of one page: kept, from its text layer, or by OCR; without words if it is blank."""
        if page.kind is PageKind.BLANK:
            size = self._pages.size(page.number)
            return Reading(page.number, size.width, size.height, size.dpi, 0, 0.0, (), NOT_READ)
        kept = self._cache.get(page.number)
        if kept is not None:
            return kept
        reading = text_layer.read(self._scan, page.number) if page.text_layer else None
        try:
            reading = reading or self._recognise(page.number)
            self._cache.put(reading)
        except OSError as error:
            why = f"page {page.number}: no work file could be written ({error.strerror or error})"
            raise StorageError(f"{why}: free some room, then run it again") from error
        return reading

    def _recognise(self, number: int) -> Reading:
        """OCR. The page's images go when it has been read, and stay for a look when it failed."""
        self._images.mkdir(parents=True, exist_ok=True)
        image = self._pages.image(number, self._images / f"{number:06}_page")
        reading = self._options.read_page(
            image.path, page=number, dpi=image.dpi, work=self._images, settings=self._options.ocr
        )
        for file in self._images.glob(f"{number:06}_*"):
            file.unlink(missing_ok=True)
        return reading
