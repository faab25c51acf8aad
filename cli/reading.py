"""Reading many files without storing anything: what ``sohoa extract`` and ``sohoa evaluate`` share."""

from __future__ import annotations

import shutil
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

from cli.faults import unexpected
from cli.paths import SplitName
from cli.refusals import translated
from cli.texts import _
from core.errors import RefusedError, ServiceError, SohoaError

if TYPE_CHECKING:
    from flows.run import Progress
    from pipeline.process import Job
    from pipeline.records import ProcessedDocument, Scan

T = TypeVar("T")

Take = Callable[[Path, "Scan", "ProcessedDocument", Path], T]
"""Makes of a document what is wanted of it: from the file as it was named, its scan, the document, and a folder for
files in between. Called on the thread that reads the file."""


@dataclass(frozen=True, slots=True)
class FileOutcome(Generic[T]):
    """What came of one file."""

    file: Path
    documents: tuple[T, ...]
    pages: int
    complaints: tuple[str, ...]
    """Why the file was refused, or which of its documents failed."""


@dataclass(frozen=True, slots=True)
class _Run(Generic[T]):
    """What the threads that read files share."""

    pages: Executor
    split: SplitName
    take: Take[T]
    kept: Path | None
    stop: threading.Event = field(default_factory=threading.Event)
    """Set when the run ends early."""


def read_files(
    files: Sequence[Path], split: SplitName, progress: Progress, take: Take[T], kept: Path | None = None
) -> Iterator[FileOutcome[T]]:
    """The outcome of each file, in order.

    Several files are open at once, so that a page of one is read while another is split or archived;
    the pages of all of them share one pool. With `kept`, readings are kept in that folder, and those
    that are there already are used.
    """
    from core.settings import settings
    from flows.workplace import workplace
    from ocr import engines

    current = settings()
    with (
        workplace() as place,
        ThreadPoolExecutor(current.workers, thread_name_prefix="page") as pages,
        ThreadPoolExecutor(current.workers + 1, thread_name_prefix="file") as readers,
    ):
        run = _Run(pages, split, take, kept)
        waiting: deque[Future[FileOutcome[T]]] = deque()
        try:
            for number, file in enumerate(files):
                waiting.append(readers.submit(_read_file, file, place.folder / f"{number:06d}", run))
                if len(waiting) >= 2 * (current.workers + 1):
                    yield _told(waiting.popleft(), progress)
            while waiting:
                yield _told(waiting.popleft(), progress)
        except BaseException:
            run.stop.set()
            for future in waiting:
                future.cancel()
            pages.shutdown(wait=False, cancel_futures=True)
            raise
        finally:
            engines.close()


def _told(future: Future[FileOutcome[T]], progress: Progress) -> FileOutcome[T]:
    outcome = future.result()
    progress.advance(outcome.pages, len(outcome.documents))
    for complaint in outcome.complaints:
        progress.line(complaint)
    return outcome


def _read_file(file: Path, folder: Path, run: _Run[T]) -> FileOutcome[T]:
    """Take one file through intake and pipeline in a folder of its own, which is emptied at the end."""
    from core.settings import settings
    from pipeline.intake import Limits, inspect
    from pipeline.process import process
    from pipeline.records import FailedDocument

    documents: list[T] = []
    complaints: list[str] = []
    folder.mkdir()
    scan = None
    try:
        scan = inspect(file, file.name, Limits.of(settings()), folder)
        for document in process(scan, _job(scan, folder, run)):
            if isinstance(document, FailedDocument):
                complaints.append(_("failed: {what}").format(what=f"{file}: {document.reason}"))
            else:
                documents.append(run.take(file, scan, document, folder))
    except RefusedError as error:
        complaints.append(_("refused: {why}").format(why=translated(error, str(file))))
    except (ServiceError, CancelledError):  # the other files would fare no better
        raise
    except Exception as error:
        if run.stop.is_set():  # tools that were stopped with us fail in ways of their own
            raise
        complaints.append(_("failed: {what}").format(what=f"{file}: {_why(error)}"))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return FileOutcome(file, tuple(documents), scan.pages if scan else 0, tuple(complaints))


def _job(scan: Scan, folder: Path, run: _Run[T]) -> Job:
    from core.settings import settings
    from pipeline.process import Job
    from pipeline.records import SplitRule

    job = Job.of(settings(), folder, run.pages, SplitRule(run.split))
    return replace(job, readings=run.kept / scan.sha256) if run.kept else job


def _why(error: Exception) -> str:
    """What to tell of an error that ended the work on one file; one that is a fault of ours is logged."""
    return str(error) if isinstance(error, SohoaError) else unexpected(error)
