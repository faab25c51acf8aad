"""Fields are found by layout, labels and grammar; traps of the domain do not catch."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ocr.records import Reading
from pipeline.assess import assess
from pipeline.extract import Extraction, extract
from tests.extract.writing import BODY, LEFT, MIDDLE, RIGHT, Row, reading

TODAY = date(2026, 1, 15)
HEAD: list[Row | list[Row]] = [
    [(LEFT, "ỦY BAN NHÂN DÂN"), (RIGHT, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")],
    [(LEFT, "HUYỆN LẤP VÒ"), (RIGHT, "Độc lập - Tự do - Hạnh phúc")],
]


def values(*pages: Reading) -> dict[str, str]:
    return {f.name: f.value for f in extract(pages, TODAY).fields}


def decision(number: str = "Số: 509/QĐ-UBND", *extra: Row | list[Row]) -> Reading:
    return reading(
        *HEAD,
        [(LEFT, number), (RIGHT, "Lấp Vò, ngày 05 tháng 3 năm 2019")],
        *extra,
        (MIDDLE, "QUYẾT ĐỊNH"),
        (MIDDLE, "Về việc giao đất đối với hộ bà Trần Thu Trang"),
        (MIDDLE, "ỦY BAN NHÂN DÂN HUYỆN LẤP VÒ"),
        (BODY, "Căn cứ Nghị định số 43/2014/NĐ-CP ngày 15 tháng 5 năm 2014 của Chính phủ;"),
        (BODY, "Điều 1. Giao đất cho hộ bà Trần Thu Trang, Căn cước công dân số 087185001234,"),
        [(LEFT, "Nơi nhận:"), (RIGHT, "TM. ỦY BAN NHÂN DÂN")],
        (RIGHT, "CHỦ TỊCH"),
        (RIGHT, ""),
        (RIGHT, ""),
        (RIGHT, "Huỳnh Công Phước"),
    )


def test_a_decision_gives_all_its_fields() -> None:
    assert values(decision()) == {
        "document_type": "Quyết định",
        "number": "509/QĐ-UBND",
        "issuer": "Ủy ban nhân dân huyện Lấp Vò",
        "issue_date": "2019-03-05",
        "subject": "giao đất đối với hộ bà Trần Thu Trang",
        "signer": "Huỳnh Công Phước",
        "holder": "Trần Thu Trang",
        "holder_id": "087185001234",
        "sector": "Đất đai",
    }


def test_evidence_shows_where_each_value_stands() -> None:
    number = next(f for f in extract([decision()], TODAY).fields if f.name == "number")
    assert number.evidence.page == 1 and number.evidence.text == "509/QĐ-UBND"
    assert number.evidence.box is not None and number.evidence.box.top == 150 + 2 * 2 * 24


def test_an_incoming_stamp_gives_neither_number_nor_date() -> None:
    stamp: list[Row | list[Row]] = [(LEFT, "CÔNG VĂN ĐẾN"), (LEFT, "Số: 1193"), (LEFT, "Ngày 22/07/2021")]
    found = values(decision("Số: 509/QĐ-UBND", *stamp))
    assert (found["number"], found["issue_date"]) == ("509/QĐ-UBND", "2019-03-05")


def test_a_stamp_above_a_blank_number_is_not_taken_for_it() -> None:
    stamp: list[Row | list[Row]] = [(LEFT, "CV ĐẾN"), (LEFT, "Số: 1193")]
    extraction = extract([decision("Số: /QĐ-UBND", *stamp)], TODAY)
    assert "number" not in {f.name for f in extraction.fields}
    assert "number" in extraction.missing


def test_cited_numbers_and_dates_are_not_the_documents_own() -> None:
    page = reading(*HEAD, (MIDDLE, "QUYẾT ĐỊNH"), (BODY, "Căn cứ Nghị định số 43/2014/NĐ-CP ngày 15 tháng 5 năm 2014;"))
    assert not {"number", "issue_date"} & set(values(page))


def test_the_signature_page_need_not_be_the_last() -> None:
    annex = reading(
        (MIDDLE, "PHỤ LỤC"),
        (MIDDLE, "(Kèm theo Quyết định số 509/QĐ-UBND ngày 05 tháng 3 năm 2019)"),
        (BODY, "1 Lường Minh Dũng 384 903 332/QĐ-UBND ngày 25/03/2000"),
        page=2,
    )
    assert values(decision(), annex)["signer"] == "Huỳnh Công Phước"


def test_a_number_with_a_gap_before_its_slash_was_filled_in_by_hand_and_is_asked_for() -> None:
    assessment = assess(extract([decision("Số: 297 /QĐ-UBND")], TODAY), 0.9)
    assert "number" in assessment.review


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("Số: 1234/QĐ-UBND", "1234/QĐ-UBND"),
        ("Số: 12/2016/NQ-HĐND", "12/2016/NQ-HĐND"),
        ("Số: 577/GPXD", "577/GPXD"),
        ("Số: 88/SGDĐT-CTrTT", "88/SGDĐT-CTrTT"),
        ("Số: 90/QĐ-BCĐ138", "90/QĐ-BCĐ138"),
        ("Số: 41N8033112", "41N8033112"),
        ("Số: 15A/QĐ-UB", "15A/QĐ-UB"),
    ],
)
def test_numbers_of_all_forms_are_read(line: str, number: str) -> None:
    assert values(decision(line))["number"] == number


def test_an_unknown_certificate_gives_its_title_as_its_type() -> None:
    page = reading(
        *HEAD,
        (MIDDLE, "GIẤY CHỨNG NHẬN"),
        (MIDDLE, "NGHỆ NHÂN LÀNG NGHỀ TRUYỀN THỐNG"),
        (BODY, "Cấp cho: Ông Lò Văn Súa"),
    )
    found = values(page)
    assert found["document_type"] == "Giấy chứng nhận nghệ nhân làng nghề truyền thống"
    assert found["subject"] == found["document_type"]
    assert found["holder"] == "Lò Văn Súa"


def test_a_letter_is_known_by_its_addressee_and_keeps_its_abstract() -> None:
    page = reading(
        [(LEFT, "UBND TỈNH VĨNH LONG"), (RIGHT, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")],
        [(LEFT, "SỞ XÂY DỰNG"), (RIGHT, "Độc lập - Tự do - Hạnh phúc")],
        [(LEFT, "Số: 41/SXD-QH"), (RIGHT, "Vĩnh Long, ngày 22 tháng 01 năm 2020")],
        (LEFT, "V/v trả lời đơn về quy hoạch"),
        (LEFT, "xây dựng của bà Lý Thị Nhài"),
        (MIDDLE, "Kính gửi: Bà Lý Thị Nhài,"),
        (BODY, "Sở Xây dựng nhận được đơn của bà Lý Thị Nhài và có ý kiến như sau:"),
    )
    found = values(page)
    assert found["document_type"] == "Công văn"
    assert found["issuer"] == "Sở Xây dựng"
    assert found["subject"] == "trả lời đơn về quy hoạch xây dựng của bà Lý Thị Nhài"
    assert found["holder"] == "Lý Thị Nhài"


def test_of_a_couple_the_left_column_is_the_holder() -> None:
    page = reading(
        (MIDDLE, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
        (MIDDLE, "GIẤY CHỨNG NHẬN KẾT HÔN"),
        (MIDDLE, "Số: 176/2023"),
        (BODY, "Họ, chữ đệm, tên vợ: TRỊNH THỊ THẢO"),
        (BODY, "Ngày, tháng, năm sinh: 13/05/2005"),
        (BODY, "Giấy tờ tùy thân: 011305501187"),
        (BODY, "Họ, chữ đệm, tên chồng: DƯƠNG CÔNG CƯỜNG"),
        (BODY, "Ngày, tháng, năm sinh: 15/05/1994"),
        (BODY, "Giấy tờ tùy thân: 087094668561"),
        (BODY, "Nơi đăng ký kết hôn: Ủy ban nhân dân xã Sa Lông, huyện Mường Chà"),
        (BODY, "Ngày, tháng, năm đăng ký: 21/08/2023"),
    )
    found = values(page)
    assert (found["holder"], found["holder_id"]) == ("Trịnh Thị Thảo", "011305501187")
    assert (found["co_holder"], found["co_holder_id"]) == ("Dương Công Cường", "087094668561")
    assert found["holder_birth_date"] == "2005-05-13" and found["issue_date"] == "2023-08-21"
    assert found["issuer"] == "Ủy ban nhân dân xã Sa Lông"


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        ("Giấy phép này có hiệu lực khởi công trong thời hạn 12 tháng kể từ ngày cấp;", "validity", "12 tháng"),
        ("Giấy này có giá trị sử dụng trong thời hạn 06 tháng, kể từ ngày cấp.", "validity", "6 tháng"),
        ("Chứng chỉ có giá trị 05 năm kể từ ngày ký.", "validity", "5 năm"),
        ("Giấy chứng nhận có hiệu lực đến ngày 10 tháng 02 năm 2026 và thay thế", "expiry_date", "2026-02-10"),
        ("Giấy phép có giá trị đến hết ngày 31/12/2027.", "expiry_date", "2027-12-31"),
    ],
)
def test_validity_is_read_from_its_words(line: str, field: str, value: str) -> None:
    found = values(reading(*HEAD, (MIDDLE, "GIẤY PHÉP XÂY DỰNG"), (BODY, line)))
    assert {k: v for k, v in found.items() if k in ("validity", "expiry_date")} == {field: value}


@pytest.mark.parametrize(
    "line",
    [
        "thông báo cho người sử dụng đất trong thời hạn 05 ngày làm việc kể từ ngày nhận đủ hồ sơ.",
        "Quyết định này có hiệu lực kể từ ngày ký.",
        "e) Thời hạn sử dụng: Lâu dài",
    ],
)
def test_other_times_are_no_validity(line: str) -> None:
    assert not {"validity", "expiry_date"} & set(values(reading(*HEAD, (MIDDLE, "QUYẾT ĐỊNH"), (BODY, line))))


def test_an_id_whose_year_is_not_the_birth_year_is_asked_for() -> None:
    page = reading(
        *HEAD,
        (MIDDLE, "GIẤY PHÉP XÂY DỰNG"),
        (BODY, "Họ và tên: LÒ THỊ TUYẾT"),
        (BODY, "Ngày, tháng, năm sinh: 13/05/1963"),
        (BODY, "Căn cước công dân số: 011164101622"),
    )
    assert "holder_id" in assess(extract([page], TODAY), 0.9).review


def test_what_every_result_states_and_was_not_found_is_asked_for() -> None:
    assessment = assess(extract([reading(*HEAD, (MIDDLE, "GIẤY KHAI SINH"), (BODY, "Họ, chữ đệm, tên:"))], TODAY), 0.9)
    assert {"number", "holder", "issue_date", "signer"} <= set(assessment.review)


@pytest.mark.parametrize("rows", [[], [(BODY, "."), (BODY, "~ | _")], [(BODY, "số " * 400)]])
def test_pages_that_say_nothing_give_no_field_and_no_error(rows: list[Row]) -> None:
    found: Extraction = extract([reading(*rows)], TODAY)
    assert found.fields == () and "number" in found.missing


def test_a_value_written_by_hand_is_a_suggestion_and_is_asked_for() -> None:
    page = decision("Số: 4235/QĐ-UBND")
    by_hand = tuple(replace(w, pen=0.8) if w.text.startswith("4235") else w for w in page.words)
    assessment = assess(extract([replace(page, words=by_hand)], TODAY), 0.9)
    assert {f.name: f.value for f in assessment.fields}["number"] == "4235/QĐ-UBND"
    assert "number" in assessment.review and "number" not in assess(extract([page], TODAY), 0.9).review


def test_a_long_document_is_searched_at_its_ends_and_keeps_its_page_numbers() -> None:
    filling = [reading((BODY, "và các nội dung khác có liên quan"), page=n) for n in range(2, 200)]
    last = reading((RIGHT, "CHỦ TỊCH"), (RIGHT, ""), (RIGHT, "Huỳnh Công Phước"), page=200)
    head = reading(
        *HEAD, [(LEFT, "Số: 509/QĐ-UBND"), (RIGHT, "Lấp Vò, ngày 05 tháng 3 năm 2019")], (MIDDLE, "QUYẾT ĐỊNH")
    )
    fields = {f.name: f for f in extract([head, *filling, last], TODAY).fields}
    assert fields["number"].evidence.page == 1
    assert (fields["signer"].value, fields["signer"].evidence.page) == ("Huỳnh Công Phước", 200)


@pytest.mark.parametrize(("height", "asked"), [(1.0, False), (1.5, True), (0.5, True)])
def test_a_day_that_stands_out_of_its_line_was_filled_in_by_hand(height: float, asked: bool) -> None:
    page = decision()
    words = tuple(
        replace(w, box=replace(w.box, bottom=w.box.top + w.box.height * height)) if w.text == "05" else w
        for w in page.words
    )
    assert ("issue_date" in assess(extract([replace(page, words=words)], TODAY), 0.9).review) is asked
