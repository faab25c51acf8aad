"""Finds separator sheets: pages with a Code 128 barcode that reads ``PATCHT``, and little else.

``PATCHT`` is what scanner software knows as a separator. Certificates and incoming stamps carry
codes too, so a code with another text, or on a page full of print, separates nothing.
"""

from __future__ import annotations

import cv2
import numpy as np
import zxingcpp
from numpy.typing import NDArray

from pipeline.page_image import Preview

SEPARATOR_TEXT = "PATCHT"
_CODE_128 = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.Code128)
MOST_LETTERS = 200
"""Letter-sized marks beside the barcode up to which a page is a separator: a title and a few
lines of instructions, not a document."""
SEPARATOR_DPI = 150
"""Resolution at which barcodes are looked for; a bar of the usual sheet is 2–3 pixels wide."""


def separator_code(view: Preview) -> NDArray[np.int32] | None:
    """The corners (4 × 2, pixels of the view) of the separator barcode, or None."""
    for pixels in (view.pixels, cv2.GaussianBlur(view.pixels, (3, 3), 0)):
        for code in zxingcpp.read_barcodes(pixels, formats=_CODE_128, try_invert=False):
            if code.text == SEPARATOR_TEXT:
                return _corners(code.position)
    return None


def letters_outside(letters: NDArray[np.int32], corners: NDArray[np.int32], scale: float) -> int:
    """How many of `letters` (left, top, width, height) lie outside the code.

    `scale` turns pixels of the code's view into pixels of the letters' view.
    """
    area = cv2.boxPoints(cv2.minAreaRect((corners * scale).astype(np.float32)))
    centres = letters[:, :2] + letters[:, 2:] / 2
    return sum(cv2.pointPolygonTest(area, (float(x), float(y)), False) < 0 for x, y in centres)


def _corners(position: zxingcpp.Position) -> NDArray[np.int32]:
    points = (position.top_left, position.top_right, position.bottom_right, position.bottom_left)
    return np.array([(p.x, p.y) for p in points], dtype=np.int32)
