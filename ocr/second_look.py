"""A second look at what the first reading passed over or was unsure of.

Tesseract's page layout drops short lines beside seals and signatures, and reads some words badly
that it reads well by themselves. Such places are read again on strips, drawn in different ways.
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
from ocr.strips import Drawn, Strips
from ocr.telling import telling_words
from ocr.votes import is_unsure, mean_confidence, settled, unsure_words

_MOST_PLACES = 12
"""Places of one page that get a second look as they are."""
_MOST_TELLING = 16
_SHORT_LINE = 6
"""Lines of so many words are looked at as a whole."""
_LETTER_MM = (0.9, 7.0)
"""Least and largest height of a letter."""
_LINE_MM = (8.0, 1.6, 9.0)
"""Least width, least and largest height of a line that was passed over."""
_DARK = 119
"""Gray value (0–255) up to which a pixel is ink."""
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
    """Read unsure words of `lines` and unread ink of the cleaned `image` again; strips are written to `file`.

    What two looks leave in doubt gets more, each drawn otherwise. Raises EngineError where the engine fails.
    """
    zones = [_Zone.of(number, line, settings) for number, line in enumerate(lines)]
    unsure = [z for z in zones if z.unsure][:_MOST_PLACES]
    unread = _unread(image, [w.box for line in lines for w in line], dpi)[: _MOST_PLACES - len(unsure)]
    strips = Strips(image, dpi, file, settings, engine)
    found = strips.read([z.box for z in unsure] + unread)
    readings = {z: [z.words, words] for z, words in zip(unsure, found, strict=False)}
    readings |= {z: [z.words] for z in [z for z in zones if z.words and not z.unsure][:_MOST_TELLING]}
    for drawn in _OTHERWISE:
        doubtful = [z for z, seen in readings.items() if len(seen) == 1 or is_unsure(settled(seen), settings)]
        for zone, words in zip(doubtful, strips.read([z.box for z in doubtful], drawn), strict=True):
            readings[zone].append(words)
    replaced = {z.line: z.put_back(lines[z.line], settled(seen)) for z, seen in readings.items()}
    fresh = [words for words in found[len(unsure) :] if words and mean_confidence(words) > _SURE_ENOUGH]
    return SecondLook(replaced, [word for words in fresh for word in words])


_SURE_ENOUGH = 0.55
"""Mean confidence from which a line that the first look passed over counts as text."""
_OTHERWISE = (Drawn(scale=0.7), Drawn(bold=True))
"""Further looks at what stays in doubt: letters drawn smaller lose their dirt before they lose their shape,
letters drawn bold close their broken strokes."""


@dataclass(frozen=True, slots=True)
class _Zone:
    """The words of a line that are worth another look, and a word on each side of them; often none."""

    line: int
    start: int
    words: tuple[SeenWord, ...]
    unsure: bool
    """Whether the engine was not sure of them; otherwise they are looked at for what they tell."""

    @classmethod
    def of(cls, number: int, line: Sequence[SeenWord], settings: OcrSettings) -> _Zone:
        unsure = unsure_words(line, settings)
        places = unsure + telling_words(line)
        if not places:
            return cls(number, 0, (), False)
        start, stop = (max(0, min(places) - 1), max(places) + 2) if len(line) > _SHORT_LINE else (0, len(line))
        return cls(number, start, tuple(line[start:stop]), bool(unsure))

    @property
    def box(self) -> Box:
        return Box.around(w.box for w in self.words)

    def put_back(self, line: Sequence[SeenWord], words: Sequence[SeenWord]) -> list[SeenWord]:
        """`line` with `words` in the place of the zone's."""
        return [*line[: self.start], *words, *line[self.start + len(self.words) :]]


def _unread(image: Image, read: Sequence[Box], dpi: float) -> list[Box]:
    """Boxes around lines of letters that no word covers, from top to bottom."""
    dark: Image = cv2.threshold(image, _DARK, 255, cv2.THRESH_BINARY_INV)[1]
    for box in read:
        dark[max(0, int(box.top) - 3) : int(box.bottom) + 4, max(0, int(box.left) - 3) : int(box.right) + 4] = 0
    dark = cv2.resize(dark, None, fx=_HALF, fy=_HALF, interpolation=cv2.INTER_AREA)
    marks = cv2.threshold(dark, 60, 1, cv2.THRESH_BINARY)[1]
    per_mm = dpi / 25.4 * _HALF
    _, labels, stats, _ = cv2.connectedComponentsWithStatsWithAlgorithm(marks, 8, cv2.CV_32S, cv2.CCL_GRANA)
    heights, widths = stats[:, cv2.CC_STAT_HEIGHT], stats[:, cv2.CC_STAT_WIDTH]
    low, high = (mm * per_mm for mm in _LETTER_MM)
    letters = (heights >= low) & (heights <= high) & (widths <= 4 * high)
    letters[0] = False
    mask = letters.astype(np.uint8)[labels]
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
