"""Apart by colour: print, seals, red print, pen.

Vietnamese results carry a round red seal over the signature, sometimes red print (the title and the
serial of a land certificate, an incoming stamp), and blue pen (signature, filled-in numbers). Print
alone should reach the engine's first look: a seal over a name makes it unreadable, and what a pen
wrote is worth no more than a suggestion.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.geometry import Image
from ocr.records import Box

Mask = NDArray[Any]
"""0 or 255 for each pixel."""
Channel = NDArray[Any]
"""One colour of a page, 0–255."""

SEAL_MM = (22.0, 60.0)
"""Outer diameter of a seal: 36 mm by rule (Thông tư 21/2012/TT-BCA), less or more on copies and when cut off."""

_SURE, _MAYBE = 34, 14
"""Distance of the strongest channel to the others (0–255) from which ink is coloured for sure, and
from which it is where it hangs together with ink that is (faded strokes)."""
_ALONE = 40.0
"""Percentile of an ink's own channel taken for the ink where nothing lies below it."""
_COARSE = 8
"""Pixels of the page for one of the coarse map on which coloured windows are looked for."""
_RING_ANGLES = 22
"""Of 36 directions from the middle of a seal, in how many at least its rim must show."""
_RING_CORNERS = 0.06
"""Largest share of a seal's ink outside of its circle: text fills its corners."""
_FRAME_SIDE, _FRAME_INSIDE = 0.85, 0.5
"""Least share of three sides of a stamp's frame that shows, and largest share of ink inside."""
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
    """Where round seals and framed stamps stand."""


def separate(image: Image, dpi: float) -> Inks:
    """Take a page (height × width × 3, BGR, or height × width gray) apart by colour."""
    if image.ndim == 2:
        empty = np.zeros(image.shape, np.uint8)
        return Inks(image, empty, empty, ())
    paper = np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), np.uint8)
    blue, green, red = (cv2.GaussianBlur(cv2.extractChannel(image, number), (3, 3), 0) for number in range(3))
    del image  # the largest thing here; the caller holds no other hand on it
    ink_here = cv2.min(cv2.min(blue, green), red) < _LIGHTEST
    red_ink = _mask_of(red, cv2.max(blue, green), ink_here)
    pen_ink = _mask_of(blue, cv2.max(red, cv2.subtract(green, np.full_like(green, 12))), ink_here)
    seals = _seals(red_ink, dpi)
    stamped = np.zeros_like(red_ink)
    for seal in seals:
        area = _area(seal)
        stamped[area] = red_ink[area]
    np.copyto(paper, cv2.min(green, blue), where=(red_ink > 0) & (stamped == 0))
    for mask, own in ((stamped, red), (pen_ink, blue)):
        _lift(paper, mask, own)
    return Inks(paper, red_ink, pen_ink, seals)


def _area(box: Box) -> tuple[slice, slice]:
    """The rows and columns of an image that `box` covers."""
    return np.s_[int(box.top) : int(box.bottom), int(box.left) : int(box.right)]


def _mask_of(strong: Channel, others: Channel, ink_here: NDArray[np.bool_]) -> Mask:
    """Ink in which channel `strong` stands out above `others`, single specks removed.

    Looked at window by window: most of a page has no colour, and its memory is better saved.
    """
    distance = cv2.subtract(strong, others)
    distance[~ink_here] = 0
    mask = np.zeros(distance.shape, np.uint8)
    for window in _coloured_windows(distance):
        mask[window] = np.maximum(mask[window], _hanging_together(distance[window]))
    return mask


def _coloured_windows(distance: Channel) -> list[tuple[slice, slice]]:
    """Where ink is coloured for sure, with the room around it in which faded strokes may hang on."""
    height, width = distance.shape
    size = (max(1, width // _COARSE), max(1, height // _COARSE))
    sure = cv2.threshold(distance, _SURE, 255, cv2.THRESH_BINARY)[1]
    coarse: Mask = (cv2.resize(sure, size, interpolation=cv2.INTER_AREA) > 0).astype(np.uint8)
    coarse = cv2.dilate(coarse, np.ones((7, 7), np.uint8))
    down, across = height / size[1], width / size[0]
    return [
        np.s_[int(top * down) : int((top + h) * down) + 1, int(left * across) : int((left + w) * across) + 1]
        for left, top, w, h, _ in cv2.connectedComponentsWithStats(coarse)[2][1:]
    ]


def _hanging_together(distance: Channel) -> Mask:
    """What is coloured for sure and what hangs together with it."""
    maybe: Mask = (distance > _MAYBE).astype(np.uint8)
    maybe = cv2.morphologyEx(maybe, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(maybe, connectivity=8)
    sure = np.bincount(labels[distance > _SURE], minlength=count)
    keep = (sure >= 3) & (stats[:, cv2.CC_STAT_AREA] >= 12)
    keep[0] = False
    return np.asarray(keep[labels] * np.uint8(255), np.uint8)


def _lift(paper: Image, mask: Mask, own: Channel) -> None:
    """Take coloured ink off `paper` in place: what is as bright in the ink's own channel as the ink
    alone turns white, and print below it, dark in every channel, stays with its soft edges.
    """
    alone = own[mask > 0]
    if alone.size == 0:
        return
    level = max(1.0, float(np.percentile(alone[:: max(1, alone.size // 20000)], _ALONE)))
    strokes = cv2.dilate(mask, np.ones((3, 3), np.uint8)) > 0
    lifted = np.clip(own[strokes].astype(np.float32) * (255.0 / level), 0, 255).astype(np.uint8)
    paper[strokes] = np.maximum(paper[strokes], lifted)


def _seals(red_ink: Mask, dpi: float) -> tuple[Box, ...]:
    """Boxes around red shapes of a seal's size that are round or framed, found on the mask at 50 dpi."""
    scale = 50.0 / dpi
    small = cv2.resize(red_ink, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    small = cv2.threshold(small, 25, 255, cv2.THRESH_BINARY)[1]
    whole = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    low, high = (mm / 25.4 * 50.0 for mm in SEAL_MM)
    found = []
    for left, top, width, height, _ in cv2.connectedComponentsWithStats(whole)[2][1:]:
        patch = small[top : top + height, left : left + width]
        if not low <= max(width, height) <= high or min(width, height) < low / 3:
            continue
        if not (_is_ring(patch, max(width, height) / 2) or _is_frame(patch)):
            continue
        found.append(
            Box(
                max(0.0, (left - 1) / scale),
                max(0.0, (top - 1) / scale),
                min(red_ink.shape[1], (left + width + 1) / scale),
                min(red_ink.shape[0], (top + height + 1) / scale),
            )
        )
    return tuple(found)


def _is_ring(patch: Mask, radius: float) -> bool:
    """Whether the ink of `patch` lies along a circle that fills it rather than in lines of text."""
    rows, columns = np.nonzero(patch)
    if len(rows) == 0:
        return False
    y, x = rows - (patch.shape[0] - 1) / 2, columns - (patch.shape[1] - 1) / 2
    distance = np.hypot(x, y) / radius
    rim = (distance > 0.78) & (distance < 1.06)
    angles = np.unique((np.degrees(np.arctan2(y[rim], x[rim])) // 10).astype(int))
    corners = float((distance >= 1.06).mean())
    return len(angles) >= _RING_ANGLES and corners < _RING_CORNERS


def _is_frame(patch: Mask) -> bool:
    """Whether the ink of `patch` has long straight sides like the frame of an incoming stamp."""
    height, width = patch.shape
    if width < 1.2 * height:
        return False
    band = max(3, height // 4)
    sides = (
        patch[:band].any(axis=0),
        patch[-band:].any(axis=0),
        patch[:, :band].any(axis=1),
        patch[:, -band:].any(axis=1),
    )
    seen = sorted(float(side.mean()) for side in sides)
    return seen[1] > _FRAME_SIDE and float((patch > 0).mean()) < _FRAME_INSIDE


def share(mask: Mask, dark: NDArray[np.bool_], box: Box) -> float:
    """Share of the ink (`dark`) inside `box` that lies in `mask`, 0–1."""
    area = np.s_[max(0, int(box.top)) : int(box.bottom) + 1, max(0, int(box.left)) : int(box.right) + 1]
    coloured, ink = mask[area] > 0, dark[area]
    total = int(np.count_nonzero(ink | coloured))
    return float(np.count_nonzero(coloured)) / total if total else 0.0
