"""A place of backups as it is found: whose it is, which backups lie there, and their files."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from pathlib import Path

from core.errors import NotFoundError, StorageError, UsageError
from preservation.backup import format
from preservation.backup.format import About, Listed, Manifest, Packed
from preservation.backup.sealing import Hashing, Keys, Sealed, unseal, unsealed
from storage import Place

_SMALL = 256 << 20
"""Bytes that a manifest or a list may have at most: what is larger was made to fill our memory."""


def about(place: Place) -> About | None:
    """Whose backups lie there; None where none were ever made. Raises StorageError for what is not understood."""
    try:
        return format.read_about(small(place, format.ABOUT))
    except NotFoundError:
        return None


def backups(place: Place) -> list[str]:
    """Names of the backups, oldest first."""
    return sorted(filter(None, map(format.backup_of, place.names(format.BACKUPS))))


def manifest(place: Place, name: str = "") -> tuple[str, Manifest]:
    """A backup, by default the newest, and its name. Raises UsageError, StorageError."""
    found = backups(place)
    if not found:
        raise UsageError(f"there is no backup in {place.where}")
    if name and name not in found:
        raise UsageError(f"there is no backup {name[:80]} in {place.where}: its backups are {', '.join(found[-10:])}")
    name = name or found[-1]
    return name, format.read_manifest(name, small(place, f"{format.BACKUPS}{name}.json"))


def listed(place: Place, sha256: str) -> list[Listed]:
    """A list of objects; raises StorageError where it is not as it was written."""
    content = small(place, format.list_name(sha256))
    if hashlib.sha256(content).hexdigest() != sha256:
        raise StorageError(f"the list of objects {sha256} is not as it was written")
    return format.read_list(content)


def all_listed(place: Place, manifest: Manifest) -> Iterator[Listed]:
    """All objects of a backup."""
    for one in manifest.lists:
        yield from listed(place, one.sha256)


def small(place: Place, name: str) -> bytes:
    """A file that fits into memory; raises NotFoundError, StorageError for one that does not."""
    with place.open(name) as file:
        content = file.read(_SMALL + 1)
        while len(content) <= _SMALL and (more := file.read(_SMALL + 1 - len(content))):
            content += more
    if len(content) > _SMALL:
        raise StorageError(f"{name} is larger than any that this program writes: it is not read")
    return content


def put_small(place: Place, name: str, content: bytes) -> None:
    """Keep a file that is in memory."""
    place.put(name, io.BytesIO(content), len(content))


def put_sealed(place: Place, name: str, sealed: Sealed) -> None:
    """Keep a packed file, and let go of it."""
    with sealed.data:
        place.put(name, sealed.data, sealed.size)


def packed_lines(place: Place, name: str, packed: Packed, keys: Keys) -> list[str]:
    """The lines of a packed file without the first; raises StorageError where it is not as it was written."""
    with place.open(name) as file:
        content, sha256, stored = unsealed(file, keys, name)
    if (sha256, stored) != (packed.sha256, packed.stored):
        raise StorageError(f"{name} is not as it was written")
    lines = content.decode("utf-8").split("\n")
    if lines[-1] != "" or len(lines) != packed.rows + 2:
        raise StorageError(f"{name} holds {len(lines) - 2} rows where {packed.rows} were written")
    return lines[1:-1]


def fetch_object(place: Place, one: Listed, keys: Keys, to: Path) -> int:
    """Write an object to the file `to`, as it was before packing; its size. Raises StorageError where it is another."""
    name = format.object_name(one.sha256)
    with place.open(name) as file, to.open("wb") as out:
        sha256, _stored = unseal(file, keys, out, name)
        size = out.tell()
    if sha256 != one.sha256:
        raise StorageError(f"{name} does not hold what its name says")
    return size


def hash_of_file(place: Place, name: str) -> tuple[str, int]:
    """SHA-256 and size of a file as it lies there."""
    with place.open(name) as file:
        reading = Hashing(file)
        while reading.read(1 << 20):
            pass
    return reading.sha256, reading.size
