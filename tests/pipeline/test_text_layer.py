"""A text layer is used where it can be trusted, and only there."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pytest

from ocr.records import Box, Reading, Word
from ocr.syllables import is_syllable
from pipeline import text_layer
from pipeline.archive import write as write_archive
from pipeline.pages import Pages
from pipeline.records import Assessment, DocumentPages, PageKind, SurveyedPage
from pipeline.soundness import reads_like_vietnamese
from pipeline.text_layer import ENGINE
from tests.pipeline import making


def layered(tmp_path: Path, lines: tuple[str, ...] = making.TEXT, shift: float = 0) -> Path:
    """A printed page with `lines` as its invisible text, each on the printed line (moved by `shift` pixels)."""
    scan = making.scan_of(making.pdf_of([making.printed()], tmp_path / "scan.pdf"), tmp_path / "work")
    words = []
    drawing = making.font(42)
    for index, (line, print_) in enumerate(zip(lines, making.TEXT, strict=True)):
        top, x = 200 + index * 75 + shift, 200.0
        width = min(drawing.getlength(print_) / max(len(line), 1), 24)
        for text in line.split(" "):
            words.append(Word(text, Box(x, top + 8, x + width * len(text), top + 52), 0.9, index, 0))
            x += width * (len(text) + 1)
    reading = Reading(1, *making.A4, 200, 0, 0.0, tuple(words), text_layer.Engine("test", "", ""))
    document = DocumentPages(1, (SurveyedPage(1, PageKind.TEXT),))
    return write_archive(scan, document, (reading,), Assessment((), ()), tmp_path / "layered.pdf").path


def read(path: Path, tmp_path: Path) -> Reading | None:
    return text_layer.read(making.scan_of(path, tmp_path / "work"), 1)


def test_a_sound_layer_is_read_word_by_word(tmp_path: Path) -> None:
    found = read(layered(tmp_path), tmp_path)
    assert found is not None
    assert found.text.replace("\n\n", "\n").splitlines() == list(making.TEXT)
    assert (found.width, found.height, found.rotation, found.engine.name) == (*making.A4, 0, ENGINE)
    assert found.words[0].box.left == pytest.approx(200, abs=3)
    assert found.words[0].box.top == pytest.approx(208, abs=6)


@pytest.mark.parametrize(
    "garble",
    [
        lambda text: "".join(c if c.isascii() else "?" for c in text),
        lambda text: text.encode("utf-8").decode("cp1252", "replace").replace(" ", "\u00a4"),
        lambda text: "(cid:12)" * len(text.split()),
        lambda text: text.translate(str.maketrans("ạấếệộựịuâăđĐ", "1@3#0$!uaadD")),
        lambda text: "",
    ],
    ids=["no accents", "mojibake", "no letters", "bad recognition", "empty"],
)
def test_garbage_is_not_read(tmp_path: Path, garble: object) -> None:
    lines = tuple(garble(line) or "." for line in making.TEXT)  # type: ignore[operator]
    assert read(layered(tmp_path, lines), tmp_path) is None


def test_a_layer_that_lies_beside_the_print_is_not_read(tmp_path: Path) -> None:
    assert read(layered(tmp_path, shift=900), tmp_path) is None


def test_the_text_of_a_signature_on_a_scanned_page_is_not_the_page(tmp_path: Path) -> None:
    lines = ("Người ký: Ủy ban nhân dân huyện Lai Vung, cơ quan tỉnh Đồng Tháp, thời gian ký", *("." for _ in range(7)))
    assert read(layered(tmp_path, lines), tmp_path) is None


def test_a_scan_without_layer_has_none(tmp_path: Path) -> None:
    path = making.pdf_of([making.printed()], tmp_path / "a.pdf")
    assert read(path, tmp_path) is None
    (tmp_path / "a.jpg").write_bytes(making.jpeg(making.printed()))
    assert read(tmp_path / "a.jpg", tmp_path) is None


def test_a_layer_on_its_head_is_not_read(tmp_path: Path) -> None:
    path = layered(tmp_path)
    with pikepdf.open(path) as pdf:
        pdf.pages[0].Rotate = 180
        pdf.save(tmp_path / "turned.pdf")
    assert read(tmp_path / "turned.pdf", tmp_path) is None


def test_boxes_are_those_of_the_image_that_pages_hand_out(tmp_path: Path) -> None:
    path = layered(tmp_path)
    with pikepdf.open(path) as pdf:  # a crop box and a page that does not begin at 0, 0
        page = pdf.pages[0]
        width, height = float(page.MediaBox[2]), float(page.MediaBox[3])
        page.Contents = pdf.make_stream(b"1 0 0 1 100 50 cm " + page.Contents.read_bytes())
        page.MediaBox = [0, 0, width + 200, height + 200]
        page.CropBox = [100, 50, 100 + width, 50 + height]
        pdf.save(tmp_path / "cropped.pdf")
    scan = making.scan_of(tmp_path / "cropped.pdf", tmp_path / "work")
    found = text_layer.read(scan, 1)
    with Pages(scan) as pages:
        size = pages.size(1)
    assert found is not None
    assert (found.width, found.height) == (size.width, size.height)
    assert found.words[0].box.left == pytest.approx(200, abs=4)
    assert found.words[0].box.top == pytest.approx(208, abs=8)


@pytest.mark.parametrize("word", "nghiêng Nguyễn quyết định UỶ HOÀ giấy ký y oang khuya thuở gì quốc xoong".split())
def test_syllables_are_known(word: str) -> None:
    assert is_syllable(word)


@pytest.mark.parametrize("word", "SGDDT Wtf bцnc ñoàng cñng xyz strng thñ quyÕt ®Þnh".split())
def test_other_strings_are_not(word: str) -> None:
    assert not is_syllable(word)


def test_codes_and_names_do_not_spoil_a_page() -> None:
    text = "Số: 12/QĐ-UBND ngày 05/3/2019 của Ủy ban nhân dân huyện Krông Búk về việc cấp giấy phép cho Công ty ABC"
    assert reads_like_vietnamese(text.split())
    assert not reads_like_vietnamese("S6: 463Y SGDDT V/v tO chirc ky thi chon hoc sinh gioi cap tinh nam hoc".split())
