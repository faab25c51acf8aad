"""What a mistake looks like: the place on the paper where the value was read, or the head of the first page."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageOps

from ocr.records import Box, Reading
from pipeline.pages import Pages

_AROUND = (1.2, 0.35)
"""Inches of paper shown to the left and right of the place, and above and below it."""
_HEAD = 0.45
"""Share of the first page that is shown where nothing was found."""
_WIDEST, _WIDEST_HEAD = 1000, 720
"""Pixels across at most."""
_QUALITY = 70
_FRAME = (200, 30, 30)


class Crops:
    """Pictures cut from the pages of one document. Pages are opened one at a time, each once."""

    def __init__(self, pages: Pages, readings: Sequence[Reading], folder: Path) -> None:
        """`folder` is for files in between, which are gone when `close` was called."""
        self._pages = pages
        self._readings = readings
        self._folder = folder
        self._open: dict[int, Image.Image] = {}

    def around(self, page: int, box: Box) -> bytes:
        """A JPEG of the place `box` on page `page` (from 1, of the document), framed, with what is around it."""
        reading = self._readings[page - 1]
        across, down = (inches * reading.dpi for inches in _AROUND)
        place = Box(box.left - across, box.top - down, box.right + across, box.bottom + down)
        return self._cut(page, place, box, _WIDEST)

    def head(self, page: int = 1) -> bytes:
        """A JPEG of the upper part of page `page` (from 1, of the document)."""
        reading = self._readings[page - 1]
        return self._cut(page, Box(0, 0, reading.width, reading.height * _HEAD), None, _WIDEST_HEAD)

    def close(self) -> None:
        """Let go of all pages."""
        for image in self._open.values():
            image.close()
        self._open.clear()

    def _cut(self, page: int, place: Box, framed: Box | None, widest: int) -> bytes:
        upright = self._upright(page)
        edges = (
            max(0, round(place.left)),
            max(0, round(place.top)),
            min(upright.width, round(place.right)),
            min(upright.height, round(place.bottom)),
        )
        piece = upright.crop(edges)
        if framed is not None:
            corner = framed.left - edges[0] - 3, framed.top - edges[1] - 3
            outline = (*corner, corner[0] + framed.width + 6, corner[1] + framed.height + 6)
            ImageDraw.Draw(piece).rectangle(outline, outline=_FRAME, width=2)
        if piece.width > widest:
            piece = piece.resize((widest, max(1, round(piece.height * widest / piece.width))), Image.Resampling.BOX)
        out = io.BytesIO()
        piece.save(out, "JPEG", quality=_QUALITY)
        return out.getvalue()

    def _upright(self, page: int) -> Image.Image:
        """The page as its reading has it: turned upright, in colour."""
        if page not in self._open:
            reading = self._readings[page - 1]
            self.close()  # one page in memory is enough: mistakes come page by page
            written = self._pages.image(reading.page, self._folder / f"crop-{reading.page:06}")
            with Image.open(written.path) as scanned:
                upright = ImageOps.exif_transpose(scanned).convert("RGB").rotate(-reading.rotation, expand=True)
            written.path.unlink()
            if upright.size != (reading.width, reading.height):
                upright = upright.resize((reading.width, reading.height))
            self._open[page] = upright
        return self._open[page]
