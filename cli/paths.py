"""From the paths of a call to the files that they mean."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from core.errors import UsageError

SplitName = Literal["separator", "blank"]
"""The values of `pipeline.records.SplitRule`, said again because importing that loads OpenCV."""


def files_of(paths: list[Path]) -> list[Path]:
    """The files that `paths` mean, in order, each once: a folder stands for all files below it, sorted.

    Hidden files and folders are left out unless they are named themselves; links to folders are not followed.
    Raises UsageError for a folder that cannot be read.
    """
    return list(dict.fromkeys(file for path in paths for file in (_below(path) if path.is_dir() else (path,))))


def _below(folder: Path) -> Iterator[Path]:
    for name, folders, files in os.walk(folder, onerror=_unreadable):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        yield from (Path(name) / file for file in sorted(files) if not file.startswith("."))


def _unreadable(error: OSError) -> None:
    raise UsageError(f"{error.filename}: {error.strerror}: give yourself the right to read it, or leave it out")
