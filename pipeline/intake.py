"""The door: every file is copied, hashed, told by its content and looked into before it is a scan.

Guards against: files that are not what their names say, that swell, never end, change under our
hands, or are no files at all (pipes, devices, links that lead elsewhere). What is refused is not
kept; each refusal is one line: what, why, what to do. Accepted risk: a writer who restores size
and time after changing a file while it is read is not noticed; what was copied is what was hashed.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from core.errors import RefusedError, StorageError
from core.settings import Settings
from pipeline.names import display_name
from pipeline.records import MediaType, Scan
from pipeline.sandbox import SANDBOX
from pipeline.virus_scan import Scanner, Told

_CHUNK = 1 << 20
_HEAD = 1024
"""Bytes at the start in which the mark of a PDF may stand (PDF 1.7, implementation note 13)."""
_REMEDY = {
    "bomb": "make it again with another program",
    "broken": "scan or export it again",
    "changed": "wait until it is written, then add it again",
    "empty": "scan it again",
    "encrypted": "save it without a password and add it again",
    "infected": "do not open it, and tell whoever sent it",
    "link": "add the file that it points to",
    "no-pages": "scan or export it again",
    "not-a-file": "add files and folders only",
    "too-big": "split it, or raise max_file_bytes",
    "too-many-pages": "split it, or raise max_pages",
    "too-many-pixels": "scan it with a lower resolution, or raise max_page_pixels",
    "too-slow": "make it again with another program",
    "truncated": "copy or scan it again",
    "unscanned": "see that the virus scanner runs and takes files of this size, then add it again",
    "unknown-type": "give a PDF, TIFF, JPEG or PNG",
    "unreadable": "give this program the right to read it",
    "gone": "look where it went, then add it again",
}
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class RefusedFile(RefusedError):
    """A file refused at the door, with what is known of it for the event."""

    def __init__(self, reason: str, name: str, why: str, size: int = 0, sha256: str = "") -> None:
        super().__init__(reason, f"{name}: {why}: {_REMEDY[reason]}")
        self.size = size
        self.sha256 = sha256


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file may have at most."""

    bytes: int = 2_000_000_000
    pages: int = 5_000
    pixels: int = 120_000_000
    """Of any one page."""
    scanner: Scanner | None = None
    """Who is asked whether it is malicious; None: nobody."""

    @classmethod
    def of(cls, settings: Settings) -> Limits:
        """The limits that are set. Raises SettingsError."""
        scanner = Scanner.of(settings.clamav)
        return cls(settings.max_file_bytes, settings.max_pages, settings.max_page_pixels, scanner)


def inspect(path: Path, name: str, limits: Limits, work: Path) -> Scan:
    """Take a private copy of the file at `path` into the folder `work`, and tell what it is.

    The caller removes the copy (`Scan.path`) when it is stored. Raises RefusedFile, with nothing
    left behind, if the file cannot be taken; StorageError if there is no room for the copy.
    """
    shown = display_name(name)
    with _private(work, shown) as (copy, out):
        sha256, size = _copy(path, out, shown, limits.bytes)
        if size == 0:
            raise RefusedFile("empty", shown, "it is empty", size, sha256)
        kind = media_type(copy)
        if kind is None:
            raise RefusedFile("unknown-type", shown, "its content is of an unknown type", size, sha256)
        if limits.scanner is not None and (answer := limits.scanner.look(copy)).told is not Told.CLEAN:
            raise RefusedFile(answer.told.value, shown, answer.why, size, sha256)
        probed = SANDBOX.probe(copy, kind, limits.pages, limits.pixels)
        if probed.reason:
            raise RefusedFile(probed.reason, shown, probed.why, size, sha256)
    return Scan(copy, shown, sha256, size, kind, probed.pages)


def media_type(path: Path) -> MediaType | None:
    """The kind of a file by its first bytes; None if it is none that is taken in."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if head.startswith(b"\xff\xd8\xff"):
        return MediaType.JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return MediaType.PNG
    if head.startswith((b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")):
        return MediaType.TIFF
    return MediaType.PDF if b"%PDF-" in head else None


@contextmanager
def _private(work: Path, name: str) -> Iterator[tuple[Path, BinaryIO]]:
    """A new file that only this user may open, removed if anything goes wrong."""
    copy: Path | None = None
    try:
        work.mkdir(parents=True, exist_ok=True)
        handle, written = tempfile.mkstemp(prefix="scan-", dir=work)
        copy = Path(written)
        with os.fdopen(handle, "wb") as out:
            yield copy, out
    except BaseException as error:
        if copy is not None:
            copy.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise _storage_error(error, name, work) from error
        raise


def _storage_error(error: OSError, name: str, work: Path) -> StorageError:
    if error.errno in _NO_ROOM:
        return StorageError(f"{name}: no room left for it in {work}: free some, then add the file again")
    return StorageError(f"{name}: cannot be copied into {work} ({error.strerror or error}): look at that folder")


def _copy(path: Path, out: BinaryIO, name: str, most: int) -> tuple[str, int]:
    """Copy and hash in one pass; gives SHA-256 and size."""
    digest, size = hashlib.sha256(), 0
    with _source(path, name) as source:
        before = os.fstat(source.fileno())
        if before.st_size > most:
            raise RefusedFile("too-big", name, f"it has {before.st_size} bytes, over {most}", before.st_size)
        while chunk := _read(source, name):
            size += len(chunk)
            if size > most:
                raise RefusedFile("too-big", name, f"it has more than {most} bytes", size)
            digest.update(chunk)
            out.write(chunk)
        out.flush()
        after = os.fstat(source.fileno())
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or size != after.st_size:
        raise RefusedFile("changed", name, "it changed while it was read", size)
    return digest.hexdigest(), size


def _read(source: BinaryIO, name: str) -> bytes:
    try:
        return source.read(_CHUNK)
    except OSError as error:
        raise RefusedFile("unreadable", name, f"it cannot be read ({error.strerror})") from error


@contextmanager
def _source(path: Path, name: str) -> Iterator[BinaryIO]:
    """The file, opened without following a link or waiting for a pipe's other end."""
    try:
        mode = os.lstat(path).st_mode
        if stat.S_ISLNK(mode):
            raise RefusedFile("link", name, "it is a symbolic link")
        if not stat.S_ISREG(mode):
            raise RefusedFile("not-a-file", name, "it is a folder, pipe or device")
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError as error:
        raise RefusedFile("gone", name, "it is not there any more") from error
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise RefusedFile("unreadable", name, f"it cannot be opened ({why})") from error
    with os.fdopen(handle, "rb") as source:
        if not stat.S_ISREG(os.fstat(handle).st_mode):  # exchanged between the look and the opening
            raise RefusedFile("not-a-file", name, "it is a folder, pipe or device")
        yield source
