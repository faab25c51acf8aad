"""Pages scanned a second time: another scanner, another day, the sheet put down another way.

Each is turned by up to two degrees, moved by up to 2 % of the sheet (the scanner's lid shows at the edge, dark or
light), brought to 150, 200 or 300 dpi, sometimes out of focus, lighter or darker with another gamma, given noise, and
encoded as JPEG. The seed makes every run make the same ones.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

DEGREES = 2.0
_MOVED = 0.02
_DPI = (150, 200, 300)
_LIDS = (60, 250, 255)
_GAMMA, _LIGHT, _NOISE, _BLUR, _QUALITY = (0.7, 1.4), (0.85, 1.08), (1.0, 6.0), (0.4, 1.0), (35, 85)


def rescanned(pixels: NDArray[Any], dpi: float, seed: int) -> tuple[bytes, float]:
    """Another scan of the page `pixels` (grey or BGR, with `dpi`) as a JPEG, and its dots per inch."""
    dice = np.random.default_rng(seed)
    height, width = pixels.shape[:2]
    to = float(dice.choice(_DPI))
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), float(dice.uniform(-DEGREES, DEGREES)), 1.0)
    turn[:, 2] += dice.uniform(-_MOVED, _MOVED, 2) * np.array([width, height])
    lid = (float(dice.choice(_LIDS)),) * 3
    page = cv2.warpAffine(pixels, turn, (width, height), borderMode=cv2.BORDER_CONSTANT, borderValue=lid)
    method = cv2.INTER_AREA if to < dpi else cv2.INTER_CUBIC
    page = cv2.resize(page, None, fx=to / dpi, fy=to / dpi, interpolation=method)
    if dice.random() < 0.5:
        page = cv2.GaussianBlur(page, (0, 0), float(dice.uniform(*_BLUR)) * to / 150)
    light = 255 * (page / np.float32(255)) ** np.float32(dice.uniform(*_GAMMA)) * np.float32(dice.uniform(*_LIGHT))
    light += dice.standard_normal(page.shape, np.float32) * np.float32(dice.uniform(*_NOISE))
    quality = [cv2.IMWRITE_JPEG_QUALITY, int(dice.integers(*_QUALITY))]
    return cv2.imencode(".jpg", np.clip(light, 0, 255).astype(np.uint8), quality)[1].tobytes(), to
