"""Files made to break a reader of scans: their kinds, and what becomes of one on its whole way.

Each is made by a function, the same bytes every time; none is committed. `benchmarks.hostile_pdfs`,
`benchmarks.hostile_pages`, `benchmarks.hostile_pictures` make them, `tests/hostile` says what must become of each, and
`benchmarks.measure_fuzz` changes them at random.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ocr.clean import load
from ocr.records import Engine, Reading
from pipeline import drawing
from pipeline.intake import Limits, RefusedFile, inspect
from pipeline.process import Job, ProcessOptions, process
from pipeline.records import FailedDocument

TAKEN = "taken"
"""It was taken in, and all its documents were made."""
FAILED = "failed"
"""It was taken in, and a page or document could not be made, with a reason."""
LIMITS = Limits(bytes=50_000_000, pages=200, pixels=20_000_000)
SECONDS = 3.0
"""For drawing a page and for reading its text; what takes longer than this here is stopped in the same way as there."""
_OURS = "a fault of this program"


@dataclass(frozen=True, slots=True)
class Made:
    """A file to be."""

    name: str
    make: Callable[[], bytes]
    expected: str
    """What must become of it: `TAKEN`, `FAILED`, or the reasons for which the door may refuse it; alternatives are
    parted by spaces where libraries of different versions may differ."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a file."""

    what: str
    why: str
    seconds: float


def way(path: Path, name: str, folder: Path, limits: Limits = LIMITS) -> Outcome:
    """Take a file through door, first look, text layer, drawing and archive copy; only the recognising is left out.

    Raises AssertionError where the program gave up by a fault of its own.
    """
    drawing.DRAW_SECONDS = drawing.READ_SECONDS = SECONDS
    started = time.monotonic()
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as work:
        what, why = _way(path, name, Path(work), limits)
        assert _OURS not in why, f"{name}: {why}"
        assert "\n" not in why, f"{name}: {why!r} is more than a line"
    return Outcome(what, why, time.monotonic() - started)


def way_of(made: Made, folder: Path) -> Outcome:
    """`way` of a file that is made for it, and removed afterwards."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "made"
    path.write_bytes(made.make())
    try:
        return way(path, made.name, folder)
    finally:
        path.unlink(missing_ok=True)


def _way(path: Path, name: str, work: Path, limits: Limits) -> tuple[str, str]:
    try:
        scan = inspect(path, name, limits, work / "door")
    except RefusedFile as refusal:
        left = list((work / "door").iterdir()) if (work / "door").exists() else []
        assert not left, f"{name}: the door left {left}"
        return refusal.reason, str(refusal)
    with ThreadPoolExecutor(1) as pool:
        options = ProcessOptions(engine=Engine("none", "", ""), read_page=_unread)
        job = Job(work / "job", pool, options)
        (work / "job").mkdir()
        made = list(process(scan, job))
    shutil.rmtree(work / "job")
    failed = [document.reason for document in made if isinstance(document, FailedDocument)]
    return (FAILED, failed[0]) if failed else (TAKEN, "")


def _unread(image: Path, *, page: int, dpi: float, work: Path, settings: Any) -> Reading:
    """In the place of the recognising: the image is decoded, and nothing read."""
    pixels, _ = load(image)
    return Reading(page, pixels.shape[1], pixels.shape[0], dpi, 0, 0.0, (), Engine("none", "", ""))
