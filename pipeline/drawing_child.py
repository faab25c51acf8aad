"""The process that draws pages of PDFs; see `pipeline.drawing`."""

from __future__ import annotations

import os
from collections import OrderedDict
from typing import Any

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from core.confine import Bounds
from pipeline.kept_process import serve

MEMORY = 1_500_000_000
"""Bytes: two drawings of the largest size, and the largest picture that is let in, decoded."""
MOST_SIDE = 30_000
"""Pixels of either side of a drawing."""
MOST_PIXELS = 60_000_000
_OPEN = 4
"""Files that stay open: as many as are usually worked on at once."""
_DEPTH = 2

_Sight = tuple[int, int, int]
_files: OrderedDict[str, tuple[_Sight, pdfium.PdfDocument]] = OrderedDict()


def answer(question: Any) -> tuple[Any, bytes]:
    """The pixels asked for, or a fault."""
    what, path, *more = question
    try:
        if what == "close":
            _close(path)
            return {}, b""
        pixels = _draw(_file(path), *more)
    except (pdfium.PdfiumError, ValueError, OSError, ZeroDivisionError, OverflowError) as error:
        return {"fault": str(error)[:200] or type(error).__name__}, b""
    except IndexError:
        return {"fault": "there is no such page", "no_page": True}, b""
    return {"shape": pixels.shape}, pixels.tobytes()


def _file(path: str) -> pdfium.PdfDocument:
    """The file, opened anew where another lies in its place by now."""
    found = os.stat(path)
    sight = (found.st_ino, found.st_size, found.st_mtime_ns)
    if path in _files and _files[path][0] == sight:
        _files.move_to_end(path)
    else:
        _close(path)
        _files[path] = (sight, pdfium.PdfDocument(path))
        if len(_files) > _OPEN:
            _close(next(iter(_files)))
    return _files[path][1]


def _close(path: str) -> None:
    known = _files.pop(path, None)
    if known is not None:
        known[1].close()


def _draw(
    file: pdfium.PdfDocument,
    number: int,
    width: float,
    grey: bool,
    whole: bool,
    forms: bool,
    tallest: float,
    crop: list[float] | None,
) -> Any:
    if not 1 <= number <= len(file):
        raise IndexError
    page = file[number - 1]
    try:
        if whole:
            for picture in page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_IMAGE], max_depth=_DEPTH):
                picture.get_bitmap()
        across, high = page.get_width(), page.get_height()
        left, below, right, above = crop or (0.0, 0.0, 0.0, 0.0)
        shown = across * (1 - left - right)
        scale = width / shown
        if tallest:
            scale = min(scale, tallest * width / (high * (1 - below - above)))
        sides = shown * scale, high * (1 - below - above) * scale
        if max(sides) > MOST_SIDE or sides[0] * sides[1] > MOST_PIXELS:
            raise ValueError("the drawing is too large")
        cut = (left * across, below * high, right * across, above * high)
        bitmap = page.render(scale=scale, grayscale=grey, may_draw_forms=forms, crop=cut)
        pixels = _plain(np.array(bitmap.to_numpy(), dtype=np.uint8))
        bitmap.close()
    finally:
        page.close()
    return pixels


def _plain(pixels: Any) -> Any:
    """Grey pixels where all three colours are the same, a third of the size; BGR otherwise."""
    if pixels.ndim == 2:
        return pixels
    if pixels.shape[2] == 1:
        return np.ascontiguousarray(pixels[:, :, 0])
    blue, green, red = pixels[:, :, 0], pixels[:, :, 1], pixels[:, :, 2]
    if np.array_equal(blue, green) and np.array_equal(green, red):
        return np.ascontiguousarray(blue)
    return np.ascontiguousarray(pixels[:, :, :3])


if __name__ == "__main__":
    serve(answer, Bounds(MEMORY))
