"""The OCR engine behind one small protocol; here Tesseract's own program through pytesseract."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import pytesseract

from core.text import nfc, undouble
from ocr.errors import EngineError
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
    """Reads image files. One call may crash or hang: that costs an EngineError, nothing more."""

    def identity(self) -> Engine:
        """Name, version and data of this engine."""

    def words(self, image: Path, *, dpi: float, layout: int, timeout: float, extra: str = "") -> list[SeenWord]:
        """The words on `image` (a file) in reading order. `layout` is Tesseract's page segmentation mode."""


class TesseractProgram:
    """The installed ``tesseract`` program, one process a call."""

    def __init__(self, language: str) -> None:
        self._language = language

    def identity(self) -> Engine:
        """Raises EngineError where the program is not installed."""
        return Engine("tesseract", _version(), self._language)

    def words(self, image: Path, *, dpi: float, layout: int, timeout: float, extra: str = "") -> list[SeenWord]:
        """See OcrEngine."""
        config = f"--oem 1 --psm {layout} --dpi {round(dpi)} {extra}".strip()
        try:
            table = pytesseract.image_to_data(
                str(image), lang=self._language, config=config, timeout=timeout, output_type=pytesseract.Output.BYTES
            )
        except (pytesseract.TesseractError, RuntimeError, OSError) as error:
            why = " ".join(str(error).split())[:300] or type(error).__name__
            raise EngineError(f"tesseract failed on {image.name}: {why}") from error
        return list(_words(table.decode("utf-8", "replace")))


@lru_cache(maxsize=1)
def _version() -> str:
    try:
        return str(pytesseract.get_tesseract_version()).split()[0]
    except (pytesseract.TesseractNotFoundError, SystemExit) as error:
        raise EngineError("tesseract is not installed: apt-get install tesseract-ocr tesseract-ocr-vie") from error


def _words(table: str) -> Iterator[SeenWord]:
    """The word rows (level 5) of Tesseract's tab-separated output."""
    for row in table.splitlines()[1:]:
        cells = row.split("\t")
        if len(cells) != 12 or cells[0] != "5":
            continue
        text = nfc(undouble("".join(cells[11].split())))
        if not text:
            continue
        left, top, width, height = (float(c) for c in cells[6:10])
        box = Box(left, top, left + width, top + height)
        yield SeenWord(text, box, max(0.0, float(cells[10]) / 100), (int(cells[2]), int(cells[3]), int(cells[4])))
