"""Readings kept between evaluations: a page is read again only when the code that reads pages has changed."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import ocr
import pipeline
from core import text
from ocr.engines import engine_for
from ocr.options import OcrSettings

_MOST = 5
"""States of the code whose readings are kept, for going back and forth between branches."""
_WITHOUT_INFLUENCE = (
    "extract/",
    "evaluation/",
    "data/",
    "archive",
    "assess",
    "calibration",
    "alto",
    "glyphless",
    "pdfa",
    "text_overlay",
)
"""Beginnings of paths below ``pipeline/`` that work on readings and do not make them."""


def kept_readings(folder: Path) -> Path:
    """The folder in `folder` for readings by the code as it is now; the oldest others go.

    The pipeline itself sees to it that readings of another engine are not used. Raises OSError where the folder
    cannot be made.
    """
    now = folder / _state()
    now.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.utime(now)
    states = sorted((f for f in folder.iterdir() if f.is_dir()), key=lambda f: f.stat().st_mtime, reverse=True)
    for old in states[_MOST:]:
        shutil.rmtree(old, ignore_errors=True)
    return now


def _state() -> str:
    """What stands for the code that reads pages."""
    state = hashlib.sha256(repr(engine_for(OcrSettings()).identity()).encode())
    for path in _code():
        state.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return state.hexdigest()[:16]


def _code() -> Iterator[Path]:
    yield Path(text.__file__)
    yield from sorted(Path(ocr.__file__).parent.rglob("*.py"))
    house = Path(pipeline.__file__).parent
    for path in sorted(house.rglob("*.py")):
        if not path.relative_to(house).as_posix().startswith(_WITHOUT_INFLUENCE):
            yield path
