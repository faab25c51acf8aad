"""Pages come out as they were scanned: the same bytes where that is possible, the same pixels otherwise."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np
import pikepdf
import pytest
from PIL import Image

from core.errors import RefusedError
from pipeline.page_image import A4_LONG_SIDE, sane_dpi
from pipeline.pages import PageImage, Pages
from pipeline.records import MediaType, Scan
from tests.pipeline import making


def write(path: Path, tmp_path: Path, number: int = 1) -> PageImage:
    with Pages(making.scan_of(path, tmp_path / "work")) as pages:
        return pages.image(number, tmp_path / "000001_page")


def pixels(image: PageImage) -> np.ndarray:
    found = cv2.imread(str(image.path), cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION)
    assert found is not None
    assert found.shape[:2] == (image.height, image.width)
    return found


def corner() -> Image.Image:
    """A page with a black mark in its top left corner, wider than high."""
    page = making.paper()
    page.paste("black", (0, 0, 500, 200))
    return page


def where_is_the_mark(found: np.ndarray) -> str:
    height, width = found.shape[:2]
    corners = {
        "top left": found[50, 50],
        "top right": found[50, width - 50],
        "bottom right": found[height - 50, width - 50],
        "bottom left": found[height - 50, 50],
    }
    dark = [name for name, colour in corners.items() if colour.max() < 60]
    assert len(dark) == 1
    return dark[0]


def test_the_jpeg_of_a_pdf_page_comes_out_byte_for_byte(tmp_path: Path) -> None:
    data = making.jpeg(making.printed())
    image = write(making.pdf_of([data], tmp_path / "a.pdf"), tmp_path)
    assert image.path.read_bytes() == data
    assert (image.width, image.height, round(image.dpi)) == (*making.A4, 200)


def test_a_jpeg_file_comes_out_byte_for_byte(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(making.jpeg(making.printed()))
    assert write(tmp_path / "a.jpg", tmp_path).path.read_bytes() == (tmp_path / "a.jpg").read_bytes()


@pytest.mark.parametrize("rows", [16, 64, 2339])
@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_a_jpeg_inside_a_tiff_comes_out_with_the_same_pixels(tmp_path: Path, mode: str, rows: int) -> None:
    page = making.printed().convert(mode)
    page.save(tmp_path / "a.tif", compression="jpeg", tiffinfo={278: rows}, strip_size=rows * page.width * 3)
    image = write(tmp_path / "a.tif", tmp_path)
    assert image.path.suffix == ".jpg"
    with Image.open(tmp_path / "a.tif") as stored, Image.open(image.path) as joined:
        assert np.array_equal(np.asarray(stored), np.asarray(joined))


@pytest.mark.parametrize(("rotate", "mark"), [(90, "top right"), (180, "bottom right"), (270, "bottom left")])
def test_a_turned_pdf_page_comes_out_as_a_viewer_shows_it(tmp_path: Path, rotate: int, mark: str) -> None:
    image = write(making.pdf_of([corner()], tmp_path / "a.pdf", rotate), tmp_path)
    assert where_is_the_mark(pixels(image)) == mark
    assert (image.width > image.height) == (rotate in (90, 270))


@pytest.mark.parametrize(
    ("orientation", "mark"), [(1, "top left"), (3, "bottom right"), (6, "top right"), (2, "top right")]
)
def test_a_photo_comes_out_as_the_camera_was_held(tmp_path: Path, orientation: int, mark: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    (tmp_path / "a.jpg").write_bytes(making.jpeg(corner(), exif=exif))
    with Pages(making.scan_of(tmp_path / "a.jpg", tmp_path / "work")) as pages:
        image = pages.image(1, tmp_path / "page")
        size = pages.size(1)
    assert where_is_the_mark(pixels(image)) == mark
    assert (size.width, size.height) == (image.width, image.height)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGBA", "LA", "I;16", "CMYK"])
def test_every_kind_of_pixels_becomes_black_on_white(tmp_path: Path, mode: str) -> None:
    page = making.printed()
    path = tmp_path / ("a.tif" if mode == "CMYK" else "a.png")
    if mode == "I;16":
        Image.fromarray(np.asarray(page.convert("L")).astype(np.uint16) * 257).save(path)
    elif mode in ("RGBA", "LA"):
        ink = Image.new(mode, page.size, 0)
        ink.putalpha(page.convert("L").point(lambda v: 255 - v))
        ink.save(path)
    else:
        page.convert(mode).save(path)
    found = cv2.cvtColor(pixels(write(path, tmp_path)), cv2.COLOR_BGR2GRAY)
    expected = np.asarray(page.convert("L"))
    assert float(np.abs(found.astype(int) - expected).mean()) < 3


@pytest.mark.parametrize("compression", ["group4", "tiff_lzw", "packbits", "tiff_deflate", "raw"])
def test_tiff_compressions_keep_every_pixel(tmp_path: Path, compression: str) -> None:
    page = making.printed().convert("1")
    page.save(tmp_path / "a.tif", compression=compression, save_all=True, append_images=[making.paper().convert("1")])
    found = pixels(write(tmp_path / "a.tif", tmp_path))
    assert np.array_equal(found[:, :, 0] > 127, np.asarray(page))


def test_a_cmyk_jpeg_in_a_pdf_is_drawn(tmp_path: Path) -> None:
    data = making.jpeg(making.printed().convert("CMYK"))
    image = write(making.pdf_of([data], tmp_path / "a.pdf"), tmp_path)
    assert image.path.suffix in (".pgm", ".ppm")
    assert (image.width, image.height) == making.A4


def test_a_page_of_vector_content_is_drawn_with_300_dpi(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(595.28, 841.89)).Contents = pdf.make_stream(b"0 0 100 50 re f")
    pdf.save(tmp_path / "a.pdf")
    image = write(tmp_path / "a.pdf", tmp_path)
    assert (image.width, image.height, image.dpi) == (2480, 3508, 300)
    assert where_is_the_mark(pixels(image)) == "bottom left"


def test_attributes_inherited_from_the_page_tree_count(tmp_path: Path) -> None:
    making.pdf_of([making.printed()], tmp_path / "a.pdf")
    with pikepdf.open(tmp_path / "a.pdf") as pdf:
        page, tree = pdf.pages[0].obj, pdf.Root.Pages
        for key in ("/Resources", "/MediaBox"):
            tree[key] = page[key]
            del page[key]
        pdf.save(tmp_path / "b.pdf")
    assert write(tmp_path / "b.pdf", tmp_path).path.suffix == ".jpg"


def test_a_picture_under_visible_content_is_not_the_page(tmp_path: Path) -> None:
    making.pdf_of([making.paper()], tmp_path / "a.pdf")
    with pikepdf.open(tmp_path / "a.pdf") as pdf:
        pdf.pages[0].Contents = pdf.make_stream(pdf.pages[0].Contents.read_bytes() + b" 0 741 100 100 re f")
        pdf.save(tmp_path / "b.pdf")
    assert where_is_the_mark(pixels(write(tmp_path / "b.pdf", tmp_path))) == "top left"


@pytest.mark.parametrize(
    ("width", "height", "stated", "sane"),
    [
        (1654, 2339, 200, 200),
        (4000, 3000, 72, 4000 / A4_LONG_SIDE),
        (1654, 2339, 0, 2339 / A4_LONG_SIDE),
        (1654, 2339, 1, 2339 / A4_LONG_SIDE),
        (1012, 638, 300, 300),
        (827, 1169, 100, 100),
        (595, 842, 72, 72),
    ],
)
def test_resolutions_that_no_paper_has_are_replaced_by_that_of_an_a4(
    width: int, height: int, stated: float, sane: float
) -> None:
    assert sane_dpi(width, height, stated) == pytest.approx(sane)


def test_pages_can_be_taken_by_several_threads_at_once(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    pdf = pikepdf.new()
    for index in range(12):
        if index % 2:
            making.add_jpeg_page(pdf, making.jpeg(corner()))
        else:
            pdf.add_blank_page(page_size=(595.28, 841.89)).Contents = pdf.make_stream(b"0 741 150 100 re f")
    pdf.save(path)
    with Pages(making.scan_of(path, tmp_path / "work")) as pages, ThreadPoolExecutor(6) as pool:
        images = list(pool.map(lambda n: pages.image(n, tmp_path / f"{n:06}_page"), range(1, 13)))
        views = list(pool.map(pages.preview, range(1, 13)))
    assert all(where_is_the_mark(pixels(image)) == "top left" for image in images)
    assert all(view.pixels[5, 5] < 60 for view in views)


def test_a_page_that_cannot_be_read_says_which(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    path.write_bytes(b"II*\0 and no more")
    scan = Scan(path, "a.tif", "0" * 64, 16, MediaType.TIFF, 1)
    with Pages(scan) as pages, pytest.raises(RefusedError, match=r"a\.tif: page 1 cannot be read"):
        pages.image(1, tmp_path / "page")
    with Pages(scan) as pages, pytest.raises(IndexError):
        pages.image(2, tmp_path / "page")
