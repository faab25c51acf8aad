"""Puts placed words into lines, lines into blocks, and both into reading order.

Made for the layout of administrative papers: a header in two columns, a body over the full width,
and two columns again at the end (where copies go, and the signature).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from statistics import median

from ocr.records import Box

_SAME_ROW = 0.5
"""Heights of a word by which the middles of words in one row may differ."""
_COLUMN_GAP = 2.5
"""Heights of a word; a wider gap separates columns."""
_BLOCK_GAP = 1.6
"""Heights of a word; a wider gap between lines separates blocks."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A word and where it stands."""

    text: str
    box: Box


@dataclass(slots=True)
class _Segment:
    """Neighbouring words of one row."""

    words: list[Placed]
    box: Box


@dataclass(slots=True)
class _Block:
    """Segments below each other."""

    segments: list[_Segment] = field(default_factory=list)


def in_reading_order(words: list[Placed]) -> Iterator[tuple[Placed, int, int]]:
    """Each word with the numbers (from 0) of its line and block: block by block, line by line."""
    line = 0
    for number, block in enumerate(_blocks(words)):
        for segment in block.segments:
            for word in segment.words:
                yield word, line, number
            line += 1


def _blocks(words: list[Placed]) -> list[_Block]:
    blocks: list[_Block] = []
    open_blocks: list[_Block] = []
    for row in _rows(words):
        below: list[_Block] = []
        for segment in _segments(row):
            above = [b for b in open_blocks if _continues(b.segments[-1], segment)]
            alone = len(above) == 1 and above[0] not in below
            block = above[0] if alone else _Block()
            if not alone:
                blocks.append(block)
            block.segments.append(segment)
            below.append(block)
        bottom = max(s.box.bottom for b in below for s in b.segments[-1:])
        open_blocks = below + [b for b in open_blocks if b not in below and b.segments[-1].box.bottom > bottom - 1]
    return blocks


def _rows(words: list[Placed]) -> Iterator[list[Placed]]:
    row: list[Placed] = []
    middle = 0.0
    for word in sorted(words, key=lambda w: w.box.centre[1]):
        y = word.box.centre[1]
        if row and y - middle > _SAME_ROW * median(w.box.height for w in row[-8:]):
            yield row
            row = []
        row.append(word)
        middle = sum(w.box.centre[1] for w in row[-8:]) / len(row[-8:])
    if row:
        yield row


def _segments(row: list[Placed]) -> Iterator[_Segment]:
    height = median(w.box.height for w in row)
    current: _Segment | None = None
    for word in sorted(row, key=lambda w: w.box.left):
        if current is not None and word.box.left - current.box.right <= _COLUMN_GAP * height:
            current.words.append(word)
            current.box = current.box.union(word.box)
            continue
        if current is not None:
            yield current
        current = _Segment([word], word.box)
    if current is not None:
        yield current


def _continues(above: _Segment, below: _Segment) -> bool:
    overlap = min(above.box.right, below.box.right) - max(above.box.left, below.box.left)
    near = below.box.top - above.box.bottom <= _BLOCK_GAP * max(above.box.height, below.box.height)
    return near and overlap > 0.3 * min(above.box.width, below.box.width)
