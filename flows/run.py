"""The two calls that the command line and the pages make: take in a batch, rebuild the search index.

Importing this module is cheap; Prefect and Django are imported when a call is made.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pipeline.records import SplitRule

_EVENTS_SECONDS = 3.0
"""How long the end of a run waits until Prefect's server has heard of it."""


@dataclass(frozen=True, slots=True)
class IngestRequest:
    """What to take in, and for whom."""

    paths: tuple[Path, ...]
    """Files, and folders that are walked in sorted order."""
    unit: str
    """Code of the unit that the results belong to."""
    procedure: str | None = None
    """Code of the procedure that all of them belong to."""
    batch: str | None = None
    """Name of the batch; None: the day, e.g. ``2026-11-21``."""
    split: SplitRule = SplitRule.SEPARATOR


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file that was refused at the door."""

    name: str
    """Path as given, safe to print (no control characters)."""
    reason: str
    """Short stable code, e.g. ``encrypted``."""
    message: str
    """A line for people: what, why, what to do."""


@dataclass(frozen=True, slots=True)
class IngestSummary:
    """What one run did. Numbers are of this run, unless said otherwise."""

    batch: str
    """Name of the batch."""
    new: int
    """Files taken in."""
    already: int
    """Files that were there before and had nothing left to do."""
    resumed: int
    """Files that were there before and had work left."""
    busy: int
    """Files left alone because another run is at work on them."""
    refused: tuple[Refusal, ...]
    documents: int
    """Documents recorded."""
    pages: int
    """Pages of the documents recorded."""
    failed: int
    """Documents (and scans as a whole) that could not be finished; they are tried again next time."""
    failures: tuple[str, ...]
    """A line for people for each of them."""
    in_review: int
    """Documents recorded of which a person must look at a field."""
    indexed: int
    """Documents that search learned of."""
    pending: int
    """Documents of the whole catalog that search does not know yet."""
    seconds: float

    @property
    def changed(self) -> bool:
        """Whether the run changed anything."""
        return bool(self.new or self.resumed or self.documents or self.failed)


class Progress(Protocol):
    """Told what happens while a batch is taken in. Called from several threads, one call at a time."""

    def stage(self, text: str) -> None:
        """A new part of the work begins: ``taking in``, ``reading``, ``indexing``."""

    def total(self, pages: int, files: int) -> None:
        """So many pages and files are to be worked on; may grow during the run."""

    def advance(self, pages: int, documents: int) -> None:
        """So many more pages and documents are finished (recorded or failed)."""

    def refused(self, refusal: Refusal) -> None:
        """A file was refused, just now."""

    def line(self, text: str) -> None:
        """Something else to tell people at once: a failed document, a service that is down."""


class Silent:
    """A Progress that tells nobody."""

    def stage(self, text: str) -> None:
        """Ignored."""

    def total(self, pages: int, files: int) -> None:
        """Ignored."""

    def advance(self, pages: int, documents: int) -> None:
        """Ignored."""

    def refused(self, refusal: Refusal) -> None:
        """Ignored."""

    def line(self, text: str) -> None:
        """Ignored."""


def ingest(request: IngestRequest, progress: Progress | None = None) -> IngestSummary:
    """Take files in, process them and make them findable; go on with what an earlier run left.

    Refused files and failed documents are in the summary and do not stop the run. SIGINT stops it
    cleanly (KeyboardInterrupt); a later call goes on. Raises UsageError (unknown unit, a path that does
    not exist), ServiceError or StorageError (database or storage not usable) before any work is done.
    """
    import catalog

    catalog.setup()
    from flows import batch

    batch.check(request)
    with connected():
        from flows.ingest import GONE, Call, call, ingest_batch

        asked = Call(request, progress or Silent())
        token = call.set(asked)
        try:
            return ingest_batch(
                paths=batch.paths_for_people(request),
                unit=request.unit,
                procedure=request.procedure,
                batch=request.batch,
                split=request.split.value,
            )
        except GONE:  # Prefect's server went away; the catalog knows what is left
            return asked.summaries[0] if asked.summaries else batch.plainly(request, asked.progress)
        finally:
            call.reset(token)


def reindex(progress: Progress | None = None) -> int:
    """Rebuild the search index from the catalog beside the old one, then swap; searches go on.

    Returns the number of results in the new index. Raises ServiceError.
    """
    import catalog

    catalog.setup()
    catalog.ready()
    (progress or Silent()).stage("indexing")
    with connected():
        from flows.reindex import reindex as flow

        return flow()


@contextmanager
def connected() -> Iterator[None]:
    """Prefect, ready for this process until the end of the block; raises ServiceError."""
    from flows import prefect_home
    from flows.server import server

    prefect_home.use()
    with server(meanwhile=_import_flows) as found:
        from prefect.events.worker import EventsWorker
        from prefect.settings import PREFECT_API_AUTH_STRING, PREFECT_API_URL, temporary_settings

        auth = {PREFECT_API_AUTH_STRING: found.auth} if found.auth else {}
        with temporary_settings({PREFECT_API_URL: found.url, **auth}):
            try:
                yield
            finally:
                EventsWorker.drain_all(timeout=_EVENTS_SECONDS, at_exit=True)


def _import_flows() -> None:
    """Prefect takes a second or two to import."""
    import flows.ingest
    import flows.reindex  # noqa: F401
