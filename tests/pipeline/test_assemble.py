"""Pages of several files put together as one: nothing is lost, nothing is made anew, the same gives the same."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image

from core.errors import RefusedError
from pipeline import assemble
from pipeline.assemble import Part
from pipeline.pages import Pages
from pipeline.records import MediaType, Scan
from tests.pipeline import making

SIZE = (827, 1169)


def sheets(count: int) -> list[bytes]:
    return [making.jpeg(making.printed((f"Trang {n}",), SIZE), dpi=(100, 100)) for n in range(1, count + 1)]


@pytest.fixture
def stack(tmp_path: Path) -> Scan:
    """A PDF of four pages, each one JPEG."""
    return making.scan_of(making.pdf_of(list(sheets(4)), tmp_path / "hộp 1.pdf"), tmp_path)


def pixels(scan: Scan, page: int, folder: Path) -> np.ndarray:
    with Pages(scan) as pages, Image.open(pages.image(page, folder / f"{scan.sha256[:8]}-{page}").path) as image:
        return np.asarray(image.convert("RGB"))


def jpegs(path: Path) -> list[bytes]:
    with pikepdf.open(path) as pdf:
        return [next(iter(page.get_images().values())).read_raw_bytes() for page in pdf.pages]


def test_pages_of_a_pdf_keep_their_pictures_byte_for_byte(stack: Scan, tmp_path: Path) -> None:
    made = assemble.write([Part(stack, 3), Part(stack, 1, 90)], tmp_path / "made.pdf", "hộp 1 (3, 1)")
    before = jpegs(stack.path)
    assert jpegs(made.path) == [before[2], before[0]]
    assert (made.pages, made.media_type, made.name) == (2, MediaType.PDF, "hộp 1 (3, 1)")
    assert np.array_equal(pixels(made, 1, tmp_path), pixels(stack, 3, tmp_path))


def test_what_was_put_together_passes_the_door(stack: Scan, tmp_path: Path) -> None:
    made = assemble.write([Part(stack, 2)], tmp_path / "made.pdf", "một trang.pdf")
    again = making.scan_of(made.path, tmp_path)
    assert (again.sha256, again.size, again.pages) == (made.sha256, made.size, 1)


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_turn_is_clockwise_and_adds_to_the_pages_own(tmp_path: Path, degrees: int) -> None:
    lying = making.scan_of(making.pdf_of(list(sheets(1)), tmp_path / "a.pdf", rotate=90), tmp_path)
    made = assemble.write([Part(lying, 1, degrees)], tmp_path / "made.pdf", "a.pdf")
    seen, before = pixels(made, 1, tmp_path), pixels(lying, 1, tmp_path)
    expected = np.rot90(before, -degrees // 90)
    assert seen.shape == expected.shape
    assert np.abs(seen.astype(int) - expected).mean() < 3


def test_attributes_that_pages_share_come_along(tmp_path: Path) -> None:
    """A page tree may say size, turn and pictures once for all pages."""
    plain = making.pdf_of(list(sheets(2)), tmp_path / "plain.pdf")
    with pikepdf.open(plain) as pdf:
        tree = pdf.Root.Pages
        for key in ("/MediaBox", "/Resources"):
            tree[key] = pdf.pages[0].obj[key]
            for page in pdf.pages:
                del page.obj[key]
        tree.Rotate = 270
        pdf.save(tmp_path / "shared.pdf")
    shared = making.scan_of(tmp_path / "shared.pdf", tmp_path)
    made = assemble.write([Part(shared, 2), Part(shared, 1, 90)], tmp_path / "made.pdf", "shared.pdf")
    with pikepdf.open(made.path) as pdf:
        assert [page.obj.get("/Rotate", 0) for page in pdf.pages] == [270, 0]
        assert len(pdf.pages[0].get_images()) == 1
    assert np.abs(pixels(made, 1, tmp_path).astype(int) - pixels(shared, 2, tmp_path)).mean() < 3


def test_frames_of_image_files_are_embedded_as_they_are(tmp_path: Path) -> None:
    first, second = sheets(2)
    (tmp_path / "ảnh.jpg").write_bytes(first)
    Image.open(tmp_path / "ảnh.jpg").save(tmp_path / "ảnh.png", dpi=(100, 100))
    bits = making.printed(("một bit",), SIZE).convert("1")
    bits.save(
        tmp_path / "bits.tif", compression="group4", dpi=(100, 100), save_all=True, append_images=[bits.rotate(180)]
    )
    jpeg, png, tiff = (making.scan_of(tmp_path / name, tmp_path) for name in ("ảnh.jpg", "ảnh.png", "bits.tif"))
    stack = making.scan_of(making.pdf_of([second], tmp_path / "b.pdf"), tmp_path)
    parts = [Part(tiff, 2), Part(jpeg, 1), Part(stack, 1), Part(png, 1, 180)]
    made = assemble.write(parts, tmp_path / "made.pdf", "hồ sơ.pdf")
    assert jpegs(made.path)[1:3] == [first, second]
    for place, part in enumerate(parts, start=1):
        before = np.rot90(pixels(part.scan, part.page, tmp_path), -part.rotation // 90)
        assert np.abs(pixels(made, place, tmp_path).astype(int) - before).mean() < (1 if part.rotation else 1e-9), part
    with pikepdf.open(made.path) as pdf:
        assert [round(float(page.mediabox[3]) / 72 * 100) for page in pdf.pages][:2] == [SIZE[1], SIZE[1]]


def test_the_same_pages_give_the_same_bytes_and_others_never_do(stack: Scan, tmp_path: Path) -> None:
    parts = [Part(stack, 2), Part(stack, 4, 90)]
    once = assemble.write(parts, tmp_path / "once.pdf", "a")
    twice = assemble.write(parts, tmp_path / "twice.pdf", "another name")
    assert once.sha256 == twice.sha256
    copy = tmp_path / "copy.pdf"
    with pikepdf.open(stack.path) as pdf:
        pdf.docinfo["/Title"] = "the same pages in another file"
        pdf.save(copy)
    other = making.scan_of(copy, tmp_path)
    parts = [Part(other, 2), Part(other, 4, 90)]
    assert assemble.write(parts, tmp_path / "other.pdf", "a").sha256 != once.sha256


def test_many_large_frames_go_by_way_of_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assemble, "_HELD_BYTES", 1)
    scans = []
    for number, data in enumerate(sheets(3)):
        (tmp_path / f"{number}.jpg").write_bytes(data)
        scans.append(making.scan_of(tmp_path / f"{number}.jpg", tmp_path))
    made = assemble.write([Part(scan, 1) for scan in scans], tmp_path / "made.pdf", "a")
    assert jpegs(made.path) == [scan.path.read_bytes() for scan in scans]


def test_links_to_other_pages_do_not_drag_these_along(stack: Scan, tmp_path: Path) -> None:
    with pikepdf.open(stack.path) as pdf:
        link = pikepdf.Dictionary(
            Subtype=pikepdf.Name.Link, Rect=[0, 0, 10, 10], Dest=[pdf.pages[3].obj, pikepdf.Name.Fit]
        )
        pdf.pages[0].obj.Annots = pikepdf.Array([pdf.make_indirect(link)])
        pdf.save(tmp_path / "linked.pdf")
    linked = making.scan_of(tmp_path / "linked.pdf", tmp_path)
    made = assemble.write([Part(linked, 1)], tmp_path / "made.pdf", "a")
    assert made.size < 0.5 * linked.size


def test_a_hidden_layer_stays_hidden(tmp_path: Path) -> None:
    plain = making.pdf_of(list(sheets(1)), tmp_path / "plain.pdf")
    with pikepdf.open(plain) as pdf:
        page = pdf.pages[0]
        layer = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name="ẩn"))
        page.obj.Resources.Properties = pikepdf.Dictionary(MC0=layer)
        page.contents_add(b"/OC /MC0 BDC 0 0 0 rg 0 0 400 400 re f EMC\n")
        pdf.Root.OCProperties = pikepdf.Dictionary(OCGs=[layer], D=pikepdf.Dictionary(OFF=[layer]))
        pdf.save(tmp_path / "layers.pdf")
    layered = making.scan_of(tmp_path / "layers.pdf", tmp_path)
    made = assemble.write([Part(layered, 1)], tmp_path / "made.pdf", "a")
    assert np.array_equal(pixels(made, 1, tmp_path), pixels(layered, 1, tmp_path))
    assert pixels(made, 1, tmp_path).mean() > 200


def test_a_page_that_cannot_be_read_leaves_nothing_behind(stack: Scan, tmp_path: Path) -> None:
    stack.path.write_bytes(b"%PDF-1.7 and then nothing")
    before = set(tmp_path.iterdir())
    with pytest.raises(RefusedError):
        assemble.write([Part(stack, 1)], tmp_path / "made.pdf", "a")
    assert set(tmp_path.iterdir()) == before


@pytest.mark.parametrize("flags", [3, 0])
def test_signed_files_are_told_from_others(stack: Scan, tmp_path: Path, flags: int) -> None:
    assert not assemble.is_signed(stack)
    with pikepdf.open(stack.path) as pdf:
        value = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Sig))
        inner = pdf.make_indirect(pikepdf.Dictionary(T="ký", V=value))
        outer = pdf.make_indirect(pikepdf.Dictionary(FT=pikepdf.Name.Sig, Kids=[inner]))
        inner.Parent = outer
        outer.Kids.append(outer)  # a form may be a ring
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=[outer], SigFlags=flags)
        pdf.save(tmp_path / "signed.pdf")
    assert assemble.is_signed(making.scan_of(tmp_path / "signed.pdf", tmp_path))
