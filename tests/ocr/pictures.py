"""Pages drawn for the tests of reading."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont

from ocr.geometry import Image

DPI = 200
LINES = (
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "Độc lập - Tự do - Hạnh phúc",
    "Ủy ban nhân dân huyện Lấp Vò chứng nhận hộ kinh doanh",
    "đã đăng ký ngày 12 tháng 3 năm 2015 tại trụ sở của huyện",
    "và được cấp giấy phép kinh doanh trong thời hạn năm năm",
    "kể từ ngày ký theo quy định của pháp luật hiện hành.",
)
BLACK, RED, BLUE = (20, 20, 20), (40, 40, 205), (190, 60, 30)  # BGR


@lru_cache
def font(size: int) -> ImageFont.FreeTypeFont:
    """A font with the Vietnamese letters, from Debian's fonts."""
    for path in (
        "/usr/share/fonts/truetype/croscore/Tinos-Regular.ttf",
        "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
    ):
        if Path(path).is_file():
            return ImageFont.truetype(path, size)
    raise FileNotFoundError("no font with Vietnamese letters: apt-get install fonts-croscore")


def text_on(page: Image, text: str, at: tuple[int, int], colour: tuple[int, int, int], size: int = 36) -> Image:
    """`page` (BGR) with a line of text at `at` (x, y)."""
    picture = Pillow.fromarray(cv2.cvtColor(page, cv2.COLOR_BGR2RGB))
    ImageDraw.Draw(picture).text(at, text, fill=colour[::-1], font=font(size))
    return cv2.cvtColor(np.asarray(picture), cv2.COLOR_RGB2BGR)


def blank(paper: tuple[int, int, int] = (250, 250, 250)) -> Image:
    """An empty A4 page at DPI."""
    return np.full((2339, 1654, 3), paper, np.uint8)


def printed(paper: tuple[int, int, int] = (250, 250, 250)) -> Image:
    """A page with LINES in black."""
    page = blank(paper)
    for row, line in enumerate(LINES):
        page = text_on(page, line, (220, 250 + 70 * row), BLACK)
    return page


def saved(page: Image, folder: Path) -> Path:
    """`page` as a PNG file."""
    path = folder / "page.png"
    assert cv2.imwrite(str(path), page)
    return path


def stamped(page: Image, drawing: Image) -> Image:
    """`page` with the ink of `drawing` (on white) laid over it: what is printed below shows through."""
    return (page.astype(np.uint16) * drawing // 255).astype(np.uint8)
