"""Places of a page cut out, put under one another on one strip, and read in a single call of the engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from ocr.engine import OcrEngine, SeenWord
from ocr.geometry import Image
from ocr.options import OcrSettings
from ocr.records import Box

BLOCK_OF_LINES = 6
"""Tesseract's page segmentation mode for strips."""
_MARGIN = 10
_BOLD = np.ones((2, 2), np.uint8)


@dataclass(frozen=True, slots=True)
class Drawn:
    """How a strip is drawn."""

    scale: float = 1.0
    bold: bool = False


AS_IT_IS = Drawn()


@dataclass(frozen=True, slots=True)
class Strips:
    """Reads places of the cleaned `image`; each strip is written to `file`."""

    image: Image
    dpi: float
    file: Path
    settings: OcrSettings
    engine: OcrEngine

    def read(self, places: Sequence[Box], drawn: Drawn = AS_IT_IS) -> list[list[SeenWord]]:
        """The words at each of `places`, with boxes on the page. Raises EngineError where the engine fails."""
        if not places:
            return []
        strip, tops = _strip(self.image, places)
        scale = drawn.scale
        if drawn.bold:
            strip = cv2.erode(strip, _BOLD)
        if scale != 1.0:
            strip = cv2.resize(strip, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        if not cv2.imwrite(str(self.file), strip):
            raise OSError(f"{self.file.name} could not be written")
        seen = self.engine.words(self.file, dpi=self.dpi * scale, layout=BLOCK_OF_LINES, timeout=self.settings.timeout)
        unscaled = [SeenWord(w.text, w.box.scaled(1 / scale), w.confidence, w.place) for w in seen]
        return _by_place(unscaled, places, tops)


def _strip(image: Image, places: Sequence[Box]) -> tuple[Image, list[int]]:
    """The places cut out and put under one another, and where each begins."""
    cuts = []
    for place in places:
        top, left = max(0, int(place.top) - _MARGIN), max(0, int(place.left) - _MARGIN)
        cuts.append(image[top : int(place.bottom) + _MARGIN, left : int(place.right) + _MARGIN])
    width = max(cut.shape[1] for cut in cuts) + 4 * _MARGIN
    tops, rows = [], []
    height = 2 * _MARGIN
    for cut in cuts:
        tops.append(height)
        row = np.full((cut.shape[0] + 2 * _MARGIN, width), 255, np.uint8)
        row[: cut.shape[0], 2 * _MARGIN : 2 * _MARGIN + cut.shape[1]] = cut
        rows.append(row)
        height += row.shape[0]
    return np.vstack([np.full((2 * _MARGIN, width), 255, np.uint8), *rows]), tops


def _by_place(seen: Sequence[SeenWord], places: Sequence[Box], tops: Sequence[int]) -> list[list[SeenWord]]:
    """The words seen on the strip, each with its box on the page, by place."""
    found: list[list[SeenWord]] = [[] for _ in places]
    for word in seen:
        index = max((i for i, top in enumerate(tops) if top <= word.box.centre[1]), default=None)
        if index is None:
            continue
        place = places[index]
        right = max(0, int(place.left) - _MARGIN) - 2 * _MARGIN
        down = max(0, int(place.top) - _MARGIN) - tops[index]
        box = Box(word.box.left + right, word.box.top + down, word.box.right + right, word.box.bottom + down)
        found[index].append(SeenWord(word.text, box, word.confidence, (1000 + index, *word.place[1:])))
    return found
