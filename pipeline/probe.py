"""Looks into a file that nobody trusts yet: how many pages, are they whole, are they within limits?

Runs in a process of its own with limited memory (`pipeline.sandbox`), because the libraries that
parse PDF and TIFF are written in C and the files may be made to break them. What it guards against:
declared sizes that are lies, page trees with rings, streams that swell when decoded, files that end
in the middle. Accepted risks: JPEG 2000 pictures in a PDF are not decoded here; a broken one shows when
its page is read, and costs that document. Damage inside CCITT and JBIG2 data is not noticed: their
decoders do not tell.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pikepdf
from PIL import Image

from core.confine import Bounds
from pipeline.kept_process import serve
from pipeline.pdf_picture import filters_of, inflated, inherited, sheet_of
from pipeline.probed import Probed
from pipeline.records import MediaType

MEMORY = 1_000_000_000
"""Bytes of memory that the probing process may use."""
MOST_CONTENT = 64_000_000
"""Bytes of drawing instructions that a page may have after decoding."""
JUDGED_DPI = 200
"""Resolution at which a page of a PDF must stay within the limit of pixels."""
_STREAM = pikepdf.AccessMode.stream
"""Read as needed: a mapped file counts as memory of the process."""
LONGEST_SIDE = 65_000
"""Pixels of a side: no JPEG can be longer, so no archive copy."""
MOST_SCANS = 100
"""Passes of a progressive JPEG (programs write about ten): each costs the time of a whole picture."""
_SCAN = b"\xff\xda"
"""Begins a pass; inside of a pass these bytes never stand."""
_VERSION = re.compile(r"\d?(\.\d{0,2})?")
_MOST_PARTS = 2_000
"""Streams of which the content of a page may consist; programs write a few, merging ones dozens."""
_TAIL = 4096
_DEPTH = 40
_BROKEN_IMAGE = (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError)

Image.MAX_IMAGE_PIXELS = None  # the limit below is checked before anything is decoded


class _Refuse(Exception):
    def __init__(self, reason: str, why: str) -> None:
        super().__init__(why)
        self.probed = Probed(reason=reason, why=why)


def probe(path: Path, kind: MediaType, most_pages: int, most_pixels: int) -> Probed:
    """Look into the file at `path`, whose first bytes are those of `kind`."""
    try:
        if kind is MediaType.PDF:
            return _pdf(path, most_pages, most_pixels)
        return _image(path, most_pages, most_pixels)
    except _Refuse as refusal:
        return refusal.probed
    except MemoryError:
        return Probed(reason="bomb", why="it swells beyond all measure when it is decoded")


def _image(path: Path, most_pages: int, most_pixels: int) -> Probed:
    pages = 0
    try:
        with Image.open(path, formats=("TIFF", "JPEG", "PNG")) as opened:
            multiple = opened.format == "TIFF"
            if opened.format == "JPEG":
                _limit_scans(1, path.read_bytes())
            while True:
                pages += 1
                _limit_pages(pages, most_pages)
                _limit_pixels(pages, *opened.size, most_pixels)
                opened.load()
                if not multiple or not _next_frame(opened):
                    return Probed(pages)
    except _BROKEN_IMAGE as error:
        raise _Refuse("broken", f"page {max(pages, 1)} cannot be decoded ({_short(error)})") from error


def _next_frame(opened: Image.Image) -> bool:
    try:
        opened.seek(opened.tell() + 1)
    except EOFError:
        return False
    return True


def _pdf(path: Path, most_pages: int, most_pixels: int) -> Probed:
    with _open_pdf(path) as pdf:
        if not _VERSION.fullmatch(pdf.pdf_version):
            raise _Refuse("broken", "it is of no version of PDF")
        pages = _count(pdf, most_pages)
        for number, page in enumerate(pdf.pages, 1):
            try:
                _check_page(page, number, most_pixels)
            except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError) as error:
                raise _Refuse("broken", f"page {number} cannot be read ({_short(error)})") from error
        return Probed(pages)


def _open_pdf(path: Path) -> pikepdf.Pdf:
    try:
        return pikepdf.open(path, attempt_recovery=False, suppress_warnings=True, access_mode=_STREAM)
    except pikepdf.PasswordError as error:
        raise _Refuse("encrypted", "it needs a password") from error
    except (pikepdf.PdfError, ValueError, RuntimeError):
        return _repair(path)


def _repair(path: Path) -> pikepdf.Pdf:
    """Open a PDF whose table of contents is wrong: accepted if it has its end, so nothing was cut off."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _TAIL))
        if b"startxref" not in file.read():
            raise _Refuse("truncated", "its end is missing")
    try:
        return pikepdf.open(path, suppress_warnings=True, access_mode=_STREAM)
    except pikepdf.PasswordError as error:
        raise _Refuse("encrypted", "it needs a password") from error
    except (pikepdf.PdfError, ValueError, RuntimeError) as error:
        raise _Refuse("broken", f"it cannot be repaired ({_short(error)})") from error


def _count(pdf: pikepdf.Pdf, most_pages: int) -> int:
    """The number of pages, counted in the tree; the declared one must agree."""
    try:
        root = pdf.Root.Pages
        declared = root.get("/Count", 0)
        if not isinstance(declared, int):  # qpdf stumbles over it later on
            raise _Refuse("broken", "its number of pages is no number")
        _limit_pages(declared, most_pages)
        counted = 0
        for _ in _leaves(root, most_pages):
            counted += 1
            _limit_pages(counted, most_pages)
    except (AttributeError, KeyError, TypeError, ValueError, pikepdf.PdfError) as error:
        raise _Refuse("broken", f"its list of pages cannot be read ({_short(error)})") from error
    if counted == 0:
        raise _Refuse("no-pages", "it has no pages")
    if declared != counted or len(pdf.pages) != counted:
        raise _Refuse("broken", f"it declares {declared} pages but has {counted}")
    return counted


def _leaves(root: Any, most_pages: int) -> Iterator[None]:
    seen: set[tuple[int, int]] = set()
    waiting = [(root, 0)]
    nodes = 0
    while waiting:
        node, depth = waiting.pop()
        nodes += 1
        if depth > _DEPTH or nodes > 4 * most_pages + 1000:
            raise _Refuse("broken", "its list of pages is a maze")
        kids = node.get("/Kids") if isinstance(node, pikepdf.Dictionary) else None
        if kids is None:
            yield
            continue
        if node.objgen in seen:
            raise _Refuse("broken", "its list of pages runs in a circle")
        seen.add(node.objgen)
        if len(kids) > most_pages:
            _limit_pages(len(kids), most_pages)
        waiting.extend((kid, depth + 1) for kid in kids)


def _check_page(page: pikepdf.Page, number: int, most_pixels: int) -> None:
    box = inherited(page.obj, "/MediaBox")
    if isinstance(box, pikepdf.Array) and len(box) == 4:
        left, bottom, right, top = (float(v) for v in box)
        unit = JUDGED_DPI / 72
        _limit_pixels(number, round(abs(right - left) * unit), round(abs(top - bottom) * unit), most_pixels)
    sheet = sheet_of(page)
    _limit_pixels(number, *sheet.pixels(JUDGED_DPI), most_pixels)
    contents = page.obj.get("/Contents")
    streams = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
    if len(streams) > _MOST_PARTS:
        raise _Refuse("bomb", f"page {number} has far too much content")
    if sum(_decoded_size(s) for s in streams if isinstance(s, pikepdf.Stream)) > MOST_CONTENT:
        raise _Refuse("bomb", f"page {number} has far too much content")
    for image in _images(inherited(page.obj, "/Resources"), 3):
        _check_image(image, number, most_pixels)


def _decoded_size(stream: pikepdf.Stream) -> int:
    """Bytes of a stream after decoding, but no more than is needed to see that it is too long."""
    filters = filters_of(stream)
    if filters != ["/FlateDecode"] or "/DecodeParms" in stream:
        return len(stream.read_bytes())
    return inflated(stream.read_raw_bytes(), MOST_CONTENT)


def _images(resources: Any, depth: int) -> Iterator[pikepdf.Stream]:
    objects = resources.get("/XObject") if isinstance(resources, pikepdf.Dictionary) else None
    if not isinstance(objects, pikepdf.Dictionary):
        return
    for item in objects.values():
        if not isinstance(item, pikepdf.Stream):
            continue
        if item.get("/Subtype") == "/Image":
            yield item
        elif depth > 0:
            yield from _images(item.get("/Resources"), depth - 1)


def _check_image(image: pikepdf.Stream, number: int, most_pixels: int) -> None:
    width, height = int(image.get("/Width", 0)), int(image.get("/Height", 0))
    _limit_pixels(number, width, height, most_pixels)
    if filters_of(image) == ["/FlateDecode"]:
        least = height * -(-width * int(image.get("/BitsPerComponent", 1)) // 8)  # of a grey picture
        if inflated(image.read_raw_bytes(), least) < least:
            raise _Refuse("broken", f"the picture of page {number} is not whole")
    if filters_of(image) != ["/DCTDecode"]:
        return
    data = image.read_raw_bytes()
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG",)) as opened:
            _limit_pixels(number, *opened.size, most_pixels)
            _limit_scans(number, data)
            if b"\xff\xd9" not in data[-64:]:
                opened.load()
    except _BROKEN_IMAGE as error:
        raise _Refuse("broken", f"the picture of page {number} cannot be decoded ({_short(error)})") from error


def _limit_pages(pages: int, most: int) -> None:
    if pages > most:
        raise _Refuse("too-many-pages", f"it has more pages ({pages}) than the limit of {most}")


def _limit_pixels(number: int, width: int, height: int, most: int) -> None:
    if max(width, height) > LONGEST_SIDE:
        raise _Refuse(
            "too-many-pixels", f"page {number} has {width} × {height} pixels, over {LONGEST_SIDE} on one side"
        )
    if width * height > most:
        raise _Refuse("too-many-pixels", f"page {number} has {width} × {height} pixels, over the limit of {most}")


def _limit_scans(number: int, jpeg: bytes) -> None:
    if jpeg.count(_SCAN) > MOST_SCANS:
        raise _Refuse("bomb", f"the picture of page {number} is coded in far too many passes")


_PATH = re.compile(r"""['"]?/[^\s'"]*['"]?""")


def _short(error: Exception) -> str:
    """The first line of an error without the private path in it, which is another one each time."""
    lines = str(error).splitlines()
    told = _PATH.sub("", lines[0]).strip(" :") if lines else ""
    return told[:100] or type(error).__name__


def _answer(question: Any) -> tuple[Any, bytes]:
    path, kind, most_pages, most_pixels = question
    try:
        probed = probe(Path(path), MediaType(kind), most_pages, most_pixels)
    except (RecursionError, RuntimeError) as error:
        probed = Probed(reason="broken", why=_short(error))
    return asdict(probed), b""


if __name__ == "__main__":
    serve(_answer, Bounds(MEMORY))
