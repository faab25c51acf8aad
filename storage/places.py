"""Files by name, for backups: a folder (a mounted disk or share), or a bucket on any S3 server.

An `ObjectStore` keeps bytes under their own hash; a `Place` keeps files under the names that a backup gives them. The
addresses are the same, and so are the promises: a file is there whole or not at all, and putting one again replaces it.

Threat model: names come out of files that lie in such a place, where anybody may have written. `check_name` takes
nothing but plain letters, digits, ``._-`` and single slashes, so no name leads out of a place, and what is read goes
through no link.
"""

from __future__ import annotations

import errno
import os
import re
import uuid
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from core.errors import NotFoundError, ServiceError, SohoaError, StorageError
from storage.folder import FolderStore, flush_folder
from storage.protocol import CHUNK
from storage.s3 import PART_BYTES, S3Store
from storage.urls import open_store

_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_ASIDE = ".aside"


class Place(Protocol):
    """Files by name. Safe to use from several threads. Errors never contain secrets.

    Every call may raise ServiceError when the place itself is missing or down, StorageError for a name that is none.
    """

    @property
    def where(self) -> str:
        """What it is called, without secrets; the same for the same place."""
        ...

    def put(self, name: str, data: BinaryIO, size: int) -> None:
        """Keep the `size` bytes that `data` gives under `name`, in place of what was there. Raises StorageError."""
        ...

    def open(self, name: str) -> BinaryIO:
        """The file as a stream, to be used in a ``with``. Raises NotFoundError."""
        ...

    def names(self, prefix: str) -> Iterator[str]:
        """Names that begin with `prefix` (``objects/``), sorted."""
        ...

    def remove(self, name: str) -> None:
        """Take the file away; one that is not there is no fault."""
        ...

    def check(self) -> None:
        """Return if files can be kept there now; raise ServiceError with the remedy otherwise."""
        ...


def open_place(url: str) -> Place:
    """The place that `url` names, written as in the setting ``storage_url``; raises SettingsError."""
    store = open_store(url)
    if isinstance(store, S3Store):
        return S3Place(store)
    return FolderPlace(cast(FolderStore, store).root)


def check_name(name: str) -> str:
    """`name`, if it is one; raises StorageError."""
    if not _NAME.fullmatch(name):
        raise StorageError(f"{name[:120]!r} is no name of a file in a backup")
    return name


class FolderPlace:
    """See `Place`. A file is written aside, flushed to disk, and then renamed into place."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def __repr__(self) -> str:
        return f"FolderPlace({str(self._root)!r})"

    @property
    def where(self) -> str:
        """See `Place.where`."""
        return str(self._root)

    def put(self, name: str, data: BinaryIO, size: int) -> None:
        """See `Place.put`."""
        part = self._root / _ASIDE / f"{uuid.uuid4().hex}.part"
        target = self._root / check_name(name)
        try:
            self._make(part.parent)
            self._make(target.parent)
            written = 0
            with part.open("xb") as out:
                while chunk := data.read(CHUNK):
                    written += out.write(chunk)
                out.flush()
                os.fsync(out.fileno())
            if written != size:
                raise StorageError(f"{name} has {written} bytes where {size} were expected: nothing was kept")
            os.replace(part, target)
            flush_folder(target.parent)
        except OSError as error:
            raise self._failed(error) from error
        finally:
            with suppress(OSError):
                part.unlink(missing_ok=True)

    def open(self, name: str) -> BinaryIO:
        """See `Place.open`."""
        try:
            return os.fdopen(os.open(self._root / check_name(name), os.O_RDONLY | os.O_NOFOLLOW), "rb")
        except OSError as error:
            raise self._failed(error, name) from error

    def names(self, prefix: str) -> Iterator[str]:
        """See `Place.names`."""
        try:
            yield from self._below(prefix.rstrip("/"))
        except OSError as error:
            raise self._failed(error) from error

    def remove(self, name: str) -> None:
        """See `Place.remove`."""
        try:
            (self._root / check_name(name)).unlink(missing_ok=True)
        except OSError as error:
            raise self._failed(error) from error

    def check(self) -> None:
        """See `Place.check`: makes the folder, not those above it, which a disk that is not mounted lacks."""
        probe = self._root / _ASIDE / f"{uuid.uuid4().hex}.part"
        try:
            self._root.mkdir(exist_ok=True, mode=0o700)
            probe.parent.mkdir(exist_ok=True, mode=0o700)
            probe.write_bytes(b"1")
            probe.unlink()
        except FileNotFoundError as error:
            text = f"there is no folder {self._root.parent}: is the disk mounted? Otherwise make it first"
            raise ServiceError(text) from error
        except OSError as error:
            remedy = "free some space or mend the permissions, or choose another place"
            raise ServiceError(f"nothing can be kept in {self._root}: {error.strerror}; {remedy}") from error

    def _below(self, folder: str) -> Iterator[str]:
        try:
            found = sorted(os.scandir(self._root / folder), key=lambda entry: entry.name)
        except (FileNotFoundError, NotADirectoryError):
            return
        for entry in found:
            name = f"{folder}/{entry.name}" if folder else entry.name
            if not _NAME.fullmatch(name):
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from self._below(name)
            elif entry.is_file(follow_symlinks=False):
                yield name

    def _make(self, folder: Path) -> None:
        if not folder.is_dir():
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            flush_folder(folder.parent)

    def _failed(self, error: OSError, name: str = "") -> SohoaError:
        if name and error.errno in (errno.ENOENT, errno.ENOTDIR):
            return NotFoundError(f"there is no {name} in {self._root}")
        if error.errno in _NO_ROOM:
            return StorageError(f"no room in {self._root}: free some space and run the command again")
        where = f" ({error.filename})" if error.filename else ""
        return StorageError(f"{self._root}: {error.strerror}{where}; check the folder, its disk and its permissions")


class S3Place:
    """See `Place`, in the bucket of an `S3Store`: it shares that one's client and its way of telling faults."""

    def __init__(self, store: S3Store) -> None:
        self._store = store

    def __repr__(self) -> str:
        return f"S3Place({self.where!r})"

    @property
    def where(self) -> str:
        """See `Place.where`."""
        return self._store.where

    def put(self, name: str, data: BinaryIO, size: int) -> None:
        """See `Place.put`."""
        with self._store.speaking(check_name(name)) as (client, bucket):
            client.put_object(bucket, name, data, size, part_size=PART_BYTES, num_parallel_uploads=1)
            kept = client.stat_object(bucket, name).size
        if kept != size:
            raise StorageError(
                f"{self.where} kept {kept} bytes of {name} where {size} were sent: run the command again"
            )

    def open(self, name: str) -> BinaryIO:
        """See `Place.open`."""
        return self._store.open_named(check_name(name))

    def names(self, prefix: str) -> Iterator[str]:
        """See `Place.names`."""
        with self._store.speaking() as (client, bucket):
            for item in client.list_objects(bucket, prefix=prefix, recursive=True):
                if _NAME.fullmatch(name := item.object_name or ""):
                    yield name

    def remove(self, name: str) -> None:
        """See `Place.remove`."""
        with self._store.speaking(check_name(name)) as (client, bucket):
            client.remove_object(bucket, name)

    def check(self) -> None:
        """See `Place.check`."""
        self._store.check()
