"""Where a run works: a folder of its own under a lock that dies with it, and a name for its leases.

A run that is killed leaves its folder behind and its lock free. So the next run on this machine knows at
once, without waiting for leases to run out, which folders to clear away and whose leases to end.
"""

from __future__ import annotations

import os
import shutil
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from catalog.locks import file_lock
from core.errors import StorageError
from core.memory import give_back
from core.settings import settings
from pipeline.reading_cache import FOLDER

_RUN = "run-"
_LOCK = "lock"
_PLACE = "place"
_SCAN = "scan-"
_KEPT = "kept"
_KEPT_SECONDS = 7 * 24 * 3600
"""How long the readings of scans that nobody goes on with are kept."""


@dataclass(frozen=True, slots=True)
class Workplace:
    """A run's folder and name."""

    folder: Path
    """Empty at first, on the machine's own disk, gone at the end."""
    worker: str
    """``<place>/<run>``: the name under which leases are held."""


@contextmanager
def workplace() -> Iterator[Workplace]:
    """A place to work at until the end of the block; what dead runs left is cleared away first.

    Raises StorageError when the folder cannot be made.
    """
    give_back()
    work = settings().work
    try:
        work.mkdir(parents=True, exist_ok=True, mode=0o700)
        place = _place(work)
        clear_away(work)
        run = _RUN + uuid.uuid4().hex[:12]
        folder = work / run
        # Under a lock, so that nobody clears the folder away between its making and its locking.
        with file_lock(work / _LOCK):
            folder.mkdir(mode=0o700)
            mine = file_lock(folder / _LOCK)
            mine.__enter__()
    except OSError as error:
        raise StorageError(f"no place to work in {work} ({error}): make room there or mend its rights") from error
    try:
        yield Workplace(folder, f"{place}/{run}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        mine.__exit__(None, None, None)


def clear_away(work: Path) -> int:
    """Remove the folders of runs that are dead; returns how many.

    What they had read of scans is kept for those that go on with them, for a while.
    """
    with file_lock(work / _LOCK):
        dead = [folder for folder in work.glob(_RUN + "*") if _is_dead(folder)]
        for folder in dead:
            for unfinished in folder.glob(_SCAN + "*"):
                _put_by(unfinished, work / _KEPT)
            shutil.rmtree(folder, ignore_errors=True)
        for kept in (work / _KEPT).glob(_SCAN + "*"):
            if time.time() - kept.stat().st_mtime > _KEPT_SECONDS:
                shutil.rmtree(kept, ignore_errors=True)
    return len(dead)


def open_folder(place: Workplace, scan_id: int) -> Path:
    """A folder for the work on one scan: the one that an earlier run left, or a new one."""
    folder = place.folder / f"{_SCAN}{scan_id}"
    try:
        (settings().work / _KEPT / folder.name).rename(folder)
    except FileNotFoundError:
        folder.mkdir(mode=0o700)
    return folder


def leave_folder(folder: Path) -> None:
    """Put the folder of a scan that was not finished by, for the run that goes on with it."""
    _put_by(folder, settings().work / _KEPT)


def _put_by(folder: Path, kept: Path) -> None:
    """Keep the readings of `folder`; copies and half-written files are made again, and may be as large as the scan."""
    try:
        for file in folder.iterdir():
            if file.is_dir() and file.name != FOLDER:
                shutil.rmtree(file)
            elif file.name != FOLDER:
                file.unlink()
        kept.mkdir(mode=0o700, exist_ok=True)
        os.utime(folder)
        folder.rename(kept / folder.name)
    except OSError:  # one is kept already, or no room: then its pages are read again
        shutil.rmtree(folder, ignore_errors=True)


def others(mine: Workplace) -> bool:
    """Whether other runs are at work here now."""
    folders = (folder for folder in settings().work.glob(_RUN + "*") if folder != mine.folder)
    return not all(map(_is_dead, folders))


def is_gone(worker: str) -> bool:
    """Whether `worker` is known to be dead: a run at this place that holds its lock no longer."""
    place, _, run = worker.partition("/")
    work = settings().work
    if place != _place(work) or not run.startswith(_RUN):
        return False
    return _is_dead(work / run)


def _is_dead(folder: Path) -> bool:
    if not folder.is_dir():
        return True
    try:
        with file_lock(folder / _LOCK, wait=0) as free:
            return free
    except FileNotFoundError:  # it ended between the two looks
        return True


def _place(work: Path) -> str:
    """A name for this folder that no other has, so that nobody judges the runs of another machine."""
    path = work / _PLACE
    try:
        return path.read_text("ascii")
    except FileNotFoundError:
        aside = work / f"{_PLACE}-{uuid.uuid4().hex}"
        aside.write_text(uuid.uuid4().hex, "ascii")
        try:
            os.link(aside, path)  # fails where another run was quicker
        except FileExistsError:
            pass
        finally:
            aside.unlink()
        return path.read_text("ascii")
