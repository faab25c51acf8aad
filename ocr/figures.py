"""Whether figures were written by hand, where no colour tells it.

Printed figures stand in line: same top, same bottom, same height. Figures written into a blank do not.
"""

from __future__ import annotations

import re
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.engine import SeenWord
from ocr.geometry import Image

_RUN = re.compile(r"\d{2,}")
_TALL = 0.62
"""Least share of the tallest mark's height for a mark to be a figure rather than a speck or a part of one."""


_SLASH = 1.22
"""Share of the figures' height from which a mark is a slash or a bracket."""
_SLOPE = 0.06
"""Steepest slope that is the paper's and not the writer's."""


def unevenness(image: Image, word: SeenWord) -> float:
    """How far the figures of `word` on the cleaned `image` are out of line, in shares of their height.

    Printed figures give up to 0.1, handwriting 0.15 and more; 0 where a word has no two figures in a row,
    or where they cannot be told apart.
    """
    run = max(_RUN.finditer(word.text), key=lambda m: len(m[0]), default=None)
    if run is None:
        return 0.0
    box, letters = word.box, len(word.text)
    left = box.left + box.width * run.start() / letters
    right = box.left + box.width * run.end() / letters
    margin = 0.2 * box.height
    area = image[
        max(0, int(box.top - margin)) : int(box.bottom + margin) + 1,
        max(0, int(box.left - margin)) : int(box.right + margin) + 1,
    ]
    stats = cv2.connectedComponentsWithStats((area < 140).astype(np.uint8))[2][1:]
    middles = stats[:, cv2.CC_STAT_LEFT] + stats[:, cv2.CC_STAT_WIDTH] / 2 + max(0, int(box.left - margin))
    heights = stats[:, cv2.CC_STAT_HEIGHT]
    chosen = (middles >= left) & (middles <= right)
    chosen &= heights >= _TALL * max(heights[chosen], default=0)
    figures, middles = stats[chosen], middles[chosen]
    if len(figures) < 2:
        return 0.0
    height = float(np.median(figures[:, cv2.CC_STAT_HEIGHT]))
    alone = figures[:, cv2.CC_STAT_HEIGHT] < _SLASH * height
    tops = _levelled(figures[alone, cv2.CC_STAT_TOP], middles[alone])
    bottoms = _levelled(figures[alone, cv2.CC_STAT_TOP] + figures[alone, cv2.CC_STAT_HEIGHT], middles[alone])
    return float(np.ptp(tops) + np.ptp(bottoms)) / (2 * height) if alone.sum() > 1 else 0.0


def _levelled(edges: NDArray[Any], at: NDArray[Any]) -> NDArray[Any]:
    """`edges` without the slope that a line has on a photographed page; two figures tell no slope."""
    if len(edges) < 3:
        return edges.astype(float)
    slope = np.clip(np.polyfit(at, edges, 1)[0], -_SLOPE, _SLOPE)
    return np.asarray(edges - slope * at, float)
