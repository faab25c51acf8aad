"""Turning pages upright, measuring their skew, and bringing boxes back to the upright page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.records import Box

Image = NDArray[Any]
"""Pixels, 0–255: height × width, or height × width × 3 (BGR)."""

_QUARTER_TURNS = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}
_PROFILE_WIDTH = 800
MAX_SKEW = 6.0
"""Largest skew in degrees that is looked for."""


def turn(image: Image, degrees: int) -> Image:
    """`image` turned clockwise by 0, 90, 180 or 270 degrees."""
    return image if degrees % 360 == 0 else np.asarray(cv2.rotate(image, _QUARTER_TURNS[degrees % 360]), np.uint8)


def ink_map(gray: Image, width: int = _PROFILE_WIDTH) -> NDArray[np.float32]:
    """A small map of the page's ink (1 dark, 0 paper) with specks, frames and dark borders taken out."""
    scale = min(1.0, width / max(gray.shape))
    small = cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    dark = cv2.adaptiveThreshold(small, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 25, 18)
    kept = np.zeros_like(dark)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(dark)
    largest = max(small.shape) // 8
    sizes = stats[:, cv2.CC_STAT_AREA]
    good = (sizes >= 3) & (stats[:, cv2.CC_STAT_WIDTH] <= largest) & (stats[:, cv2.CC_STAT_HEIGHT] <= largest)
    good[0] = False
    kept[good[labels]] = 1
    return kept.astype(np.float32)


def is_sideways(gray: Image) -> bool:
    """Whether text lines run down the page rather than across it."""
    ink = ink_map(gray)
    best = 0.0, 0.0
    for angle in (-3.0, -1.5, 0.0, 1.5, 3.0):
        turned = _rotated(ink, angle)
        best = max(best[0], _sharpness(turned.sum(axis=1))), max(best[1], _sharpness(turned.sum(axis=0)))
    return best[1] > 1.3 * best[0]


def skew_of(gray: Image) -> float:
    """Degrees by which the lines of an upright page sink to the right, to 0.05°, within ±MAX_SKEW."""
    ink = ink_map(gray, 1100)
    if ink.sum() < 200:
        return 0.0
    angle, step = 0.0, 1.0
    candidates = np.arange(-MAX_SKEW, MAX_SKEW + 0.01, step)
    while True:
        scores = [_sharpness(_rotated(ink, float(a)).sum(axis=1)) for a in candidates]
        angle = float(candidates[int(np.argmax(scores))])
        if step <= 0.05:
            return angle
        step = step / 4 if step > 0.2 else 0.05
        candidates = np.arange(angle - 4 * step, angle + 4.01 * step, step)


def _sharpness(profile: NDArray[np.float32]) -> float:
    """How clearly lines and gaps alternate in a projection of the ink."""
    return float(np.square(np.diff(profile)).sum()) / max(1.0, float(profile.sum()))


def _rotated(image: NDArray[np.float32], degrees: float) -> NDArray[np.float32]:
    """`image` turned so that lines that sink to the right by `degrees` become level; same size."""
    height, width = image.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    return np.asarray(cv2.warpAffine(image, matrix, (width, height), flags=cv2.INTER_LINEAR), np.float32)


@dataclass(frozen=True)
class Placement:
    """How a cleaned image lies on the upright page: turned about the middle by `skew`, then scaled."""

    width: int
    height: int
    """Size of the upright page in pixels."""
    skew: float
    scale: float

    def matrix(self) -> NDArray[np.float64]:
        """The 2 × 3 matrix from the upright page to the cleaned image."""
        matrix = cv2.getRotationMatrix2D((self.width / 2, self.height / 2), self.skew, 1.0)
        return np.asarray(matrix, np.float64) * self.scale

    def apply(self, page: Image) -> Image:
        """The cleaned image of the upright page, white where the page does not reach."""
        size = (round(self.width * self.scale), round(self.height * self.scale))
        shrink = self.scale < 0.95
        if abs(self.skew) < 0.05:
            method = cv2.INTER_AREA if shrink else cv2.INTER_CUBIC
            return page if self.scale == 1.0 else np.asarray(cv2.resize(page, size, interpolation=method), np.uint8)
        return np.asarray(
            cv2.warpAffine(
                page,
                self.matrix(),
                size,
                flags=cv2.INTER_CUBIC,
                borderMode=cv2.BORDER_CONSTANT,
                borderValue=(255, 255, 255),
            ),
            np.uint8,
        )

    def back(self, box: Box) -> Box:
        """A box of the cleaned image as a box of the upright page (of the same middle and size)."""
        inverse = cv2.invertAffineTransform(self.matrix()) if abs(self.skew) >= 0.05 else None
        x, y = box.centre
        if inverse is None:
            x, y = x / self.scale, y / self.scale
        else:
            x, y = inverse @ np.array([x, y, 1.0])
        half_width, half_height = box.width / self.scale / 2, box.height / self.scale / 2
        return Box(float(x - half_width), float(y - half_height), float(x + half_width), float(y + half_height))
