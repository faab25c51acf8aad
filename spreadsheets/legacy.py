"""Vietnamese before Unicode: TCVN3 (ABC fonts) and VNI, as they stand in files: each byte a letter of cp1252.

A text in such an encoding that got into a spreadsheet is a Unicode text of wrong letters (``NguyÔn`` for ``Nguyễn``),
since only the font showed it right. The tables are those of the fonts: TCVN 5712:1993 (VN3, as the ABC fonts have it)
and VNI Windows. Both were typed for decades and are found in one file beside Unicode.
"""

from __future__ import annotations

import re

from core.text import nfc

_TCVN3_LETTERS = (
    (0xA1, "ĂÂÊÔƠƯĐăâêôơưđ"),
    (0xB5, "àảãáạ"),
    (0xBB, "ằẳẵắ"),
    (0xC6, "ặầẩẫấậè"),
    (0xCE, "ẻẽéẹềểễếệìỉ"),
    (0xDC, "ĩíịò"),
    (0xE1, "ỏõóọồổỗốộờởỡớợù"),
    (0xF1, "ủũúụừửữứựỳỷỹýỵ"),
)
TCVN3: dict[str, str] = {
    chr(first + place): letter for first, letters in _TCVN3_LETTERS for place, letter in enumerate(letters)
}
"""Letter of cp1252 → Vietnamese letter; all codes are above 0xA0, where cp1252 is Latin-1."""

_MARKS = {
    "a": {"ù": "á", "ø": "à", "û": "ả", "õ": "ã", "ï": "ạ", "ê": "ă", "é": "ắ", "è": "ằ", "ú": "ẳ", "ü": "ẵ", "ë": "ặ",
          "â": "â", "á": "ấ", "à": "ầ", "å": "ẩ", "ã": "ẫ", "ä": "ậ"},
    "e": {"ù": "é", "ø": "è", "û": "ẻ", "õ": "ẽ", "ï": "ẹ", "â": "ê", "á": "ế", "à": "ề", "å": "ể", "ã": "ễ", "ä": "ệ"},
    "o": {"ù": "ó", "ø": "ò", "û": "ỏ", "õ": "õ", "ï": "ọ", "â": "ô", "á": "ố", "à": "ồ", "å": "ổ", "ã": "ỗ", "ä": "ộ"},
    "ô": {"ù": "ớ", "ø": "ờ", "û": "ở", "õ": "ỡ", "ï": "ợ"},
    "u": {"ù": "ú", "ø": "ù", "û": "ủ", "õ": "ũ", "ï": "ụ"},
    "ö": {"ù": "ứ", "ø": "ừ", "û": "ử", "õ": "ữ", "ï": "ự"},
    "y": {"ù": "ý", "ø": "ỳ", "û": "ỷ", "õ": "ỹ"},
}  # fmt: skip
_ALONE = {"í": "í", "ì": "ì", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "ô": "ơ", "ö": "ư", "ñ": "đ", "î": "ỵ"}


def _vni() -> dict[str, str]:
    """What is written → letter, in lower and upper case; a capital may carry its mark in either."""
    table = {base + mark: letter for base, marks in _MARKS.items() for mark, letter in marks.items()} | _ALONE
    capitals = {written.upper(): letter.upper() for written, letter in table.items()}
    mixed = {w[0].upper() + w[1:]: letter.upper() for w, letter in table.items() if len(w) > 1}
    return table | mixed | capitals


VNI: dict[str, str] = _vni()
"""One or two letters of cp1252 → Vietnamese letter."""
_VNI_WRITTEN = re.compile("|".join(map(re.escape, sorted(VNI, key=len, reverse=True))))
_TCVN3_TABLE = str.maketrans(TCVN3)
_TO_TCVN3 = {ord(letter): code for code, letter in TCVN3.items()}
_SHOWN = {letter: written for written, letter in reversed(VNI.items()) if written[0].islower() == letter.islower()}


def from_tcvn3(text: str) -> str:
    """Unicode (NFC) of a text of the ABC fonts; letters that they lack stay as they are."""
    return nfc(text.translate(_TCVN3_TABLE))


def from_vni(text: str) -> str:
    """Unicode (NFC) of a text of the VNI fonts; letters that they lack stay as they are."""
    return nfc(_VNI_WRITTEN.sub(lambda found: VNI[found[0]], text))


def to_tcvn3(text: str) -> str:
    """A text as the ABC fonts write it; capitals with a tone become small letters, which their capital fonts show."""
    return "".join(c if ord(c) in _TO_TCVN3 or c.lower() == c else _small(c) for c in nfc(text)).translate(_TO_TCVN3)


def to_vni(text: str) -> str:
    """A text as the VNI fonts write it."""
    return "".join(_SHOWN.get(letter, letter) for letter in nfc(text))


def _small(letter: str) -> str:
    return letter.lower() if ord(letter.lower()) in _TO_TCVN3 else letter
