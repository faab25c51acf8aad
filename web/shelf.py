"""Archive files kept at hand, so that the pages of one document do not fetch it again and again."""

from __future__ import annotations

from pathlib import Path
from stat import S_ISREG
from typing import BinaryIO

from storage import ObjectStore
from storage.protocol import hash_of

_MOST_BYTES = 1 << 30
"""The files used longest ago go when there are more bytes than this."""


class Shelf:
    """Verified copies of objects in a folder of this process's own making. Safe to use from several threads."""

    def __init__(self, folder: Path, store: ObjectStore, most_bytes: int = _MOST_BYTES) -> None:
        self._folder = folder
        self._store = store
        self._most_bytes = most_bytes

    def open(self, key: str) -> BinaryIO:
        """The object as a file that can be read anywhere; NotFoundError, StorageError, ServiceError as the store's."""
        path = self._folder / hash_of(key)
        try:
            file = path.open("rb")
        except FileNotFoundError:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._store.fetch(key, path)
            file = path.open("rb")
            self._make_room(path)
        else:
            path.touch()
        return file

    def _make_room(self, newest: Path) -> None:
        """Delete what was used longest ago; a file that somebody still reads stays readable for them."""
        kept = []
        for path in self._folder.iterdir():
            try:
                known = path.stat()
            except FileNotFoundError:  # another thread made room
                continue
            if S_ISREG(known.st_mode):
                kept.append((known.st_mtime, known.st_size, path))
        room = self._most_bytes
        for _time, size, path in sorted(kept, reverse=True):
            room -= size
            if room < 0 and path != newest:
                path.unlink(missing_ok=True)
