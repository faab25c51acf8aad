"""From a page as scanned to the image that the engine reads best."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from ocr import geometry, ink, rings
from ocr.errors import PageImageError
from ocr.geometry import Image, Placement
from ocr.ground import Ground, brightest
from ocr.ink import Inks
from ocr.options import OcrSettings
from ocr.zeros import plain_zeros

cv2.setNumThreads(1)  # parallel over pages, not inside one

_BORDER_DARK = 110
"""Gray value (0–255) under which what touches the edge of the picture is not paper."""

_REDUCED = ((0.25, cv2.IMREAD_REDUCED_COLOR_4), (0.5, cv2.IMREAD_REDUCED_COLOR_2))
"""Decoders can give a quarter or half of the size at once."""


@dataclass(frozen=True)
class CleanPage:
    """A page made ready: upright, level, without seals, pen, background and dark borders."""

    image: Image
    """Gray, height × width, 0–255."""
    inks: Inks
    """The upright page taken apart by colour (not deskewed, not scaled)."""
    placement: Placement
    rotation: int
    """Degrees clockwise by which the scanned image was turned."""
    dpi: float
    """Resolution of `image`."""


def load(path: Path, largest: float = 1.0) -> tuple[Image, float]:
    """The pixels of a page image, shrunk to the share `largest` of their size (1 or more: as they are).

    Height × width × 3 (BGR), or height × width where it has no colour; and the share that they were
    shrunk to. Large images are decoded small where the format can do that, so memory stays bounded.
    Raises PageImageError where the file cannot be decoded.
    """
    flags = next((flag for share, flag in _REDUCED if largest <= share), cv2.IMREAD_COLOR)
    image = cv2.imread(str(path), flags | cv2.IMREAD_IGNORE_ORIENTATION)
    if image is None:
        raise PageImageError(f"page image {path.name} cannot be decoded: scan the page again")
    decoded = next((share for share, flag in _REDUCED if flag == flags), 1.0)
    share = min(1.0, largest)
    if share < decoded:
        image = cv2.resize(image, None, fx=share / decoded, fy=share / decoded, interpolation=cv2.INTER_AREA)
    small = geometry.shrunk(image, min(1.0, 280 / max(image.shape))).astype(np.int16)
    colourless = int((small.max(axis=2) - small.min(axis=2)).max()) < 12
    return (cv2.cvtColor(image, cv2.COLOR_BGR2GRAY) if colourless else image), share


def clean(page: Image, dpi: float, rotation: int, settings: OcrSettings) -> CleanPage:
    """Make a page (as loaded, at most `settings.dpi`), turned clockwise by `rotation`, ready for the engine."""
    upright = geometry.turn(page, rotation)
    upright = without_border(upright)
    if is_bilevel(upright):
        inks = ink.without_colour(upright)
        gray = rings.without_rings(without_specks(inks.paper), dpi)
    elif upright.ndim == 2:
        inks = ink.without_colour(Ground.of(upright, dpi).off(upright))
        gray = rings.without_gray_seals(inks.paper, dpi)
    else:
        inks = ink.separate(upright, Ground.of(upright, dpi))
        gray = inks.paper
    skew = geometry.skew_of(gray)
    scale = max(1.0, settings.low_dpi / dpi)
    placement = Placement(gray.shape[1], gray.shape[0], skew, scale)
    image = plain_zeros(placement.apply(gray), dpi * scale)
    return CleanPage(image, inks, placement, rotation, dpi * scale)


def is_bilevel(page: Image) -> bool:
    """Whether nearly all pixels are black or white (a copy or fax)."""
    if page.ndim != 2:
        return False
    between = cv2.countNonZero(cv2.inRange(page, np.array([48]), np.array([207])))
    return between < 0.02 * page.size


def without_specks(gray: Image) -> Image:
    """A copy without its single dots: dark specks smaller than any dot of print, white holes in strokes."""
    dark = (gray < 128).astype(np.uint8)
    stats = cv2.connectedComponentsWithStats(dark, connectivity=8)
    small = stats[2][:, cv2.CC_STAT_AREA] <= 4
    small[0] = False
    result = gray.copy()
    result[small[stats[1]]] = 255
    return result


def without_border(page: Image) -> Image:
    """The page with dark areas that touch the edges of the picture (lid, table, punch shadow) made white."""
    small = geometry.shrunk(page, min(1.0, 400.0 / max(page.shape)))
    dark = ((small if small.ndim == 2 else brightest(small)) < _BORDER_DARK).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(dark)
    height, width = dark.shape
    border = np.zeros_like(dark)
    for label in range(1, len(stats)):
        left, top, w, h, area = stats[label]
        touches = left == 0 or top == 0 or left + w == width or top + h == height
        long_side = max(w, h)
        if touches and area > 60 and long_side > 0.15 * max(height, width):
            border[labels == label] = 1
    if not border.any():
        return page
    wider = cv2.dilate(border, np.ones((5, 5), np.uint8))
    mask = cv2.resize(wider, (page.shape[1], page.shape[0]), interpolation=cv2.INTER_NEAREST)
    result = page.copy()
    result[mask > 0] = np.percentile(small[wider == 0], 80, axis=0).astype(np.uint8)
    return result
