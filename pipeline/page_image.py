"""Page images: the records, and the few operations on pixels that every kind of file shares."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]

A4_LONG_SIDE = 297 / 25.4
"""Inches."""
LONG_SIDES = (2.4, 36.0)
"""Inches that the longer side of a sheet of paper can have: an identity card to an A1 drawing."""
COARSE_DPI = 100
"""Nobody scans sheets larger than A4 with less."""
PREVIEW_DPI = 95
"""A preview has at least this resolution where the scan has it (and less than twice of it)."""


@dataclass(frozen=True, slots=True)
class PageImage:
    """One page written to disk."""

    path: Path
    """A JPEG (bytes as scanned) or a PNM file."""
    width: int
    """Pixels."""
    height: int
    """Pixels."""
    dpi: float
    """Dots per inch; an assumption (A4) where the file states none that can be true."""


@dataclass(frozen=True, slots=True)
class PixelSize:
    """The size that a page has as an image."""

    width: int
    height: int
    dpi: float


@dataclass(frozen=True, slots=True)
class Preview:
    """A grey view of a page for a first look."""

    pixels: Pixels
    """Grey, 0 black … 255 white, height × width."""
    dpi: float


class PageSource(Protocol):
    """What each kind of file offers. Numbers count from 1 and are checked by the caller."""

    def image(self, number: int, to: Path) -> PageImage:
        """Write the page beside `to` (the suffix is chosen by the format)."""

    def size(self, number: int) -> PixelSize:
        """The size that `image` gives the page, without decoding or drawing it."""

    def preview(self, number: int, dpi: float) -> Preview:
        """A grey view with at least `dpi`, or the page's own resolution if that is less."""

    def has_text(self, number: int) -> bool:
        """Whether the page has embedded text at all, sound or not."""

    def bits(self, number: int) -> int | None:
        """Bits of each pixel as they are stored; None where the page is not one picture."""

    def close(self) -> None:
        """Let go of the file."""


def sane_dpi(width: int, height: int, stated: float) -> float:
    """`stated` dots per inch if a sheet of paper can be that big, else what makes the page an A4.

    Cameras and chat programs write 72 dpi into pictures of any size.
    """
    longer = max(width, height)
    possible = stated > 0 and LONG_SIDES[0] <= longer / stated <= LONG_SIDES[1]
    if possible and (stated >= COARSE_DPI or longer / stated <= A4_LONG_SIDE * 1.05):
        return stated
    return longer / A4_LONG_SIDE


def write_pnm(pixels: Pixels, to: Path) -> Path:
    """Write grey (h × w) or BGR (h × w × 3) pixels losslessly and without compressing; gives the path."""
    path = to.with_suffix(".pgm" if pixels.ndim == 2 else ".ppm")
    ok, data = cv2.imencode(path.suffix, pixels)
    if not ok:
        raise ValueError(f"cannot encode {pixels.shape} pixels")
    path.write_bytes(data.tobytes())
    return path


def reduction(dpi: float, wanted: float) -> int:
    """By how much (1, 2, 4 or 8) a JPEG may be shrunk while decoding and still have `wanted` dpi."""
    return next((n for n in (8, 4, 2) if dpi / n >= wanted), 1)


_REDUCED = {
    1: cv2.IMREAD_GRAYSCALE,
    2: cv2.IMREAD_REDUCED_GRAYSCALE_2,
    4: cv2.IMREAD_REDUCED_GRAYSCALE_4,
    8: cv2.IMREAD_REDUCED_GRAYSCALE_8,
}


def jpeg_preview(data: bytes, dpi: float, wanted: float) -> Preview | None:
    """A grey view of a JPEG, shrunk while decoding; None if it cannot be decoded."""
    factor = reduction(dpi, wanted)
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), _REDUCED[factor] | cv2.IMREAD_IGNORE_ORIENTATION)
    return None if pixels is None else Preview(pixels.astype(np.uint8, copy=False), dpi / factor)


def shrink(pixels: Pixels, dpi: float, wanted: float) -> Preview:
    """A grey view of `pixels` with at least `wanted` dpi (area averages)."""
    grey = pixels if pixels.ndim == 2 else cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)
    factor = reduction(dpi, wanted)
    if factor > 1:
        size = (max(1, grey.shape[1] // factor), max(1, grey.shape[0] // factor))
        grey = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
    return Preview(grey.astype(np.uint8, copy=False), dpi / factor)
