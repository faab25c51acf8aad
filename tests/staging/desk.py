"""A batch on the desk before reading: files of printed, blank and separator pages, looked at as the desk does."""

from __future__ import annotations

import threading
from pathlib import Path

from PIL import Image

import storage
from catalog import scans
from core.settings import settings
from staging import arrivals, batches, looking, operations
from staging.arrangement import Act, Operation, PageRef
from staging.records import NewBatch
from staging.states import Way
from storage import ObjectStore
from tests.pipeline import making

SIZE = (1654, 2339)
ACTOR = "van.thu"
UNIT = "H61.12"


def sheet(letter: str, mark: str) -> Image.Image:
    """``t``: a printed page with `mark` on it; ``b``: a blank one; ``-``: a separator."""
    if letter == "-":
        return making.separator()
    return making.paper() if letter == "b" else making.printed((mark, *making.TEXT))


def stack(to: Path, pages: str) -> Path:
    """A PDF of such pages."""
    return making.pdf_of([sheet(letter, f"{to.stem} tờ {n}") for n, letter in enumerate(pages, 1)], to)


def store() -> ObjectStore:
    """The store of the settings."""
    return storage.open_store(settings().storage)


def batch(unit: str, name: str = "Hộp 1", **more: object) -> int:
    """An open batch."""
    return batches.open_batch(NewBatch(unit=unit, name=name, **more), ACTOR)  # type: ignore[arg-type]


def bring(path: Path, home: int) -> int:
    """A file comes into the batch; gives its scan."""
    return arrivals.accept(path, path.name, home, ACTOR, Way.UPLOAD).scan


def look() -> int:
    """Look at all that waits; gives how many files."""
    return looking.work_off(threading.Event(), store(), "here/test")


def do(batch: int, act: Act, *pages: tuple[int, int], **more: object) -> None:
    refs = tuple(PageRef(*page) for page in pages)
    operations.do(batch, Operation(act, refs, **more), ACTOR)  # type: ignore[arg-type]


def states(batch: int) -> dict[str, str]:
    return {row.name: row.state for row in scans.of_batch(batch)}
