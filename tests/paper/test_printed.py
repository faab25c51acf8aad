"""What is printed for a box says what it should, in letters that are there, on as many pages as it takes."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pdfplumber
import pypdfium2
import zxingcpp

from paper import labels, printed
from paper.printed import Head, Line

HEAD = Head("Ủy ban nhân dân huyện Lai Vung", "HT-2019/07", "Kho 1, giá 3", date(2026, 2, 5), "UBND tỉnh Đồng Tháp")
LINES = [
    Line(1, "577/GPXD", date(2019, 3, 5), "Giấy phép <b>xây dựng & sửa", "Nguyễn Thị Hòa", 3),
    Line(2, pages=2, closed=True),
]


def text(content: bytes) -> str:
    with pdfplumber.open(BytesIO(content)) as pdf:
        fonts = {char["fontname"] for page in pdf.pages for char in page.chars}
        assert all("BeVietnam" in font.replace("-", "") for font in fonts), fonts
        return "\n".join(page.extract_text() or "" for page in pdf.pages)


def test_the_list_names_each_paper_and_counts_them() -> None:
    said = text(printed.file_list(HEAD, LINES))
    for part in ("MỤC LỤC VĂN BẢN", "HT-2019/07", "577/GPXD", "05/03/2019", "<b>xây dựng &", "(tài liệu hạn chế)"):
        assert part in said
    assert "2 văn bản, tài liệu; 5 trang" in said
    assert "ngày 05 tháng 02 năm 2026" in said


def test_what_is_lent_is_named_and_not_counted_as_handed_over() -> None:
    lent = Line(3, "9/QĐ", None, "", "", 4, lent=date(2026, 3, 1))
    said = " ".join(text(printed.handover(HEAD, [*LINES, lent])).split())
    assert "2 văn bản, tài liệu; 5 trang. Ngoài ra 1 văn bản, tài liệu đang cho mượn" in said
    assert "hẹn trả" in said and "01/03/2026" in said


def test_the_record_of_handing_over_has_its_blanks() -> None:
    said = text(printed.handover(HEAD, LINES))
    for part in ("BIÊN BẢN GIAO NHẬN TÀI LIỆU", "Bên giao", "Bên nhận", "ĐẠI DIỆN BÊN NHẬN", "Kho 1, giá 3"):
        assert part in said


def test_a_list_of_a_thousand_papers_repeats_its_head() -> None:
    many = [Line(n, f"{n}/QĐ", None, "x" * 400, "ẞ漢字", 1) for n in range(1, 1001)]
    content = printed.file_list(HEAD, many)
    with pdfplumber.open(BytesIO(content)) as pdf:
        assert len(pdf.pages) > 20
        assert "Số, ký hiệu" in (pdf.pages[-1].extract_text() or "")
        assert "??" in (pdf.pages[0].extract_text() or "")


def test_an_empty_box_and_one_without_a_shelf_can_be_printed() -> None:
    bare = Head("Xã", "1", "", date(2026, 11, 22))
    assert "0 văn bản" in text(printed.file_list(bare, []))
    assert "BIÊN BẢN" in text(printed.handover(bare, []))


def test_the_label_is_read_by_a_scanner() -> None:
    content = printed.label(HEAD, "H61.12", "")
    assert _codes(content) == [labels.text_of("H61.12", "HT-2019/07")]
    assert _codes(printed.label(HEAD, "H61.12", "https://x.example/paper/boxes/7/")) == [
        "https://x.example/paper/boxes/7/"
    ]
    assert "HT-2019/07" in text(content)


def test_a_name_that_is_too_long_for_the_label_is_cut_at_the_end() -> None:
    long = Head(
        "Ủy ban " * 40, "Hộp số một trăm hai mươi ba bốn năm sáu bảy tám chín mười " * 2, "k" * 300, date(2026, 1, 1)
    )
    assert "…" in text(printed.label(long, "H61", ""))


def _codes(content: bytes) -> list[str]:
    page = pypdfium2.PdfDocument(content)[0].render(scale=2).to_pil()
    return [code.text for code in zxingcpp.read_barcodes(page)]


def test_the_same_content_gives_the_same_bytes() -> None:
    assert printed.file_list(HEAD, LINES) == printed.file_list(HEAD, LINES)
