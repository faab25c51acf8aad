"""How a backup is laid out: names, and the manifest. docs/backup.md tells the same to people; both change together.

```
README.txt                                 how to read it without this program
sohoa-backup.json                          whose backups these are, for which keys
identity.age                               where a passphrase protects it: the private key, encrypted with it
backups/<time>-<16 digits>.json            a manifest each backup; the digits begin the manifest's SHA-256
lists/<sha256>.sha256                      objects, a line each, as ``sha256sum -c`` reads them
objects/ab/cd/<sha256>.zst.age             an object, named by the SHA-256 of what is inside
rows/ab/<sha256>.jsonl.zst.age             a range of rows of a table, named likewise
home/<sha256>.jsonl.zst.age                files of SOHOA_HOME that are not in the catalog
unfinished/<time>.sha256                   objects that a backup at work has put there so far
```
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from pydantic import TypeAdapter, ValidationError

from catalog.values import canonical
from core.errors import StorageError

FORMAT = 1
"""Version of all that stands here. A program reads its own and older ones."""
ABOUT, README, IDENTITY = "sohoa-backup.json", "README.txt", "identity.age"
BACKUPS, LISTS, OBJECTS, ROWS, HOME, UNFINISHED = "backups/", "lists/", "objects/", "rows/", "home/", "unfinished/"
PACKED = ".zst.age"
_NAME = re.compile(r"backups/(\d{8}T\d{6}\.\d{6}Z-[0-9a-f]{16})\.json")
_HASH = re.compile(r"[0-9a-f]{64}")
_OBJECT = re.compile(r"objects/[0-9a-f]{2}/[0-9a-f]{2}/([0-9a-f]{64})\.zst\.age")
_LINE = re.compile(r"([0-9a-f]{64})  objects/[0-9a-f]{2}/[0-9a-f]{2}/([0-9a-f]{64})\.zst\.age")


@dataclass(frozen=True, slots=True)
class About:
    """Whose backups lie in a place."""

    format: int
    installation: str
    recipients: tuple[str, ...]
    """Public keys (``age1…``) that everything there is encrypted to."""
    passphrase: bool = False
    """Whether ``identity.age`` holds the private key, protected by a passphrase."""


@dataclass(frozen=True, slots=True)
class Packed:
    """A packed file: rows of a table, or files of the home."""

    sha256: str
    """Of what is inside."""
    stored: str
    """SHA-256 of the file as it lies there."""
    size: int
    """Bytes of the file as it lies there."""
    rows: int
    """Lines behind the first, which describes them."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table."""

    name: str
    type: str
    """integer, real, text, boolean, decimal, date, datetime, json or binary (docs/backup.md)."""
    null: bool = False
    references: str = ""
    """``table.column`` that its values stand for; empty: none."""


@dataclass(frozen=True, slots=True)
class TableEntry:
    """A table in a manifest."""

    name: str
    model: str
    """``app.Model`` in this program."""
    key: str
    """Column that its rows are sorted by."""
    width: int
    """Keys n·width … (n+1)·width−1 stand in one range; 0: all rows in one."""
    rows: int
    sequence: int | None
    """The largest key that was ever given out; None: the database gives out none."""
    columns: tuple[Column, ...]
    ranges: tuple[Packed, ...]


@dataclass(frozen=True, slots=True)
class ListEntry:
    """A list of objects in a manifest."""

    sha256: str
    """Of the list, which is its name."""
    objects: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """One backup: all that it is made of."""

    format: int
    installation: str
    made: datetime
    """Of the state of the catalog."""
    program: str
    database: str
    """``sqlite`` or ``postgresql``: what it was taken from."""
    recipients: tuple[str, ...]
    migrations: dict[str, tuple[str, ...]]
    """App → names of the migrations that made the tables."""
    chains: dict[str, str]
    """Code of a unit → ``sequence:hash`` of its last event."""
    tables: tuple[TableEntry, ...]
    home: Packed | None
    objects: int
    lists: tuple[ListEntry, ...]
    missing: tuple[str, ...] = ()
    """Hashes of objects that the catalog names and that were not to be had."""

    @property
    def rows(self) -> int:
        """Rows in all tables."""
        return sum(table.rows for table in self.tables)

    def packed(self) -> dict[str, Packed]:
        """Name → each packed file but the objects."""
        found = {rows_name(one.sha256): one for table in self.tables for one in table.ranges}
        return found | ({home_name(self.home.sha256): self.home} if self.home else {})


@dataclass(frozen=True, slots=True)
class Listed:
    """An object in a list."""

    sha256: str
    stored: str
    """SHA-256 of the file as it lies there."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a long piece of work has come."""

    stage: str
    """``rows``, ``objects``, ``files`` …"""
    done: int
    of: int = 0
    """0: not known."""
    bytes: int = field(default=0, compare=False)


def sha256_of(content: bytes) -> str:
    """SHA-256 of bytes in memory (hex)."""
    return hashlib.sha256(content).hexdigest()


def object_name(sha256: str) -> str:
    """Where an object lies."""
    return f"{OBJECTS}{sha256[:2]}/{sha256[2:4]}/{sha256}{PACKED}"


def object_of(name: str) -> str | None:
    """Hash of the object that lies under a name; None: it is no object's."""
    match = _OBJECT.fullmatch(name)
    return match[1] if match else None


def rows_name(sha256: str) -> str:
    """Where a range of rows lies."""
    return f"{ROWS}{sha256[:2]}/{sha256}.jsonl{PACKED}"


def home_name(sha256: str) -> str:
    """Where files of a home lie."""
    return f"{HOME}{sha256}.jsonl{PACKED}"


def list_name(sha256: str) -> str:
    """Where a list of objects lies."""
    return f"{LISTS}{sha256}.sha256"


def lines_of(listed: list[Listed]) -> bytes:
    """A list of objects as it is written."""
    return "".join(f"{one.stored}  {object_name(one.sha256)}\n" for one in listed).encode()


def read_list(content: bytes) -> list[Listed]:
    """What `lines_of` wrote; raises StorageError."""
    found = [_LINE.fullmatch(line) for line in content.decode("ascii", "replace").splitlines()]
    if None in found:
        raise StorageError("a list of objects is damaged: run `sohoa backup --check` to see what else is")
    return [Listed(match[2], match[1]) for match in found if match]


def write_manifest(manifest: Manifest) -> tuple[str, str, bytes]:
    """Name, fingerprint (SHA-256) and content of a manifest."""
    content = (canonical(_plain(asdict(manifest))) + "\n").encode()
    fingerprint = hashlib.sha256(content).hexdigest()
    return f"{time_of(manifest.made)}-{fingerprint[:16]}", fingerprint, content


def read_manifest(name: str, content: bytes) -> Manifest:
    """The manifest called `name`; raises StorageError where it is not as it was written, or of a newer format."""
    if hashlib.sha256(content).hexdigest()[:16] != name.rpartition("-")[2]:
        raise StorageError(f"the manifest {name} is not as it was written: use another backup (`--backup NAME`)")
    _require_format(content, name)
    try:
        manifest = TypeAdapter(Manifest).validate_json(content)
    except ValidationError as error:
        raise StorageError(f"the manifest {name} is not understood ({error.error_count()} faults)") from error
    hashes = [h for one in manifest.packed().values() for h in (one.sha256, one.stored)]
    if not all(map(_HASH.fullmatch, [*hashes, *(one.sha256 for one in manifest.lists)])):
        raise StorageError(f"the manifest {name} names files by what is no SHA-256")
    return manifest


def time_of(time: datetime) -> str:
    """How a backup's name begins: names sort as their times do."""
    return f"{time.astimezone(UTC):%Y%m%dT%H%M%S.%fZ}"


def write_about(about: About) -> bytes:
    """``sohoa-backup.json``."""
    return (canonical(asdict(about)) + "\n").encode()


def read_about(content: bytes) -> About:
    """What `write_about` wrote; raises StorageError."""
    _require_format(content, ABOUT)
    try:
        return TypeAdapter(About).validate_json(content)
    except ValidationError as error:
        raise StorageError(f"{ABOUT} is not understood: this is no place of backups, or it is damaged") from error


def backup_of(name: str) -> str | None:
    """The backup that a file's name (``backups/….json``) stands for; None for other files."""
    match = _NAME.fullmatch(name)
    return match[1] if match else None


def _require_format(content: bytes, name: str) -> None:
    """Raises StorageError for a newer format, before anything else is looked at."""
    try:
        version = TypeAdapter(dict[str, Any]).validate_json(content).get("format")
    except ValidationError as error:
        raise StorageError(f"{name} is no JSON: this is no place of backups, or it is damaged") from error
    if not isinstance(version, int) or version < 1:
        raise StorageError(f"{name} names no version of the format")
    if version > FORMAT:
        text = f"{name} has format {version}, and this program reads formats up to {FORMAT}: install a newer sohoa"
        raise StorageError(text)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
