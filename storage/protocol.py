"""What a place for objects can do, whatever it is made of.

An object is a file's bytes under a key made of their SHA-256 (`key_of`). The same bytes have the
same key, so putting them twice has no second effect, and what is under a key never changes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol

from core.errors import StorageError

CHUNK = 1 << 20
"""Bytes that are read or written at once."""

_SHA256 = re.compile(r"[0-9a-f]{64}")
_KEY = re.compile(r"sha256/([0-9a-f]{2})/([0-9a-f]{2})/(\1\2[0-9a-f]{60})")


def key_of(sha256: str) -> str:
    """The key ``sha256/ab/cd/<hash>`` of the bytes with this hash (64 lower-case hex digits).

    Raises StorageError if `sha256` is not such a hash.
    """
    if not _SHA256.fullmatch(sha256):
        raise StorageError(f"{sha256[:80]!r} is no SHA-256 (64 lower-case hex digits): nothing was stored")
    return f"sha256/{sha256[:2]}/{sha256[2:4]}/{sha256}"


def hash_of(key: str) -> str:
    """The SHA-256 inside `key`.

    Raises StorageError for anything that `key_of` would not have made (``../x``, absolute paths, …),
    so that no key leads outside a store's root.
    """
    match = _KEY.fullmatch(key)
    if match is None:
        raise StorageError(f"{key[:120]!r} is no object key (sha256/ab/cd/<hash>)")
    return match[3]


def is_key(name: str) -> bool:
    """Whether `name` is an object's key."""
    return _KEY.fullmatch(name) is not None


class ObjectStore(Protocol):
    """Objects by content. Safe to use from several threads.

    Every call may raise ServiceError when the place itself is missing or down, and StorageError
    for a key that is none. Errors never contain secrets.
    """

    def put(self, path: Path, sha256: str, media_type: str, *, anew: bool = False) -> str:
        """Keep the bytes of the file at `path` and return their key.

        `anew`: what lies there is known to be bad and is replaced, whatever the place says of it.

        When it returns, the object is complete and its bytes were checked against `sha256`; when it
        raises, no object is visible under the key unless it was there before. Raises StorageError if
        the file's bytes do not have that hash or there is no room.
        """
        ...

    def open(self, key: str) -> BinaryIO:
        """The object as a stream, to be used in a ``with``; not verified (`fetch` verifies).

        Raises NotFoundError.
        """
        ...

    def fetch(self, key: str, to: Path) -> None:
        """Write the object to the file `to` (replaced at once when complete), verified.

        Raises NotFoundError, or StorageError if the bytes are no longer those that were kept; `to`
        is then left as it was.
        """
        ...

    def read_range(self, key: str, start: int, length: int) -> bytes:
        """At most `length` bytes from byte `start`; fewer or none at the end of the object.

        Raises NotFoundError, StorageError for a negative start or length.
        """
        ...

    def exists(self, key: str) -> bool:
        """Whether there is an object under `key`."""
        ...

    def size(self, key: str) -> int:
        """Size of the object in bytes. Raises NotFoundError."""
        ...

    def put_at(self, key: str) -> datetime:
        """When the object was put there, in UTC. Raises NotFoundError."""
        ...

    def remove(self, key: str) -> None:
        """Erase the object, all versions that the place keeps of it; for a recorded decision to dispose of it alone.

        Raises NotFoundError where there is none, LockedError where the place is bound to keep it for now.
        """
        ...

    def keys(self) -> Iterator[str]:
        """All keys in ascending order, a few at a time; other things in the same place are left out."""
        ...

    def check(self) -> None:
        """Return if objects can be put and read now; raise ServiceError with the remedy otherwise."""
        ...
