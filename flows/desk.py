"""The desk: new results are worked on as they come in, ahead of the backlog, and search learns of what people do.

Files that come in over the counter or by the interface are stored by whoever takes them in (`web.taking_in`), with a
row that says so. The desk is a process of `sohoa serve` that looks for such rows every second and works on them as any
run does, under leases. It is no flow: telling Prefect of a run takes longer than reading most new results, and what is
left to do is read from the catalog anyway. Where no desk is open on this machine, the next run takes them first.

What people decide on the pages waits for search in the outbox; the desk hands that on as well.
"""

from __future__ import annotations

import logging
import threading

from catalog import arrivals, outbox, scans
from catalog.locks import file_lock
from catalog.records import WaitingScan
from core.errors import ServiceError, SohoaError
from core.settings import settings
from flows.bench import OneAtATime, Tally
from flows.chunks import chunks
from flows.drain import Drainer
from flows.run import Progress, Silent
from flows.workplace import is_gone

EVERY = 1.0
"""Seconds between two looks at the catalog."""
PATIENCE = 15.0
"""Seconds until the next look where something that all need is away."""
_LOCK = "desk.lock"
_log = logging.getLogger("sohoa.desk")


def left() -> tuple[WaitingScan, ...]:
    """New results that nobody is at: what a run should begin with. None while a desk is open on this machine."""
    with file_lock(settings().root / _LOCK, wait=0) as closed:
        return tuple(scan for scan in arrivals.waiting() if _free(scan)) if closed else ()


def keep_open(stop: threading.Event) -> None:
    """Work on what comes in until `stop` is set. One desk is open on a machine; others wait for their turn."""
    while not stop.is_set():
        with file_lock(settings().root / _LOCK, wait=EVERY) as mine:
            while mine and not stop.is_set():
                stop.wait(_once(stop))


def _once(stop: threading.Event) -> float:
    """One look; gives the seconds until the next."""
    try:
        work_off(stop)
    except SohoaError as error:
        _log.warning("the desk waits: %s", error)
        return PATIENCE
    except Exception:  # a fault of ours: written down, and the desk stays open
        _log.exception("the desk failed")
        return PATIENCE
    return EVERY


def work_off(stop: threading.Event, progress: Progress | None = None) -> int:
    """Work on all new results that wait, and tell search of all that it does not know; gives the number of files.

    Those that come in meanwhile have to wait for the next call. Raises ServiceError and StorageError.
    """
    from flows import batch, work

    waiting = [scan for scan in arrivals.waiting() if _free(scan)]
    _tell_search(quietly=bool(waiting))  # first: what people decided needs neither the store nor an engine
    if not waiting:
        return 0
    batch.require_tools()
    with batch.set_up(progress or Silent()) as (bench, drainer):
        try:
            for scan in waiting:
                if scan.holder:
                    scans.evict(scan.id, scan.holder)
            for chunk in chunks(waiting):
                if not stop.is_set():
                    work.work_on(chunk, bench)
        finally:
            drainer.last()
    return len(waiting)


def _tell_search(quietly: bool) -> None:
    """Raises ServiceError where search is away, unless `quietly`: work does not wait for search."""
    if not outbox.count():
        return
    try:
        Drainer(Tally(), OneAtATime(_Aloud())).soon()
    except ServiceError as error:
        if not quietly:
            raise
        _log.warning("the desk works on: %s", error)


def _free(scan: WaitingScan) -> bool:
    """Whether nobody who lives is at it."""
    return not scan.holder or is_gone(scan.holder)


class _Aloud(Silent):
    """Lines go to the log."""

    def line(self, text: str) -> None:
        """Written down, and waited a while: what is away now is away in a second as well."""
        raise ServiceError(text)
