"""A page's fingerprint: 256 bits of how its print lies, much the same when the same paper is scanned again.

The page is made small and turned upright; its letters are told from paper, shadows and folds, laid straight, and put
around their middle at one scale. What is kept are the signs of the 256 lowest frequencies (a discrete cosine transform,
as in Zauner, "Implementation and benchmarking of perceptual image hash functions", 2010). So brightness, resolution,
noise and a sheet that was put down another way change few bits.

Pages of one printed form have fingerprints like each other: a near one is a candidate, which the words have to confirm.
How near rescans and forms are was measured by ``./run measure fingerprints`` (docs/measurements.md).
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr import geometry
from pipeline.page_image import Pixels, Preview

SIDE = 16
"""Frequencies along each side."""
BITS = SIDE * SIDE
NONE = ""
"""The fingerprint of a page with hardly any ink."""

_DPI = 50.0
"""Letters are three pixels high there: lines and words are what counts."""
_WINDOW_MM = 260.0
"""Side of the square around the middle of the print that is looked at."""
_SQUARE = 64
"""Pixels of that square."""
_EDGE = 0.05
"""Share of the sheet at each edge where shadows, holes and the scanner's lid lie."""
_LARGEST = 1 / 8
"""Marks longer than this share of the page are frames, folds and borders."""
_SPECK = 5
"""Dark pixels of a mark at least."""
_GROUP = 30
"""Dark pixels that stand together at least (a word); fewer are specks."""
_REACH = 7
"""Pixels across which marks stand together."""
_OUTLYING = 0.03
"""Share of the ink at each side that does not count for where its middle is: what is found there is found by chance."""
_NEIGHBOURHOOD, _DARKER = 25, 18
"""Pixels around a pixel, and grey levels by which it is darker than their mean, for being ink."""


def fingerprint(view: Preview) -> str:
    """The fingerprint as `BITS` bits in hex, from a grey view of about 100 dpi; NONE for a page with hardly any ink."""
    scale = min(1.0, _DPI / view.dpi)
    small = geometry.shrunk(view.pixels, scale)
    small = np.ascontiguousarray(geometry.turn(small, geometry.likely_turn(small)))
    ink = _letters(small)
    if int(ink.sum()) < _GROUP:
        return NONE
    straight = _straight(ink.astype(np.float32), geometry.skew_of(small))
    square = _around_middle(straight, view.dpi * scale)
    frequencies = cv2.dct(np.asarray(square - square.mean(), np.float32))[1 : SIDE + 1, 1 : SIDE + 1]
    return np.packbits(frequencies > 0).tobytes().hex()


def distance(one: str, other: str) -> int:
    """How many bits differ, 0 to `BITS`; half of them, as with strangers, where one is NONE."""
    if NONE in (one, other):
        return BITS // 2
    return (int(one, 16) ^ int(other, 16)).bit_count()


def _letters(small: Pixels) -> Pixels:
    """1 where there is print."""
    method, kind = cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV
    ink = np.asarray(cv2.adaptiveThreshold(small, 1, method, kind, _NEIGHBOURHOOD, _DARKER), np.uint8)
    down, right = (max(1, round(_EDGE * side)) for side in ink.shape)
    ink[:down] = ink[-down:] = 0
    ink[:, :right] = ink[:, -right:] = 0
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink)
    good = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1) <= _LARGEST * max(ink.shape)
    good &= stats[:, cv2.CC_STAT_AREA] >= _SPECK
    good[0] = False
    ink = good.astype(np.uint8)[labels]
    around = cv2.dilate(ink, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (_REACH, _REACH)))
    count, groups = cv2.connectedComponents(around)
    large = np.bincount(groups.ravel(), weights=ink.ravel(), minlength=count) >= _GROUP
    return np.asarray(ink * large.astype(np.uint8)[groups], np.uint8)


def _straight(ink: NDArray[np.float32], skew: float) -> NDArray[np.float32]:
    height, width = ink.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), skew, 1.0)
    return np.asarray(cv2.warpAffine(ink, matrix, (width, height)), np.float32)


def _around_middle(ink: NDArray[np.float32], dpi: float) -> NDArray[np.float32]:
    """The square of `_WINDOW_MM` around the middle of the print, as `_SQUARE`² pixels."""
    scale = _SQUARE / (_WINDOW_MM / 25.4 * dpi)
    down, right = _middle(ink.sum(axis=1)), _middle(ink.sum(axis=0))
    matrix = np.array([[scale, 0, _SQUARE / 2 - scale * right], [0, scale, _SQUARE / 2 - scale * down]])
    soft = cv2.GaussianBlur(ink, (0, 0), 0.5 / scale)
    square = cv2.warpAffine(soft, matrix, (_SQUARE, _SQUARE), flags=cv2.INTER_LINEAR)
    return np.asarray(cv2.GaussianBlur(square, (0, 0), 1.0), np.float32)


def _middle(profile: NDArray[np.float32]) -> float:
    """Where the ink lies on average, but for what lies outermost."""
    share = np.cumsum(profile, dtype=np.float64) / max(1.0, float(profile.sum(dtype=np.float64)))
    inner = np.where((share > _OUTLYING) & (share < 1 - _OUTLYING), profile, np.float32(0))
    weights = inner if inner.any() else profile
    return float(np.average(np.arange(len(weights)), weights=weights))
