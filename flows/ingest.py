"""The flow ``ingest_batch``: one flow a batch, one task a chunk of it, pages on threads inside the task.

What is left to do is read from the catalog, never from Prefect: a run that was killed stays "running" there.
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from httpx import HTTPError
from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.exceptions import PrefectHTTPStatusError

from flows import child
from flows.run import IngestRequest, IngestSummary, Progress, Silent
from pipeline.records import SplitRule

if TYPE_CHECKING:
    from catalog.records import WaitingScan
    from flows.batch import Run


@dataclass(frozen=True, slots=True)
class Call:
    """A run that was asked for in this process: what its parameters cannot carry."""

    request: IngestRequest
    progress: Progress
    summaries: list[IngestSummary] = field(default_factory=list)
    """The summary, once the work is done, whatever Prefect says then."""


GONE: tuple[type[Exception], ...] = (HTTPError, PrefectHTTPStatusError)
"""What Prefect's client raises when its server is away. What was done until then is not done again."""

call: ContextVar[Call | None] = ContextVar("call", default=None)
"""None: a server started the run, and its parameters say all."""
_run: ContextVar[Run] = ContextVar("run")
_chunk: ContextVar[tuple[WaitingScan, ...]] = ContextVar("chunk")


@flow(name="ingest_batch", persist_result=False)
def ingest_batch(
    paths: list[str], unit: str, procedure: str | None = None, batch: str | None = None, split: str = "separator"
) -> IngestSummary:
    """Take the files and folders `paths` in for a unit, and work until each of their documents is recorded."""
    import catalog

    catalog.setup()
    from flows import batch as batches
    from flows.chunks import chunks

    asked = call.get()
    request = asked.request if asked else _request(paths, unit, procedure, batch, split)
    batches.check(request)
    with batches.begin(request, asked.progress if asked else Silent()) as run:
        _run.set(run)
        for chunk in chunks(run.take_in()):
            _chunk.set(chunk)
            _told_of(chunk, run)
        summary = run.finish()
        if asked:
            asked.summaries.append(summary)
        return summary


def _told_of(chunk: tuple[WaitingScan, ...], run: Run) -> None:
    """Work on a chunk as a task that Prefect is told of; where its server is away, without telling it."""
    try:
        process_chunk([scan.id for scan in chunk])
    except GONE:
        run.work_on(chunk)


def _request(paths: list[str], unit: str, procedure: str | None, batch: str | None, split: str) -> IngestRequest:
    child.end_with_parent()  # the process of a run that a server started must not outlive who looks after it
    return IngestRequest(tuple(map(Path, paths)), unit, procedure, batch, SplitRule(split))


@task(name="process_chunk", persist_result=False, cache_policy=NO_CACHE)
def process_chunk(scans: list[int]) -> None:
    """Work on one chunk. Prefect is told the ids; the run that they belong to is that of the calling flow."""
    _run.get().work_on(_chunk.get())
