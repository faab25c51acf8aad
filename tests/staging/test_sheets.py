"""A sheet that was printed is found again on its scan, says what it said, and divides even when half of it is lost."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pdfplumber
import pypdfium2
import pytest
from PIL import Image, ImageDraw, ImageFilter

from benchmarks import aged_pages
from core.errors import UsageError
from pipeline import sheet_codes
from pipeline.pages import Pages
from pipeline.records import PageKind, SheetCode, SheetKind, SplitRule, SurveyedPage
from pipeline.split import documents, survey
from staging import codes, sheets
from tests.pipeline import making

UNIT, PROCEDURE = "H61.12.3", "1.004873"
DOSSIER = "000.00.53.H48-220921-0099"
LINE = "Sổ 3/2015, số 45 – bà Nguyễn Thị Thương"
NAMES = {
    UNIT: "Ủy ban nhân dân xã Hòa Long, huyện Lai Vung, tỉnh Đồng Tháp",
    PROCEDURE: "Cấp giấy phép xây dựng nhà ở riêng lẻ tại khu vực đô thị và nông thôn",
}


def printed(pdf: bytes, dpi: float = 200) -> list[Image.Image]:
    """The sheets as a scanner sees them."""
    document = pypdfium2.PdfDocument(pdf)
    return [page.render(scale=dpi / 72).to_pil().convert("RGB") for page in document]


def seen(pages: list[Image.Image], tmp_path: Path, quality: int = 75) -> list[SurveyedPage]:
    path = making.pdf_of([making.jpeg(page, quality) for page in pages], tmp_path / "scan.pdf")
    with Pages(making.scan_of(path, tmp_path / "work")) as opened:
        return list(survey(opened))


@pytest.fixture(scope="module")
def cover() -> Image.Image:
    return printed(sheets.covers(codes.covers(UNIT, PROCEDURE, [DOSSIER]), NAMES))[0]


def scrawled(page: Image.Image) -> Image.Image:
    """Noise, a dark paper, and a stroke of a pen over it."""
    noise = np.random.default_rng(5).normal(0, 18, (page.height, page.width, 3))
    worn = Image.fromarray(np.clip(np.asarray(page) * 0.72 + 30 + noise, 0, 255).astype(np.uint8))
    ImageDraw.Draw(worn).line((200, 300, 1500, 1900), fill=(40, 40, 120), width=7)
    return worn


def shrunk(page: Image.Image) -> Image.Image:
    """Copied at three quarters of its size, out of focus."""
    small = page.resize((page.width * 3 // 4, page.height * 3 // 4)).filter(ImageFilter.GaussianBlur(1.2))
    whole = Image.new("RGB", page.size, "white")
    whole.paste(small, (150, 200))
    return whole


@pytest.mark.parametrize(
    "spoil",
    [
        lambda page: page,
        lambda page: page.rotate(90, expand=True, fillcolor="white"),
        lambda page: page.rotate(180),
        lambda page: page.rotate(4, expand=True, fillcolor="white"),
        lambda page: page.convert("L").convert("RGB").filter(ImageFilter.GaussianBlur(1.6)),
        scrawled,
        shrunk,
    ],
    ids=["plain", "sideways", "upside down", "askew", "blurred", "worn and written on", "copied smaller"],
)
def test_a_cover_is_read_off_its_scan(
    cover: Image.Image, tmp_path: Path, spoil: Callable[[Image.Image], Image.Image]
) -> None:
    [page] = seen([spoil(cover)], tmp_path, quality=40)
    assert page.kind is PageKind.COVER
    assert page.code == codes.cover(UNIT, PROCEDURE, DOSSIER)


def test_sheets_aged_as_the_benchmark_ages_pages_are_all_found(tmp_path: Path) -> None:
    """Twelve of each, turned, darkened, noisy and encoded as small as the page was."""
    made = [*codes.covers(UNIT, PROCEDURE, [DOSSIER, LINE])]
    clean = [*printed(sheets.covers(made, NAMES)), *printed(sheets.separators(1))]
    originals = [aged_pages.Page(making.jpeg(page, 60), (595.0, 842.0), PageKind.TEXT) for page in clean]
    aged_pages.write_pdf(list(aged_pages.aged(originals, 36)), tmp_path / "aged.pdf")
    with Pages(making.scan_of(tmp_path / "aged.pdf", tmp_path / "work")) as opened:
        found = [page.code for page in survey(opened)]
    assert found == [*made, codes.separator()] * 12


def without(page: Image.Image, *areas: tuple[float, float]) -> Image.Image:
    """Whole strips of the sheet (from – to, millimetres from the top) beyond reading."""
    spoiled = page.copy()
    for top, bottom in areas:
        strip = (0, round(top * 7.874), page.width, round(bottom * 7.874))
        spoiled.paste(spoiled.crop(strip).filter(ImageFilter.GaussianBlur(14)), strip)
    return spoiled


def test_each_code_of_a_sheet_stands_in_for_the_others(cover: Image.Image, tmp_path: Path) -> None:
    upper, square, lower = (30, 60), (61, 134), (236, 265)
    spoiled = [without(cover, upper), without(cover, lower), without(cover, upper, lower), without(cover, square)]
    pages = seen(spoiled, tmp_path)
    assert [page.kind for page in pages[:3]] == [PageKind.COVER] * 3
    assert pages[3].kind is PageKind.SEPARATOR, "without its QR code a cover still divides"


def test_what_people_read_on_a_cover_is_vietnamese_and_whole() -> None:
    pdf = sheets.covers(codes.covers(UNIT, PROCEDURE, [DOSSIER, LINE]), NAMES)
    with pdfplumber.open(io.BytesIO(pdf)) as opened:
        first, second = (page.extract_text() for page in opened.pages)
    assert "TỜ BÌA" in first and DOSSIER in first and "Mã hồ sơ" in first
    assert "Ủy ban nhân dân xã Hòa Long" in first and "1/2" in first
    assert LINE in second and "Dòng trong sổ" in second


def test_the_longest_values_stay_on_the_sheet_and_are_still_found(tmp_path: Path) -> None:
    long = codes.cover(UNIT, PROCEDURE, register_line="W" * 190)
    names = {UNIT: "Ủy ban nhân dân " * 20, PROCEDURE: "Cấp Ứng ợ" * 60}
    [page] = seen(printed(sheets.covers([long], names)), tmp_path)
    assert page.code == long


@pytest.mark.parametrize("count", [0, -1, sheets.MOST_SHEETS + 1])
def test_numbers_of_sheets_that_nobody_can_mean_are_refused(count: int) -> None:
    with pytest.raises(UsageError):
        sheets.separators(count)


@pytest.mark.parametrize(
    "code",
    [
        codes.cover(UNIT),
        codes.cover(UNIT, PROCEDURE, DOSSIER, LINE),
        codes.cover("", register_line="a|u=khác%|=\\"),
        codes.cover("H61", register_line="số\u200b 1\n2"),
        codes.separator(),
    ],
)
def test_what_is_written_is_what_is_read(code: SheetCode) -> None:
    assert codes.parse(code.text) == code


@pytest.mark.parametrize(
    "text", ["", "PATCHT ", "https://example.vn/SOHOA1|u=1", "SOHOA2|u=1", "SOHOA1" + "|x=1" * 999]
)
def test_other_codes_are_none_of_ours(text: str) -> None:
    assert codes.parse(text) is None


def test_codes_of_later_makes_and_forged_ones_still_divide() -> None:
    assert codes.parse("SOHOA1|z=9|u=A|u=B|") == SheetCode(SheetKind.COVER, unit="A", text="SOHOA1|z=9|u=A|u=B|")


def test_a_line_of_a_list_is_a_dossier_or_a_line_of_a_register() -> None:
    made = codes.covers(UNIT, "", ["H61.12.3-230420-0001", "12/2015"])
    assert [(code.dossier, code.register_line) for code in made] == [("H61.12.3-230420-0001", ""), ("", "12/2015")]
    for long in ("x" * (codes.LONGEST_LINE + 1), "ứ" * (sheet_codes.LONGEST // 6)):
        with pytest.raises(UsageError, match="characters"):
            codes.covers(UNIT, "", [long])


def surveyed(pages: str) -> Iterator[SurveyedPage]:
    """``1`` and ``2`` are covers of that unit."""
    kinds = {"T": PageKind.TEXT, "B": PageKind.BLANK, "S": PageKind.SEPARATOR}
    for number, letter in enumerate(pages, 1):
        code = None if letter in kinds else codes.cover(letter)
        yield SurveyedPage(number, kinds.get(letter, PageKind.COVER), code=code)


@pytest.mark.parametrize(
    ("pages", "expected"),
    [
        ("1T2T", [("1", [2]), ("2", [4])]),
        ("T1TT", [("", [1]), ("1", [3, 4])]),
        ("1TST", [("1", [2]), ("", [4])]),
        ("1STT", [("1", [3, 4])]),
        ("12T", [("2", [3])]),
        ("1BTB2T", [("1", [2, 3, 4]), ("2", [6])]),
        ("T1", [("", [1])]),
        ("B1T", [("1", [1, 3])]),
    ],
)
def test_a_document_gets_what_the_cover_before_it_says(pages: str, expected: list[tuple[str, list[int]]]) -> None:
    found = documents(surveyed(pages), SplitRule.SEPARATOR)
    assert [(d.code.unit if d.code else "", [p.number for p in d.pages]) for d in found] == expected
