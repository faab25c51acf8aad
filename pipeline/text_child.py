"""The process that reads the text that PDFs carry; see `pipeline.drawing`."""

from __future__ import annotations

from math import atan2, degrees
from typing import Any

import pdfplumber
from pdfminer.pdfexceptions import PDFException
from pdfminer.psexceptions import PSException
from pdfplumber.utils.exceptions import PdfminerException

from core.confine import Bounds
from pipeline.kept_process import serve

MEMORY = 1_000_000_000
"""Bytes."""
_BROKEN = (PDFException, PSException, PdfminerException, ValueError, KeyError, TypeError, AttributeError,
           IndexError, OSError, RecursionError, ArithmeticError, AssertionError, MemoryError)  # fmt: skip


def answer(question: Any) -> tuple[Any, bytes]:
    """The words asked for; none where they cannot be read."""
    _what, path, number, most, upright = question
    try:
        return _words(path, number, most, upright), b""
    except _BROKEN:
        return {"words": []}, b""


def _words(path: str, number: int, most: int, upright: float) -> dict[str, Any]:
    with pdfplumber.open(path, pages=[number], unicode_norm="NFC") as pdf:
        page = pdf.pages[0]
        chars = page.chars
        if not chars or len(chars) > most or _upright_share(chars, page.rotation) < upright:
            return {"words": []}
        found = page.extract_words(x_tolerance_ratio=0.25, x_tolerance=None)
        places = [[word["text"], *(float(word[side]) for side in ("x0", "top", "x1", "bottom"))] for word in found]
        return {"visible": _visible(page), "words": places}


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


if __name__ == "__main__":
    serve(answer, Bounds(MEMORY))
