"""From the paths of a call to the files that they mean."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

from cli.terminal import one_line
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
