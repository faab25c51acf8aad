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
from math import atan2, degrees
from typing import Any

import cv2
import numpy as np
import pdfplumber
import pikepdf
from pdfminer.pdfexceptions import PDFException
from pdfminer.psexceptions import PSException
from pdfplumber.utils.exceptions import PdfminerException

from core.text import nfc
from ocr.records import Box, Engine, Reading, Word
from pipeline import blank
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
_BROKEN = (PDFException, PSException, PdfminerException, ValueError, KeyError, TypeError, AttributeError,
           IndexError, OSError, RecursionError, pikepdf.PdfError)  # fmt: skip


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
        with pdfplumber.open(scan.path, pages=[number], unicode_norm="NFC") as pdf:
            page = pdf.pages[0]
            chars = page.chars
            if not chars or len(chars) > _MOST_CHARACTERS or _upright_share(chars, page.rotation) < _UPRIGHT:
                return []
            left, top, right, bottom = _visible(page)
            across, down = size.width / (right - left), size.height / (bottom - top)
            found = page.extract_words(x_tolerance_ratio=0.25, x_tolerance=None)
    except _BROKEN:
        return []
    placed: list[Placed] = []
    for word in found:
        box = Box(
            (word["x0"] - left) * across,
            (word["top"] - top) * down,
            (word["x1"] - left) * across,
            (word["bottom"] - top) * down,
        )
        if _on_page(box, size):
            placed.extend(Placed(text, box) for text in nfc(word["text"]).split())
    return placed


def _visible(page: pdfplumber.page.Page) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of what a viewer shows: the crop box inside the media box."""
    media, crop = page.mediabox, page.cropbox
    first = [float(max(m, c)) for m, c in zip(media[:2], crop[:2], strict=True)]
    last = [float(min(m, c)) for m, c in zip(media[2:], crop[2:], strict=True)]
    if last[0] <= first[0] or last[1] <= first[1]:
        first, last = [float(v) for v in media[:2]], [float(v) for v in media[2:]]
    return first[0], first[1], last[0], last[1]


def _upright_share(chars: list[dict[str, Any]], rotation: int) -> float:
    upright = 0
    for char in chars:
        a, b = char["matrix"][0], char["matrix"][1]
        upright += abs((degrees(atan2(b, a)) - rotation + 180) % 360 - 180) < 15
    return upright / len(chars)


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
