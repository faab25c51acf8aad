"""The records of reading: boxes, words, and what an engine saw on a page.

All boxes are pixels of the *upright page*: the page image as scanned, turned by a multiple of 90°
so that its text stands upright, and neither deskewed nor scaled. Origin top left, y downwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, reduce
from itertools import groupby


@dataclass(frozen=True, slots=True)
class Box:
    """An upright rectangle in pixels of the upright page; right and bottom are exclusive."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """Width in pixels."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Height in pixels."""
        return self.bottom - self.top

    @property
    def centre(self) -> tuple[float, float]:
        """The middle point (x, y)."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    @classmethod
    def around(cls, boxes: Iterable[Box]) -> Box:
        """The smallest box around all of `boxes` (at least one)."""
        return reduce(cls.union, boxes)

    def union(self, other: Box) -> Box:
        """The smallest box around both."""
        return Box(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )

    def scaled(self, factor: float) -> Box:
        """The same place on a page `factor` times as large."""
        return Box(self.left * factor, self.top * factor, self.right * factor, self.bottom * factor)

    def as_list(self) -> list[int]:
        """``[left, top, right, bottom]`` in whole pixels."""
        return [round(self.left), round(self.top), round(self.right), round(self.bottom)]


@dataclass(frozen=True, slots=True)
class Engine:
    """Who read a page: needed to know later whether a reading is worth making again."""

    name: str
    """``tesseract``, ``tesserocr`` or ``text layer``."""
    version: str
    """Version of the engine, e.g. ``5.3.0``."""
    data: str
    """Language data, e.g. ``vie``; empty for a text layer."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word as read."""

    text: str
    """NFC, never empty, no white space."""
    box: Box
    confidence: float
    """The engine's own confidence, 0–1."""
    line: int
    """Number of the line on the page, from 0, in reading order."""
    block: int
    """Number of the layout block (column, paragraph group) on the page, from 0."""
    pen: float = 0.0
    """How far the word looks written by hand (0–1), by the colour of its ink and by figures that do not
    stand in line: above 0.5 it is handwriting."""


@dataclass(frozen=True)
class Line:
    """The words of one printed line, left to right."""

    words: tuple[Word, ...]

    @cached_property
    def text(self) -> str:
        """The words joined by single spaces."""
        return " ".join(w.text for w in self.words)

    @cached_property
    def box(self) -> Box:
        """The box around all words."""
        return Box.around(w.box for w in self.words)

    @property
    def confidence(self) -> float:
        """Mean confidence of the words, 0–1."""
        return sum(w.confidence for w in self.words) / len(self.words)


@dataclass(frozen=True)
class Reading:
    """What was read on one page."""

    page: int
    """Number of the page in its scan, from 1."""
    width: int
    """Width of the upright page in pixels."""
    height: int
    """Height of the upright page in pixels."""
    dpi: float
    """Resolution of the page image in dots per inch."""
    rotation: int
    """Degrees clockwise (0, 90, 180, 270) by which the scanned image was turned upright."""
    skew: float
    """Degrees by which text lines rise clockwise on the upright page (positive: to the right they sink)."""
    words: tuple[Word, ...]
    engine: Engine

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The words grouped into printed lines, in reading order."""
        return tuple(Line(tuple(group)) for _, group in groupby(self.words, key=lambda w: w.line))

    @cached_property
    def text(self) -> str:
        """The page's text, a line each printed line, an empty line between blocks."""
        return "\n".join(self._text_lines())

    def _text_lines(self) -> Iterator[str]:
        block = None
        for line in self.lines:
            if block is not None and line.words[0].block != block:
                yield ""
            block = line.words[0].block
            yield line.text
