"""Zeros with a dot in them, as typewriter fonts print them, made plain.

The engine takes such a zero for a 6, a 9 or two figures, and is often sure of it. A mark of ink alone in
the middle of the only hole of a letter is nothing else: no letter and no other figure looks like it.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from ocr.geometry import Image

_INK = 130
"""Gray value (0–255) under which a pixel is ink."""
_HEIGHT_MM = (1.2, 5.0)
_WIDTH = (0.25, 1.1)
"""Least and largest width of a zero, in heights of it."""
_DOT = (0.7, 0.6)
"""Largest width and height of the dot, in those of the hole."""
_OFF_CENTRE = 0.15
"""How far the dot's middle may be from the zero's, in its width and height."""
_NONE = -1

_Rectangle = Sequence[int]
"""Left, top, width, height."""


def plain_zeros(page: Image, dpi: float) -> Image:
    """The cleaned gray `page` with the dots of its zeros made white; the same image where there is none."""
    outlines, tree = cv2.findContours((page < _INK).astype(np.uint8), cv2.RETR_TREE, cv2.CHAIN_APPROX_SIMPLE)
    result = page
    for index, (following, before, child, hole) in enumerate(tree[0] if outlines else ()):
        if hole == _NONE or (following, before, child) != (_NONE, _NONE, _NONE):
            continue
        beside, before_it, _, zero = tree[0][hole]
        if zero == _NONE or (beside, before_it) != (_NONE, _NONE):
            continue
        dot, ring, letter = (cv2.boundingRect(outlines[i]) for i in (index, hole, zero))
        if _is_dotted_zero(dot, ring, letter, dpi / 25.4):
            result = page.copy() if result is page else result
            left, top, width, height = dot
            result[top - 1 : top + height + 1, left - 1 : left + width + 1] = 255
    return result


def _is_dotted_zero(dot: _Rectangle, hole: _Rectangle, letter: _Rectangle, per_mm: float) -> bool:
    left, top, width, height = letter
    if not _HEIGHT_MM[0] * per_mm < height < _HEIGHT_MM[1] * per_mm or not _WIDTH[0] < width / height < _WIDTH[1]:
        return False
    if dot[2] > _DOT[0] * hole[2] or dot[3] > _DOT[1] * hole[3]:
        return False
    aside = abs(dot[0] + dot[2] / 2 - left - width / 2) / width
    above = abs(dot[1] + dot[3] / 2 - top - height / 2) / height
    return max(aside, above) < _OFF_CENTRE
