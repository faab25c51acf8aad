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
_PROFILE_SIDE, _SKEW_SIDE = 800, 1100
"""Pixels of the longer side of the image on which the way up and the skew are told."""
_STRIPS, _ON_ITS_HEAD = 10, 0.03
"""Strips of a page that are looked at one by one, and how bottom-heavy the lines of a page on its head are at least:
upright pages of the development corpus reach 0.023, half of those on their heads pass 0.17."""
MAX_SKEW = 6.0
"""Largest skew in degrees that is looked for."""
_SKEW_STEPS = (1.0, 0.25, 0.0625, 0.05)
"""Degrees from one angle that is tried to the next, ever closer around the best."""
_PROJECTED_STRIPS = 64
"""Strips of a page's ink; one is so narrow that a line stays in its row there."""


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


def halved(image: Image, largest: float) -> tuple[Image, float]:
    """`image` made half as large until it has at most the share `largest` of its size, and the share that it has.

    Halving takes a tenth of the time of any other size.
    """
    share = 1.0
    while share > largest and min(image.shape[:2]) > 1:
        image = np.asarray(cv2.resize(image, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.uint8)
        share /= 2
    return image, share


def _small(gray: Image, side: int) -> Image:
    """`gray` with `side` pixels at most; at once and not by halves, which tell less well how lines begin and end."""
    scale = min(1.0, side / max(gray.shape))
    return np.asarray(cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)


def ink_map(small: Image) -> NDArray[np.float32]:
    """The ink of a `small` gray image of a page (1 dark, 0 paper) with specks, frames and dark borders taken out."""
    dark = cv2.adaptiveThreshold(small, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 25, 18)
    _, labels, stats, _ = cv2.connectedComponentsWithStatsWithAlgorithm(dark, 8, cv2.CV_32S, cv2.CCL_GRANA)
    largest = max(small.shape) // 8
    sizes = stats[:, cv2.CC_STAT_AREA]
    good = (sizes >= 3) & (stats[:, cv2.CC_STAT_WIDTH] <= largest) & (stats[:, cv2.CC_STAT_HEIGHT] <= largest)
    good[0] = False
    return np.asarray(good.astype(np.float32)[labels])


def likely_turn(gray: Image) -> int:
    """Degrees clockwise (0, 90, 180 or 270) by which the page must likely be turned to stand upright.

    Whether lines run across or down is sure. Which way is up is a good guess: right on 65 of 67 pages of the
    development corpus, and doubtful ones are left as they are.
    """
    ink = ink_map(_small(gray, _PROFILE_SIDE))
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


def _runs_down(ink: NDArray[np.float32]) -> bool:
    """Whether text lines run down the page rather than across it."""
    angles = (-3.0, -1.5, 0.0, 1.5, 3.0)
    rows, columns = _Strips(ink, 1), _Strips(ink.T, -1)
    across, down = (max(_sharpness(strips.projected(angle)) for angle in angles) for strips in (rows, columns))
    return down > 1.3 * across


def skew_of(gray: Image) -> float:
    """Degrees by which the lines of an upright page sink to the right, to 0.05°, within ±MAX_SKEW."""
    ink = ink_map(_small(gray, _SKEW_SIDE))
    if ink.sum() < 200:
        return 0.0
    strips = _Strips(ink, 1)
    angle = 0.0
    for step in _SKEW_STEPS:
        reach = MAX_SKEW if step == _SKEW_STEPS[0] else 4 * step
        candidates = np.arange(angle - reach, angle + reach + step / 100, step)
        scores = [_sharpness(strips.projected(float(a))) for a in candidates]
        angle = float(candidates[int(np.argmax(scores))])
    return angle


def _sharpness(profile: NDArray[np.float32]) -> float:
    """How clearly lines and gaps alternate in a projection of the ink."""
    return float(np.square(np.diff(profile)).sum(dtype=np.float64)) / max(1.0, float(profile.sum(dtype=np.float64)))


class _Strips:
    """A map of ink in narrow strips, each known by the ink of its rows alone.

    Moved against each other they give the projection of the map at any angle, in a tenth of the time that
    turning the map would take.
    """

    def __init__(self, ink: NDArray[np.float32], sense: int) -> None:
        """Strips run down `ink`; with `sense` -1 it is a map that was transposed, and angles go the other way."""
        self._size, width = ink.shape[:2]
        count = min(_PROJECTED_STRIPS, width)
        bounds = np.linspace(0, width, count + 1).astype(int)
        self._strips = np.ascontiguousarray(np.add.reduceat(ink, bounds[:-1], axis=1).T)
        self._across = sense * ((bounds[:-1] + bounds[1:] - 1) / 2 - width / 2)

    def projected(self, degrees: float) -> NDArray[np.float32]:
        """Ink of each row when lines that sink by `degrees` along the strips are made level; room at both ends."""
        up = np.tan(np.radians(degrees)) * self._across
        room = int(np.abs(up).max(initial=0.0)) + 2
        whole = np.floor(up).astype(int)
        parts = (up - whole).astype(np.float32)
        result = np.zeros(self._size + 2 * room, np.float32)
        for strip, start, part in zip(self._strips, room - whole, parts, strict=True):
            result[start : start + self._size] += (1 - part) * strip
            result[start - 1 : start - 1 + self._size] += part * strip
        return result


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
