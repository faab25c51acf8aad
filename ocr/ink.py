"""Apart by colour: print, seals, red print, pen.

Vietnamese results carry a round red seal over the signature, sometimes red print (the title and the
serial of a land certificate, an incoming stamp), and blue pen (signature, filled-in numbers). Print
alone should reach the engine's first look: a seal over a name makes it unreadable, and what a pen
wrote is worth no more than a suggestion.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.records import Box

Image = NDArray[np.uint8]
Mask = NDArray[np.uint8]
Channel = NDArray[np.uint8]

SEAL_MM = (22.0, 60.0)
"""Outer diameter of a seal: 36 mm by rule (Thông tư 21/2012/TT-BCA), less or more on copies and when cut off."""

_SURE, _MAYBE = 34, 14
"""Distance of the strongest channel to the others (0–255) from which ink is coloured for sure, and
from which it is where it hangs together with ink that is (faded strokes)."""
_PRINT = 70
"""Brightness (0–255) of a pen's own channel under which black print lies below the stroke."""
_LIGHTEST = 225
"""Brightness (0–255) of the weakest channel above which a coloured pixel is paper, not ink."""


@dataclass(frozen=True)
class Inks:
    """A page taken apart. All images have the size of the page; masks are 0 or 255."""

    paper: Image
    """Gray page with seals and pen taken out, red print kept."""
    red: Mask
    """Red ink, seals included."""
    pen: Mask
    """Blue or violet ink: pens, and rarely blue stamps."""
    seals: tuple[Box, ...]
    """Where round seals stand."""


def separate(image: Image, dpi: float) -> Inks:
    """Take a page (height × width × 3, BGR, or height × width gray) apart by colour."""
    if image.ndim == 2:
        empty = np.zeros(image.shape, np.uint8)
        return Inks(image, empty, empty, ())
    blue, green, red = cv2.split(cv2.GaussianBlur(image, (3, 3), 0))
    ink_here = cv2.min(cv2.min(blue, green), red) < _LIGHTEST
    red_ink = _mask_of(red, cv2.max(blue, green), ink_here)
    pen_ink = _mask_of(blue, cv2.max(red, cv2.subtract(green, np.full_like(green, 12))), ink_here)
    seals = _seals(red_ink, dpi)
    paper = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    for seal in seals:
        area = np.s_[int(seal.top) : int(seal.bottom), int(seal.left) : int(seal.right)]
        paper[area] = np.maximum(paper[area], red[area])
    outside = red_ink.copy()
    for seal in seals:
        outside[int(seal.top) : int(seal.bottom), int(seal.left) : int(seal.right)] = 0
    darkest = cv2.min(green, blue)
    np.copyto(paper, darkest, where=outside > 0)
    strokes = cv2.dilate(pen_ink, np.ones((3, 3), np.uint8))
    over_print = (blue <= _PRINT) & (cv2.subtract(blue, red) <= _MAYBE)
    np.copyto(paper, _local_paper(paper), where=(strokes > 0) & ~over_print)
    return Inks(paper, red_ink, pen_ink, seals)


def _mask_of(strong: Channel, others: Channel, ink_here: NDArray[np.bool_]) -> Mask:
    """Ink in which channel `strong` stands out above `others`, single specks removed."""
    distance = cv2.subtract(strong, others)
    distance[~ink_here] = 0
    maybe = (distance > _MAYBE).astype(np.uint8)
    maybe = cv2.morphologyEx(maybe, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(maybe, connectivity=8)
    sure = np.bincount(labels[distance > _SURE], minlength=count)
    keep = (sure >= 3) & (stats[:, cv2.CC_STAT_AREA] >= 12)
    keep[0] = False
    return np.asarray(keep[labels] * np.uint8(255), np.uint8)


def _local_paper(gray: Image) -> Image:
    """The brightness of the paper around each pixel."""
    small = cv2.resize(gray, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    small = cv2.dilate(small, np.ones((9, 9), np.uint8))
    size = (gray.shape[1], gray.shape[0])
    return np.asarray(cv2.resize(small, size, interpolation=cv2.INTER_LINEAR), np.uint8)


def _seals(red_ink: Mask, dpi: float) -> tuple[Box, ...]:
    """Boxes around round red shapes of a seal's size, found on the mask at 50 dpi."""
    scale = 50.0 / dpi
    small = cv2.resize(red_ink, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    small = cv2.threshold(small, 25, 255, cv2.THRESH_BINARY)[1]
    small = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    low, high = (mm / 25.4 * 50.0 for mm in SEAL_MM)
    found = []
    for left, top, width, height, area in cv2.connectedComponentsWithStats(small)[2][1:]:
        round_enough = 0.7 <= width / height <= 1.4 and area >= 0.12 * width * height
        if round_enough and low <= max(width, height) <= high:
            margin = 1
            found.append(
                Box(
                    max(0.0, (left - margin) / scale),
                    max(0.0, (top - margin) / scale),
                    min(red_ink.shape[1], (left + width + margin) / scale),
                    min(red_ink.shape[0], (top + height + margin) / scale),
                )
            )
    return tuple(found)


def share(mask: Mask, dark: NDArray[np.bool_], box: Box) -> float:
    """Share of the ink (`dark`) inside `box` that lies in `mask`, 0–1."""
    area = np.s_[max(0, int(box.top)) : int(box.bottom) + 1, max(0, int(box.left)) : int(box.right) + 1]
    coloured, ink = mask[area] > 0, dark[area]
    total = int(np.count_nonzero(ink | coloured))
    return float(np.count_nonzero(coloured)) / total if total else 0.0
