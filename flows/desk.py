"""The desk: new results are worked on as they come in, ahead of the backlog, and search learns of what people do.

Files that come in over the counter or by the interface are stored by whoever takes them in (`web.taking_in`), with a
row that says so. The desk is a process of `sohoa serve` that looks for such rows every second and works on them as any
run does, under leases. It is no flow: telling Prefect of a run takes longer than reading most new results, and what is
left to do is read from the catalog anyway. Where no desk is open on this machine, the next run takes them first.

Scans that archive staff brought (`staging`) are looked at as they come in, beside that work, since somebody waits at
the scanner; when their batch is closed they are handed on and read, behind new results.

What people decide on the pages waits for search in the outbox; the desk hands that on as well.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING

import catalog
from catalog import arrivals, outbox, scans
from catalog.locks import file_lock
from catalog.records import WaitingScan
from core import outages
from core.errors import ServiceError, SohoaError, StorageError
from core.settings import settings
from flows import post
from flows.bench import OneAtATime, Tally
from flows.chunks import chunks
from flows.drain import Drainer
from flows.run import Progress, Silent
from flows.workplace import is_gone, workplace
from storage import ObjectStore, open_store

if TYPE_CHECKING:
    from bought_in.compare import Sparing
    from preservation.signatures.checking import Sparing as SparingSignatures
    from registers.linking import Sparing as SparingMatching

EVERY = 1.0
"""Seconds between two looks at the catalog."""
PATIENCE = 15.0
"""Seconds until the next look where something that all need is away."""
_LOCK = "desk.lock"
_log = logging.getLogger("sohoa.desk")
_missed: set[str] = set()
"""What was away when the desk looked last."""
_rests: dict[str, float] = {}
"""What is done beside the looking and failed → when it is tried again, on the monotonic clock."""


def left() -> tuple[WaitingScan, ...]:
    """New results that nobody is at: what a run should begin with. None while a desk is open on this machine."""
    with file_lock(settings().root / _LOCK, wait=0) as closed:
        return tuple(scan for scan in arrivals.waiting() if _free(scan)) if closed else ()


def keep_open(stop: threading.Event) -> None:
    """Work on what comes in until `stop` is set. One desk is open on a machine; others wait for their turn."""
    while not stop.is_set():
        with file_lock(settings().root / _LOCK, wait=EVERY) as mine:
            if mine:
                with _looker(stop):
                    while not stop.is_set():
                        stop.wait(_once(stop))


@contextmanager
def _looker(stop: threading.Event) -> Iterator[None]:
    """Somebody beside the desk who looks at files as they come in, and somebody who sends reports, until the end of the
    block or until `stop`.
    """
    looker = threading.Thread(target=_look_out, args=(stop,), name="looker")
    sender = threading.Thread(target=post.keep_posting, args=(stop,), name="post")
    looker.start()
    sender.start()
    try:
        yield
    finally:
        stop.set()  # only a desk that closes gets here
        looker.join()
        sender.join()


def _look_out(stop: threading.Event) -> None:
    try:
        _again_and_again(lambda: look(stop), stop)
    finally:
        catalog.close()


def _again_and_again(work: Callable[[], object], stop: threading.Event) -> None:
    """Do `work` with pauses until `stop` is set."""
    while not stop.is_set():
        stop.wait(_tried(work))


def _once(stop: threading.Event) -> float:
    """Work off what there is; gives the seconds until the next look."""
    return _tried(lambda: work_off(stop))


def _tried(work: Callable[[], object]) -> float:
    """Do `work`; gives the seconds to wait, longer where something that all need is away."""
    try:
        work()
    except SohoaError as error:
        _log.warning("the desk waits: %s", error)
        if error.away:
            outages.note(error.away, str(error))
            _missed.add(error.away)
        return PATIENCE
    except Exception:  # a fault of ours: written down, and the desk stays open
        _log.exception("the desk failed")
        return PATIENCE
    while _missed:
        outages.over(_missed.pop())
    return EVERY


def look(stop: threading.Event) -> int:
    """Look at all files on the desk before reading that wait for it, gives how many; and hold new results against all
    others, against the indexes of bought-in work and against registers, some at a time; and at signatures in files.
    Raises as `work_off`.
    """
    from review import duplicates
    from staging import looking

    _beside("duplicates", duplicates.catch_up)
    _beside("bought-in work", _comparing().catch_up)
    _beside("registers", _matching().catch_up)
    _beside("signatures", lambda: _verifying().catch_up(_store()))
    for id, worker in looking.held():
        if is_gone(worker):
            looking.evict(id, worker)
    if not looking.waiting():
        return 0
    with workplace() as place:
        return looking.work_off(stop, _store(), place.worker)


def _beside(what: str, work: Callable[[], object]) -> None:
    """Do `work`, whose faults keep nothing else from being done; after one it rests a while."""
    if time.monotonic() < _rests.get(what, 0.0):
        return
    try:
        work()
    except Exception:  # a fault of ours, or the database is away, which the looking finds out by itself
        _log.exception("the desk goes on without %s", what)
        _rests[what] = time.monotonic() + PATIENCE


@lru_cache(maxsize=1)
def _comparing() -> Sparing:
    """Compares what indexes of bought-in work state with what was read."""
    from bought_in.compare import Sparing

    return Sparing()


@lru_cache(maxsize=1)
def _matching() -> SparingMatching:
    """Looks for the lines of registers that results are."""
    from registers.linking import Sparing

    return Sparing()


@lru_cache(maxsize=1)
def _verifying() -> SparingSignatures:
    """Looks at the electronic signatures in files that came in."""
    from preservation.signatures.checking import Sparing

    return Sparing()


def hand_on() -> int:
    """Hand on all batches that were closed; gives how many. Raises as `work_off`."""
    from staging import batches

    return sum(_handed_on(batch) for batch in batches.due())


def _handed_on(batch: int) -> bool:
    """Hand a batch on. Where that cannot be, why is kept with the batch, for people, and the others go on."""
    from staging import batches, release, stuck
    from staging.refusals import BatchError

    closed = batches.show(batch).closed
    if closed is None:  # opened again this moment
        return False
    try:
        release.release(batch, _store())
        return True
    except ServiceError:  # away for all of them
        raise
    except BatchError as error:
        _log.info("batch %d was opened again: %s", batch, error)
    except SohoaError as error:
        _log.warning("batch %d stays: %s", batch, error)
        stuck.note(batch, closed, str(error))
        if isinstance(error, StorageError):  # for all of them, if the store is away or there is no room
            raise
    except Exception as error:  # a fault of ours
        _log.exception("batch %d stays", batch)
        stuck.note(batch, closed, repr(error))
    return False


def work_off(stop: threading.Event, progress: Progress | None = None) -> int:
    """Work on all new results that wait, hand closed batches on and read them, and tell search of all that it does not
    know; gives the number of files worked on.

    New results that come in meanwhile have to wait for the next call, but no longer than for one chunk of a batch.
    Raises ServiceError and StorageError.
    """
    from staging import release

    waiting = [scan for scan in arrivals.waiting() if _free(scan)]
    _tell_search(quietly=bool(waiting))  # first: what people decided needs neither the store nor an engine
    hand_on()
    fresh = {scan.id for scan in waiting}
    handed_on = [scan for scan in release.waiting() if _free(scan) and scan.id not in fresh]
    return _read(waiting, handed_on, stop, progress) if waiting or handed_on else 0


def _read(
    fresh: Sequence[WaitingScan], handed_on: Sequence[WaitingScan], stop: threading.Event, progress: Progress | None
) -> int:
    """Read new results, and then what was handed on until other new results come in; gives the number of files."""
    from flows import batch, work

    batch.require_tools()
    done = 0
    with batch.set_up(progress or Silent()) as (bench, drainer):
        try:
            for scan in (*fresh, *handed_on):
                if scan.holder:
                    scans.evict(scan.id, scan.holder)
            for chunk in (*chunks(fresh), *chunks(handed_on)):
                news = done >= len(fresh) and any(map(_free, arrivals.waiting()))
                if stop.is_set() or news:
                    break
                work.work_on(chunk, bench)
                done += len(chunk)
        finally:
            drainer.last()
    return done


def _store() -> ObjectStore:
    return open_store(settings().storage)


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
