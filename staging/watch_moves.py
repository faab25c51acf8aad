"""Moving files on a share that may answer with an error although it did what it was asked, or lose its answer.

Nothing here removes a file: what is cleared away is an empty folder, or it stays. Nothing is written over: a name is
held by an empty file before a file is moved onto it.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePath

_LONGEST = 255
"""Bytes of a file's name."""


@dataclass(frozen=True, slots=True)
class Sight:
    """A file as it looked; unchanged while all of this is."""

    inode: int
    size: int
    modified: int
    """Nanoseconds."""

    @classmethod
    def of(cls, found: os.stat_result) -> Sight:
        """What was found."""
        return cls(found.st_ino, found.st_size, found.st_mtime_ns)


def folders(above: Path) -> list[Path]:
    """The folders in a folder, no links; none where it is not there or is a link itself."""
    if above.is_symlink() or not above.is_dir():
        return []
    with os.scandir(above) as entries:
        return sorted(Path(entry.path) for entry in entries if entry.is_dir(follow_symlinks=False))


def files_below(place: Path) -> list[Path]:
    """All that lies below `place` and is no folder; links are not followed. Raises OSError where any cannot be seen."""

    def unseen(error: OSError) -> None:
        raise error

    walked = os.walk(place, onerror=unseen)
    return [Path(above) / name for above, below, names in walked for name in (*names, *_links(above, below))]


def clear(place: Path, above: Path) -> None:
    """Remove the folder `place`, and those around it up to `above`, as far as nothing lies in them."""
    with suppress(OSError):
        while place != above:
            place.rmdir()
            place = place.parent


def clear_tree(place: Path) -> None:
    """Remove `place` and all folders below it in which nothing lies."""
    for folder, _below, _names in os.walk(place, topdown=False):
        with suppress(OSError):
            os.rmdir(folder)


@contextmanager
def opened(root: Path, relative: PurePath) -> Iterator[int]:
    """The folder `relative` below `root`, opened step by step without following a link on the way."""
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
    handle = os.open(root, flags)
    try:
        for part in relative.parts:
            below = os.open(part, flags | os.O_NOFOLLOW, dir_fd=handle)
            os.close(handle)
            handle = below
        yield handle
    finally:
        os.close(handle)


def move(path: Path, to: Path) -> Path:
    """Rename `path` to `to`, or to that name with a number where it is taken; gives where it lies now."""
    return replace(path, free(to))


def replace(path: Path, held: Path) -> Path:
    """Rename `path` to the name `held`; raises OSError where it did not arrive there, whatever the share answered."""
    sight = Sight.of(os.lstat(path))
    try:
        os.replace(path, held)
    except OSError:
        if not _arrived(held, sight):
            raise
    return held


def free(path: Path) -> Path:
    """A name that nobody has, held by an empty file of this name. The folder is made where it is missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    for number in range(1, 10_000):
        number_part = "" if number == 1 else f" ({number})"
        ending = path.suffix if len(os.fsencode(path.suffix)) <= 16 else ""
        stem = path.name[: len(path.name) - len(ending)]
        candidate = path.with_name(cut(stem, number_part + ending) + number_part + ending)
        try:
            os.close(os.open(candidate, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o666))
        except FileExistsError:
            continue
        return candidate
    raise FileExistsError(errno.EEXIST, "too many files have this name", str(path))


def cut(stem: str, ending: str) -> str:
    """As much of `stem` as a name has room for before `ending`."""
    room = _LONGEST - len(os.fsencode(ending))
    raw = os.fsencode(stem)
    while len(raw) > room:
        stem = stem[:-1]
        raw = os.fsencode(stem)
    return stem


def _arrived(place: Path, sight: Sight) -> bool:
    with suppress(OSError):
        return Sight.of(os.lstat(place)) == sight
    return False


def _links(above: str, names: list[str]) -> list[str]:
    """Links to folders, which `os.walk` counts among the folders."""
    return [name for name in names if os.path.islink(os.path.join(above, name))]
