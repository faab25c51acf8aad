"""Reading a backup whole, to see whether it is what was written.

Without a key the bytes of each file are compared with the manifest; with one each file is opened as well, and what is
inside is compared. Only the second shows that the key is the right one.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice

from core.errors import NotFoundError, ServiceError, StorageError
from preservation.backup import format, history, opening, place
from preservation.backup.format import Progress
from preservation.backup.sealing import Hashing, Keys, unseal
from storage import Place

_MOST_NAMED = 1000


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found."""

    name: str
    """Of the backup."""
    files: int
    """How many were read."""
    size: int
    """Bytes of these."""
    opened: bool
    """Whether they were decrypted too."""
    faults: tuple[str, ...]
    """A line for each file that is not as it was written, at most a thousand; none: all is well."""
    missing: int
    """Objects that the catalog named and that were not to be had when the backup was made."""


def check(at: Place, name: str, keys: Keys | None, say: Callable[[Progress], None]) -> Checked:
    """Read a backup (empty: the newest) whole. Raises StorageError where its manifest itself is damaged."""
    opening.for_reading(at)
    name, manifest = place.manifest(at, name)
    packed = manifest.packed()
    work = _Work(at, keys, say, len(packed) + manifest.objects)
    for file, one in packed.items():
        work.look(file, one.stored, one.sha256)
    for entry in manifest.lists:
        work.objects(entry.sha256)
    if work.faults == [] and keys is not None:
        with suppress(ServiceError):  # a backup can be read where there is no catalog
            history.note_checked(at.where, name)
    faults = tuple(islice(work.faults, _MOST_NAMED))
    return Checked(name, work.files, work.size, keys is not None, faults, len(manifest.missing))


class _Work:
    """One check on its way."""

    def __init__(self, at: Place, keys: Keys | None, say: Callable[[Progress], None], of: int) -> None:
        self._place, self._keys, self._say, self._of = at, keys, say, of
        self.files = self.size = 0
        self.faults: list[str] = []

    def objects(self, list_sha256: str) -> None:
        """All objects of a list."""
        try:
            listed = place.listed(self._place, list_sha256)
        except (NotFoundError, StorageError) as error:
            self.faults.append(str(error))
            return
        for one in listed:
            self.look(format.object_name(one.sha256), one.stored, one.sha256)

    def look(self, name: str, stored: str, sha256: str) -> None:
        """One file."""
        self.files += 1
        self.faults.extend(self._faults(name, stored, sha256))
        self._say(Progress("check", self.files, self._of, self.size))

    def _faults(self, name: str, stored: str, sha256: str) -> Iterator[str]:
        try:
            inside, found = self._read(name)
        except (NotFoundError, StorageError) as error:
            yield str(error)
            return
        if found != stored:
            yield f"{name} is not as it was written"
        elif inside not in ("", sha256):
            yield f"{name} does not hold what its name says"

    def _read(self, name: str) -> tuple[str, str]:
        """SHA-256 of what is inside (empty without a key) and of the file."""
        if self._keys is None:
            found, size = place.hash_of_file(self._place, name)
            self.size += size
            return "", found
        with self._place.open(name) as file, open(os.devnull, "wb") as nowhere:
            reading = Hashing(file)
            hashes = unseal(reading, self._keys, nowhere, name)
            self.size += reading.size
        return hashes
