"""A document's words as one searchable text, so that a match leads back to words, boxes and pages.

Rules are written against folded text (no accents, lower case), because OCR loses accents before it
loses letters; what a rule finds is then taken from the words as they were read.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from core.text import fold
from ocr.records import Box, Word


@dataclass(frozen=True, slots=True)
class Segment:
    """Words that stand together on one row of one column."""

    page: int
    """Page number in the document, from 1."""
    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        """The words joined by spaces, as read."""
        return " ".join(w.text for w in self.words)

    @property
    def folded(self) -> str:
        """The text folded."""
        return " ".join(fold(w.text) for w in self.words)

    @property
    def box(self) -> Box:
        """The box around the words."""
        return box_of(self.words)

    @property
    def capitals(self) -> float:
        """Share of the letters that are capitals, 0–1; 0 without letters."""
        letters = [c for c in self.text if c.isalpha()]
        return sum(c.isupper() for c in letters) / len(letters) if letters else 0.0

    @property
    def height(self) -> float:
        """Median height of the words in pixels."""
        heights = sorted(w.box.height for w in self.words)
        return heights[len(heights) // 2]


def box_of(words: Sequence[Word]) -> Box:
    """The box around `words` (at least one)."""
    return Box.around(word.box for word in words)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a flow: its text as read, and the words that it touches."""

    text: str
    words: tuple[Word, ...]
    page: int
    start: int
    end: int
    """Offsets in the flow's folded text."""


class Flow:
    """Segments in reading order as one folded text; segments are separated by a line break."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        self.segments = tuple(segments)
        self._starts: list[int] = []
        self._words: list[tuple[Word, int]] = []
        parts: list[str] = []
        length = 0
        for segment in self.segments:
            for index, word in enumerate(segment.words):
                folded = fold(word.text)
                self._starts.append(length)
                self._words.append((word, segment.page))
                end = "\n" if index == len(segment.words) - 1 else " "
                parts.append(folded + end)
                length += len(folded) + 1
        self.text = "".join(parts)

    @cached_property
    def original(self) -> str:
        """The text as read, segments separated by line breaks."""
        return "\n".join(segment.text for segment in self.segments)

    def piece(self, start: int, end: int) -> Piece | None:
        """The stretch from `start` to `end` of the folded text; None where it touches no word."""
        while start < end and self.text[start] in " \n":
            start += 1
        while end > start and self.text[end - 1] in " \n":
            end -= 1
        if start >= end:
            return None
        first = bisect_right(self._starts, start) - 1
        last = bisect_right(self._starts, end - 1) - 1
        chosen = self._words[first : last + 1]
        texts = [word.text for word, _ in chosen]
        texts[-1] = self._cut(last, texts[-1], end - self._starts[last], head=True)
        texts[0] = self._cut(first, texts[0], start - self._starts[first], head=False)
        return Piece(" ".join(texts), tuple(word for word, _ in chosen), chosen[0][1], start, end)

    def group(self, match: re.Match[str], group: int | str = 0) -> Piece | None:
        """The stretch that a group of a match of a pattern on `text` covers."""
        return self.piece(*match.span(group)) if match.span(group) != (-1, -1) else None

    def search(self, pattern: re.Pattern[str], start: int = 0) -> re.Match[str] | None:
        """First match of `pattern` on the folded text from `start`."""
        return pattern.search(self.text, start)

    def matches(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        """All matches of `pattern` on the folded text."""
        return pattern.finditer(self.text)

    def segment_at(self, offset: int) -> int:
        """Index of the segment that holds offset `offset` of the folded text."""
        return self.text.count("\n", 0, offset)

    def _cut(self, index: int, text: str, at: int, *, head: bool) -> str:
        """The head or tail of a word; whole where folding changed its length."""
        if len(text) != len(fold(text)):
            return text
        return text[:at] if head else text[at:]
