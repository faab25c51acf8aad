"""Is a package whole, and what it says it is?

Threat model: the file comes from anywhere. Nothing is unpacked before all names and sizes were looked at: no name leads
out of the one folder, no member is a link, a device or encrypted, no two have one name (also where upper and lower case
are one), and neither their number nor their size, in all or against what the zip itself takes, is out of bounds. While
it is unpacked the bytes are counted again, as the sizes that a zip tells may be lies. XML with a document type is not
read. A bag that would have us fetch files from elsewhere is refused.
"""

from __future__ import annotations

import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import BadZipFile, ZipFile, ZipInfo

import bagit

from core.errors import StorageError, UsageError
from core.files import sha256_of
from core.settings import settings
from preservation.packages import mets

MOST_FILES = 50_000
MOST_BYTES = 100 << 30
MOST_RATIO = 200
"""Bytes that come out for each byte of the zip: text packs to a twentieth, a bomb to a thousandth."""
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found in a package."""

    name: str
    """Of the folder in it; empty where it could not be looked into."""
    files: int
    documents: int
    faults: tuple[str, ...]
    """A line each; none: it is whole."""


def check(path: Path) -> Checked:
    """Look at the package in a file. Raises UsageError where there is no file, StorageError where there is no room."""
    if not path.is_file():
        raise UsageError(f"there is no file {path}")
    work = settings().work
    work.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with ZipFile(path) as package:
            members = [member for member in package.infolist() if not member.is_dir()]
            if faults := list(_outside(members, path.stat().st_size)):
                return Checked("", len(members), 0, tuple(faults))
            with TemporaryDirectory(prefix="package-", dir=work) as folder:
                _unpack(package, members, Path(folder))
                return _inside(Path(folder) / members[0].filename.partition("/")[0], len(members))
    except _HostileError as error:
        return Checked("", 0, 0, (str(error),))
    except (BadZipFile, NotImplementedError, EOFError, RuntimeError, ValueError) as error:
        return Checked("", 0, 0, (f"this is no zip that can be read ({error})",))
    except OSError as error:
        raise StorageError(f"the package cannot be unpacked ({error.strerror or error}): free some room") from error


class _HostileError(Exception):
    """More comes out of a member than the zip says."""


def _outside(members: list[ZipInfo], size: int) -> Iterator[str]:
    """What is wrong with names and sizes."""
    if not members:
        yield "it is empty"
        return
    if len(members) > MOST_FILES:
        yield f"it holds more than {MOST_FILES} files"
        return
    whole = sum(member.file_size for member in members)
    if whole > min(MOST_BYTES, size * MOST_RATIO):
        yield f"it would unpack to {whole} bytes, which is more than a package of this size can honestly hold"
    if len({member.filename.partition("/")[0] for member in members}) != 1:
        yield "it holds more than one folder"
    seen = set()
    for member in members:
        name = member.filename
        mode = member.external_attr >> 16
        if not _plain(name):
            yield f"{name[:120]!r} is a name that leads elsewhere"
        elif name.casefold() in seen:
            yield f"{name} is there twice"
        elif member.flag_bits & 0x1:
            yield f"{name} is encrypted"
        elif mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG):
            yield f"{name} is no ordinary file"
        seen.add(name.casefold())


def _plain(name: str) -> bool:
    parts = name.split("/")
    bad = any(part in ("", ".", "..") or len(part.encode()) > 200 for part in parts)
    return len(parts) >= 2 and not bad and "\\" not in name and ":" not in name and name.isprintable()


def _unpack(package: ZipFile, members: list[ZipInfo], folder: Path) -> None:
    for member in members:
        target = folder / member.filename
        target.parent.mkdir(parents=True, exist_ok=True)
        written = 0
        with package.open(member) as source, target.open("xb") as out:
            while chunk := source.read(_CHUNK):
                written += out.write(chunk)
                if written > member.file_size:
                    raise _HostileError(f"{member.filename} holds more than the zip says")


def _inside(root: Path, count: int) -> Checked:
    faults = [*_bag_faults(root)]
    documents, more = _mets_faults(root / "data")
    return Checked(root.name, count, documents, (*faults, *more))


def _bag_faults(root: Path) -> Iterator[str]:
    if (root / "fetch.txt").exists():
        yield "it would have files fetched from elsewhere (fetch.txt)"
        return
    try:
        bag = bagit.Bag(str(root))
        bag.validate()
    except bagit.BagValidationError as error:
        yield from (_line(str(detail)) for detail in error.details or [error])
    except (bagit.BagError, UnicodeDecodeError, ValueError) as error:
        yield f"it is no BagIt bag ({_line(str(error))})"
    else:
        if "sha256" not in bag.algorithms and "sha512" not in bag.algorithms:
            yield "its hashes are of a kind that can be forged"


def _mets_faults(data: Path) -> tuple[int, list[str]]:
    """Number of documents, and what is wrong between METS.xml and the files."""
    faults: list[str] = []
    path = data / mets.FILE_NAME
    if not path.is_file():
        return 0, ["there is no METS.xml in it"]
    try:
        named = mets.read(path.read_bytes())
    except ValueError as error:
        return 0, [str(error)]
    there = {file.relative_to(data).as_posix(): file for file in data.rglob("*") if file.is_file()}
    del there[mets.FILE_NAME]
    faults += [f"METS.xml names {name[:200]}, which is not there" for name in sorted(named.keys() - there.keys())]
    faults += [f"{name} is not in METS.xml" for name in sorted(there.keys() - named.keys())]
    for name in sorted(named.keys() & there.keys()):
        if (sha256_of(there[name]), there[name].stat().st_size) != named[name]:
            faults.append(f"{name} is not the file that METS.xml names")
    described = {name for name in named if name.startswith("metadata/descriptive/") and name.endswith(".json")}
    return len(described), faults


def _line(text: str) -> str:
    return " ".join(text.split())[:300]
