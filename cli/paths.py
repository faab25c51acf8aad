"""From the paths of a call to the files that they mean, and files that appear whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Literal

from cli.terminal import one_line
from cli.texts import _
from core.errors import UsageError

SplitName = Literal["separator", "blank"]
"""The values of `pipeline.records.SplitRule`, said again because importing that loads OpenCV."""


def files_of(paths: list[Path], unreadable: Callable[[OSError], None]) -> list[Path]:
    """The files that `paths` mean, in order, each once: a folder stands for all files below it, sorted.

    Hidden files and folders are left out unless they are named themselves; links to folders are given as if
    they were files, for the intake to refuse. `unreadable` is told of folders that cannot be read. Raises
    UsageError for a path that does not exist, before anything is looked at.
    """
    for path in paths:
        if not os.path.lexists(path) and _may_look(path):
            raise UsageError(f"{one_line(str(path))} does not exist: check the path")
    return list(dict.fromkeys(file for path in paths for file in _walk(path, unreadable)))


def _may_look(path: Path) -> bool:
    """Whether the folder of `path` may be entered; what lies behind a locked door may well exist."""
    try:
        os.lstat(path)
    except PermissionError:
        return False
    except OSError:
        return True
    return True


def _walk(path: Path, unreadable: Callable[[OSError], None]) -> Iterator[Path]:
    if not os.path.isdir(path):
        yield path
        return
    for folder, below, files in os.walk(path, onerror=unreadable):
        below[:] = sorted(name for name in below if not name.startswith("."))
        links = [name for name in below if os.path.islink(os.path.join(folder, name))]
        yield from (Path(folder) / name for name in sorted([*files, *links]) if not name.startswith("."))


@contextmanager
def replacing(final: Path) -> Iterator[IO[str]]:
    """A file to write to that becomes `final` when all went well, and is gone otherwise; UsageError if it cannot be."""
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{final.name}-", dir=final.parent)
    except OSError as error:
        text = _("{path} cannot be written ({why}): choose another file")
        raise UsageError(text.format(path=final, why=error.strerror)) from error
    aside = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as to:
            yield to
            to.flush()
            os.fsync(to.fileno())
        aside.chmod(0o666 & ~_umask())
        aside.replace(final)
    finally:
        aside.unlink(missing_ok=True)


def _umask() -> int:
    """The umask of this process, which can only be read by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
