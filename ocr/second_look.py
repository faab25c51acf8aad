"""A second look at what the first reading passed over or was unsure of.

Tesseract's page layout drops short lines beside seals and signatures, and reads some lines badly
that it reads well by themselves. Such places are cut out, put under one another on one strip, and
read in a single further call of the engine.
"""

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
from ocr.votes import is_unsure, mean_confidence, settled

BLOCK_OF_LINES = 6
_MOST_PLACES = 12
_LETTER_MM = (0.9, 7.0)
"""Least and largest height of a letter."""
_LINE_MM = (8.0, 1.6, 9.0)
"""Least width, least and largest height of a line that was passed over."""
_MARGIN = 10
_HALF = 0.5
"""Unread lines are looked for at half of the resolution: it is enough, and takes a quarter of the memory."""


@dataclass(frozen=True, slots=True)
class SecondLook:
    """What the second look saw."""

    replaced: dict[int, list[SeenWord]]
    """Unsure lines after both readings, by the place of the line in the list that was given."""
    added: list[SeenWord]
    """Words of lines that nobody had read, from top to bottom."""


def look_again(
    image: Image,
    lines: Sequence[Sequence[SeenWord]],
    *,
    dpi: float,
    file: Path,
    settings: OcrSettings,
    engine: OcrEngine,
) -> SecondLook:
    """Read unsure `lines` and unread ink of the cleaned `image` again; the strips are written to `file`.

    Lines that two looks leave in doubt get a third one, at another scale. Raises EngineError where the
    engine fails.
    """
    unsure = [i for i, line in enumerate(lines) if is_unsure(line, settings)]
    known = [_around(line) for line in lines]
    places = [known[i] for i in unsure] + _unread(image, [w.box for line in lines for w in line], dpi)
    places = places[:_MOST_PLACES]
    unsure = unsure[: len(places)]
    look = _Look(image, dpi, file, settings, engine)
    found = look.read(places)
    readings = {i: [lines[i], words] for i, words in zip(unsure, found, strict=False)}
    still = [i for i in unsure if is_unsure(settled(readings[i]), settings)]
    for i, words in zip(still, look.read([known[i] for i in still], _THIRD_SCALE), strict=True):
        readings[i].append(words)
    fresh = [words for words in found[len(unsure) :] if words and mean_confidence(words) > _SURE_ENOUGH]
    return SecondLook({i: settled(r) for i, r in readings.items()}, [word for words in fresh for word in words])


_SURE_ENOUGH = 0.55
"""Mean confidence from which a line that the first look passed over counts as text."""
_THIRD_SCALE = 0.7
"""Letters drawn smaller lose their dirt before they lose their shape."""


@dataclass(frozen=True, slots=True)
class _Look:
    """How places of a page are read again."""

    image: Image
    dpi: float
    file: Path
    settings: OcrSettings
    engine: OcrEngine

    def read(self, places: Sequence[Box], scale: float = 1.0) -> list[list[SeenWord]]:
        """The words at each of `places`, read on one strip that is drawn at `scale`."""
        if not places:
            return []
        strip, tops = _strip(self.image, places)
        if scale != 1.0:
            strip = cv2.resize(strip, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        if not cv2.imwrite(str(self.file), strip):
            raise OSError(f"{self.file.name} could not be written")
        seen = self.engine.words(self.file, dpi=self.dpi * scale, layout=BLOCK_OF_LINES, timeout=self.settings.timeout)
        unscaled = [SeenWord(w.text, w.box.scaled(1 / scale), w.confidence, w.place) for w in seen]
        return _by_place(unscaled, places, tops)


def _around(line: Sequence[SeenWord]) -> Box:
    box = line[0].box
    for word in line[1:]:
        box = box.union(word.box)
    return box


def _unread(image: Image, read: Sequence[Box], dpi: float) -> list[Box]:
    """Boxes around lines of letters that no word covers, from top to bottom."""
    dark: Image = (image < 120).astype(np.uint8)
    for box in read:
        dark[max(0, int(box.top) - 3) : int(box.bottom) + 4, max(0, int(box.left) - 3) : int(box.right) + 4] = 0
    dark = cv2.resize(dark * np.uint8(255), None, fx=_HALF, fy=_HALF, interpolation=cv2.INTER_AREA)
    dark = (dark > 60).astype(np.uint8)
    per_mm = dpi / 25.4 * _HALF
    _, labels, stats, _ = cv2.connectedComponentsWithStats(dark)
    heights, widths = stats[:, cv2.CC_STAT_HEIGHT], stats[:, cv2.CC_STAT_WIDTH]
    low, high = (mm * per_mm for mm in _LETTER_MM)
    letters = (heights >= low) & (heights <= high) & (widths <= 4 * high)
    letters[0] = False
    mask = letters[labels].astype(np.uint8)
    kernel = np.ones((max(1, round(0.5 * per_mm)), max(3, round(3.5 * per_mm))), np.uint8)
    joined = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, kernel)
    width, least, largest = (mm * per_mm for mm in _LINE_MM)
    found = []
    for left, top, w, h, area in cv2.connectedComponentsWithStats(joined)[2][1:]:
        if w >= width and least <= h <= largest and area > 0.3 * w * h:
            accents = 0.35 * h
            line = Box(float(left), float(max(0, top - accents)), float(left + w), float(top + h + accents))
            found.append(line.scaled(1 / _HALF))
    return sorted(found, key=lambda b: b.top)


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
