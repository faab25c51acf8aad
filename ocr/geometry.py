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
_STRIPS, _ON_ITS_HEAD = 10, 0.03
"""Strips of a page that are looked at one by one, and how bottom-heavy the lines of a page on its head are at least:
upright pages of the development corpus reach 0.023, half of those on their heads pass 0.17."""
MAX_SKEW = 6.0
"""Largest skew in degrees that is looked for."""


def turn(image: Image, degrees: int) -> Image:
    """`image` turned clockwise by 0, 90, 180 or 270 degrees."""
    return image if degrees % 360 == 0 else np.asarray(cv2.rotate(image, _QUARTER_TURNS[degrees % 360]), np.uint8)


def shrunk(image: Image, scale: float) -> Image:
    """`image` made smaller by `scale`, at most 1. By halves first, which takes a third of the time."""
    size = max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale))
    while scale < 0.5:
        image = np.asarray(cv2.resize(image, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.uint8)
        scale *= 2
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)


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


def likely_turn(gray: Image) -> int:
    """Degrees clockwise (0, 90, 180 or 270) by which the page must likely be turned to stand upright.

    Whether lines run across or down is sure. Which way is up is a good guess: right on 65 of 67 pages of the
    development corpus, and doubtful ones are left as they are.
    """
    ink = ink_map(gray)
    sideways = _runs_down(ink)
    on_its_head = _bottom_heavy(np.rot90(ink) if sideways else ink) > _ON_ITS_HEAD
    return (270 * sideways + 180 * on_its_head) % 360


def _bottom_heavy(ink: NDArray[np.float32]) -> float:
    """How abruptly lines begin at their top rather than end at their bottom, -1 to 1.

    Upright lines begin slowly, with capitals and accents, and end at once on the baseline: below zero.
    Looked at in narrow strips, so that a page that lies askew tells it too.
    """
    steps = [np.diff(strip.sum(axis=1, dtype=np.float64)) for strip in np.array_split(ink, _STRIPS, axis=1)]
    turns = sum(float((step**3).sum()) for step in steps)
    return turns / max(1.0, sum(float((np.abs(step) ** 3).sum()) for step in steps))


def _runs_down(dots: NDArray[np.float32]) -> bool:
    """Whether text lines run down the page rather than across it."""
    ink = _Dots(dots)
    angles = (-3.0, -1.5, 0.0, 1.5, 3.0)
    across, down = (max(_sharpness(profile(angle)) for angle in angles) for profile in (ink.rows, ink.columns))
    return down > 1.3 * across


def skew_of(gray: Image) -> float:
    """Degrees by which the lines of an upright page sink to the right, to 0.05°, within ±MAX_SKEW."""
    ink = ink_map(gray, 1100)
    if ink.sum() < 200:
        return 0.0
    dots = _Dots(ink)
    angle, step = 0.0, 1.0
    candidates = np.arange(-MAX_SKEW, MAX_SKEW + 0.01, step)
    while True:
        scores = [_sharpness(dots.rows(float(a))) for a in candidates]
        angle = float(candidates[int(np.argmax(scores))])
        if step <= 0.05:
            return angle
        step = step / 4 if step > 0.2 else 0.05
        candidates = np.arange(angle - 4 * step, angle + 4.01 * step, step)


def _sharpness(profile: NDArray[np.float64]) -> float:
    """How clearly lines and gaps alternate in a projection of the ink."""
    return float(np.square(np.diff(profile)).sum()) / max(1.0, float(profile.sum()))


class _Dots:
    """The dots of a map of ink, projected at any angle without turning the map: a quarter of the time."""

    def __init__(self, ink: NDArray[np.float32]) -> None:
        rows, columns = np.nonzero(ink)
        self._height, self._width = ink.shape[:2]
        self._down = (rows - self._height / 2).astype(np.float32)
        self._across = (columns - self._width / 2).astype(np.float32)

    def rows(self, degrees: float) -> NDArray[np.float64]:
        """Ink of each row when lines that sink to the right by `degrees` are made level."""
        turn = np.radians(degrees)
        at = np.float32(np.cos(turn)) * self._down - np.float32(np.sin(turn)) * self._across
        return _spread(at + np.float32(self._height / 2), self._height)

    def columns(self, degrees: float) -> NDArray[np.float64]:
        """Ink of each column of the map turned in that way."""
        turn = np.radians(degrees)
        at = np.float32(np.cos(turn)) * self._across + np.float32(np.sin(turn)) * self._down
        return _spread(at + np.float32(self._width / 2), self._width)


def _spread(at: NDArray[np.float32], size: int) -> NDArray[np.float64]:
    """Dots at places between 0 and `size` counted by whole places, each shared by the two that are next to it."""
    shifted = np.clip(at + 1, 0, size + 1)
    whole = shifted.astype(np.int32)
    all_of, upper = np.bincount(whole, minlength=size + 3), np.bincount(whole, shifted - whole, minlength=size + 3)
    spread = all_of - upper
    spread[1:] += upper[:-1]
    return np.asarray(spread[1 : size + 1], np.float64)


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
                flags=cv2.INTER_LINEAR,
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
