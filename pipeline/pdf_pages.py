"""Pages of PDF files.

Two libraries look at a PDF: pikepdf knows its objects (is this page one embedded picture?), pdfium
draws. Neither may be used from two threads at once: pikepdf is locked by file, pdfium by process.
"""

from __future__ import annotations

import io
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pypdfium2 as pdfium
from PIL import Image

from pipeline.image_pages import orientation, unreadable
from pipeline.page_image import PageImage, Pixels, Preview, jpeg_preview, sane_dpi, shrink, write_pnm
from pipeline.pdf_picture import Picture, Sheet, picture_of, sheet_of
from pipeline.records import Scan

PDFIUM = threading.Lock()
"""Held around every call into pdfium."""
DRAWN_DPI = 300
"""Resolution at which pages of vector content are drawn."""
LEAST_DPI = 200
"""Pages of mixed content are drawn with at least this resolution."""
MAX_DRAWN_PIXELS = 40_000_000
"""Drawings larger than this are drawn with a lower resolution (A2 at 300 dpi has 35 million)."""
_BROKEN = (pikepdf.PdfError, pdfium.PdfiumError, OSError, ValueError, KeyError, TypeError, AttributeError)


@dataclass(frozen=True, slots=True)
class _Jpeg:
    """The bytes of a page that is one JPEG picture."""

    data: bytes
    width: int
    height: int
    dpi: float


class PdfPages:
    """The pages of one PDF; both libraries open it when they are first needed."""

    def __init__(self, scan: Scan) -> None:
        self._scan = scan
        self._lock = threading.Lock()
        self._pdf: pikepdf.Pdf | None = None
        self._drawing: pdfium.PdfDocument | None = None

    def image(self, number: int, to: Path) -> PageImage:
        """Write page `number`: its JPEG as it is where that is all of the page, else drawn."""
        try:
            jpeg = self._jpeg(number)
            if jpeg is not None:
                path = to.with_suffix(".jpg")
                path.write_bytes(jpeg.data)
                return PageImage(path, jpeg.width, jpeg.height, jpeg.dpi)
            sheet, picture = self._look(number)
            stated = _drawing_dpi(sheet, picture)
            pixels = self._draw(number, stated)
            height, width = pixels.shape[:2]
            return PageImage(write_pnm(pixels, to), width, height, sane_dpi(width, height, stated))
        except _BROKEN as error:
            raise unreadable(self._scan.name, number, error) from error

    def preview(self, number: int, dpi: float) -> Preview:
        """A grey view of page `number`."""
        try:
            jpeg = self._jpeg(number)
            if jpeg is not None and (view := jpeg_preview(jpeg.data, jpeg.dpi, dpi)):
                return view
            sheet, picture = self._look(number)
            own = _drawing_dpi(sheet, picture)
            drawn = min(own, dpi * own / sane_dpi(*sheet.pixels(own), own))
            pixels = self._draw(number, drawn, grey=True)
            return shrink(pixels, sane_dpi(pixels.shape[1], pixels.shape[0], drawn), dpi)
        except _BROKEN as error:
            raise unreadable(self._scan.name, number, error) from error

    def has_text(self, number: int) -> bool:
        """Whether the page has fonts: without one it shows no text."""
        try:
            with self._lock:
                return _has_fonts(self._open().pages[number - 1].obj.get("/Resources"))
        except _BROKEN as error:
            raise unreadable(self._scan.name, number, error) from error

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            if self._pdf is not None:
                self._pdf.close()
                self._pdf = None
        with PDFIUM:
            if self._drawing is not None:
                self._drawing.close()
                self._drawing = None

    def _open(self) -> pikepdf.Pdf:
        if self._pdf is None:
            self._pdf = pikepdf.open(self._scan.path)
        return self._pdf

    def _look(self, number: int) -> tuple[Sheet, Picture | None]:
        with self._lock:
            page = self._open().pages[number - 1]
            return sheet_of(page), picture_of(page)

    def _jpeg(self, number: int) -> _Jpeg | None:
        with self._lock:
            page = self._open().pages[number - 1]
            sheet, picture = sheet_of(page), picture_of(page)
            if picture is None or sheet.rotation or not picture.plain_jpeg:
                return None
            data = picture.image.read_raw_bytes()
        width, height = picture.width, picture.height
        if not _is_what_it_says(data, picture):
            return None
        return _Jpeg(data, width, height, sane_dpi(width, height, picture.dpi))

    def _draw(self, number: int, dpi: float, grey: bool = False) -> Pixels:
        with PDFIUM:
            if self._drawing is None:
                self._drawing = pdfium.PdfDocument(self._scan.path)
            page = self._drawing[number - 1]
            try:
                width, height = page.get_size()
                scale = min(dpi / 72, (MAX_DRAWN_PIXELS / max(width * height, 1e-6)) ** 0.5)
                bitmap = page.render(scale=scale, grayscale=grey, may_draw_forms=False)
                pixels = np.array(bitmap.to_numpy(), dtype=np.uint8)
                bitmap.close()
            finally:
                page.close()
        return _grey_if_grey(pixels)


def _is_what_it_says(data: bytes, picture: Picture) -> bool:
    """Whether the embedded JPEG has the size and colours that the PDF says, and no turn of its own."""
    with suppress(OSError, SyntaxError, ValueError), Image.open(io.BytesIO(data)) as opened:
        mode = {1: "L", 3: "RGB"}[picture.components]
        same = opened.format == "JPEG" and opened.size == (picture.width, picture.height)
        return same and opened.mode == mode and orientation(opened) == 1
    return False


def _drawing_dpi(sheet: Sheet, picture: Picture | None) -> float:
    if picture is not None:
        return picture.dpi
    return max(LEAST_DPI, DRAWN_DPI if sheet.area_inches < 2 * 97 else LEAST_DPI)


def _grey_if_grey(pixels: Pixels) -> Pixels:
    """Grey pixels where all three colours are the same; a third of the size."""
    if pixels.ndim == 2:
        return pixels
    if pixels.shape[2] == 1:
        return np.ascontiguousarray(pixels[:, :, 0])
    blue, green, red = pixels[:, :, 0], pixels[:, :, 1], pixels[:, :, 2]
    if np.array_equal(blue, green) and np.array_equal(green, red):
        return np.ascontiguousarray(blue)
    return np.ascontiguousarray(pixels[:, :, :3])


def _has_fonts(resources: Any, depth: int = 3) -> bool:
    if not isinstance(resources, pikepdf.Dictionary):
        return False
    fonts = resources.get("/Font")
    if isinstance(fonts, pikepdf.Dictionary) and len(fonts) > 0:
        return True
    forms = resources.get("/XObject")
    if depth == 0 or not isinstance(forms, pikepdf.Dictionary):
        return False
    return any(
        isinstance(form, pikepdf.Stream) and _has_fonts(form.get("/Resources"), depth - 1)
        for form in forms.values()
    )

