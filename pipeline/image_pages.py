"""Pages of TIFF, JPEG and PNG files.

Whatever a scanner or camera writes becomes 8-bit grey or BGR pixels: 1-bit, palette, 16-bit, CMYK
and transparency (laid on white paper) included.
"""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from PIL import ExifTags, Image, ImageOps, TiffImagePlugin, UnidentifiedImageError

from core.errors import RefusedError
from pipeline.page_image import PageImage, Pixels, PixelSize, Preview, jpeg_preview, sane_dpi, shrink, write_pnm
from pipeline.records import MediaType, Scan
from pipeline.tiff_jpeg import jpeg_of

Image.MAX_IMAGE_PIXELS = None  # pipeline.intake refuses by its own limit, before anything is decoded

BROKEN = (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, UnidentifiedImageError)
"""What Pillow raises for broken files, depending on the format and the break."""
FORMATS = ("TIFF", "JPEG", "PNG")
_UNCHANGED = 1
"""EXIF orientation of a picture that is shown as it is stored."""
_LYING = 5
"""EXIF orientations from this one on exchange width and height."""
_GREY_MODES = ("1", "L", "LA", "La", "I", "F", "I;16", "I;16L", "I;16B", "I;16N")


class ImagePages:
    """The frames of an image file. Each call opens the file anew, so calls may run at once."""

    def __init__(self, scan: Scan) -> None:
        self._scan = scan

    def image(self, number: int, to: Path) -> PageImage:
        """Write frame `number`; a JPEG, also inside a TIFF, as it is."""
        try:
            with Image.open(self._scan.path, formats=FORMATS) as opened:
                opened.seek(number - 1)
                dpi = dpi_of(opened)
                data = jpeg_bytes(opened, self._scan)
                if data is not None and orientation(opened) == _UNCHANGED:
                    path = to.with_suffix(".jpg")
                    path.write_bytes(data)
                    return PageImage(path, *opened.size, dpi)
                pixels = pixels_of(opened)
                return PageImage(write_pnm(pixels, to), pixels.shape[1], pixels.shape[0], dpi)
        except BROKEN as error:
            raise unreadable(self._scan.name, number, error) from error

    def size(self, number: int) -> PixelSize:
        """The size of frame `number` as `image` writes it, from its header."""
        try:
            with Image.open(self._scan.path, formats=FORMATS) as opened:
                opened.seek(number - 1)
                width, height = opened.size
                if orientation(opened) >= _LYING:
                    width, height = height, width
                return PixelSize(width, height, dpi_of(opened))
        except BROKEN as error:
            raise unreadable(self._scan.name, number, error) from error

    def preview(self, number: int, dpi: float) -> Preview:
        """A grey view of frame `number`; JPEGs are shrunk while decoding."""
        try:
            with Image.open(self._scan.path, formats=FORMATS) as opened:
                opened.seek(number - 1)
                own = dpi_of(opened)
                data = jpeg_bytes(opened, self._scan)
                if data is not None and (view := jpeg_preview(data, own, dpi)):
                    return view
                return shrink(pixels_of(opened), own, dpi)
        except BROKEN as error:
            raise unreadable(self._scan.name, number, error) from error

    def has_text(self, number: int) -> bool:
        """Pictures carry no text layer."""
        return False

    def bits(self, number: int) -> int | None:
        """Bits of each pixel of frame `number`, transparency aside."""
        try:
            with Image.open(self._scan.path, formats=FORMATS) as opened:
                opened.seek(number - 1)
                return 1 if opened.mode == "1" else 8 if opened.mode in ("P", "PA", *_GREY_MODES) else 24
        except BROKEN as error:
            raise unreadable(self._scan.name, number, error) from error

    def close(self) -> None:
        """Nothing is kept open between calls."""


def jpeg_bytes(opened: Image.Image, scan: Scan) -> bytes | None:
    """The current frame as the bytes of a grey or colour JPEG; None if it is not stored as one."""
    if scan.media_type is MediaType.JPEG and opened.mode in ("L", "RGB"):
        return scan.path.read_bytes()
    if isinstance(opened, TiffImagePlugin.TiffImageFile):
        with scan.path.open("rb") as file:
            data = jpeg_of(opened, file)
        return data if data is not None and _decodes_to(data, opened.size) else None
    return None


def _decodes_to(data: bytes, size: tuple[int, int]) -> bool:
    with Image.open(io.BytesIO(data)) as joined:
        return joined.size == size and joined.mode in ("L", "RGB")


def orientation(opened: Image.Image) -> int:
    """The orientation that the camera or scanner noted, 1 (as stored) to 8."""
    value = opened.getexif().get(ExifTags.Base.Orientation, _UNCHANGED)
    return value if isinstance(value, int) and 1 <= value <= 8 else _UNCHANGED


def dpi_of(opened: Image.Image) -> float:
    """Dots per inch of an opened image; assumes A4 where the file says nothing that can be true."""
    try:
        stated = float(opened.info.get("dpi", (0, 0))[0])
    except (TypeError, ValueError, IndexError, ZeroDivisionError):
        stated = 0.0
    return sane_dpi(*opened.size, stated)


def pixels_of(opened: Image.Image) -> Pixels:
    """The current frame decoded and turned as its orientation says: 8-bit grey or BGR."""
    opened.load()
    image = ImageOps.exif_transpose(opened)
    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        return _sixteen_bits(image)
    if "transparency" in image.info or image.mode in ("LA", "La", "PA", "RGBA", "RGBa"):
        paper = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(paper, image.convert("RGBA")).convert("L" if opened.mode == "LA" else "RGB")
    if image.mode in _GREY_MODES:
        return np.asarray(image.convert("L"), dtype=np.uint8)
    return np.ascontiguousarray(np.asarray(image.convert("RGB"), dtype=np.uint8)[:, :, ::-1])


def _sixteen_bits(image: Image.Image) -> Pixels:
    values = np.asarray(image).astype(np.float64)
    if float(values.max(initial=0)) > 255:
        values /= 257
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)


def unreadable(name: str, number: int, error: Exception) -> RefusedError:
    """The error for a page that cannot be read."""
    why = str(error).splitlines()[0][:120] if str(error) else type(error).__name__
    return RefusedError("page", f"{name}: page {number} cannot be read ({why}): scan it again")
