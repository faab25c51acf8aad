"""``sohoa extract``: read files and write what was found as JSON lines, without storing anything."""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
from collections import Counter, deque
from collections.abc import Iterator
from concurrent.futures import CancelledError, Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import IO, TYPE_CHECKING, Annotated

import typer

from cli.faults import unexpected
from cli.paths import SplitName, files_of
from cli.progress import progress_for_people
from cli.refusals import REASONS, refusal_text, translated
from cli.terminal import note, to_json
from cli.texts import _
from core.errors import RefusedError, ServiceError, SohoaError, UsageError

if TYPE_CHECKING:
    from flows.run import Progress
    from pipeline.records import Evidence, ProcessedDocument


@dataclass(frozen=True, slots=True)
class FileOutcome:
    """What came of one file."""

    lines: tuple[str, ...]
    """A JSON line for each document."""
    pages: int
    complaints: tuple[str, ...]
    """Why the file was refused, or which of its documents failed."""


@dataclass(frozen=True, slots=True)
class _Run:
    """What the threads that read files share."""

    pages: Executor
    split: SplitName
    stop: threading.Event = field(default_factory=threading.Event)
    """Set when the run ends early."""


def extract(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH", readable=False, help=_("Files, or folders with files."))
    ],
    jsonl: Annotated[Path, typer.Option(metavar="FILE", dir_okay=False, help=_("File to write, a line a document."))],
    split: Annotated[
        SplitName, typer.Option(help=_("Where a document ends: at separator sheets, or at blank pages as well."))
    ] = "separator",
) -> None:
    """Write what is found in `paths` to `jsonl`; exit code 3 if a file was refused or a document failed."""
    refused: list[str] = []
    files = files_of(paths, lambda error: refused.append(_unreadable(error)))
    for why in refused:
        note(_("refused: {why}").format(why=why))
    for stem in _repeated_stems(files):
        note(_("warning: several files are called {stem}; their lines have the same id").format(stem=stem))
    documents, complaints = 0, len(refused)
    with _replacing(jsonl) as to, progress_for_people() as progress:
        progress.stage("reading")
        for outcome in _outcomes(files, split, progress):
            to.writelines(outcome.lines)
            documents += len(outcome.lines)
            complaints += len(outcome.complaints)
    note(_("Documents written to {path}: {documents}").format(documents=documents, path=jsonl))
    if complaints:
        raise typer.Exit(RefusedError.exit_code)


def _unreadable(error: OSError) -> str:
    name = str(error.filename)
    return refusal_text("unreadable", name, f"{name}: {REASONS['unreadable']}")


def _repeated_stems(files: list[Path]) -> list[str]:
    return [stem for stem, times in Counter(file.stem for file in files).items() if times > 1]


def _outcomes(files: list[Path], split: SplitName, progress: Progress) -> Iterator[FileOutcome]:
    """The outcome of each file, in order.

    Several files are open at once, so that a page of one is read while another is split or archived;
    the pages of all of them share one pool.
    """
    from core.settings import settings
    from flows.workplace import workplace

    current = settings()
    with (
        workplace() as place,
        ThreadPoolExecutor(current.workers, thread_name_prefix="page") as pages,
        ThreadPoolExecutor(current.workers + 1, thread_name_prefix="file") as readers,
    ):
        run = _Run(pages, split)
        waiting: deque[Future[FileOutcome]] = deque()
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


def _told(future: Future[FileOutcome], progress: Progress) -> FileOutcome:
    outcome = future.result()
    progress.advance(outcome.pages, len(outcome.lines))
    for complaint in outcome.complaints:
        progress.line(complaint)
    return outcome


def _read_file(file: Path, folder: Path, run: _Run) -> FileOutcome:
    """Take one file through intake and pipeline in a folder of its own, which is emptied at the end."""
    from core.settings import settings
    from pipeline.intake import Limits, inspect
    from pipeline.process import Job, process
    from pipeline.records import FailedDocument, SplitRule

    lines: list[str] = []
    complaints: list[str] = []
    folder.mkdir()
    scan = None
    try:
        scan = inspect(file, file.name, Limits.of(settings()), folder)
        for document in process(scan, Job.of(settings(), folder, run.pages, SplitRule(run.split))):
            if isinstance(document, FailedDocument):
                complaints.append(_("failed: {what}").format(what=f"{file}: {document.reason}"))
            else:
                lines.append(to_json(as_line(scan.name, document), indent=None) + "\n")
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
    return FileOutcome(tuple(lines), scan.pages if scan else 0, tuple(complaints))


def _why(error: Exception) -> str:
    """What to tell of an error that ended the work on one file; one that is a fault of ours is logged."""
    return str(error) if isinstance(error, SohoaError) else unexpected(error)


def as_line(name: str, document: ProcessedDocument) -> dict[str, object]:
    """What is written about one document of the file called `name`."""
    ordinal, stem = document.pages.ordinal, PurePath(name).stem
    fields = document.assessment.fields
    return {
        "id": stem if ordinal == 1 else f"{stem}#{ordinal}",
        "file": name,
        "pages": [document.pages.first, document.pages.last],
        "text": document.text,
        "fields": {f.name: f.value for f in fields},
        "review": list(document.assessment.review),
        "confidence": {f.name: round(f.confidence, 4) for f in fields},
        "evidence": {f.name: _evidence(f.evidence) for f in fields},
    }


def _evidence(evidence: Evidence) -> dict[str, object]:
    return {"page": evidence.page, "box": evidence.box.as_list() if evidence.box else None, "text": evidence.text}


@contextmanager
def _replacing(final: Path) -> Iterator[IO[str]]:
    """A file to write to that becomes `final` when all went well, and is gone otherwise; UsageError if it cannot be."""
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{final.name}-", dir=final.parent)
    except OSError as error:
        text = _("{path} cannot be written ({why}): choose another file")
        raise UsageError(text.format(path=final, why=error.strerror)) from error
    aside = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as to:
            yield to
            to.flush()
            os.fsync(to.fileno())
        aside.chmod(0o666 & ~_umask())
        aside.replace(final)
    finally:
        aside.unlink(missing_ok=True)


def _umask() -> int:
    """The umask of this process, which can only be read by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
