"""Kinds and layouts beyond the everyday ones: organisations, old decisions, bilingual forms, registrations."""

from __future__ import annotations

from datetime import date

import pytest

from ocr.records import Reading
from pipeline.extract import extract, names, places
from tests.extract.writing import BODY, LEFT, MIDDLE, RIGHT, Row, reading

TODAY = date(2026, 1, 15)
RIGHT_HEAD = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"


def values(*pages: Reading) -> dict[str, str]:
    return {f.name: f.value for f in extract(pages, TODAY).fields}


def head(*issuer: str) -> list[Row | list[Row]]:
    return [
        [(LEFT, issuer[0]), (RIGHT, RIGHT_HEAD)],
        (RIGHT, "Độc lập - Tự do - Hạnh phúc"),
        *((LEFT, i) for i in issuer[1:]),
    ]


PERMIT = reading(
    *head("UBND TỈNH QUẢNG NAM", "SỞ TÀI NGUYÊN VÀ MÔI", "TRƯỜNG"),
    [(LEFT, "Số: /GPMT-STNMT"), (RIGHT, "Quảng Nam, ngày tháng năm 2023")],
    (MIDDLE, "GIẤY PHÉP MÔI TRƯỜNG"),
    (BODY, "Căn cứ Luật Bảo vệ môi trường ngày 17 tháng 11 năm 2020;"),
    (BODY, "Điều 1. Cấp phép cho Công ty TNHH Gỗ Đồng Xanh, địa chỉ tại xã Điện Hồng, được"),
    (BODY, "xả thải. Giấy chứng nhận đăng ký doanh nghiệp mã số"),
    (BODY, "0101234568 đăng ký lần đầu ngày 04 tháng 10 năm 2019. Tần suất giám sát: 03 tháng/lần."),
    (BODY, "Điều 3. Thời hạn của Giấy phép: 10 năm kể từ ngày ký Giấy phép này."),
)


def test_a_company_is_the_holder_with_its_tax_code() -> None:
    found = values(PERMIT)
    assert (found["holder"], found["holder_id"]) == ("Công ty TNHH Gỗ Đồng Xanh", "0101234568")


def test_a_blank_date_is_not_filled_from_another_one_on_the_page() -> None:
    extraction = extract([PERMIT], TODAY)
    assert "issue_date" not in {f.name for f in extraction.fields}
    assert "issue_date" in extraction.missing


def test_the_time_of_a_permit_is_told_from_other_times() -> None:
    assert values(PERMIT)["validity"] == "10 năm"


def test_a_body_over_two_lines_is_one_body() -> None:
    assert values(PERMIT)["issuer"] == "Sở Tài nguyên và Môi trường"


def test_a_wrong_tax_code_is_doubted() -> None:
    page = reading(
        *head("UBND TỈNH QUẢNG NAM", "SỞ CÔNG THƯƠNG"),
        (MIDDLE, "GIẤY PHÉP BÁN BUÔN RƯỢU"),
        (BODY, "Tên doanh nghiệp: CÔNG TY CỔ PHẦN ĐỨC THỊNH"),
        (BODY, "Mã số doanh nghiệp: 0101234567"),
    )
    found = {f.name: f for f in extract([page], TODAY).fields}
    assert found["holder"].value == "CÔNG TY CỔ PHẦN ĐỨC THỊNH"
    assert found["holder_id"].confidence < 0.5


def test_a_cooperative_is_the_holder_and_its_last_registration_the_date() -> None:
    page = reading(
        *head("UBND HUYỆN NẬM PỒ", "PHÒNG TÀI CHÍNH - KẾ HOẠCH"),
        (MIDDLE, "GIẤY CHỨNG NHẬN ĐĂNG KÝ HỢP TÁC XÃ"),
        (MIDDLE, "Số: 531307000103"),
        (MIDDLE, "Đăng ký lần đầu, ngày 15 tháng 11 năm 2018"),
        (MIDDLE, "Đăng ký thay đổi lần thứ 01, ngày 16 tháng 10 năm 2020"),
        (BODY, "1. Tên hợp tác xã:"),
        (BODY, "Tên hợp tác xã viết bằng tiếng Việt: HỢP TÁC XÃ SUỐI TIÊN"),
        (BODY, "Họ và tên: DƯƠNG NGỌC VÂN Giới tính: Nữ"),
    )
    found = values(page)
    assert found["holder"] == "HỢP TÁC XÃ SUỐI TIÊN"
    assert (found["number"], found["issue_date"]) == ("531307000103", "2020-10-16")


def test_a_letter_to_a_company_names_it_and_nothing_of_the_next_line() -> None:
    page = reading(
        *head("UBND TỈNH SƠN LA", "SỞ XÂY DỰNG"),
        [(LEFT, "Số: 4207/SXD-QHKT"), (RIGHT, "Sơn La, ngày 26 tháng 6 năm 2025")],
        (LEFT, "V/v cung cấp thông tin"),
        (MIDDLE, "Kính gửi: Công ty Cổ phần Tư vấn Thành Đạt"),
        (BODY, "Sở Xây dựng nhận được Văn bản số 87/CV-HL ngày 15 tháng 6 năm 2025 của Công ty"),
    )
    assert values(page)["holder"] == "Công ty Cổ phần Tư vấn Thành Đạt"


def test_an_old_decision_says_in_its_title_who_decides() -> None:
    page = reading(
        *head("UỶ BAN NHÂN DÂN", "HUYỆN BÁC ÁI"),
        [(LEFT, "Số: 707/QĐ/UB"), (RIGHT, "Bác Ái, ngày 17 tháng 7 năm 1995")],
        (MIDDLE, "QUYẾT ĐỊNH CỦA UBND HUYỆN BÁC ÁI"),
        (MIDDLE, "(Về việc cấp đất làm nhà ở cho ông Tống Hoàng Việt)"),
        (MIDDLE, "UỶ BAN NHÂN DÂN HUYỆN BÁC ÁI"),
    )
    found = values(page)
    assert (found["document_type"], found["number"]) == ("Quyết định", "707/QĐ/UB")
    assert found["subject"] == "cấp đất làm nhà ở cho ông Tống Hoàng Việt"
    assert found["sector"] == "Đất đai"


def test_a_bilingual_permit_keeps_its_vietnamese_title() -> None:
    page = reading(
        *head("UBND TỈNH PHÚ YÊN", "SỞ LAO ĐỘNG - THƯƠNG BINH", "VÀ XÃ HỘI"),
        (MIDDLE, "GIẤY PHÉP LAO ĐỘNG"),
        (MIDDLE, "WORK PERMIT"),
        (MIDDLE, "Số: 039109/DN-GPLĐ"),
        (BODY, "1. Họ và tên: PARK SUNG MIN Full name"),
        (BODY, "3. Ngày, tháng, năm sinh (Date of birth): 05/11/1982"),
        (BODY, "4. Quốc tịch: Hàn Quốc. Số hộ chiếu (Passport number): M95014133"),
        (BODY, "9. Thời hạn làm việc (Period of work): từ ngày 05 tháng 4 năm 2024 đến ngày 05 tháng 4 năm 2026"),
    )
    found = values(page)
    assert (found["document_type"], found["number"]) == ("Giấy phép lao động", "039109/DN-GPLĐ")
    assert (found["holder"], found["holder_id"]) == ("Park Sung Min", "M95014133")
    assert (found["holder_birth_date"], found["expiry_date"]) == ("1982-11-05", "2026-04-05")
    assert found["issuer"] == "Sở Lao động - Thương binh và Xã hội"


def test_who_is_appointed_in_the_first_article_is_the_holder() -> None:
    page = reading(
        *head("UBND TỈNH TUYÊN QUANG", "SỞ GIÁO DỤC VÀ ĐÀO TẠO"),
        (MIDDLE, "QUYẾT ĐỊNH"),
        (MIDDLE, "V/v bổ nhiệm viên chức quản lý"),
        (BODY, "Điều 1. Bổ nhiệm bà Quách Thị Ngọc Phương, sinh ngày 16/07/1974, giữ chức vụ Phó Hiệu trưởng"),
        (RIGHT, "GIÁM ĐỐC"),
        (RIGHT, "ThS. Hoàng Thị Bích Hạnh"),
    )
    found = values(page)
    assert (found["holder"], found["holder_birth_date"]) == ("Quách Thị Ngọc Phương", "1974-07-16")
    assert found["signer"] == "Hoàng Thị Bích Hạnh"


def test_an_issuer_close_to_the_national_title_is_cut_from_it() -> None:
    page = reading(
        (BODY, "UBND XÃ ĐỒNG TIẾN " + RIGHT_HEAD), (RIGHT, "Độc lập - Tự do - Hạnh phúc"), (MIDDLE, "GIẤY XÁC NHẬN")
    )
    assert values(page)["issuer"] == "Ủy ban nhân dân xã Đồng Tiến"


@pytest.mark.parametrize("number", ["CAT-00098394", "41N8033112", "3234/GPLĐ-SLĐTBXH"])
def test_numbers_of_registrations_and_practice_are_read(number: str) -> None:
    page = reading(
        *head("UBND TỈNH NAM ĐỊNH", "SỞ XÂY DỰNG"), (MIDDLE, "CHỨNG CHỈ HÀNH NGHỀ"), (MIDDLE, f"Số: {number}")
    )
    assert values(page)["number"] == number


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Kiều Hữu Lượng Giới tính: Nam", "Kiều Hữu Lượng"),
        ("Đặng Tiến Ngữ Căn cứ khoản 1", "Đặng Tiến Ngữ"),
        ("ThS. Hoàng Thị Bích Hạnh", "Hoàng Thị Bích Hạnh"),
        ("PGS.TS. Nguyễn Văn A", "Nguyễn Văn A"),
        ("Thượng tá Lê Quang Hải", "Lê Quang Hải"),
        ("Tsan Quang Minh", "Tsan Quang Minh"),
    ],
)
def test_degrees_and_labels_are_no_part_of_a_name(text: str, name: str) -> None:
    assert names.person(text) == name


@pytest.mark.parametrize(
    ("read", "likely"),
    [
        ("Nguyên Đình Súa", "Nguyễn Đình Súa"),
        ("Vò Thúy Quỳnh", "Võ Thúy Quỳnh"),
        ("Gtàng Trọng Sơn", "Giàng Trọng Sơn"),
    ],
)
def test_a_misread_surname_is_suggested_and_stays_in_doubt(read: str, likely: str) -> None:
    assert names.with_likely_surname(read) == likely
    assert names.belief(read) < 0.8


def test_a_rare_surname_stays_what_it_is() -> None:
    assert names.with_likely_surname("Cứ Chờ Dế") == "Cứ Chờ Dế"
    assert names.with_likely_surname("Park Sung Min") == "Park Sung Min"


def test_what_follows_a_known_place_is_cut_off_and_the_place_doubted() -> None:
    place, belief = places.check("thị xã Nghĩa Lộ Tô Nd")
    assert place == "thị xã Nghĩa Lộ"
    assert belief < 0.85


def test_what_a_label_asks_for_may_stand_under_it() -> None:
    page = reading(
        *head("ỦY BAN NHÂN DÂN", "XÃ TÂN SƠN"),
        (MIDDLE, "TRÍCH LỤC KẾT HÔN"),
        [(BODY, "Họ, chữ đệm, tên vợ:"), (RIGHT, "Họ, chữ đệm, tên chồng:")],
        [(BODY, "VĂN THANH DUYÊN"), (RIGHT, "PHÙNG ĐỨC LÂM       ")],
        [(BODY, "Ngày, tháng, năm sinh: 29 tháng 08 năm 1986"), (RIGHT, "Dân tộc:")],
    )
    found = values(page)
    assert (found["holder"], found["co_holder"]) == ("Văn Thanh Duyên", "Phùng Đức Lâm")
    assert found["holder_birth_date"] == "1986-08-29"


def test_a_blank_name_is_not_filled_with_the_next_label() -> None:
    page = reading(
        (MIDDLE, "GIẤY XÁC NHẬN"), (BODY, "1. Họ và tên:"), (BODY, "Giới Tính Nam: x"), (BODY, "Dân Tộc: Kinh")
    )
    extraction = extract([page], TODAY)
    assert "holder" not in {f.name for f in extraction.fields}
    assert "holder" in extraction.missing


def test_a_diploma_gives_serial_book_number_and_who_granted_it() -> None:
    page = reading(
        (MIDDLE, RIGHT_HEAD),
        (MIDDLE, "Độc lập - Tự do - Hạnh phúc"),
        (MIDDLE, "GIÁM ĐỐC SỞ GIÁO DỤC VÀ ĐÀO TẠO TỈNH TIỀN GIANG"),
        (MIDDLE, "BẰNG TỐT NGHIỆP"),
        (MIDDLE, "TRUNG HỌC PHỔ THÔNG"),
        (BODY, "Cho: Cù Hữu Dũng Giới tính: Nam"),
        (BODY, "Ngày sinh: 08/04/1991 Nơi sinh: Tỉnh Quảng Bình"),
        (BODY, "Số hiệu: B 06417454"),
        (BODY, "Số vào sổ gốc cấp bằng: 727/2008-THPT"),
    )
    found = values(page)
    assert (found["number"], found["register_number"]) == ("B 06417454", "727/2008-THPT")
    assert (found["holder"], found["holder_birth_date"]) == ("Cù Hữu Dũng", "1991-04-08")
    assert found["issuer"] == "Sở Giáo dục và Đào tạo"


def test_an_investor_and_the_date_of_a_first_certificate_are_found() -> None:
    page = reading(
        *head("UBND TỈNH KIÊN GIANG", "SỞ KẾ HOẠCH VÀ ĐẦU TƯ"),
        (MIDDLE, "GIẤY CHỨNG NHẬN ĐĂNG KÝ ĐẦU TƯ"),
        (MIDDLE, "Mã số dự án: 3236235557"),
        (MIDDLE, "Chứng nhận lần đầu: ngày 03 tháng 3 năm 2021"),
        (MIDDLE, "Chứng nhận nhà đầu tư:"),
        (BODY, "CÔNG TY CỔ PHẦN NĂNG LƯỢNG VẠN XUÂN; Giấy chứng nhận đăng"),
        (BODY, "ký doanh nghiệp số 0101234568 do Phòng Đăng ký kinh doanh cấp"),
    )
    found = values(page)
    assert (found["number"], found["issue_date"]) == ("3236235557", "2021-03-03")
    assert (found["holder"], found["holder_id"]) == ("CÔNG TY CỔ PHẦN NĂNG LƯỢNG VẠN XUÂN", "0101234568")


def test_what_a_company_may_do_is_no_part_of_its_name() -> None:
    page = reading(
        *head("ỦY BAN NHÂN DÂN", "TỈNH THANH HÓA"),
        (MIDDLE, "GIẤY PHÉP"),
        (MIDDLE, "KHAI THÁC KHOÁNG SẢN"),
        (BODY, "Điều 1. Cho phép Công ty Cổ phần Khai thác đá Trường Sơn khai thác đất san lấp bằng cách đào,"),
    )
    assert values(page)["holder"] == "Công ty Cổ phần Khai thác đá Trường Sơn"


def test_an_abstract_needs_no_leading_words() -> None:
    page = reading(
        *head("ỦY BAN NHÂN DÂN", "XÃ MINH LÃNG"),
        (MIDDLE, "QUYẾT ĐỊNH"),
        (MIDDLE, "Xử phạt vi phạm hành chính trong lĩnh vực xây dựng"),
        (MIDDLE, "CHỦ TỊCH ỦY BAN NHÂN DÂN XÃ MINH LÃNG"),
    )
    found = values(page)
    assert found["subject"] == "Xử phạt vi phạm hành chính trong lĩnh vực xây dựng"
    assert found["sector"] == "Xây dựng"


def test_an_old_form_names_its_committee_after_the_levels() -> None:
    page = reading(
        (BODY, "UBND xã/phường: TÂN HIỆP"),
        (MIDDLE, RIGHT_HEAD),
        (MIDDLE, "GIẤY CHỨNG TỬ"),
        (BODY, "Họ và tên: TỐNG TIẾN HẬU"),
        (RIGHT, "Đăng ký ngày 01 tháng 10 năm 1999"),
        (RIGHT, "TM. ỦY BAN NHÂN DÂN"),
    )
    found = values(page)
    assert found["issuer"].startswith("Ủy ban nhân dân")
    assert found["issuer"].endswith("Tân Hiệp")
    assert found["issue_date"] == "1999-10-01"


def test_a_short_name_under_a_seal_is_doubted() -> None:
    page = reading((MIDDLE, "QUYẾT ĐỊNH"), (RIGHT, "GIÁM ĐỐC"), (RIGHT, "Hoàng Giáp"))
    signer = next(f for f in extract([page], TODAY).fields if f.name == "signer")
    assert signer.confidence < 0.8
