"""The invisible text of a page: drawing instructions that put each word onto its print.

One text object a printed line, its words stretched to their boxes and followed by a space each. Words
of a skewed line stand level, each a little lower or higher than the one before: viewers based on pdfium
and poppler take turned words apart, and give level ones back in order when text is copied.
"""

from __future__ import annotations

from math import radians, tan
from statistics import median

from ocr.records import Line, Reading
from pipeline.glyphless import ADVANCE, GlyphlessFont

FONT_KEY = "/F0"
_INVISIBLE = 3
_FITTED_WORDS = 4
_BEND = 0.04
"""Slope by which a line may differ from the page (2.3°)."""
_THINNEST = 1.0
"""Points; smaller boxes are taken as this high, since a font cannot have no size."""


def text_layer(reading: Reading, font: GlyphlessFont, width: float, height: float, rotation: int) -> bytes:
    """Instructions for the words of `reading` on a page of `width` × `height` points before turning.

    `rotation` is the page's /Rotate, with which the page stands upright (0, 90, 180, 270 clockwise).
    """
    if not reading.words:
        return b""
    shown = (width, height) if rotation in (0, 180) else (height, width)
    scale = shown[0] / reading.width, shown[1] / reading.height
    lines = [_line(line, reading.skew, scale, shown[1], font) for line in reading.lines]
    return "\n".join(["q", _turn(rotation, width, height), *lines, "Q", ""]).encode("ascii")


def _turn(rotation: int, width: float, height: float) -> str:
    """The matrix from the page as it is shown to the page as it is stored."""
    matrices = {
        0: (1, 0, 0, 1, 0.0, 0.0),
        90: (0, 1, -1, 0, width, 0.0),
        180: (-1, 0, 0, -1, width, height),
        270: (0, -1, 1, 0, 0.0, height),
    }
    return " ".join(_number(v) for v in matrices[rotation]) + " cm"


def _line(line: Line, skew: float, scale: tuple[float, float], shown_height: float, font: GlyphlessFont) -> str:
    """One line, on a base line of its own: paper is seldom flat, so lines differ from the page's skew."""
    sink = _sink(line, tan(radians(skew)))
    base = median(w.box.bottom - sink * w.box.centre[0] for w in line.words)
    size = max(_THINNEST, median(w.box.height for w in line.words) * scale[1])
    parts = [f"BT {_INVISIBLE} Tr {FONT_KEY} {_number(size)} Tf"]
    for word in line.words:
        x, y = word.box.left * scale[0], shown_height - (base + sink * word.box.centre[0]) * scale[1]
        parts.append(
            f"1 0 0 1 {_number(x)} {_number(y)} Tm {_stretch(word.box.width * scale[0], len(word.text), size)}"
        )
        parts.append(f"{font.encode(word.text + ' ')} Tj")
    return " ".join([*parts, "ET"])


def _sink(line: Line, page: float) -> float:
    """How much the line sinks a pixel to the right: fitted to its words where they are many, else as the page."""
    if len(line.words) < _FITTED_WORDS:
        return page
    points = [(w.box.centre[0], w.box.bottom) for w in line.words]
    middle_x, middle_y = (sum(values) / len(points) for values in zip(*points, strict=True))
    spread = sum((x - middle_x) ** 2 for x, _ in points)
    if spread <= 0:
        return page
    fitted = sum((x - middle_x) * (y - middle_y) for x, y in points) / spread
    return float(min(max(fitted, page - _BEND), page + _BEND))


def _stretch(width: float, characters: int, size: float) -> str:
    """The horizontal scaling with which `characters` fill `width` points."""
    natural = characters * ADVANCE / 1000 * size
    return f"{_number(max(width / natural * 100, 0.1))} Tz"


def _number(value: float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".") or "0"
