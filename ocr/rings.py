"""Round seals where no colour tells them from print: on copies, and on gray scans.

A rim that crosses a name ties its letters to one large shape, which Tesseract takes for a picture and
leaves unread. The rim is a circle, so it can be cut out of a copy exactly; what it crosses loses a hair's
breadth. On a gray scan the whole seal is lifted: its red turned into a gray that is lighter than print.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.geometry import Image, halved, shrunk

_Circle = tuple[float, float, float]
_Places = NDArray[np.intp]

_DPI = 60.0
"""Resolution at which circles are looked for."""
_LETTERS_DPI, _LETTER_MM = 130.0, 8.0
"""Resolution at which letters are taken off beforehand, and what is smaller than a piece of a rim."""
_OUTER = 1.135
"""Radius of a seal's outer rim in shares of its inner one's, where it has two."""
_RADIUS_MM = (11.0, 30.0)
_LEAST_SEEN = 0.6
"""Share of a circle's directions in which its rim must show."""
_RIM_MM = 0.55
"""Half the width of the rim, at most."""
_DIRECTIONS = 180
_BLACK, _BLACK_RIM, _GRAY = 128, 160, 200
"""Gray value (0–255) under which a pixel is ink on a copy, belongs to a rim there, and is ink of a gray scan."""
_LIGHTER_THAN_PRINT = 60.0
"""Least gray value of a seal that can be told from print, which is near 0 on a levelled page."""
_CORE, _PRINT, _OUTSIDE = 0.8, 25.0, 1.04
"""Gray value of a seal's darkest strokes in shares of its rim's, of print, and the seal's outermost radius in
shares of its rim's."""


def without_rings(gray: Image, dpi: float) -> Image:
    """A copy without the rims of round seals; the same array where there are none."""
    result = gray
    for _, rows, columns in _rims(gray, dpi, _BLACK, _BLACK_RIM):
        result = gray.copy() if result is gray else result
        result[rows, columns] = 255
    return result


def without_gray_seals(gray: Image, dpi: float) -> Image:
    """A gray scan without its round seals, print below them kept; the same array where there are none."""
    result = gray
    for circle, rows, columns in _rims(gray, dpi, _GRAY, _GRAY):
        level = float(np.median(gray[rows, columns]))
        if level >= _LIGHTER_THAN_PRINT:
            result = gray.copy() if result is gray else result
            _lift(result, gray, circle, level)
    return result


def _rims(gray: Image, dpi: float, dark: int, rim: int) -> Iterator[tuple[_Circle, _Places, _Places]]:
    """Each circle (x, y, radius) whose rim shows nearly all around, with the rows and columns of the rim.

    Ink is what is under `dark`, what belongs to a rim is under `rim` (gray values).
    """
    bilevel = dark == _BLACK
    for x, y, found in _circles(gray, dpi, bilevel=bilevel):
        radii = (found,) if bilevel else (found, found * _OUTER)
        rims = [_rim_at(gray, (x, y, radius), dpi, dark, rim) for radius in radii]
        shown = [one for one in rims if one is not None]
        if shown:
            yield max(shown, key=lambda one: len(one[1]))


def _rim_at(gray: Image, circle: _Circle, dpi: float, dark: int, rim: int) -> tuple[_Circle, _Places, _Places] | None:
    """The rim near `circle` as `_rims` gives it; None where it does not show nearly all around."""
    refined = _refined(gray, *circle, dpi, dark)
    if refined is None:
        return None
    rows, columns, seen = _rim(gray, *refined, rim)
    return (refined[:3], rows, columns) if seen >= _LEAST_SEEN else None


def _lift(result: Image, gray: Image, circle: _Circle, level: float) -> None:
    """Make what is as bright as the seal's `level` white within a circle; darker print keeps its edges."""
    x, y, radius = circle
    outer = radius * _OUTSIDE
    left, top = max(0, int(x - outer)), max(0, int(y - outer))
    area = np.s_[top : int(y + outer) + 1, left : int(x + outer) + 1]
    rows, columns = np.ogrid[top : top + gray[area].shape[0], left : left + gray[area].shape[1]]
    inside = np.hypot(rows - y, columns - x) <= outer
    lifted = np.clip((gray[area].astype(np.float32) - _PRINT) * 255.0 / max(1.0, level * _CORE - _PRINT), 0, 255)
    result[area] = np.where(inside, np.maximum(gray[area], lifted.astype(np.uint8)), gray[area])


def _circles(gray: Image, dpi: float, *, bilevel: bool) -> list[tuple[float, float, float]]:
    """Centres and radii (pixels) of what may be rims; on a copy letters help to find those that are worn."""
    scale = _DPI / dpi
    if bilevel:
        small = np.asarray(cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
    else:
        large, share = halved(gray, _LETTERS_DPI / dpi)
        large = large.copy() if large is gray else large
        if not _take_letters_off(large, share * dpi / 25.4):
            return []
        small = shrunk(large, scale / share)
    small = np.asarray(cv2.GaussianBlur(small, (3, 3), 0), np.uint8)
    low, high = (round(mm / 25.4 * _DPI) for mm in _RADIUS_MM)
    found = cv2.HoughCircles(
        small, cv2.HOUGH_GRADIENT, 1.0, float(low), param1=120, param2=28, minRadius=low, maxRadius=high
    )
    if found is None:
        return []
    return [(float(x) / scale, float(y) / scale, float(r) / scale) for x, y, r in found.reshape(-1, 3)[:6]]


def _take_letters_off(gray: Image, per_mm: float) -> bool:
    """Make marks that are too small to be of a rim white, in place; whether others are left.

    Letters are most of a page's edges, and what circles are looked for among takes its time from them.
    """
    marks = (gray < _GRAY).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStatsWithAlgorithm(marks, 8, cv2.CV_32S, cv2.CCL_GRANA)
    small = np.maximum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]) < _LETTER_MM * per_mm
    small[0] = False
    gray[cv2.dilate(small.astype(np.uint8)[labels], np.ones((3, 3), np.uint8)) > 0] = 255
    return not small[1:].all()


def _refined(
    gray: Image, x: float, y: float, radius: float, dpi: float, dark: int
) -> tuple[float, float, float, float] | None:
    """Centre, radius and half width of a rim, fitted to the pixels under `dark` there; None where there are too few."""
    reach = dpi / 25.4 * 1.2
    around = _dark_near(gray, x, y, radius, 3 * reach, dark)  # once: the circle moves little while it is fitted
    for _ in range(3):
        ring = around[_distances(around, x, y, radius) <= reach]
        if len(ring) < _DIRECTIONS:
            return None
        x, y, radius = _fit(ring)
        reach = max(dpi / 25.4 * _RIM_MM, reach / 2)
    off = _distances(around, x, y, radius)
    off = off[off <= reach]
    return (x, y, radius, 2 * float(np.median(off))) if len(off) else None


def _dark_near(gray: Image, x: float, y: float, radius: float, reach: float, dark: int) -> NDArray[np.float64]:
    """The pixels (x, y) under `dark` at most `reach` from a circle."""
    outer = radius + reach + 1
    left, top = max(0, int(x - outer)), max(0, int(y - outer))
    rows, columns = np.nonzero(gray[top : int(y + outer) + 1, left : int(x + outer) + 1] < dark)
    points = np.column_stack([columns + left, rows + top]).astype(np.float64)
    return points[_distances(points, x, y, radius) <= reach]


def _distances(points: NDArray[np.float64], x: float, y: float, radius: float) -> NDArray[np.float64]:
    """How far `points` are from a circle's rim."""
    return np.asarray(np.abs(np.hypot(points[:, 0] - x, points[:, 1] - y) - radius))


def _fit(points: NDArray[np.float64]) -> tuple[float, float, float]:
    """The circle through `points` by least squares (Kåsa): x, y, radius."""
    system = np.column_stack([2 * points, np.ones(len(points))])
    a, b, c = np.linalg.lstsq(system, (points**2).sum(axis=1), rcond=None)[0]
    return float(a), float(b), float(np.sqrt(max(0.0, c + a * a + b * b)))


def _rim(
    gray: Image, x: float, y: float, radius: float, half: float, level: int
) -> tuple[NDArray[np.intp], NDArray[np.intp], float]:
    """Rows and columns of the rim's pixels where no stroke of print crosses it, and the share of the
    circle's directions in which it shows as a thin line (0–1).
    """
    reach = int(3 * half + 4)
    angles = np.arange(0.0, 2 * np.pi, 0.5 / radius)
    offsets = np.arange(-reach, reach + 1)
    middle = np.abs(offsets) <= half + 0.5
    rows, columns = _around(x, y, radius + offsets[middle], angles)
    if _dark_at(gray, rows, columns, level).any(axis=1).mean() < _LEAST_SEEN:
        return rows[:0, 0], columns[:0, 0], 0.0
    rows, columns = _around(x, y, radius + offsets, angles)
    dark = _dark_at(gray, rows, columns, level)
    rows, columns = np.clip(rows, 0, gray.shape[0] - 1), np.clip(columns, 0, gray.shape[1] - 1)
    run = dark & middle[None, :]
    for _ in range(reach):  # grow from the rim's middle through dark pixels, outwards and inwards
        run[:, 1:] |= dark[:, 1:] & run[:, :-1]
        run[:, :-1] |= dark[:, :-1] & run[:, 1:]
    thin = run & (run.sum(axis=1) <= 2 * half + 3)[:, None]
    return rows[thin], columns[thin], float(thin.any(axis=1).mean())


def _around(x: float, y: float, radii: NDArray[Any], angles: NDArray[Any]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows and columns of the pixels at these angles (down) and distances (across) from a point."""
    columns = np.rint(x + np.cos(angles)[:, None] * radii[None, :]).astype(np.intp)
    rows = np.rint(y + np.sin(angles)[:, None] * radii[None, :]).astype(np.intp)
    return rows, columns


def _dark_at(gray: Image, rows: _Places, columns: _Places, level: int) -> NDArray[np.bool_]:
    """Whether pixels are under `level`; those outside of the image are not."""
    inside = (rows >= 0) & (rows < gray.shape[0]) & (columns >= 0) & (columns < gray.shape[1])
    rows, columns = np.clip(rows, 0, gray.shape[0] - 1), np.clip(columns, 0, gray.shape[1] - 1)
    return np.asarray((gray[rows, columns] < level) & inside)
