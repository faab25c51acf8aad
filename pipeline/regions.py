"""Cuts a part out of a page: a paper that shares its page with others becomes a picture of its own.

The part is decoded and kept without loss (PNG) at the page's resolution. Nothing else of the page is in the new file,
since whoever may see one of two papers on a page need not see the other.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np
from PIL import Image, PngImagePlugin

from core.errors import RefusedError, StorageError
from core.files import sha256_of
from ocr import geometry
from ocr.records import Box
from pipeline.pages import Pages
from pipeline.records import MediaType, Scan

LEAST = 40
"""Pixels that a part measures at least on each side."""


def crop(scan: Scan, page: int, rotation: int, size: tuple[int, int], box: Box, to: Path, name: str) -> Scan:
    """Write the part `box` of page `page` to `to`; gives it as a scan called `name`.

    `rotation`: degrees clockwise by which the page is turned to stand upright; `box` is in pixels of the upright page,
    which is `size` (width, height) there. Raises RefusedError where the page cannot be read or the part is too small,
    StorageError where the file cannot be written.
    """
    with Pages(scan) as pages, TemporaryDirectory(dir=to.parent, prefix="region-") as folder:
        image = pages.image(page, Path(folder) / "page")
        pixels = cv2.imread(str(image.path), cv2.IMREAD_UNCHANGED | cv2.IMREAD_IGNORE_ORIENTATION)
    if pixels is None:
        raise RefusedError("page", f"{scan.name}, page {page}: it cannot be decoded: scan it again")
    upright = geometry.turn(np.asarray(pixels, np.uint8), rotation)
    across, down = upright.shape[1] / size[0], upright.shape[0] / size[1]
    left, right = (min(max(round(edge * across), 0), upright.shape[1]) for edge in (box.left, box.right))
    top, bottom = (min(max(round(edge * down), 0), upright.shape[0]) for edge in (box.top, box.bottom))
    if right - left < LEAST or bottom - top < LEAST:
        raise RefusedError("region", f"{scan.name}, page {page}: the part is too small: draw it larger")
    part = upright[top:bottom, left:right]
    noted = PngImagePlugin.PngInfo()
    noted.add_text("SohoaSource", f"{scan.sha256}#{page} {rotation} {left},{top},{right},{bottom}")
    made = Image.fromarray(part if part.ndim == 2 else cv2.cvtColor(part, cv2.COLOR_BGR2RGB))
    try:
        made.save(to, "PNG", dpi=(image.dpi, image.dpi), pnginfo=noted)
    except OSError as error:
        raise StorageError(f"{to.name} cannot be written ({error.strerror or error}): free some room") from error
    return Scan(to, name, sha256_of(to), to.stat().st_size, MediaType.PNG, 1)
