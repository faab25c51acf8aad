"""Where the pages put files aside while they are at one answer: a folder each, gone with it.

A process that is killed leaves its folders behind; the next `sohoa serve` clears away what nobody can be at any more.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from core.settings import settings

SHELF = "shelf"
"""Beside them, and never cleared away: the archive files at hand."""
_PREFIX = "aside-"
_LEFT = 24 * 3600
"""Seconds after which nobody is at a folder any more: an answer takes minutes at most."""


@contextmanager
def folder() -> Iterator[Path]:
    """An empty folder on the machine's own disk until the end of the block."""
    above = _above()
    above.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=above, prefix=_PREFIX) as made:
        yield Path(made)


def clear_away() -> int:
    """Remove what killed processes, and earlier versions, left more than a day ago; returns how many things."""
    left = [path for path in _above().glob("*") if path.name != SHELF and _is_left(path)]
    for path in left:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            with suppress(OSError):
                path.unlink()
    return len(left)


def _above() -> Path:
    return settings().work / "web"


def _is_left(path: Path) -> bool:
    with suppress(FileNotFoundError):  # its process just ended
        return time.time() - path.lstat().st_mtime > _LEFT
    return False
