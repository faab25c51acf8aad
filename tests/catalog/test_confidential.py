"""Confidential kinds: told by type, number and the stamp on page 1."""

from __future__ import annotations

import pytest

from catalog.confidential import Confidential, of


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ({"document_type": "Phiếu lý lịch tư pháp"}, Confidential.CRIMINAL_RECORD),
        ({"document_type": "PHIẾU LÝ LỊCH TƯ PHÁP SỐ 2"}, Confidential.CRIMINAL_RECORD),
        ({"document_type": "Phieu ly lich tu phap"}, Confidential.CRIMINAL_RECORD),
        ({"document_type": "", "number": "1234/STP-LLTP"}, Confidential.CRIMINAL_RECORD),
        ({"document_type": "Công văn", "subject": "cung cấp lý lịch tư pháp"}, Confidential.CRIMINAL_RECORD),
        ({"document_type": "Giấy chứng nhận nuôi con nuôi"}, Confidential.ADOPTION),
        ({"document_type": "Quyết định", "subject": "cho nhận con nuôi"}, Confidential.ADOPTION),
        ({"document_type": "Quyết định", "sector": "Nuôi con nuôi"}, Confidential.ADOPTION),
        ({"document_type": "Quyết định", "sector": "Lý lịch tư pháp"}, Confidential.OPEN),
        ({"document_type": "Giấy phép xây dựng", "number": "12/GPXD"}, Confidential.OPEN),
        ({}, Confidential.OPEN),
    ],
)
def test_the_kind_follows_from_the_fields(values: dict[str, str], kind: Confidential) -> None:
    assert of(values, "") == kind


@pytest.mark.parametrize(
    "page",
    [
        "ỦY BAN NHÂN DÂN\nMẬT\nSố: 1/QĐ",
        "TỐI MẬT",
        "UBND TỈNH    TUYỆT MẬT\nSố: 1",
        "ĐỘ MẬT: MẬT",
        "MẬT\tCỘNG HÒA XÃ HỘI",
        "ỦY BAN NHÂN DÂN TỈNH MẬT",
        "MẬT SỐ 12",
        "MÂT\nMAT",
        "M\u1eacT",
        "MA\u0323\u0302T",
    ],
)
def test_a_stamp_makes_a_secret_of_any_type(page: str) -> None:
    assert of({"document_type": "Giấy khai sinh"}, page) == Confidential.SECRET


@pytest.mark.parametrize(
    "page",
    [
        "VỀ BẢO VỆ BÍ MẬT\nNHÀ NƯỚC",
        "MẬT ĐỘ XÂY DỰNG",
        "mật",
        "Nuôi ong lấy mật",
        "Mặt",
        "MẶT BẰNG",
        "Trang 1\fMẬT",
        "\n" * 50,
    ],
)
def test_the_word_in_a_sentence_or_behind_page_1_is_no_stamp(page: str) -> None:
    assert of({"document_type": "Quyết định"}, page) == Confidential.OPEN


def test_a_title_counts_where_the_type_was_misread() -> None:
    assert of({"document_type": "Giấy"}, "CỘNG HÒA\nPHIẾU LÝ LỊCH TƯ PHÁP SỐ 1\n") == Confidential.CRIMINAL_RECORD
    assert of({}, "GIẤY CHỨNG NHẬN NUÔI CON NUÔI") == Confidential.ADOPTION


def test_of_several_kinds_the_secret_goes_first() -> None:
    assert of({"document_type": "Phiếu lý lịch tư pháp"}, "MẬT") == Confidential.SECRET
