"""Objects in a folder on disk.

Threat model: keys may come from outside (a URL, a damaged catalog); none may lead out of the root.
`hash_of` accepts nothing but ``sha256/ab/cd/<hash>``, and a link planted inside the root that leads
elsewhere is refused. Accepted risk: whoever may write to the folder itself can put anything there;
`fetch` then refuses bytes that do not have the hash in their name.
"""

from __future__ import annotations

import errno
import os
import time
import uuid
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from core.errors import FullError, NotFoundError, ServiceError, SohoaError, StorageError
from core.files import sha256_of
from storage.protocol import CHUNK, hash_of, is_key, key_of
from storage.transfer import check_range, write_verified

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_STALE_SECONDS = 24 * 3600.0
"""Unfinished files older than this belong to a process that died."""


class FolderStore:
    """See `ObjectStore`. An object is written aside, flushed to disk, read back, and then renamed into place."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._aside = root / "aside"

    def __repr__(self) -> str:
        return f"FolderStore({str(self._root)!r})"

    @property
    def root(self) -> Path:
        """The folder."""
        return self._root

    def put(self, path: Path, sha256: str, media_type: str, *, anew: bool = False) -> str:
        """See `ObjectStore.put`. Bytes that went bad under an existing key are replaced by the good ones."""
        key = key_of(sha256)
        part = self._aside / f"{uuid.uuid4().hex}.part"
        try:
            target = self._path(key)
            self._make_folders(target.parent)
            self._sweep()
            self._write_part(path, part, sha256)
            if anew or not (target.is_file() and sha256_of(target) == sha256):
                os.replace(part, target)
                flush_folder(target.parent)
        except OSError as error:
            raise self._failed(error) from error
        finally:
            with suppress(OSError):  # it was renamed, never made, or the disk is gone: nothing to tidy
                part.unlink(missing_ok=True)
        return key

    def open(self, key: str) -> BinaryIO:
        """See `ObjectStore.open`."""
        try:
            return os.fdopen(os.open(self._path(key), os.O_RDONLY | os.O_NOFOLLOW), "rb")
        except OSError as error:
            raise self._failed(error, key) from error

    def fetch(self, key: str, to: Path) -> None:
        """See `ObjectStore.fetch`."""
        with self.open(key) as source:
            write_verified(source, to, hash_of(key))

    def read_range(self, key: str, start: int, length: int) -> bytes:
        """See `ObjectStore.read_range`."""
        check_range(start, length)
        with self.open(key) as source:
            source.seek(start)
            return source.read(length)

    def exists(self, key: str) -> bool:
        """See `ObjectStore.exists`."""
        try:
            return self._path(key).is_file()
        except OSError as error:
            raise self._failed(error) from error

    def size(self, key: str) -> int:
        """See `ObjectStore.size`."""
        try:
            return self._path(key).stat().st_size
        except OSError as error:
            raise self._failed(error, key) from error

    def put_at(self, key: str) -> datetime:
        """See `ObjectStore.put_at`."""
        try:
            return datetime.fromtimestamp(self._path(key).stat().st_mtime, UTC)
        except OSError as error:
            raise self._failed(error, key) from error

    def remove(self, key: str) -> None:
        """See `ObjectStore.remove`."""
        path = self._path(key)
        try:
            path.unlink()
            flush_folder(path.parent)
        except OSError as error:
            raise self._failed(error, key) from error

    def keys(self) -> Iterator[str]:
        """See `ObjectStore.keys`."""
        try:
            yield from _keys(self._root / "sha256")
        except OSError as error:
            raise self._failed(error) from error

    def check(self) -> None:
        """See `ObjectStore.check`: makes the folder if need be and writes a byte to it."""
        probe = self._aside / f"{uuid.uuid4().hex}.part"
        try:
            self._make_folders(self._aside)
            probe.write_bytes(b"1")
            probe.unlink()
        except OSError as error:
            remedy = "free some space or mend the permissions, or set storage_url to another place"
            raise ServiceError(f"objects cannot be kept in {self._root}: {error.strerror}; {remedy}") from error

    def _path(self, key: str) -> Path:
        hash_of(key)
        path = self._root / key
        if not Path(os.path.realpath(path.parent)).is_relative_to(os.path.realpath(self._root)):
            raise StorageError(f"{key} leads out of {self._root} through a link: remove the link")
        return path

    def _make_folders(self, folder: Path) -> None:
        for wanted in (self._aside, folder):
            missing = [p for p in (wanted, *wanted.parents) if not p.exists()]
            wanted.mkdir(parents=True, exist_ok=True)
            for made in reversed(missing):
                flush_folder(made.parent)

    def _write_part(self, source: Path, part: Path, sha256: str) -> None:
        """Copy `source` to `part` and onto the disk, and compare what is there with `sha256`."""
        with source.open("rb") as data, part.open("xb") as out:
            while chunk := data.read(CHUNK):
                out.write(chunk)
            out.flush()
            os.fchmod(out.fileno(), 0o440)
            os.fsync(out.fileno())
        if sha256_of(part) != sha256:
            raise StorageError(f"{source.name!r} does not have the hash {sha256}: nothing was stored (has it changed?)")

    def _sweep(self) -> None:
        """Remove what processes that were killed left aside."""
        limit = time.time() - _STALE_SECONDS
        for name in _names(self._aside):
            with suppress(OSError):  # another process may sweep too
                if (self._aside / name).stat().st_mtime < limit:
                    (self._aside / name).unlink()

    def _failed(self, error: OSError, key: str = "") -> SohoaError:
        if key and error.errno in (errno.ENOENT, errno.ENOTDIR):
            return NotFoundError(f"no object {key} in {self._root}")
        if error.errno in _NO_ROOM:
            return FullError("storage", f"no room in {self._root}: free some space and try again; nothing was stored")
        where = f" ({error.filename})" if error.filename else ""
        return StorageError(f"{self._root}: {error.strerror}{where}; check the folder and its permissions")


def _keys(top: Path) -> Iterator[str]:
    for first in _names(top):
        for second in _names(top / first):
            for name in _names(top / first / second):
                key = f"sha256/{first}/{second}/{name}"
                if is_key(key):
                    yield key


def _names(folder: Path) -> list[str]:
    try:
        return sorted(os.listdir(folder))
    except (FileNotFoundError, NotADirectoryError):
        return []


def flush_folder(folder: Path) -> None:
    """A rename survives a power cut only once its folder is on the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
