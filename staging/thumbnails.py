"""Small pictures of the pages on the desk. They are kept for a while, and made again where one is missing."""

from __future__ import annotations

import io
import os
import tempfile
from contextlib import suppress
from pathlib import Path

from PIL import Image

from core.settings import settings
from pipeline.pages import Pages

SIDES = (200, 283)
"""Pixels across and down at most: an A4 at 24 dpi."""
MOST_BYTES = 12_000
_QUALITIES = (70, 55, 40, 25)
_COLOUR = 24
"""Bits of pictures of which the colours are worth opening the original for: stamps and signatures show."""


KEPT_DAYS = 60
"""Days after which a picture goes: its batch is long read, or somebody looks at it and it is made again."""


def path(sha256: str, page: int) -> Path:
    """Where the picture of a page lies, if it was made."""
    return _folder(sha256[:2]) / f"{sha256}-{page}.jpg"


def make(pages: Pages, number: int) -> Path:
    """Make the picture of page `number` (from 1); raises RefusedError where the page cannot be read."""
    to = path(pages.scan.sha256, number)
    to.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    data = _jpeg(_small(pages, number, to.parent))
    handle, aside = tempfile.mkstemp(dir=to.parent, prefix=".making-")
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    Path(aside).replace(to)
    return to


def clear_away(turn: int, now: float) -> int:
    """Remove the pictures of one folder of 256, the one whose `turn` it is, that are older than KEPT_DAYS at the time
    `now` (seconds); gives how many.
    """
    gone = 0
    for file in _folder(f"{turn % 256:02x}").glob("*.jpg"):
        with suppress(FileNotFoundError):  # somebody else clears away, too
            if now - file.stat().st_mtime > KEPT_DAYS * 86_400:
                file.unlink()
                gone += 1
    return gone


def _folder(start: str) -> Path:
    return settings().root / "staging" / "thumbnails" / start


def _small(pages: Pages, number: int, folder: Path) -> Image.Image:
    if (pages.bits(number) or 0) < _COLOUR:
        return _fitted(Image.fromarray(pages.preview(number).pixels))
    with tempfile.TemporaryDirectory(dir=folder, prefix=".drawing-") as work:
        drawn = pages.image(number, Path(work) / "page")
        with Image.open(drawn.path) as opened:
            opened.draft("RGB", (2 * SIDES[0], 2 * SIDES[1]))  # a JPEG is made smaller while it is decoded
            return _fitted(opened.convert("RGB"))


def _fitted(image: Image.Image) -> Image.Image:
    image.thumbnail(SIDES if image.height >= image.width else (SIDES[1], SIDES[0]), Image.Resampling.BOX)
    return image


def _jpeg(image: Image.Image) -> bytes:
    """The picture with as much quality as `MOST_BYTES` allow."""
    data = b""
    for quality in _QUALITIES:
        out = io.BytesIO()
        image.save(out, "JPEG", quality=quality, optimize=True)
        data = out.getvalue()
        if len(data) <= MOST_BYTES:
            break
    return data
