"""Letters of old fonts and of code pages become Vietnamese, and Vietnamese stays what it is."""

from __future__ import annotations

import subprocess
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text import nfc
from spreadsheets import encodings, legacy
from spreadsheets.records import Encoding, RefusedSheetError
from spreadsheets.syllables import is_syllable

_TONED = "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ"
_MARKS = "\u0300\u0301\u0303\u0309\u0323"
SENTENCES = (
    "Ủy ban nhân dân huyện Lai Vung",
    "Nguyễn Thị Hòa, Trần Văn Đức, Lê Thị Bưởi, Phạm Quỳnh Giang, Đỗ Thuở Khuya",
    "Quyết định về việc cấp giấy phép xây dựng nhà ở riêng lẻ",
    "Giấy chứng nhận quyền sử dụng đất, quyền sở hữu nhà ở và tài sản khác gắn liền với đất",
    "Thửa đất số 12, tờ bản đồ số 5, xã Tân Hòa, đường Trần Hưng Đạo",
)


def _cp1258(text: str) -> bytes:
    """As Windows writes it: a vowel with its hat as one letter, the tone behind it as a mark."""
    bare = "".join(
        c
        if c in "đĐ" or len(parts := unicodedata.normalize("NFD", c)) == 1
        else unicodedata.normalize("NFC", "".join(p for p in parts if p not in _MARKS))
        + "".join(p for p in parts if p in _MARKS)
        for c in text
    )
    return bare.encode("cp1258")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ñy ban nh©n d©n huyÖn Lai Vung", "ủy ban nhân dân huyện Lai Vung"),
        ("NguyÔn ThÞ Hßa", "Nguyễn Thị Hòa"),
        ("Céng hßa x· héi chñ nghÜa ViÖt Nam", "Cộng hòa xã hội chủ nghĩa Việt Nam"),
        ("§éc lËp - Tù do - H¹nh phóc", "Độc lập - Tự do - Hạnh phúc"),
        ("quyÒn sö dông ®Êt", "quyền sử dụng đất"),
    ],
)
def test_real_texts_of_the_abc_fonts(typed: str, meant: str) -> None:
    assert legacy.from_tcvn3(typed) == meant
    assert encodings.guess([typed]).encoding is Encoding.TCVN3
    assert encodings.to_unicode(typed, Encoding.UNICODE) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("UÛY BAN NHAÂN DAÂN HUYEÄN LAI VUNG", "ỦY BAN NHÂN DÂN HUYỆN LAI VUNG"),
        ("Nguyeãn Thò Hoøa", "Nguyễn Thị Hòa"),
        ("Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam", "Cộng hòa xã hội chủ nghĩa Việt Nam"),
        ("Ñoäc laäp - Töï do - Haïnh phuùc", "Độc lập - Tự do - Hạnh phúc"),
        ("quyeàn söû duïng ñaát ôû", "quyền sử dụng đất ở"),
    ],
)
def test_real_texts_of_the_vni_fonts(typed: str, meant: str) -> None:
    assert legacy.from_vni(typed) == meant
    assert encodings.guess([typed]).encoding is Encoding.VNI
    assert encodings.to_unicode(typed, Encoding.UNICODE) == meant


def test_the_table_of_the_abc_fonts_is_that_of_tcvn_5712() -> None:
    """The C library knows that standard too."""
    codes = bytes(map(ord, legacy.TCVN3))
    told = subprocess.run(["iconv", "-f", "TCVN5712-1", "-t", "UTF-8"], input=codes, stdout=-1, check=True).stdout
    assert unicodedata.normalize("NFC", told.decode()) == "".join(legacy.TCVN3.values())


@given(st.text(_TONED + " .,;:/-0123456789()"))
def test_what_the_abc_fonts_write_comes_back(text: str) -> None:
    assert legacy.from_tcvn3(legacy.to_tcvn3(text)) == nfc(text)


@given(st.lists(st.sampled_from(sorted({w for s in SENTENCES for w in s.replace(",", "").split()}))).map(" ".join))
def test_what_the_vni_fonts_write_comes_back(text: str) -> None:
    assert legacy.from_vni(legacy.to_vni(text)) == nfc(text)
    assert legacy.from_vni(legacy.to_vni(text.upper())) == nfc(text.upper())


@given(st.text())
def test_no_text_makes_the_guess_fail(text: str) -> None:
    guess = encodings.guess([text])
    assert 0 <= guess.good <= guess.words
    read = encodings.to_unicode(text, guess.encoding)
    assert read == nfc(read)
    assert not text.isascii() or read == text


@pytest.mark.parametrize("text", [*SENTENCES, "Hà", "xã Tân Hòa", "A · B", "50 m²", "Müller & Söhne", "«Tân Á»"])
def test_unicode_stays_as_it_is(text: str) -> None:
    assert encodings.guess([text]).encoding is Encoding.UNICODE
    assert encodings.to_unicode(text, Encoding.UNICODE) == nfc(text)
    assert encodings.to_unicode(unicodedata.normalize("NFD", text), Encoding.UNICODE) == nfc(text)


def test_the_evidence_of_a_guess_can_be_shown() -> None:
    guess = encodings.guess(["NguyÔn ThÞ Hßa", "QĐ-UBND"])
    assert (guess.good, guess.words) == (3, 4)
    assert guess.example == "NguyÔn → Nguyễn"


def test_a_cell_in_another_font_than_its_column_is_seen() -> None:
    for expected in Encoding:
        assert encodings.to_unicode("Nguyễn Thị Hòa", expected) == "Nguyễn Thị Hòa"
    assert encodings.to_unicode("Nguyeãn Thò", Encoding.TCVN3) == "Nguyễn Thị"


@pytest.mark.parametrize(
    ("codec", "write"),
    [
        ("utf-8", lambda text: text.encode()),
        ("utf-8-sig", lambda text: text.encode("utf-8-sig")),
        ("utf-16", lambda text: text.encode("utf-16")),
        ("utf-16-le", lambda text: text.encode("utf-16-le")),
        ("utf-16-be", lambda text: text.encode("utf-16-be")),
        ("utf-32", lambda text: text.encode("utf-32")),
        ("cp1258", _cp1258),
    ],
)
def test_the_encoding_of_a_file_is_found_out(tmp_path: Path, codec: str, write: object) -> None:
    text = "STT,Tên\r\n" * 50 + "\r\n".join(SENTENCES) + "\r\n"
    file = tmp_path / "x.csv"
    file.write_bytes(write(text))  # type: ignore[operator]
    found = encodings.of_file(file)
    assert found.codec == codec
    assert nfc(file.read_text(encoding=found.codec)).split() == text.split()


def test_bytes_of_the_fonts_are_read_so_that_the_letters_can_be(tmp_path: Path) -> None:
    for write, read in ((legacy.to_tcvn3, legacy.from_tcvn3), (legacy.to_vni, legacy.from_vni)):
        file = tmp_path / "old.csv"
        file.write_bytes("\n".join(map(write, SENTENCES)).encode("latin-1"))
        found = encodings.of_file(file)
        assert found.codec in ("cp1252", "latin-1")
        assert found.why == "words"
        text = file.read_text(encoding=found.codec)
        assert read(text).lower() == nfc("\n".join(SENTENCES)).lower()


def test_one_spoilt_byte_does_not_make_another_encoding_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_bytes("\n".join(SENTENCES * 10).encode() + b"\xff\n")
    assert encodings.of_file(file).codec == "utf-8"


def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_bytes(bytes(range(256)) * 40)
    with pytest.raises(RefusedSheetError, match="neither a spreadsheet nor a text"):
        encodings.of_file(file)


@pytest.mark.parametrize("word", "Nguyễn quyết giêng gì khuya nghiêng thuở quý Quỳnh huỳnh uỷ Hoà xoong ĐƯỜNG".split())
def test_syllables(word: str) -> None:
    assert is_syllable(word)


@pytest.mark.parametrize("word", ["NguyÔn", "Hßa", "strength", "quoác", "QĐ", "cà̀", "tat̀", "", "đ"])
def test_no_syllables(word: str) -> None:
    assert not is_syllable(word)
