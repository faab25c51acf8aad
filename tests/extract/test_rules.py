"""The small rules: syllables, names, identity numbers, bodies, places."""

from __future__ import annotations

from datetime import date

import pytest

from ocr.syllables import is_syllable
from pipeline.extract import ids, names, places
from pipeline.extract.issuer import tidy_body


@pytest.mark.parametrize("word", "Nguyễn Huỳnh Giàng Quàng Thuý Khuyên Yến Oanh Ý Nghĩa Trường Uyên Quốc Gìn A".split())
def test_syllables_that_exist(word: str) -> None:
    assert is_syllable(word)


@pytest.mark.parametrize("word", "Thann Tr1nh Nguyêt Phạin Kih Tbản Thuoanh QĐ Bốh".split())
def test_syllables_that_cannot_exist(word: str) -> None:
    assert not is_syllable(word)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("BÙI HỮU DỀNH Giới tính: Nam", "Bùi Hữu Dềnh"),
        ("Nguyễn Thị Oanh, Giấy chứng minh", "Nguyễn Thị Oanh"),
        ("Lò Thị Tuyết", "Lò Thị Tuyết"),
        ("Đỗ A Toản", "Đỗ A Toản"),
        ("hộ gia đình", None),
        ("1980", None),
        ("Trần", None),
        ("", None),
    ],
)
def test_a_name_ends_where_it_ends(text: str, name: str | None) -> None:
    assert names.person(text) == name


def test_a_name_with_an_impossible_syllable_is_doubted() -> None:
    assert names.belief("Nguyễn Thị Oanh") == 1.0
    assert names.belief("Nguyễn Thị Oanb") < 0.5
    assert names.belief("Minh Phước") < 0.85, "a surname was lost"


@pytest.mark.parametrize(
    ("number", "born", "trusted"),
    [
        ("087061305916", date(1961, 5, 10), True),
        ("087061305916", date(1962, 5, 10), False),
        ("011305501187", date(2005, 5, 13), True),
        ("911163191622", None, False),
        ("294120747", None, True),
        ("29412074", None, False),
    ],
)
def test_identity_numbers_are_checked_by_their_build(number: str, born: date | None, trusted: bool) -> None:
    assert (ids.belief(number, born) >= 0.9) is trusted


@pytest.mark.parametrize(
    ("printed", "issuer"),
    [
        ("ỦY BAN NHÂN DÂN XÃ SA LÔNG HUYỆN MƯỜNG CHÀ", "Ủy ban nhân dân xã Sa Lông"),
        ("UBND HUYỆN LAI VUNG", "Ủy ban nhân dân huyện Lai Vung"),
        ("UỶ BAN NHÂN DÂN XÃ XÁ NHÈ", "Ủy ban nhân dân xã Xá Nhè"),
        ("ỦY BAN NHÂN DÂN THỊ TRẤN HƯƠNG CANH HUYỆN BÌNH XUYÊN TỈNH VĨNH PHÚC", "Ủy ban nhân dân thị trấn Hương Canh"),
        ("Sở Tư pháp", "Sở Tư pháp"),
    ],
)
def test_a_committee_loses_the_places_above_it(printed: str, issuer: str) -> None:
    assert tidy_body(printed) == issuer


def test_places_are_known_by_name_and_mended_by_accents_only() -> None:
    assert places.check("xã Sa Lông") == ("xã Sa Lông", 1.0)
    assert places.check("thị trấn Hương Cánh") == ("thị trấn Hương Canh", 0.96)
    assert places.check("xã Không Đâu Có")[1] < 0.95
