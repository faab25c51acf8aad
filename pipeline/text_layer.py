"""The text that a PDF page carries by itself, where it can be trusted.

Embedded layers are often garbage: made by OCR without Vietnamese ("S6: 463Y SGDDT"), typed in the
old fonts TCVN3 and VNI (letters come out as "®" and "ñ"), or without a table from glyphs to letters
("(cid:12)"). Often a layer is only the text of a digital signature over a scanned page. So a layer
counts only if it reads like Vietnamese and stands where the page has ink; otherwise the page goes
to OCR, which costs a second.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.metadata import version

import cv2
import numpy as np

from core.text import nfc
from ocr.records import Box, Engine, Reading, Word
from pipeline import blank, drawing
from pipeline.layout import Placed, in_reading_order
from pipeline.page_image import PixelSize, Preview
from pipeline.pdf_pages import PdfPages
from pipeline.records import MediaType, Scan
from pipeline.soundness import reads_like_vietnamese

ENGINE = "text layer"
_MOST_CHARACTERS = 30_000
"""More characters than this on one page are no result of a procedure."""
_UPRIGHT = 0.9
"""Share of the characters that must stand upright."""
_COVERED = 0.7
"""Share of the letter-sized marks on the page that must lie on words of the layer."""
_PRINTED, _HIDDEN = 0.99, 0.9
"""Confidence of a word that is itself the print, and of one that another program has read."""


@lru_cache(maxsize=64)
def read(scan: Scan, number: int) -> Reading | None:
    """The embedded text of page `number` (from 1) of a scan; None if there is none that is sound.

    Boxes are pixels of the page as `Pages.image` writes it. Remembers the last few pages, since
    the survey asks first and the reader again.
    """
    if scan.media_type is not MediaType.PDF:
        return None
    source = PdfPages(scan)
    try:
        size = source.size(number)
        placed = _placed(scan, number, size)
        texts = [word.text for word in placed]
        if not reads_like_vietnamese(texts) or not _stands_on_ink(placed, source.preview(number, 95), size):
            return None
        hidden = source.is_picture(number)
    finally:
        source.close()
    confidence = _HIDDEN if hidden else _PRINTED
    words = tuple(Word(word.text, word.box, confidence, line, block) for word, line, block in in_reading_order(placed))
    engine = Engine(ENGINE, version("pdfplumber"), "")
    return Reading(number, size.width, size.height, size.dpi, 0, 0.0, words, engine)


def _placed(scan: Scan, number: int, size: PixelSize) -> list[Placed]:
    """The words of the layer in pixels; none if it is broken, endless, or not upright."""
    try:
        layer = drawing.text(scan.path, number, _MOST_CHARACTERS, _UPRIGHT)
    except drawing.DrawingError:
        return []
    if layer is None:
        return []
    left, top, right, bottom = layer.visible
    if right <= left or bottom <= top:
        return []
    across, down = size.width / (right - left), size.height / (bottom - top)
    placed: list[Placed] = []
    for text, x0, y0, x1, y1 in layer.words:
        box = Box((x0 - left) * across, (y0 - top) * down, (x1 - left) * across, (y1 - top) * down)
        if _on_page(box, size):
            placed.extend(Placed(part, box) for part in nfc(text).split())
    return placed


def _on_page(box: Box, size: PixelSize) -> bool:
    x, y = box.centre
    return 0 <= x < size.width and 0 <= y < size.height and box.width > 0 and box.height > 0


def _stands_on_ink(words: list[Placed], view: Preview, size: PixelSize) -> bool:
    """Whether the words lie where the page has print, and leave little of the print uncovered."""
    found = blank.marks(view)
    height, width = view.pixels.shape[:2]
    mask = np.zeros((height, width), np.uint8)
    across, down, margin = width / size.width, height / size.height, round(found.unit)
    for word in words:
        first = (int(word.box.left * across) - margin, int(word.box.top * down) - margin)
        last = (int(word.box.right * across) + margin, int(word.box.bottom * down) + margin)
        cv2.rectangle(mask, first, last, 1, thickness=-1)
    if len(found.letters) == 0:
        return False
    x = np.clip(found.letters[:, 0] + found.letters[:, 2] // 2, 0, width - 1)
    y = np.clip(found.letters[:, 1] + found.letters[:, 3] // 2, 0, height - 1)
    return float(mask[y, x].mean()) >= _COVERED
