"""One run over a batch, in plain calls: take files in, cut the work into chunks, work, tell search, sum up."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from zoneinfo import ZoneInfo

import catalog
from catalog import batches, outbox, scans, units
from catalog.records import WaitingScan
from core.errors import NotFoundError, ServiceError, UsageError
from core.settings import settings
from flows import desk, intake, work
from flows.bench import Bench, OneAtATime, Tally
from flows.chunks import chunks
from flows.drain import Drainer
from flows.run import IngestRequest, IngestSummary, Progress
from flows.workplace import is_gone, others, workplace
from ocr import engines
from ocr.errors import EngineError
from ocr.options import OcrSettings
from review import duplicates
from storage import ObjectStore, open_store

_TOLD = 50
"""Paths that Prefect is told of at most."""
LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")


def check(request: IngestRequest) -> None:
    """Is everything there that the run needs? Raises UsageError or ServiceError before any work is done.

    Search is not asked: without it results wait in the outbox.
    """
    catalog.ready()
    units.require(request.unit)
    intake.require(request.paths)
    if request.batch is not None and not request.batch.strip():
        raise UsageError("a batch needs a name: leave --batch out for the day")
    intake.require_free(request.unit, _name(request))
    require_tools()


def require_tools() -> None:
    """Are object store and engine there? Raises ServiceError."""
    _store().check()
    try:
        engines.engine_for(OcrSettings(engine=settings().engine)).identity()
    except EngineError as error:
        raise ServiceError(str(error)) from error


class Run:
    """One run over a batch. Made by `begin`."""

    def __init__(self, request: IngestRequest, bench: Bench, drainer: Drainer) -> None:
        self._request = request
        self._bench = bench
        self._drainer = drainer
        self._began = time.monotonic()
        self.batch = _name(request)

    def take_in(self) -> list[WaitingScan]:
        """Take the files in and return the scans to work on: theirs, and what earlier runs of the batch left."""
        progress = self._bench.progress
        progress.stage("taking in")
        door = intake.Intake(self._request, self.batch, self._bench)
        door.run()
        patiently = self._bench.patiently
        waiting = {scan.id: scan for scan in patiently(scans.unfinished, ids=door.work)}
        left = {scan.id: scan for scan in patiently(self._left) if scan.id not in waiting}
        fresh = {scan.id: scan for scan in patiently(desk.left) if scan.id not in waiting}
        self._bench.tally.add(resumed=len(left | fresh))
        backlog = sorted((waiting | left).values(), key=lambda scan: scan.id)
        found = [
            *fresh.values(),
            *(scan for scan in backlog if scan.id not in fresh),
        ]  # new results are looked at first
        for scan in found:
            if scan.holder and is_gone(scan.holder):
                patiently(scans.evict, scan.id, scan.holder)
        progress.total(sum(scan.pages for scan in found), len(found))
        progress.stage("reading")
        return found

    def _left(self) -> tuple[WaitingScan, ...]:
        """What dead runs left of the batch; nothing while others are at work here, whose turn it may be."""
        return () if others(self._bench.place) else scans.unfinished(batch=self._batch_id())

    def _batch_id(self) -> int:
        """The batch's id; 0, which no batch has, where it was never opened."""
        try:
            return batches.find(self.batch, self._request.unit).id
        except NotFoundError:
            return 0

    def work_on(self, chunk: tuple[WaitingScan, ...]) -> None:
        """Work on one chunk; see `flows.work.work_on`."""
        work.work_on(chunk, self._bench)

    def finish(self) -> IngestSummary:
        """Tell search of what is left, hold new results against all others, and sum up."""
        patiently = self._bench.patiently
        if patiently(outbox.count):
            self._bench.progress.stage("indexing")
            self._drainer.last()
        while patiently(duplicates.catch_up):
            pass
        return self._bench.tally.summary(self.batch, patiently(outbox.count), time.monotonic() - self._began)


def paths_for_people(request: IngestRequest) -> list[str]:
    """The paths of a request as Prefect shows them: printable, and not thousands of them."""
    told = [intake.shown(path.absolute()) for path in request.paths[:_TOLD]]
    return [*told, f"… and {len(request.paths) - _TOLD} more"] if len(request.paths) > _TOLD else told


def plainly(request: IngestRequest, progress: Progress) -> IngestSummary:
    """A whole run that Prefect is not told of."""
    progress.line("Prefect's server is away: the work goes on without telling it")
    with begin(request, progress) as run:
        for chunk in chunks(run.take_in()):
            run.work_on(chunk)
        return run.finish()


@contextmanager
def begin(request: IngestRequest, progress: Progress) -> Iterator[Run]:
    """A run, with a place to work at and a pool for pages until the end of the block. Nothing is taken in yet."""
    with set_up(progress) as (bench, drainer):
        yield Run(request, bench, drainer)


@contextmanager
def set_up(progress: Progress) -> Iterator[tuple[Bench, Drainer]]:
    """A bench to work at until the end of the block, and who tells search of what is made there."""
    tally, told = Tally(), OneAtATime(progress)
    drainer = Drainer(tally, told)
    with workplace() as place, Bench.page_pool() as pages:
        bench = Bench(place=place, store=_store(), progress=told, drain=drainer.soon, pages=pages, tally=tally)
        try:
            yield bench, drainer
        finally:
            bench.stop.set()
            pages.shutdown(wait=True, cancel_futures=True)
            engines.close()


def _store() -> ObjectStore:
    return open_store(settings().storage)


def _name(request: IngestRequest) -> str:
    return request.batch or _today(request.procedure)


def _today(procedure: str | None) -> str:
    day = datetime.now(LOCAL).date().isoformat()
    return f"{day} {procedure}" if procedure else day
