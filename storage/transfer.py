"""Moving bytes with their hash watched, in bounded memory."""

from __future__ import annotations

import hashlib
import os
import uuid
from pathlib import Path
from typing import BinaryIO

from core.errors import StorageError
from storage.protocol import CHUNK


def check_range(start: int, length: int) -> None:
    """Raise StorageError if no bytes can lie there."""
    if start < 0 or length < 0:
        raise StorageError(f"bytes {start}+{length} cannot be read: start and length are 0 or more")


def write_verified(source: BinaryIO, to: Path, sha256: str) -> None:
    """Write `source` to the file `to`, which appears at once and only if its bytes have the hash.

    Raises StorageError if they do not, or if they cannot be written.
    """
    part = to.with_name(f".{uuid.uuid4().hex}.part")
    digest = hashlib.sha256()
    try:
        with part.open("xb") as out:
            while chunk := source.read(CHUNK):
                digest.update(chunk)
                out.write(chunk)
        if digest.hexdigest() != sha256:
            raise StorageError(f"object {sha256} came back damaged: restore it from another copy")
        os.replace(part, to)
    except OSError as error:
        raise StorageError(f"{to}: {error.strerror or 'cannot be written'}; check space and permissions") from error
    finally:
        part.unlink(missing_ok=True)


class HashedReader:
    """A file being sent: refuses to give its last bytes if the whole does not have the hash.

    S3 makes an object visible only when its last part has arrived, so a file that changed since it
    was hashed never becomes an object.
    """

    def __init__(self, data: BinaryIO, size: int, sha256: str) -> None:
        self._data = data
        self._left = size
        self._sha256 = sha256
        self._digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """As of a binary file; raises StorageError on the last bytes if the hash is another."""
        chunk = self._data.read(min(size, self._left) if size >= 0 else self._left)
        self._digest.update(chunk)
        self._left -= len(chunk)
        if (self._left == 0 or not chunk) and self._digest.hexdigest() != self._sha256:
            raise StorageError(f"the file does not have the hash {self._sha256}: nothing was stored (has it changed?)")
        return chunk
