"""The flow ``digitize``: a *slot* of a worker, which takes up chunk after chunk of whatever is next.

Which scans are next is the catalog's to say (`catalog.turns`): a run is told no more than the lanes that it may take
from. So a run that was killed has nothing that another cannot take up when its leases run out, whatever Prefect thinks
of it; and a run that is asked for twice finds nothing left to do.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.context import FlowRunContext

from flows import child

if TYPE_CHECKING:
    from catalog.turns import Chunk
    from flows.bench import Bench

SECONDS = 600.0
"""How long a slot goes on with new chunks; then it ends, so that Prefect shows what is done and code is read anew."""
PATIENCE = 15.0
"""Seconds that a slot waits before it gives up where something that all need is away, so that not one run after the
other fails at once."""


@flow(name="digitize", persist_result=False)
def digitize(lane: str = "backlog") -> int:
    """Take up chunks of `lane` and of more urgent ones until none waits; gives how many scans were worked on."""
    child.end_with_parent()
    import catalog

    catalog.setup()
    catalog.ready()
    from core.errors import ServiceError, StorageError

    try:
        return _work(lane)
    except (ServiceError, StorageError):
        time.sleep(PATIENCE)
        raise


def _work(lane: str) -> int:
    from catalog import turns
    from catalog.states import Lane
    from flows import batch, workplace
    from flows.chunks import FULL
    from flows.run import Silent

    least = Lane[lane.upper()]
    lanes = tuple(one for one in Lane if one <= least)
    until, done = time.monotonic() + SECONDS, 0
    batch.require_tools()
    with batch.set_up(Silent()) as (bench, drainer):
        worker = bench.place.worker
        turns.bury({other for other in turns.holders(worker.partition("/")[0]) if workplace.is_gone(other)})
        try:
            with _announced(worker, least):
                while time.monotonic() < until and (chunk := turns.take(worker, lanes, FULL)):
                    process_chunk([scan.id for scan in chunk.scans], chunk, bench)
                    done += len(chunk.scans)
        finally:
            turns.give_back(worker)
            drainer.last()
    return done


@task(name="chunk", task_run_name="{scans}", persist_result=False, cache_policy=NO_CACHE)
def process_chunk(scans: list[int], chunk: Chunk, bench: Bench) -> None:
    """Work on one chunk."""
    from flows import work

    work.work_on(chunk.scans, bench)


@contextmanager
def _announced(worker: str, least: int) -> Iterator[None]:
    """Say in the catalog that this worker is at work, with signs of life, until the end of the block."""
    from catalog import slots
    from catalog.states import Lane

    context = FlowRunContext.get()
    run = str(context.flow_run.id) if context and context.flow_run else ""
    slots.open_slot(worker, run, socket.gethostname(), Lane(least))
    end = threading.Event()
    living = threading.Thread(target=_live, args=(worker, end), name="slot", daemon=True)
    living.start()
    try:
        yield
    finally:
        end.set()
        living.join()
        slots.close_slot(worker)


def _live(worker: str, end: threading.Event) -> None:
    import catalog
    from catalog import slots
    from core.errors import ServiceError
    from core.settings import settings

    try:
        while not end.wait(settings().lease_seconds / 3):
            try:
                slots.seen(worker)
            except ServiceError:  # the work itself will meet it, and say so
                continue
    finally:
        catalog.close()
