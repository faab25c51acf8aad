"""Apart by colour: print, seals, red print, pen.

Vietnamese results carry a round red seal over the signature, sometimes red print (the title and the
serial of a land certificate, an incoming stamp), and blue pen (signature, filled-in numbers). Print
alone should reach the engine's first look: a seal over a name makes it unreadable, and what a pen
wrote is worth no more than a suggestion.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.geometry import Image, halved
from ocr.ground import Ground, Window
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
_COARSE, _ROOM, _FAINT = 0.25, 28, 8
"""On an image of this share of the page's size windows with colour are looked for, with so many pixels of the page
around them; and how far a channel must stand out there, where strokes run together with paper."""
_FEWEST_SURE = 3
"""Pixels coloured for sure that make it ink."""
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


def without_colour(gray: Image) -> Inks:
    """A page that has no colour, as far as it can be taken apart: it is all print."""
    empty = np.zeros(gray.shape, np.uint8)
    return Inks(gray, empty, empty, ())


def separate(image: Image, ground: Ground) -> Inks:
    """Take a page (height × width × 3, BGR) apart by colour, and its `ground` away.

    Colour is looked at window by window: most of a page has none, and its time and memory are better saved.
    """
    paper = ground.gray().off(np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), np.uint8))
    parts = [_Part.of(image, ground, window) for window in _coloured_windows(image, ground)]
    red_ink, pen_ink = (np.zeros(paper.shape, np.uint8) for _ in range(2))
    for part in parts:
        paper[part.window] = part.gray
        red_ink[part.window], pen_ink[part.window] = part.red_ink(), part.pen_ink()
    seals = _seals(red_ink, ground.dpi) if parts else ()
    stamped = np.zeros_like(red_ink)
    for seal in seals:
        area = _area(seal)
        stamped[area] = red_ink[area]
    for part in parts:
        print_ink = (red_ink[part.window] > 0) & (stamped[part.window] == 0)
        np.copyto(paper[part.window], cv2.min(part.green, part.blue), where=print_ink)
    _lift(paper, [(part.window, stamped[part.window], part.red) for part in parts])
    _lift(paper, [(part.window, pen_ink[part.window], part.blue) for part in parts])
    return Inks(paper, red_ink, pen_ink, seals)


def _area(box: Box) -> Window:
    """The rows and columns of an image that `box` covers."""
    return np.s_[int(box.top) : int(box.bottom), int(box.left) : int(box.right)]


@dataclass(frozen=True, slots=True)
class _Part:
    """A window of a page that has colour, its ground taken off; the channels a little blurred."""

    window: Window
    gray: Channel
    blue: Channel
    green: Channel
    red: Channel

    @classmethod
    def of(cls, image: Image, ground: Ground, window: Window) -> _Part:
        white = ground.off_window(image, window)
        gray = np.asarray(cv2.cvtColor(white, cv2.COLOR_BGR2GRAY), np.uint8)
        return cls(window, gray, *cv2.split(cv2.GaussianBlur(white, (3, 3), 0)))

    def red_ink(self) -> Mask:
        return self._mask(_redness(self.blue, self.green, self.red))

    def pen_ink(self) -> Mask:
        return self._mask(_blueness(self.blue, self.green, self.red))

    def _mask(self, distance: Channel) -> Mask:
        """Ink that is coloured as `distance` says, single specks removed."""
        distance[cv2.min(cv2.min(self.blue, self.green), self.red) >= _LIGHTEST] = 0
        return _hanging_together(distance)


def _redness(blue: Channel, green: Channel, red: Channel) -> Channel:
    """How far red stands out from the other channels."""
    return np.asarray(cv2.subtract(red, cv2.max(blue, green)), np.uint8)


def _blueness(blue: Channel, green: Channel, red: Channel) -> Channel:
    """How far blue stands out from the other channels; ink of pens may lie some way towards green."""
    return np.asarray(cv2.subtract(blue, cv2.max(red, cv2.subtract(green, np.full_like(green, 12)))), np.uint8)


def _coloured_windows(image: Image, ground: Ground) -> list[Window]:
    """Windows without overlap around what may be coloured ink, with the room in which faded strokes may hang on."""
    small, share = halved(image, _COARSE)
    channels = cv2.split(ground.off(small))
    coloured = cv2.max(_redness(*channels), _blueness(*channels)) > _FAINT
    room = 2 * round(_ROOM * share) + 1
    coarse = cv2.dilate(coloured.astype(np.uint8), np.ones((room, room), np.uint8))
    height, width = coarse.shape
    down, across = image.shape[0] / height, image.shape[1] / width
    return [
        np.s_[int(top * down) : int((top + h) * down) + 1, int(left * across) : int((left + w) * across) + 1]
        for left, top, w, h in _apart(coarse)
    ]


def _apart(mask: Mask) -> list[tuple[int, int, int, int]]:
    """Rectangles (left, top, width, height) that do not overlap and hold all of `mask`, which they are drawn on."""
    before = -1
    while True:
        rows = cv2.connectedComponentsWithStats(mask)[2][1:].tolist()
        found = [(left, top, width, height) for left, top, width, height, _ in rows]
        if len(found) == before:
            return found
        before = len(found)
        for left, top, width, height in found:
            mask[top : top + height, left : left + width] = 1


def _hanging_together(distance: Channel) -> Mask:
    """What is coloured for sure and what hangs together with it."""
    if np.count_nonzero(distance > _SURE) < _FEWEST_SURE:
        return np.zeros_like(distance)
    maybe: Mask = (distance > _MAYBE).astype(np.uint8)
    maybe = cv2.morphologyEx(maybe, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(maybe, connectivity=8)
    sure = np.bincount(labels[distance > _SURE], minlength=count)
    keep = (sure >= _FEWEST_SURE) & (stats[:, cv2.CC_STAT_AREA] >= 12)
    keep[0] = False
    return np.asarray(keep[labels] * np.uint8(255), np.uint8)


def _lift(paper: Image, inks: Sequence[tuple[Window, Mask, Channel]]) -> None:
    """Take coloured ink off `paper` in place: what is as bright in the ink's own channel as the ink
    alone turns white, and print below it, dark in every channel, stays with its soft edges.

    `inks` are windows of the page with the ink's mask and own channel there.
    """
    alone = [own[mask > 0] for _, mask, own in inks]
    values = np.concatenate(alone) if alone else np.empty(0)
    if values.size == 0:
        return
    level = max(1.0, float(np.percentile(values[:: max(1, values.size // 20000)], _ALONE)))
    for window, mask, own in inks:
        part = paper[window]
        strokes = cv2.dilate(mask, np.ones((3, 3), np.uint8)) > 0
        lifted = np.clip(own[strokes].astype(np.float32) * (255.0 / level), 0, 255).astype(np.uint8)
        part[strokes] = np.maximum(part[strokes], lifted)


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
