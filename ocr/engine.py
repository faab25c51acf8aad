"""The OCR engine behind one small protocol. `ocr.engines` chooses which one reads."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from core.text import nfc, undouble
from ocr.records import Box, Engine

os.environ.setdefault("OMP_THREAD_LIMIT", "1")  # parallel over pages, not inside one


@dataclass(frozen=True, slots=True)
class SeenWord:
    """A word as the engine saw it, in pixels of the image that it was given."""

    text: str
    box: Box
    confidence: float
    """0–1."""
    place: tuple[int, int, int]
    """Block, paragraph and line, as the engine numbers them."""


class OcrEngine(Protocol):
    """Reads image files, from several threads at once. One call may crash or hang: that costs an EngineError,
    nothing more.
    """

    def identity(self) -> Engine:
        """Name, version and data of this engine; raises EngineError where it or its data are missing."""

    def words(self, image: Path, *, dpi: float, layout: int, timeout: float, extra: str = "") -> list[SeenWord]:
        """The words on `image` (a file) in reading order. `layout` is Tesseract's page segmentation mode,
        `extra` holds variables of Tesseract for this call alone (``-c NAME=VALUE …``).
        """

    def close(self) -> None:
        """End what is kept between calls; the engine may be used again afterwards."""


def seen_words(table: str) -> Iterator[SeenWord]:
    """The word rows (level 5) of Tesseract's tab-separated output."""
    for row in table.splitlines():
        cells = row.split("\t")
        if len(cells) != 12 or cells[0] != "5":
            continue
        text = nfc(undouble("".join(cells[11].split())))
        if not text:
            continue
        left, top, width, height = (float(c) for c in cells[6:10])
        box = Box(left, top, left + width, top + height)
        yield SeenWord(text, box, max(0.0, float(cells[10]) / 100), (int(cells[2]), int(cells[3]), int(cells[4])))


def variables_of(extra: str) -> dict[str, str]:
    """``-c NAME=VALUE …`` as a record; raises ValueError where it is anything else."""
    words = shlex.split(extra)
    pairs = [pair.partition("=") for pair in words[1::2]]
    if len(words) % 2 or any(word != "-c" for word in words[::2]) or not all(equals for _, equals, _ in pairs):
        raise ValueError(f"no list of variables: {extra!r}")
    return {name: value for name, _, value in pairs}
