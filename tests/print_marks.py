"""Where print is on a page, told from its ink alone: to check that words of a text layer lie on theirs."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.records import Box

Ink = NDArray[np.bool_]


def ink_of(gray: NDArray[np.uint8], dpi: float) -> Ink:
    """What is darker than the paper around it."""
    window = round(dpi * 0.3) | 1
    dark = cv2.adaptiveThreshold(gray, 1, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, window, 20)
    return dark.astype(np.bool_)


def lies_on_print(ink: Ink, box: Box) -> bool:
    """Whether a word's box holds a printed word: most of the ink around is in it, over most of its width.

    Looks half the box's height further up and down, so a box that lies between two lines, or on a
    line's upper or lower half, does not pass.
    """
    height = box.height
    above = max(0, int(box.top - height / 2))
    band = ink[above : int(box.bottom + height / 2), max(0, int(box.left)) : int(box.right) + 1]
    inside = band[max(0, int(box.top)) - above : int(box.bottom) - above]
    if inside.size == 0:
        return False
    return bool(inside.sum() >= 0.7 * band.sum() and inside.any(axis=0).mean() >= 0.5)


def begins_and_ends_in_gaps(ink: Ink, box: Box) -> bool:
    """Whether paper shows near both ends of a word's box, as between words and not as within one."""
    return _gap(ink, box, box.left) and _gap(ink, box, box.right)


def _gap(ink: Ink, box: Box, x: float) -> bool:
    around, wanted = 0.4 * box.height, max(2, round(0.12 * box.height))
    if x < around or x + around >= ink.shape[1]:
        return True
    columns = ink[max(0, int(box.top)) : int(box.bottom), int(x - around) : int(x + around) + 1].any(axis=0)
    free = np.convolve(~columns, np.ones(wanted, dtype=int), mode="valid")
    return bool((free == wanted).any())
