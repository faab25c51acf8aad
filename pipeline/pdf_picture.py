"""Tells whether a page of a PDF is one embedded picture (a scan) and how big its sheet is.

A scanned page paints one picture over the whole sheet and nothing else that can be seen; an
invisible text layer on it does not matter. Only such a picture may stand for the page.
"""

from __future__ import annotations

import zlib
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pikepdf

Matrix = tuple[float, float, float, float, float, float]
IDENTITY: Matrix = (1, 0, 0, 1, 0, 0)
A4 = (0.0, 0.0, 595.28, 841.89)
_MAX_CONTENT = 500_000
"""Bytes of a page's content, decoded, that are looked at: an OCR layer of a dense page has under 200,000. Half a
million
are a second's work, and what has more is drawn."""
_MAX_CODED = 100_000
"""Bytes of a content in a coding of which only the whole can be decoded."""
_EDGE = 0.02
"""Share of the sheet's sides by which a picture may miss its edges."""
_PAINTS = frozenset("S s f F f* B B* b b* sh BI INLINE IMAGE Tj TJ ' \"".split())
_SHOWS_TEXT = frozenset("Tj TJ ' \"".split())
_INVISIBLE = 3
_GREY = frozenset(("/DeviceGray", "/CalGray"))
_COLOUR = frozenset(("/DeviceRGB", "/CalRGB"))
_LONGEST = 14_400
"""Points; the longest side that PDF 1.7 allows."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The visible sheet of a page, before turning: points, with the user unit worked in."""

    left: float
    bottom: float
    width: float
    height: float
    rotation: int
    """Degrees clockwise by which a viewer turns the page: 0, 90, 180 or 270."""
    unit: float
    """Points in one unit of the page's content (nearly always 1)."""

    @property
    def area_inches(self) -> float:
        """Square inches."""
        return self.width * self.height / 72**2

    def pixels(self, dpi: float) -> tuple[int, int]:
        """Width and height of a drawing of the unturned sheet."""
        return max(1, round(self.width * dpi / 72)), max(1, round(self.height * dpi / 72))


@dataclass(frozen=True, slots=True)
class Picture:
    """The one picture that a page consists of."""

    image: pikepdf.Stream
    name: str
    """Its name in the page's resources."""
    width: int
    """Pixels."""
    height: int
    """Pixels."""
    dpi: float
    """As placed on the sheet; not checked for sense."""
    components: int
    """1 grey, 3 colour, 0 anything else."""

    @property
    def plain_jpeg(self) -> bool:
        """Whether the stream is a JPEG whose decoded samples are the page's colours."""
        filters = filters_of(self.image)
        plain = not any(key in self.image for key in ("/SMask", "/Mask", "/Decode", "/DecodeParms"))
        return plain and filters == ["/DCTDecode"] and self.components in (1, 3)


def sheet_of(page: pikepdf.Page) -> Sheet:
    """The sheet of a page: its crop box inside its media box; A4 where neither makes sense."""
    media = _rectangle(page.obj, "/MediaBox") or A4
    crop = _rectangle(page.obj, "/CropBox") or media
    left, bottom = max(media[0], crop[0]), max(media[1], crop[1])
    right, top = min(media[2], crop[2]), min(media[3], crop[3])
    if right - left < 1 or top - bottom < 1:
        left, bottom, right, top = media
    unit = min(max(_number(page.obj.get("/UserUnit"), 1.0), 0.01), 100.0)
    turn = int(_number(inherited(page.obj, "/Rotate"), 0)) % 360
    return Sheet(left, bottom, (right - left) * unit, (top - bottom) * unit, turn // 90 * 90, unit)


def picture_of(page: pikepdf.Page) -> Picture | None:
    """The picture that is all of the page, or None."""
    if _has_visible_annotations(page.obj) or _content_size(page.obj) > _MAX_CONTENT:
        return None
    found = _only_painted(page)
    if found is None:
        return None
    name, matrix = found
    image = inherited(page.obj, "/Resources")["/XObject"][name]
    if not isinstance(image, pikepdf.Stream):
        return None
    width, height = int(image.get("/Width", 0)), int(image.get("/Height", 0))
    sheet = sheet_of(page)
    if width < 1 or height < 1 or not _covers(matrix, sheet) or bool(image.get("/ImageMask", False)):
        return None
    dpi = max(width / sheet.width, height / sheet.height) * 72
    if min(width / sheet.width, height / sheet.height) * 72 < dpi * 0.9:
        return None  # fax resolution (204 × 98 dpi): the pixels are not square and must be drawn
    return Picture(image, name, width, height, dpi, _components(image))


def bits_of(picture: Picture) -> int:
    """Bits of each pixel of a picture; 24 where its colours are of a kind that only colour pictures have."""
    space = picture.image.get("/ColorSpace")
    depth = int(_number(picture.image.get("/BitsPerComponent"), 8))
    indexed = isinstance(space, pikepdf.Array) and len(space) > 0 and str(space[0]) == "/Indexed"
    return depth if indexed else depth * (picture.components or 3)


def filters_of(image: pikepdf.Stream) -> list[str]:
    """The names of a stream's filters in the order in which they are undone."""
    value = image.get("/Filter")
    if value is None:
        return []
    return [str(f) for f in value] if isinstance(value, pikepdf.Array) else [str(value)]


def _only_painted(page: pikepdf.Page) -> tuple[str, Matrix] | None:
    """Name and place of the one XObject image that the page paints, if it paints nothing else."""
    matrix, mode, stack = IDENTITY, 0, list[tuple[Matrix, int]]()
    found: tuple[str, Matrix] | None = None
    for instruction in pikepdf.parse_content_stream(page):
        operator, operands = str(instruction.operator), instruction.operands
        if operator == "q":
            stack.append((matrix, mode))
        elif operator == "Q" and stack:
            matrix, mode = stack.pop()
        elif operator == "cm":
            matrix = multiply(_matrix(operands), matrix)
        elif operator == "Tr":
            mode = int(_number(operands[0], 0))
        elif operator == "Do":
            if found is not None or not _is_image(page, str(operands[0])):
                return None
            found = (str(operands[0]), matrix)
        elif operator in _PAINTS and not (operator in _SHOWS_TEXT and mode == _INVISIBLE):
            return None
    return found


def _is_image(page: pikepdf.Page, name: str) -> bool:
    with suppress(KeyError, TypeError, AttributeError):
        image = inherited(page.obj, "/Resources")["/XObject"][name]
        return isinstance(image, pikepdf.Stream) and image.get("/Subtype") == "/Image"
    return False


def _covers(matrix: Matrix, sheet: Sheet) -> bool:
    """Whether the unit square, so placed, is the sheet: upright, not mirrored, edge to edge."""
    a, b, c, d, left, bottom = matrix
    width, height = sheet.width / sheet.unit, sheet.height / sheet.unit
    if abs(b) > width * 1e-3 or abs(c) > height * 1e-3:
        return False
    return (
        abs(a - width) <= 2 * _EDGE * width
        and abs(d - height) <= 2 * _EDGE * height
        and abs(left - sheet.left) <= _EDGE * width
        and abs(bottom - sheet.bottom) <= _EDGE * height
    )


def multiply(first: Matrix, then: Matrix) -> Matrix:
    """The PDF matrix that applies `first` and then `then`."""
    a, b, c, d, e, f = first
    p, q, r, s, t, u = then
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u)


def _components(image: pikepdf.Stream) -> int:
    space = image.get("/ColorSpace")
    if isinstance(space, pikepdf.Name):
        return 1 if str(space) in _GREY else 3 if str(space) in _COLOUR else 0
    if isinstance(space, pikepdf.Array) and len(space) > 1:
        family = str(space[0])
        if family == "/ICCBased" and isinstance(space[1], pikepdf.Stream):
            count = int(_number(space[1].get("/N"), 0))
            return count if count in (1, 3) else 0
        return 1 if family in _GREY else 3 if family in _COLOUR else 0
    return 0


def _has_visible_annotations(page: pikepdf.Object) -> bool:
    annotations = page.get("/Annots")
    if not isinstance(annotations, pikepdf.Array):
        return False
    return any(isinstance(a, pikepdf.Dictionary) and str(a.get("/Subtype")) != "/Link" for a in annotations)


def _content_size(page: pikepdf.Object) -> int:
    """Bytes of the page's content after decoding, or some number over the limit."""
    contents = page.get("/Contents")
    streams = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
    size = 0
    for stream in streams:
        if isinstance(stream, pikepdf.Stream) and size <= _MAX_CONTENT:
            size += _decoded_size(stream)
    return size


def _decoded_size(stream: pikepdf.Stream) -> int:
    filters = filters_of(stream)
    if filters == ["/FlateDecode"] and "/DecodeParms" not in stream:
        return inflated(stream.read_raw_bytes(), _MAX_CONTENT)
    coded = int(_number(stream.get("/Length"), 0))
    if not filters:
        return coded
    return len(stream.read_bytes()) if coded <= _MAX_CODED else _MAX_CONTENT + 1


def inflated(data: bytes, enough: int) -> int:
    """Bytes that `data` decodes to, but no more than is needed to see that they are over `enough`.

    What follows a break does not count; qpdf and pdfium, too, show what comes before it.
    """
    decoder, size = zlib.decompressobj(), 0
    with suppress(zlib.error):
        while data and size <= enough:
            size += len(decoder.decompress(data, 1_000_000))
            data = decoder.unconsumed_tail
    return size


def inherited(page: Any, key: str) -> Any:
    """A page attribute, looked for in the page and then in its ancestors (which may form a ring)."""
    node = page
    for _ in range(50):
        if not isinstance(node, pikepdf.Dictionary):
            return None
        if key in node:
            return node[key]
        node = node.get("/Parent")
    return None


def _rectangle(page: Any, key: str) -> tuple[float, float, float, float] | None:
    values = inherited(page, key)
    if not isinstance(values, pikepdf.Array) or len(values) != 4:
        return None
    x0, y0, x1, y1 = (_number(v, 0) for v in values)
    left, right, bottom, top = min(x0, x1), max(x0, x1), min(y0, y1), max(y0, y1)
    if not (1 <= right - left <= _LONGEST and 1 <= top - bottom <= _LONGEST):
        return None
    return left, bottom, right, top


def _matrix(operands: Any) -> Matrix:
    a, b, c, d, e, f = (_number(v, 0) for v in operands)
    return a, b, c, d, e, f


def _number(value: Any, otherwise: float) -> float:
    return float(value) if isinstance(value, (int, float, Decimal)) else otherwise
