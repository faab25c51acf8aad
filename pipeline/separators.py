"""Finds sheets between documents: pages with a Code 128 barcode that reads ``PATCHT``, and little else.

``PATCHT`` is what scanner software knows as a separator. Certificates and incoming stamps carry
codes too, so a code with another text, or on a page full of print, separates nothing. Cover sheets
carry a QR code of ours beside the barcode (`pipeline.sheet_codes`). Either of the two is enough to
divide; where the QR code is beyond reading, a cover still is a separator.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np
import zxingcpp
from numpy.typing import NDArray

from pipeline import sheet_codes
from pipeline.page_image import Preview
from pipeline.records import SheetCode

_CODE_128 = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.Code128)
_QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
MOST_LETTERS = 450
"""Letter-sized marks beside the barcodes up to which a page is a sheet: a title, what a cover says for people, and
the marks of a QR code that was too worn to be read; a document has more."""
SEPARATOR_DPI = 150
"""Resolution at which barcodes are looked for; a bar of the usual sheet is 2–3 pixels wide."""


@dataclass(frozen=True, slots=True)
class SeenCode:
    """A sheet's code on a page."""

    code: SheetCode
    corners: tuple[NDArray[np.int32], ...]
    """The corners (4 × 2, pixels of the view) of each barcode that says so."""


def sheet_code(view: Preview) -> SeenCode | None:
    """What the codes on a page say, if they are those of a sheet between documents."""
    bars, square = _seen(view, _CODE_128), _seen(view, _QR)
    found = [seen for seen in (square, bars) if seen is not None]
    return SeenCode(found[0][0], tuple(corners for _, corners in found)) if found else None


def _seen(view: Preview, formats: zxingcpp.BarcodeFormats) -> tuple[SheetCode, NDArray[np.int32]] | None:
    for pixels in (view.pixels, cv2.GaussianBlur(view.pixels, (3, 3), 0)):
        for found in zxingcpp.read_barcodes(pixels, formats=formats, try_invert=False):
            if (code := sheet_codes.parse(found.text)) is not None:
                return code, _corners(found.position)
    return None


def letters_outside(letters: NDArray[np.int32], codes: Iterable[NDArray[np.int32]], scale: float) -> int:
    """How many of `letters` (left, top, width, height) lie outside the barcodes with these corners.

    `scale` turns pixels of the codes' view into pixels of the letters' view.
    """
    areas = [cv2.boxPoints(cv2.minAreaRect((corners * scale).astype(np.float32))) for corners in codes]
    centres = letters[:, :2] + letters[:, 2:] / 2
    return sum(all(cv2.pointPolygonTest(area, (float(x), float(y)), False) < 0 for area in areas) for x, y in centres)


def _corners(position: zxingcpp.Position) -> NDArray[np.int32]:
    points = (position.top_left, position.top_right, position.bottom_right, position.bottom_left)
    return np.array([(p.x, p.y) for p in points], dtype=np.int32)
