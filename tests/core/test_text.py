"""The one set of rules for Vietnamese text."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text import fold, fold_number, fold_words, nfc, plain, slug, squeeze, undouble, words


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Đỗ Đình Chỉnh", "do dinh chinh"),
        ("ỦY BAN NHÂN DÂN", "uy ban nhan dan"),
        ("Ðặng", "dang"),  # OCR writes U+00D0 for Đ
        ("Ɖặng", "dang"),
        ("577/GPXD", "577/gpxd"),
        ("", ""),
    ],
)
def test_fold_drops_case_and_accents(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_nfd_and_nfc_are_the_same_after_nfc() -> None:
    text = "Nguyễn Thị Oanh, phường Khai Quang"
    assert nfc(unicodedata.normalize("NFD", text)) == nfc(text) == text


@pytest.mark.parametrize(
    ("old", "new"), [("hoà", "hòa"), ("UỶ BAN", "ủy ban"), ("Hoá đơn", "hóa đơn"), ("thuý", "thúy")]
)
def test_plain_moves_old_tone_marks_to_the_newer_place(old: str, new: str) -> None:
    assert plain(old) == new


@pytest.mark.parametrize("text", ["quý", "hoàn", "xoài", "quỳnh", "khoảng"])
def test_plain_leaves_tone_marks_that_have_only_one_place(text: str) -> None:
    assert plain(text) == text


def test_plain_keeps_accents_apart() -> None:
    assert plain("Toàn") != plain("Toán")


def test_squeeze_turns_every_run_of_white_space_into_one_space() -> None:
    assert squeeze("  Số:\t12\u00a0/\n QĐ ") == "Số: 12 / QĐ"


def test_words_drop_punctuation_and_keep_case() -> None:
    assert words("Số: 2872/QĐ-UBND") == ["Số", "2872", "QĐ", "UBND"]
    assert words(" .,-_ ") == []


def test_fold_words_is_one_folded_string() -> None:
    assert fold_words("  Đỗ-Văn  Bảy. ") == "do van bay"


@pytest.mark.parametrize("text", ["1234/QĐ-UBND", "1234 / QĐ - UBND", "1234/qđ-ubnd", "1234/qd-ubnd"])
def test_fold_number_sees_through_spacing_and_accents(text: str) -> None:
    assert fold_number(text) == "1234/qd-ubnd"


@given(st.text())
def test_the_rules_are_stable_and_leave_nfc(text: str) -> None:
    """Applying a rule again changes nothing, and what leaves is NFC."""
    for rule in (nfc, plain, fold):
        once = rule(text)
        assert rule(once) == once
        assert unicodedata.is_normalized("NFC", once)


@given(st.text())
def test_fold_sees_no_difference_between_canonical_forms(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))


@given(st.text(alphabet="aăâeêioôơuưyđAĂÂEÊIOÔƠUƯYĐáàảãạ bcdghklmnpqrstvx"))
def test_fold_leaves_no_accent_on_vietnamese(text: str) -> None:
    assert fold(text).isascii()


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("1234/QĐ-UBND", "1234-qd-ubnd"),
        ("../../etc/passwd", "etc-passwd"),
        ("\n\x00  ", ""),
        ("Đơn – số 5.", "don-so-5"),
    ],
)
def test_slug_is_safe_in_file_names(text: str, made: str) -> None:
    assert slug(text) == made


@given(st.text(), st.integers(min_value=1, max_value=20))
def test_slug_has_nothing_but_letters_digits_and_single_dashes(text: str, longest: int) -> None:
    made = slug(text, longest)
    assert len(made) <= longest
    assert set(made) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert made.strip("-") == made and "--" not in made


def test_a_doubled_letter_of_ocr_is_one_and_a_real_pair_stays() -> None:
    assert undouble("QĐÐ-UBND") == undouble("QÐĐ-UBND") == "QĐ-UBND"
    assert undouble("QLĐĐ") == "QLĐĐ"
