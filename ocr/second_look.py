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
    """Read unsure `lines` and unread ink of the cleaned `image` again; the strip is written to `file`.

    Raises EngineError where the engine fails.
    """
    unsure = [i for i, line in enumerate(lines) if _unsure(line, settings)]
    known = [_around(line) for line in lines]
    places = [known[i] for i in unsure] + _unread(image, [w.box for line in lines for w in line], dpi)
    places = places[:_MOST_PLACES]
    if not places:
        return SecondLook({}, [])
    strip, tops = _strip(image, places)
    if not cv2.imwrite(str(file), strip):
        raise OSError(f"{file.name} could not be written")
    seen = engine.words(file, dpi=dpi, layout=BLOCK_OF_LINES, timeout=settings.timeout)
    found = _by_place(seen, places, tops)
    replaced = {i: _settled(lines[i], words) for i, words in zip(unsure, found, strict=False) if words}
    fresh = [words for words in found[len(unsure) :] if words and _mean(words) > _SURE_ENOUGH]
    return SecondLook(replaced, [word for words in fresh for word in words])


_SURE_ENOUGH = 0.55
"""Mean confidence from which a line that the first look passed over counts as text."""
_DISPUTED = 0.7
"""Largest confidence of a word that two looks read differently."""


def _unsure(line: Sequence[SeenWord], settings: OcrSettings) -> bool:
    letters = sum(len(w.text) for w in line)
    return letters >= 3 and min(w.confidence for w in line) < settings.second_look_confidence


def _mean(words: Sequence[SeenWord]) -> float:
    return sum(w.confidence for w in words) / len(words)


def _settled(first: Sequence[SeenWord], second: Sequence[SeenWord]) -> list[SeenWord]:
    """Two readings of a line made one: words that agree are surer, words that differ are not sure.

    The second reading counts where it is surer as a whole and as long as the first.
    """
    letters, letters_before = (sum(len(w.text) for w in line) for line in (second, first))
    if abs(letters - letters_before) > max(2, 0.15 * letters_before):
        return list(first)
    chosen, other = (second, first) if _mean(second) > _mean(first) else (first, second)
    if len(chosen) != len(other):
        said = {w.text for w in other}
        return [_believed(w, w.text in said, w.confidence) for w in chosen]
    return [_believed(a, a.text == b.text, b.confidence) for a, b in zip(chosen, other, strict=True)]


def _believed(word: SeenWord, agreed: bool, other: float) -> SeenWord:
    sure = 1 - (1 - word.confidence) * (1 - other / 2) if agreed else min(word.confidence, _DISPUTED)
    return SeenWord(word.text, word.box, sure, word.place)


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
