"""Pictures for archive files: the scanned data as they are wherever PDF/A allows it.

| The scan | in the archive file |
| --- | --- |
| JPEG, grey or colour (in a file, a TIFF or a PDF) | the same bytes |
| other picture of a PDF: CCITT, JBIG2, Flate | the same bytes |
| other 1-bit picture | CCITT group 4, the same pixels |
| other picture (PNG, LZW, 16 bits, CMYK, JPEG 2000 …) | Flate, the pixels as 8-bit grey or RGB |
| a page that has to be drawn | grey: Flate; colour: JPEG, quality 92 |
"""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pikepdf
from PIL import Image

from pipeline.image_pages import FORMATS, jpeg_bytes, orientation, pixels_of
from pipeline.page_image import Pixels
from pipeline.pdf_picture import Picture, filters_of
from pipeline.records import Scan

DRAWN_QUALITY = 92
_KEPT_FILTERS = frozenset(("/DCTDecode", "/CCITTFaxDecode", "/JBIG2Decode", "/FlateDecode", "/LZWDecode",
                           "/RunLengthDecode", "/ASCII85Decode", "/ASCIIHexDecode"))  # fmt: skip
_KEPT_KEYS = ("/Width", "/Height", "/ColorSpace", "/BitsPerComponent", "/Filter", "/DecodeParms", "/Decode")
_SPACES = frozenset(("/DeviceGray", "/DeviceRGB"))
_TURNS = {1: 0, 3: 180, 6: 90, 8: 270}
"""EXIF orientations that are plain turns, as degrees clockwise."""


@dataclass(frozen=True, slots=True)
class EncodedImage:
    """Picture data ready for a PDF."""

    data: bytes
    width: int
    height: int
    grey: bool
    filter: str
    """Name of the PDF filter."""
    bits: int = 8
    parameters: dict[str, int | bool] | None = None
    rotation: int = 0
    """Degrees clockwise by which the picture must be turned to be seen as it was scanned."""

    def into(self, pdf: pikepdf.Pdf) -> pikepdf.Stream:
        """The picture as a stream of `pdf`."""
        stream = pikepdf.Stream(pdf, b"")
        stream.write(self.data, filter=pikepdf.Name(self.filter))
        stream.Type, stream.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
        stream.Width, stream.Height = self.width, self.height
        stream.ColorSpace = pikepdf.Name.DeviceGray if self.grey else pikepdf.Name.DeviceRGB
        stream.BitsPerComponent = self.bits
        if self.parameters:
            stream.DecodeParms = pikepdf.Dictionary({f"/{key}": value for key, value in self.parameters.items()})
        return stream


def of_frame(scan: Scan, number: int) -> EncodedImage:
    """Frame `number` (from 1) of an image file. Raises what Pillow raises for a broken one."""
    with Image.open(scan.path, formats=FORMATS) as opened:
        opened.seek(number - 1)
        data, turn = jpeg_bytes(opened, scan), orientation(opened)
        if data is not None and turn in _TURNS:
            return EncodedImage(data, *opened.size, opened.mode == "L", "/DCTDecode", rotation=_TURNS[turn])
        if opened.mode == "1":
            opened.load()
            return _group4(opened)
        return flate(pixels_of(opened))


def of_drawing(pixels: Pixels) -> EncodedImage:
    """A drawn page."""
    if pixels.ndim == 2:
        return flate(pixels)
    ok, data = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, DRAWN_QUALITY])
    if not ok:
        raise ValueError("cannot encode the drawn page")
    return EncodedImage(data.tobytes(), pixels.shape[1], pixels.shape[0], False, "/DCTDecode")


def of_file(path: Path) -> EncodedImage:
    """A page that `Pages.image` has drawn (PNM)."""
    pixels = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    if pixels is None:
        raise ValueError(f"cannot read {path.name}")
    return of_drawing(np.asarray(pixels, dtype=np.uint8))


def flate(pixels: Pixels) -> EncodedImage:
    """Grey or BGR pixels, losslessly: a PNG's data, which PDF reads with its predictor 15."""
    grey = pixels.ndim == 2
    ok, png = cv2.imencode(".png", pixels, [cv2.IMWRITE_PNG_COMPRESSION, 6])
    if not ok:
        raise ValueError("cannot encode the page")
    height, width = pixels.shape[:2]
    parameters: dict[str, int | bool] = {
        "Predictor": 15,
        "Colors": 1 if grey else 3,
        "BitsPerComponent": 8,
        "Columns": width,
    }
    return EncodedImage(_png_data(png.tobytes()), width, height, grey, "/FlateDecode", 8, parameters)


def kept(picture: Picture) -> pikepdf.Stream | None:
    """The picture of a PDF page, its data untouched and rid of what PDF/A forbids beside them.

    None if PDF/A forbids the data themselves.
    """
    image = picture.image
    if any(key in image for key in ("/SMask", "/Mask")) or not set(filters_of(image)) <= _KEPT_FILTERS:
        return None
    if int(image.get("/BitsPerComponent", 1)) not in (1, 2, 4, 8) or not _allowed(image.get("/ColorSpace")):
        return None
    for key in {str(key) for key in image} - {*_KEPT_KEYS, "/Length"}:
        del image[key]
    image.Type, image.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    space = image.get("/ColorSpace")
    if isinstance(space, pikepdf.Array) and str(space[0]) == "/ICCBased" and not _sound_profile(space[1]):
        image.ColorSpace = pikepdf.Name.DeviceGray if picture.components == 1 else pikepdf.Name.DeviceRGB
    return image


def _allowed(space: pikepdf.Object | None) -> bool:
    """Whether the file's sRGB output intent is enough to tell the colours of `space`."""
    if isinstance(space, pikepdf.Name):
        return str(space) in _SPACES
    if not isinstance(space, pikepdf.Array) or len(space) < 2:
        return False
    family = str(space[0])
    if family == "/Indexed":
        return isinstance(space[1], pikepdf.Name) and str(space[1]) in _SPACES
    if family == "/ICCBased" and isinstance(space[1], pikepdf.Stream):
        return space[1].get("/N") in (1, 3)
    return False


def _sound_profile(profile: pikepdf.Object) -> bool:
    """Whether an ICC profile's header is one that PDF/A-2 allows (ISO 19005-2, 6.2.4.2)."""
    data = bytes(profile.read_bytes()[:128])
    spaces = {1: b"GRAY", 3: b"RGB "}
    known = data[12:16] in (b"prtr", b"mntr", b"scnr", b"spac") and data[36:40] == b"acsp"
    return len(data) == 128 and data[8] < 5 and known and data[16:20] == spaces.get(int(profile.get("/N", 0)))


def _group4(opened: Image.Image) -> EncodedImage:
    """1-bit pixels as one CCITT group 4 strip, taken out of the TIFF that Pillow makes."""
    out = io.BytesIO()
    opened.save(out, "TIFF", compression="group4", tiffinfo={278: opened.height}, strip_size=1 << 30)
    with Image.open(io.BytesIO(out.getvalue()), formats=("TIFF",)) as made:
        tags = made.tag_v2  # type: ignore[attr-defined]
        (offset,), (count,), photometric = tags[273], tags[279], tags[262]
    parameters: dict[str, int | bool] = {
        "K": -1,
        "Columns": opened.width,
        "Rows": opened.height,
        "BlackIs1": photometric == 1,
    }
    data = out.getvalue()[offset : offset + count]
    return EncodedImage(data, *opened.size, True, "/CCITTFaxDecode", 1, parameters)


def _png_data(png: bytes) -> bytes:
    """The joined data chunks of a PNG."""
    parts, at = [], 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        if png[at + 4 : at + 8] == b"IDAT":
            parts.append(png[at + 8 : at + 8 + length])
        at += length + 12
    return b"".join(parts)
