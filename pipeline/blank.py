"""Tells blank pages (backs of duplex scans, empty sheets) from pages that carry something.

A blank back is seldom empty: the print of the other side shines through, holes and edges are
black, paper has specks. What counts are *marks*: sharp, dark, letter-sized spots away from the
edges, and larger ones like a stamp or a signature. When in doubt a page has text: reading an
empty page costs a second, not reading a page loses it.

The thresholds were chosen on the corpus (held by tests/pipeline/test_split.py): its pages of text have 45 marks
or more, its blank backs none.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.page_image import Pixels, Preview

_CONTRAST = 35
"""Grey levels by which a spot is darker than the paper around it."""
_PEAK = 55
"""… and its darkest point; print that shines through stays below."""
_LETTER_MM = (1.0, 8.0)
"""Height or width of letters, in millimetres."""
_LARGE_MM2 = 6.0
"""Square millimetres of ink in a larger mark (signature, stamp, drawing)."""
_EDGE_MM = 4.0
"""Marks that reach this close to the edge are shadows of the sheet."""
_HOLE_MM = (3.0, 9.0)
"""Diameter of punch holes."""
_HOLE_FROM_EDGE_MM = 22.0
_FEW = 15
"""Marks from which on a page has text, wherever they stand."""
_IN_LINE = 5
"""Marks in one line (or column, for sideways pages) that make a page of text."""
_LINE_MM = (6.0, 80.0)
"""Height and length of the window in which marks in one line are looked for."""
_MM = 25.4


@dataclass(frozen=True, slots=True)
class Marks:
    """What stands on a page."""

    letters: NDArray[np.int32]
    """Left, top, width, height of each letter-sized mark, in pixels of the preview."""
    large: int
    """Number of larger marks: signatures, stamps, tables, broad bars."""
    thin: int
    """Number of long thin marks: folds, scratches, rules, narrow bars of a barcode."""
    unit: float
    """Pixels of the preview in a millimetre."""

    @property
    def blank(self) -> bool:
        """Whether the page carries nothing but what paper and scanner leave."""
        return self.large == 0 and len(self.letters) < _FEW and not self._line()

    def _line(self) -> bool:
        centres = self.letters[:, :2] + self.letters[:, 2:] / 2
        across, along = (side * self.unit for side in _LINE_MM)
        for axis in (0, 1):
            for centre in centres:
                near = np.abs(centres - centre)
                if int(np.sum((near[:, 1 - axis] <= across / 2) & (near[:, axis] <= along / 2))) >= _IN_LINE:
                    return True
        return False


def marks(view: Preview) -> Marks:
    """The marks on a page, from a grey view of about 100 dpi (25 ms for an A4)."""
    unit = view.dpi / _MM
    darker = _darker_than_paper(view.pixels, unit)
    spots = (darker > _CONTRAST).astype(np.uint8)
    count, found, found_stats, _ = cv2.connectedComponentsWithStats(spots)
    labels, stats = np.asarray(found, dtype=np.int32), np.asarray(found_stats, dtype=np.int32)
    dark_enough = np.bincount(labels[darker >= _PEAK], minlength=count) > 0
    kept = dark_enough & _inside(stats, view.pixels.shape, unit)
    kept[0] = False
    stats = stats[kept]
    longer, shorter = stats[:, 2:4].max(axis=1, initial=0), stats[:, 2:4].min(axis=1, initial=10**6)
    letter = (longer >= _LETTER_MM[0] * unit) & (longer <= _LETTER_MM[1] * unit)
    thin = (longer > _LETTER_MM[1] * unit) & (shorter < 0.8 * unit)
    large = (longer > _LETTER_MM[1] * unit) & (stats[:, 4] >= _LARGE_MM2 * unit**2) & ~thin
    hole = _holes(stats, view.pixels.shape, unit)
    return Marks(stats[letter & ~hole][:, :4], int(np.sum(large & ~hole)), int(np.sum(thin)), unit)


def _darker_than_paper(grey: Pixels, unit: float) -> Pixels:
    """How much darker each pixel is than the paper around it (a median over about 15 mm)."""
    shrink = max(1.0, unit)
    size = tuple(max(1, round(side / shrink)) for side in (grey.shape[1], grey.shape[0]))  # of a ribbon, too
    small = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
    paper = cv2.resize(cv2.medianBlur(small, 15), (grey.shape[1], grey.shape[0]))
    return np.asarray(cv2.subtract(paper, grey), dtype=np.uint8)


def _inside(stats: NDArray[np.int32], shape: tuple[int, ...], unit: float) -> NDArray[np.bool_]:
    edge = _EDGE_MM * unit
    right, bottom = stats[:, 0] + stats[:, 2], stats[:, 1] + stats[:, 3]
    inside = (stats[:, 0] > edge) & (stats[:, 1] > edge) & (right < shape[1] - edge) & (bottom < shape[0] - edge)
    return np.asarray(inside, dtype=np.bool_)


def _holes(stats: NDArray[np.int32], shape: tuple[int, ...], unit: float) -> NDArray[np.bool_]:
    """Solid discs of the size of punch holes, near an edge."""
    width, height, area = stats[:, 2], stats[:, 3], stats[:, 4]
    low, high = (side * unit for side in _HOLE_MM)
    round_ = (np.minimum(width, height) >= low) & (np.maximum(width, height) <= high) & (area > 0.65 * width * height)
    round_ &= np.abs(width - height) <= 0.25 * np.maximum(width, height)
    x, y = stats[:, 0] + width / 2, stats[:, 1] + height / 2
    near = np.minimum(np.minimum(x, shape[1] - x), np.minimum(y, shape[0] - y)) <= _HOLE_FROM_EDGE_MM * unit
    return np.asarray(round_ & near, dtype=np.bool_)
