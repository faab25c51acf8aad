"""Reading one page: image file → `Reading`."""

from __future__ import annotations

import re
from itertools import groupby
from pathlib import Path

import cv2

from ocr import geometry, ink
from ocr.clean import CleanPage, clean, load
from ocr.engine import OcrEngine, SeenWord
from ocr.engines import engine_for
from ocr.figures import unevenness
from ocr.options import OcrSettings
from ocr.records import Reading, Word
from ocr.second_look import look_again
from ocr.votes import mean_confidence

AUTOMATIC_LAYOUT = 3
PEN_REMNANT = 0.6
"""Share of pen ink from which a word is what was left of handwriting after its removal."""
UNEVEN, HANDWRITTEN = 0.15, 0.8
"""Unevenness from which figures count as handwriting (6 of 551 printed ones of the development corpus
reach it), and how far a word with such figures then does."""
_ENOUGH_WORDS = 12
_SQUARE_METRES = re.compile(r"^m2(?=\W*$)")
"""The Vietnamese data knows no superscript two."""


def read_page(
    image: Path, *, page: int, dpi: float, work: Path, settings: OcrSettings, engine: OcrEngine | None = None
) -> Reading:
    """Read the page image `image` (page number `page` of its scan, resolution `dpi`).

    Intermediate files are written to `work` as ``000001_<step>.pgm`` and stay there for a look.
    Raises PageImageError where the image cannot be decoded, EngineError where the engine fails.
    """
    engine = engine or engine_for(settings)
    pixels, shrunk = load(image, settings.dpi / dpi)
    gray = pixels if pixels.ndim == 2 else cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)
    rotation = geometry.likely_turn(gray)
    del gray
    ready, seen = _attempt(pixels, dpi * shrunk, rotation, page, work, settings, engine)
    if _poor(seen, settings):
        other, seen_other = _attempt(pixels, dpi * shrunk, (rotation + 180) % 360, page, work, settings, engine)
        if _worth(seen_other) > _worth(seen):
            ready, seen = other, seen_other
    strip = work / f"{page:06d}_again.pgm"
    return _reading(ready, _with_second_look(ready, seen, strip, settings, engine), page, dpi, shrunk, engine)


def _with_second_look(
    ready: CleanPage, seen: list[SeenWord], strip: Path, settings: OcrSettings, engine: OcrEngine
) -> list[SeenWord]:
    """`seen` with unsure lines read again, and lines added that were passed over."""
    lines = [list(group) for _, group in groupby(seen, key=lambda w: w.place)]
    again = look_again(ready.image, lines, dpi=ready.dpi, file=strip, settings=settings, engine=engine)
    for index, words in again.replaced.items():
        place = lines[index][0].place
        lines[index] = [SeenWord(w.text, w.box, w.confidence, place) for w in words]
    return [word for line in lines for word in line] + again.added


def _attempt(
    pixels: geometry.Image, dpi: float, rotation: int, page: int, work: Path, settings: OcrSettings, engine: OcrEngine
) -> tuple[CleanPage, list[SeenWord]]:
    """Clean the page turned by `rotation` and read it."""
    ready = clean(pixels, dpi, rotation, settings)
    file = work / f"{page:06d}_clean.pgm"
    if not cv2.imwrite(str(file), ready.image):
        raise OSError(f"{file.name} could not be written")
    return ready, engine.words(file, dpi=ready.dpi, layout=AUTOMATIC_LAYOUT, timeout=settings.timeout)


def _poor(seen: list[SeenWord], settings: OcrSettings) -> bool:
    """Whether so little was read with certainty that the page may stand on its head."""
    if len(seen) < _ENOUGH_WORDS:
        return True
    return mean_confidence(seen) < settings.poor_confidence


def _worth(seen: list[SeenWord]) -> float:
    """How much was read with certainty: letters weighted by confidence above one half."""
    return sum(len(w.text) * max(0.0, w.confidence - 0.5) for w in seen)


def _reading(
    ready: CleanPage, seen: list[SeenWord], page: int, dpi: float, shrunk: float, engine: OcrEngine
) -> Reading:
    """The engine's words as records on the upright page, which was read `shrunk` to that share of its size."""
    penned = bool(ready.inks.pen.any())
    dark = ready.inks.paper < 140
    words = []
    for line, (_, group) in enumerate(groupby(seen, key=lambda w: w.place)):
        for word in group:
            box = ready.placement.back(word.box)
            pen = ink.share(ready.inks.pen, dark, box) if penned else 0.0
            if pen < PEN_REMNANT:
                pen = HANDWRITTEN if unevenness(ready.image, word) > UNEVEN else pen
                text = _SQUARE_METRES.sub("m²", word.text)
                words.append(Word(text, box.scaled(1 / shrunk), word.confidence, line, word.place[0], pen))
    place = ready.placement
    width, height = round(place.width / shrunk), round(place.height / shrunk)
    return Reading(page, width, height, dpi, ready.rotation, place.skew, tuple(words), engine.identity())
