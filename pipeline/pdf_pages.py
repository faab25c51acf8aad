"""Pages of PDF files.

Two libraries look at a PDF: pikepdf knows its objects (is this page one embedded picture?), pdfium
draws, in a process of its own (`pipeline.drawing`). pikepdf may not be used from two threads at once: it is locked by
file.
"""

from __future__ import annotations

import io
import math
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pikepdf
from PIL import Image

from pipeline import drawing
from pipeline.image_pages import orientation, unreadable
from pipeline.page_image import PageImage, Pixels, PixelSize, Preview, jpeg_preview, sane_dpi, shrink, write_pnm
from pipeline.pdf_picture import Picture, Sheet, bits_of, inherited, picture_of, sheet_of
from pipeline.records import Scan

DRAWN_DPI = 300
"""Resolution at which pages that are not one picture are drawn."""
MAX_DRAWN_PIXELS = 40_000_000
"""Drawings larger than this are drawn with a lower resolution (A2 at 300 dpi has 35 million)."""
_LOOKED = 32
"""Pages of which is remembered whether they are one picture."""
_UNDRAWABLE = 5
"""Pages of one file that may cost so much before no more of it are drawn."""
_BROKEN = (pikepdf.PdfError, OSError, ValueError, KeyError, TypeError, AttributeError)


@dataclass(frozen=True, slots=True)
class _Jpeg:
    """The bytes of a page that is one JPEG picture."""

    data: bytes
    width: int
    height: int
    dpi: float


class PdfPages:
    """The pages of one PDF; it is opened when it is first needed."""

    def __init__(self, scan: Scan) -> None:
        self._scan = scan
        self._lock = threading.Lock()
        self._pdf: pikepdf.Pdf | None = None
        self._looked: dict[int, tuple[Sheet, Picture | None]] = {}
        self._drawn = False
        self._undrawable: dict[int, drawing.CostlyError] = {}
        """Pages that kept the drawing process busy to the limit, or ended it: they are not tried again."""

    def image(self, number: int, to: Path) -> PageImage:
        """Write page `number`: its JPEG as it is where that is all of the page, else drawn."""
        try:
            jpeg = self._jpeg(number)
            if jpeg is not None:
                path = to.with_suffix(".jpg")
                path.write_bytes(jpeg.data)
                return PageImage(path, jpeg.width, jpeg.height, jpeg.dpi)
            size = self.size(number)
            pixels = _fit(self._draw(number, size.width), size)
            return PageImage(write_pnm(pixels, to), size.width, size.height, size.dpi)
        except _BROKEN as error:
            raise unreadable(self._scan.name, number, error) from error

    def preview(self, number: int, dpi: float) -> Preview:
        """A grey view of page `number`."""
        try:
            jpeg = self._jpeg(number)
            if jpeg is not None and (view := jpeg_preview(jpeg.data, jpeg.dpi, dpi)):
                return view
            size = self.size(number)
            width = max(1, round(size.width * min(1.0, dpi / size.dpi)))
            pixels = self._draw(number, width, grey=True)
            return shrink(pixels, size.dpi * width / size.width, dpi)
        except _BROKEN as error:
            raise unreadable(self._scan.name, number, error) from error

    def has_text(self, number: int) -> bool:
        """Whether the page has fonts: without one it shows no text."""
        try:
            with self._lock:
                return _has_fonts(inherited(self._open().pages[number - 1].obj, "/Resources"))
        except _BROKEN as error:
            raise unreadable(self._scan.name, number, error) from error

    def bits(self, number: int) -> int | None:
        """Bits of each pixel of the picture that the page is; None where it is drawn."""
        try:
            picture = self._look(number)[1]
            return None if picture is None else bits_of(picture)
        except _BROKEN as error:
            raise unreadable(self._scan.name, number, error) from error

    def size(self, number: int) -> PixelSize:
        """The size that `image` gives page `number`, without drawing it."""
        try:
            sheet, picture = self._look(number)
        except _BROKEN as error:
            raise unreadable(self._scan.name, number, error) from error
        stated = _drawing_dpi(sheet, picture)
        width, height = (picture.width, picture.height) if picture else sheet.pixels(stated)
        if sheet.rotation in (90, 270):
            width, height = height, width
        return PixelSize(width, height, sane_dpi(width, height, stated))

    def is_picture(self, number: int) -> bool:
        """Whether page `number` is one embedded picture (a scan)."""
        return self._look(number)[1] is not None

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._looked.clear()
            if self._pdf is not None:
                self._pdf.close()
                self._pdf = None
        if self._drawn:
            self._drawn = False
            drawing.let_go(self._scan.path)

    def _open(self) -> pikepdf.Pdf:
        if self._pdf is None:
            self._pdf = pikepdf.open(self._scan.path, access_mode=pikepdf.AccessMode.stream)
        return self._pdf

    def _look(self, number: int) -> tuple[Sheet, Picture | None]:
        with self._lock:
            return self._locked_look(number)

    def _locked_look(self, number: int) -> tuple[Sheet, Picture | None]:
        """What is known of a page; it is asked for several times while the page is worked on."""
        if number not in self._looked:
            page = self._open().pages[number - 1]
            if len(self._looked) >= _LOOKED:
                del self._looked[next(iter(self._looked))]
            self._looked[number] = sheet_of(page), picture_of(page)
        return self._looked[number]

    def _jpeg(self, number: int) -> _Jpeg | None:
        with self._lock:
            sheet, picture = self._locked_look(number)
            if picture is None or sheet.rotation or not picture.plain_jpeg:
                return None
            data = picture.image.read_raw_bytes()
        width, height = picture.width, picture.height
        if not _is_what_it_says(data, picture):
            return None
        return _Jpeg(data, width, height, sane_dpi(width, height, picture.dpi))

    def _draw(self, number: int, width: int, grey: bool = False) -> Pixels:
        """The page as a viewer shows it, `width` pixels wide (or one more), 8-bit grey or BGR.

        A picture that cannot be decoded is an error: pdfium would leave its place white.
        """
        self._drawn = True
        if (fault := self._undrawable.get(number)) is not None:
            raise drawing.DrawingError(str(fault))
        if len(self._undrawable) >= _UNDRAWABLE:
            raise drawing.DrawingError("too many pages of this file could not be drawn")
        try:
            return drawing.draw(self._scan.path, number, width, grey=grey, whole=True)
        except drawing.CostlyError as error:
            self._undrawable[number] = error
            raise


def _is_what_it_says(data: bytes, picture: Picture) -> bool:
    """Whether the embedded JPEG has the size and colours that the PDF says, and no turn of its own.

    Raises UnidentifiedImageError (an OSError) if it is no JPEG at all.
    """
    with Image.open(io.BytesIO(data), formats=("JPEG",)) as opened:
        mode = {1: "L", 3: "RGB"}[picture.components]
        same = opened.size == (picture.width, picture.height) and opened.mode == mode
        return same and orientation(opened) == 1


def _drawing_dpi(sheet: Sheet, picture: Picture | None) -> float:
    """Resolution at which a page is drawn: that of its picture, or what suits print."""
    wanted = picture.dpi if picture is not None else DRAWN_DPI
    return min(wanted, math.sqrt(MAX_DRAWN_PIXELS / sheet.area_inches))


def _fit(pixels: Pixels, size: PixelSize) -> Pixels:
    """`pixels` with exactly the size; pdfium rounds up where we round, so this moves an edge by one."""
    down, across = max(0, size.height - pixels.shape[0]), max(0, size.width - pixels.shape[1])
    if down or across:
        pixels = np.asarray(cv2.copyMakeBorder(pixels, 0, down, 0, across, cv2.BORDER_REPLICATE), dtype=np.uint8)
    return np.ascontiguousarray(pixels[: size.height, : size.width])


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
        isinstance(form, pikepdf.Stream) and _has_fonts(form.get("/Resources"), depth - 1) for form in forms.values()
    )
