"""Where on the page things stand: columns, header, body (Nghị định 30/2020, phụ lục I).

Tesseract joins what stands on one height: issuer and national title, number and date, the two
columns of a marriage certificate, recipients and signature. Here its lines are cut into segments
again, and the segments put into reading order, column by column.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import median

from rapidfuzz import fuzz

from core.text import fold_words
from ocr.records import Line, Reading, Word
from pipeline.extract.flow import Flow, Segment

NATIONAL_TITLE = "cong hoa xa hoi chu nghia viet nam"
MOTTO = "doc lap tu do hanh phuc"

_COLUMN_GAP = 3.0
"""Gap between words, in word heights, that always parts columns."""
_ALIGNED_GAP = 1.2
"""Gap that parts columns where several rows are cut at the same place."""
_ALIGNED_ROWS = 3


@dataclass(frozen=True)
class PageText:
    """A page as segments in reading order."""

    number: int
    """Page number in the document, from 1."""
    width: int
    height: int
    segments: tuple[Segment, ...]

    @cached_property
    def left(self) -> float:
        """Left edge of the text area in pixels (5th percentile of the segments)."""
        lefts = sorted(s.box.left for s in self.segments)
        return lefts[len(lefts) // 20] if lefts else 0.0

    @cached_property
    def right(self) -> float:
        """Right edge of the text area in pixels."""
        rights = sorted((s.box.right for s in self.segments), reverse=True)
        return rights[len(rights) // 20] if rights else float(self.width)

    @cached_property
    def national(self) -> Segment | None:
        """The national title (quốc hiệu), where the page has one."""
        return self._like(NATIONAL_TITLE, 84)

    @cached_property
    def motto(self) -> Segment | None:
        """The motto (tiêu ngữ) under the national title."""
        return self._like(MOTTO, 84)

    @cached_property
    def text_height(self) -> float:
        """Median height of the words in pixels."""
        return median([s.height for s in self.segments] or [1.0])

    def is_centred(self, segment: Segment) -> bool:
        """Whether a segment stands in the middle of the text area or of the paper."""
        centre = segment.box.centre[0]
        return any(
            abs(centre - middle) < 0.07 * self.width for middle in ((self.left + self.right) / 2, self.width / 2)
        )

    def _like(self, wanted: str, least: float) -> Segment | None:
        best = max(self.segments, key=lambda s: fuzz.ratio(fold_words(s.text), wanted), default=None)
        return best if best is not None and fuzz.ratio(fold_words(best.text), wanted) >= least else None


@dataclass(frozen=True)
class DocumentText:
    """All pages of a document, and the parts of its first page."""

    pages: tuple[PageText, ...]

    @cached_property
    def first(self) -> PageText | None:
        """The first page with text."""
        return next((p for p in self.pages if p.segments), None)

    @cached_property
    def flow(self) -> Flow:
        """The whole document in reading order."""
        return Flow([s for p in self.pages for s in p.segments])

    def is_full(self, segment: Segment) -> bool:
        """Whether a line reaches the right edge of its page's text, so that its sentence may run on."""
        page = self.pages[segment.page - 1]
        return segment.box.right > page.right - 0.05 * page.width

    @cached_property
    def header_bottom(self) -> float:
        """Where the national title and motto end on the first page, in pixels; 0 without them."""
        page = self.first
        if page is None:
            return 0.0
        return max((s.box.bottom for s in (page.national, page.motto) if s), default=0.0)


def lay_out(readings: Sequence[Reading]) -> DocumentText:
    """The readings of a document's pages (in order) as segments in reading order."""
    return DocumentText(tuple(_page(number, reading) for number, reading in enumerate(readings, start=1)))


def _page(number: int, reading: Reading) -> PageText:
    lines = [
        Line(tuple(w for w in line.words if any(c.isalnum() for c in w.text) or len(line.words) > 1))
        for line in reading.lines
    ]
    lines = [line for line in lines if line.words]
    cut = _aligned_column(lines, reading.width)
    rows = [_segments(number, line, cut) for line in lines]
    return PageText(number, reading.width, reading.height, tuple(_in_order(rows, reading.width)))


def _gaps(line: Line) -> list[tuple[float, Word, Word]]:
    """The gaps between neighbouring words in word heights, with the words on both sides."""
    heights = sorted(w.box.height for w in line.words)
    unit = max(1.0, heights[len(heights) // 2])
    return [((b.box.left - a.box.right) / unit, a, b) for a, b in zip(line.words, line.words[1:], strict=False)]


def _aligned_column(lines: Sequence[Line], width: int) -> tuple[float, float, float] | None:
    """The left edge of a second column that several rows share, and the rows' top and bottom."""
    starts = [
        (right.box.left, line.box.top, line.box.bottom)
        for line in lines
        for gap, _, right in _gaps(line)
        if gap > _ALIGNED_GAP and 0.35 * width < right.box.left < 0.7 * width
    ]
    best: list[tuple[float, float, float]] = []
    for x, _, _ in starts:
        near = [s for s in starts if abs(s[0] - x) < 0.008 * width]
        if len(near) > len(best):
            best = near
    labelled = [line for line in lines for _, _, right in _gaps(line) if _labels(line, right, best)]
    if len(best) < _ALIGNED_ROWS or 2 * len(labelled) < len(best) or len(labelled) < _ALIGNED_ROWS - 1:
        return None
    return median(s[0] for s in best), min(s[1] for s in best), max(s[2] for s in best)


def _labels(line: Line, right: Word, column: Sequence[tuple[float, float, float]]) -> bool:
    """Whether a blank's label begins with the word `right`, which stands at the column's edge."""
    if not any(abs(right.box.left - x) < right.box.height and top == line.box.top for x, top, _ in column):
        return False
    return any(":" in w.text for w in line.words[line.words.index(right) :])


def _segments(number: int, line: Line, column: tuple[float, float, float] | None) -> list[Segment]:
    """One line cut at its wide gaps, and at the page's second column."""
    cuts: list[list[Word]] = [[line.words[0]]]
    title = _national_title(line)
    for gap, left, right in _gaps(line):
        aligned = (
            column is not None
            and column[1] - line.box.height <= line.box.top <= column[2]
            and abs(right.box.left - column[0]) < right.box.height
            and gap > _ALIGNED_GAP / 2
        )
        header_gap = gap > 1.4 and _looks_like_header(left, right, line)
        if gap > _COLUMN_GAP or aligned or header_gap or right is title:
            cuts.append([])
        cuts[-1].append(right)
    return [Segment(number, tuple(words)) for words in cuts]


def _national_title(line: Line) -> Word | None:
    """The first word of a national title that ends the line, however close the issuer stands before it."""
    count = len(NATIONAL_TITLE.split())
    candidates = line.words[max(0, len(line.words) - count - 2) :]
    tails = {word: fold_words(" ".join(w.text for w in line.words[line.words.index(word) :])) for word in candidates}
    best = max(tails, key=lambda word: fuzz.ratio(tails[word], NATIONAL_TITLE), default=None)
    if best is None or best is line.words[0] or fuzz.ratio(tails[best], NATIONAL_TITLE) <= _TITLE_LIKENESS:
        return None
    return best


_TITLE_LIKENESS = 90.0
"""From which likeness (0–100) words are the national title."""


def _looks_like_header(left: Word, right: Word, line: Line) -> bool:
    """Whether the gap parts the left and right half of a page's head."""
    tail = fold_words(" ".join(w.text for w in line.words[line.words.index(right) :]))
    return (
        fuzz.ratio(tail, NATIONAL_TITLE) > 84
        or fuzz.ratio(tail, MOTTO) > 84
        or ("ngay" in tail and tail.endswith(_YEAR_ENDS))
    )


_YEAR_ENDS = tuple(f"{digit}" for digit in range(10))


def _in_order(rows: Sequence[list[Segment]], width: int) -> list[Segment]:
    """Segments in reading order: where rows have two columns, the left column first."""
    ordered: list[Segment] = []
    left: list[Segment] = []
    right: list[Segment] = []

    def flush() -> None:
        ordered.extend(left)
        ordered.extend(right)
        left.clear()
        right.clear()

    for row in rows:
        starts_right = len(row) == 1 and row[0].box.left > 0.42 * width
        if len(row) > 1:
            left.append(row[0])
            right.extend(row[1:])
        elif right and starts_right:
            right.extend(row)
        elif right and row[0].box.right < 0.55 * width:
            left.extend(row)
        else:
            flush()
            ordered.extend(row)
    flush()
    return ordered
