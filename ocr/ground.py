"""The ground that a page is printed on: its paper with stains, shadows and yellow, and how it is made white.

The ground changes slowly, so it is measured on a small image, and divided out of those parts of a page that
are wanted: all of it in gray, and in colour only what has colour.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from ocr.geometry import Image, halved

Window = tuple[slice, slice]
"""Rows and columns of a page, none of them open."""

_DPI = 84.0
"""The ground is measured at most at this resolution, and at more than half of it."""
_PRINT_MM = 4.6
"""What is no wider than this and darker than what is around it is print, not ground."""
_DARKEST = 40
"""Gray value (0–255) below which no ground is believed."""
_INK, _ENOUGH_INK = 170, 200
"""Gray value under which a pixel is ink, and how many such pixels of a sixteenth of a page tell its depth."""
_SAMPLE = 4
"""Of so many rows and columns one is looked at to tell the depth of the ink."""


@dataclass(frozen=True, slots=True)
class Ground:
    """The ground of one page, and the levels of its ink."""

    small: Image
    """The page without what is on it, by halves smaller; gray or BGR as the page."""
    share: float
    """Size of `small` in shares of the page's."""
    levels: Image
    """For each of 256 values of a page without its ground the value that it is given: what is as dark as the
    page's ink black, what is much fainter (print that shines through) white."""
    dpi: float
    """Resolution of the page."""

    @classmethod
    def of(cls, page: Image, dpi: float) -> Ground:
        """The ground of `page`, gray or BGR."""
        small, share = halved(page, _DPI / dpi)
        size = 2 * round(_PRINT_MM / 25.4 * dpi * share / 2) + 1
        small = cv2.morphologyEx(small, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)))
        half, again = halved(np.asarray(small, np.uint8), 0.5)
        smooth = cv2.GaussianBlur(cv2.medianBlur(half, 5), (0, 0), 1.5)
        ground = np.maximum(smooth, _DARKEST)
        return cls(ground, share * again, _levels(_sample(page, ground)), dpi)

    def gray(self) -> Ground:
        """The same for the gray version of the page."""
        small = self.small if self.small.ndim == 2 else cv2.cvtColor(self.small, cv2.COLOR_BGR2GRAY)
        return Ground(np.asarray(small, np.uint8), self.share, self.levels, self.dpi)

    def off(self, page: Image) -> Image:
        """The whole `page` with white ground and its ink at full depth."""
        size = page.shape[1], page.shape[0]
        return self._off(page, np.asarray(cv2.resize(self.small, size, interpolation=cv2.INTER_LINEAR), np.uint8))

    def off_window(self, page: Image, window: Window) -> Image:
        """The same for a part of `page` alone."""
        rows, columns = window
        x, y = ((part.start + 0.5) * self.share - 0.5 for part in (columns, rows))
        matrix = np.array([[self.share, 0.0, x], [0.0, self.share, y]])
        part = page[window]
        ground = cv2.warpAffine(
            self.small,
            matrix,
            (part.shape[1], part.shape[0]),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        )
        return self._off(part, np.asarray(ground, np.uint8))

    def _off(self, page: Image, ground: Image) -> Image:
        white = cv2.divide(page, ground, dst=ground, scale=255.0)
        return np.asarray(cv2.LUT(white, self.levels, dst=white), np.uint8)


def _sample(page: Image, ground: Image) -> Image:
    """Some pixels of the page without its ground; of coloured ones the brightest channel."""
    sample = np.ascontiguousarray(page[::_SAMPLE, ::_SAMPLE])
    around = cv2.resize(ground, (sample.shape[1], sample.shape[0]), interpolation=cv2.INTER_LINEAR)
    white = np.asarray(cv2.divide(sample, around, dst=around, scale=255.0), np.uint8)
    return white if white.ndim == 2 else brightest(white)


def brightest(image: Image) -> Image:
    """The largest of the three channels of each pixel."""
    blue, green, red = cv2.split(image)
    return np.asarray(cv2.max(cv2.max(blue, green), red), np.uint8)


def _levels(sample: Image) -> Image:
    ink = sample[sample < _INK]
    black = float(np.percentile(ink, 10.0)) if ink.size > _ENOUGH_INK else 0.0
    white = min(245.0, black + 0.78 * (255.0 - black))
    levels = np.clip((np.arange(256) - black) * 255.0 / max(1.0, white - black), 0, 255)
    return np.asarray(levels, np.uint8)
