"""The bytes of files that come in pieces, on this machine's own disk: `uploads` in the folder of files in flight.

A piece is on the disk before the database says so. What a killed process wrote beyond that is written over by the
next piece. Each file has a lock, so that two windows that send the same one wait for each other.
"""

from __future__ import annotations

import errno
import os
import time
import zlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from catalog.locks import file_lock
from core import disk
from core.errors import StorageError
from core.settings import settings

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_ORPHANED = 24 * 3600
"""Seconds after which a file that no row names is nobody's: rows and files come within a moment of each other."""


class NoRoomError(StorageError):
    """There is no room on the disk for what comes. Nothing that was there before is lost."""


def folder() -> Path:
    """Where they lie; made when missing. Raises StorageError."""
    above = settings().work / "uploads"
    try:
        above.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise _told(error, above) from error
    return above


def path_of(file: str) -> Path:
    """Where the pieces of `file` are put together."""
    return folder() / file


@contextmanager
def held(file: str) -> Iterator[Path]:
    """Nobody else writes, reads or removes `file` (made when missing) in this block. Raises StorageError."""
    path = path_of(file)
    lock = file_lock(path)
    try:
        lock.__enter__()
    except OSError as error:
        raise _told(error, path.parent) from error
    try:
        yield path
    finally:
        lock.__exit__(None, None, None)


def require_room(size: int) -> None:
    """Raise NoRoomError unless `size` more bytes leave the disk enough room to work."""
    above = folder()
    if disk.free(above) - size < disk.TOO_LITTLE:
        raise NoRoomError(f"no room for {size} more bytes in {above}: free some; what was sent before is kept")


def put(path: Path, offset: int, data: bytes) -> None:
    """Write a piece so that it outlives the machine; raises NoRoomError and StorageError."""
    require_room(len(data))
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
        try:
            view = memoryview(data)
            while view:
                written = os.pwrite(handle, view, offset)
                view, offset = view[written:], offset + written
            os.fsync(handle)
        finally:
            os.close(handle)
        if offset == len(data):  # the first one: the name, too, has to be on the disk
            _sync(path.parent)
    except OSError as error:
        raise _told(error, path.parent) from error


def checksum(data: bytes, before: str = "00000000") -> str:
    """CRC-32 (hex) of what has the checksum `before`, and `data` behind it."""
    return f"{zlib.crc32(data, int(before, 16)):08x}"


def remove(file: str) -> None:
    """The file is needed no longer; no harm where it is gone."""
    with suppress(OSError):  # clear_away sees to what is left
        path_of(file).unlink(missing_ok=True)


def orphans() -> tuple[str, ...]:
    """Names of files that were not written to for a day."""
    found = []
    for path in folder().iterdir():
        with suppress(OSError):
            if time.time() - path.lstat().st_mtime > _ORPHANED:
                found.append(path.name)
    return tuple(found)


def clear_away(files: Collection[str]) -> int:
    """Remove these files; returns how many."""
    for file in files:
        remove(file)
    return len(files)


def _sync(above: Path) -> None:
    handle = os.open(above, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _told(error: OSError, above: Path) -> StorageError:
    if error.errno in _NO_ROOM:
        return NoRoomError(f"no room left in {above}: free some; what was sent before is kept")
    return StorageError(f"what is sent cannot be kept in {above} ({error.strerror or error}): look at that folder")
