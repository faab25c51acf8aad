"""Pages for the benchmark: those of the corpus' batch scans again and again, each aged anew so that no two are alike.

Each is turned by a small angle, made a little darker or lighter, given noise of its own and encoded as what it was, a
JPEG of about the original's size in its colours. The seed is the number of the page, so every run makes the same ones.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pikepdf
from numpy.typing import NDArray

from benchmarks.workbench import batch_files
from pipeline.pages import Pages
from pipeline.records import MediaType, PageKind, Scan
from pipeline.split import survey

_DEGREES = 0.7
"""Largest turn; a page that lies straighter or more askew than before is as likely."""
_NOISE = (1.0, 3.5)
"""Standard deviation of the noise, in grey levels."""
_QUALITIES = range(20, 96)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a batch scan."""

    jpeg: bytes
    points: tuple[float, float]
    """Width and height of its sheet."""
    kind: PageKind
    """What our own survey says that it is."""


def originals(corpus: Path) -> list[Page]:
    """The pages of the batch scans."""
    pages = []
    for file in batch_files(corpus):
        with pikepdf.open(file) as pdf:
            for page, kind in zip(pdf.pages, kinds(file), strict=True):
                [image] = page.get_images().values()
                box = [float(side) for side in page.mediabox]
                pages.append(Page(image.read_raw_bytes(), (box[2], box[3]), kind))
    return pages


def kinds(file: Path) -> list[PageKind]:
    """What each page of a PDF is for."""
    with pikepdf.open(file) as pdf:
        count = len(pdf.pages)
    scan = Scan(file, file.name, "0" * 64, file.stat().st_size, MediaType.PDF, count)
    with Pages(scan) as pages:
        return [page.kind for page in survey(pages)]


def aged(pages: Sequence[Page], count: int) -> Iterator[Page]:
    """`count` pages that all differ: `pages` over and over."""
    for number, page in enumerate(itertools.islice(itertools.cycle(pages), count)):
        yield Page(_aged(page.jpeg, number), page.points, page.kind)


def write_pdf(pages: Sequence[Page], to: Path) -> None:
    """A scan of these pages."""
    with pikepdf.new() as pdf:
        for page in pages:
            width, height = page.points
            sheet = pdf.add_blank_page(page_size=(width, height))
            sheet.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Scan=_stream(pdf, page.jpeg)))
            sheet.Contents = pdf.make_stream(f"{width} 0 0 {height} 0 0 cm /Scan Do".encode())
        pdf.save(to)


def _stream(pdf: pikepdf.Pdf, jpeg: bytes) -> pikepdf.Stream:
    pixels = _decoded(jpeg)
    stream = pdf.make_stream(b"")
    stream.write(jpeg, filter=pikepdf.Name.DCTDecode)
    stream.Type, stream.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    stream.Height, stream.Width = pixels.shape[:2]
    stream.BitsPerComponent = 8
    stream.ColorSpace = pikepdf.Name.DeviceGray if pixels.ndim == 2 else pikepdf.Name.DeviceRGB
    return stream


def _decoded(jpeg: bytes) -> NDArray[Any]:
    return np.asarray(cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_UNCHANGED | cv2.IMREAD_IGNORE_ORIENTATION))


def _aged(jpeg: bytes, seed: int) -> bytes:
    dice = np.random.default_rng(seed)
    pixels = _decoded(jpeg)
    height, width = pixels.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), float(dice.uniform(-_DEGREES, _DEGREES)), 1.0)
    pixels = cv2.warpAffine(pixels, turn, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    noise = dice.standard_normal(pixels.shape, np.float32) * np.float32(dice.uniform(*_NOISE))
    light = np.float32(dice.uniform(0.95, 1.03))
    return _encoded(np.clip(pixels * light + noise, 0, 255).astype(np.uint8), len(jpeg))


def _encoded(pixels: NDArray[Any], size: int) -> bytes:
    """The JPEG with the highest quality that has at most `size` bytes, or with the lowest of ours."""
    low, high = 0, len(_QUALITIES) - 1
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if len(_jpeg(pixels, _QUALITIES[middle])) <= size else (low, middle - 1)
    return _jpeg(pixels, _QUALITIES[low])


def _jpeg(pixels: NDArray[Any], quality: int) -> bytes:
    ok, data = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not ok:
        raise ValueError("cannot encode the page")
    return bytes(data.tobytes())
