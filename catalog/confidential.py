"""Which results are not for everybody in the unit: told by their type, their number, and stamps on page 1.

Rather once too often than too seldom: a paper wrongly hidden is asked for and opened by a decision; one wrongly
shown cannot be taken back. A person changes the kind by a correction.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum

from core.text import fold, fold_words, nfc


class Confidential(StrEnum):
    """Kinds of confidential results; each is seen by a right of its own. ``""`` is open."""

    OPEN = ""
    CRIMINAL_RECORD = "criminal_record"
    """Phiếu lý lịch tư pháp."""
    ADOPTION = "adoption"
    """Nuôi con nuôi."""
    SECRET = "secret"
    """Marked MẬT, TỐI MẬT or TUYỆT MẬT."""


_CRIMINAL = "ly lich tu phap"
_ADOPTION = "con nuoi"
_TITLES = {Confidential.CRIMINAL_RECORD: f"phieu {_CRIMINAL}", Confidential.ADOPTION: "giay chung nhan nuoi con nuoi"}
_FIRST_LETTERS = frozenset("PpGg")
"""Of the titles; spares folding all other lines."""
_RECORD_NUMBER = re.compile(r"[-/]lltp(?![a-z])")
_DEGREE = re.compile(r"\b(?:TỐI|TUYỆT|TOI|TUYET) ?M[ẬẠA]T\b")
"""Two words in capitals, wherever they stand on page 1; accents are often lost in a stamp."""
_STAMP = re.compile(r"\W*(?:ĐỘ\W+)?M[ẬẠA]T(?:\W+SỐ\W*\d*)?\W*")
"""The whole of a line."""
_AT_THE_EDGE = re.compile(r"^MẬT\b(?! (?:ĐỘ|MÃ|VỤ|ONG|KHẨU|THƯ)\b)|(?<!BÍ )(?<!CƠ )(?<!BẢO )\bMẬT$")
"""First or last on a line of the head of the page, where the stamp stands beside other columns."""
_HEAD = 8
"""Lines of page 1 that make its head: issuer, title of the nation, number, place and date."""


def of(values: Mapping[str, str], text: str) -> Confidential:
    """The kind of a result by its fields and its text (pages separated by form feeds)."""
    first = nfc(text.split("\f", 1)[0])
    lines = [" ".join(line.split()) for line in first.splitlines() if line.strip()]
    if _secret(lines):
        return Confidential.SECRET
    named = [fold_words(values.get(name, "")) for name in ("document_type", "subject", "sector")]
    titles = [fold_words(line) for line in lines if line[:1] in _FIRST_LETTERS]
    if any(_ADOPTION in name for name in named) or _titled(titles, Confidential.ADOPTION):
        return Confidential.ADOPTION
    if any(_CRIMINAL in name for name in named[:2]) or _RECORD_NUMBER.search(fold(values.get("number", ""))):
        return Confidential.CRIMINAL_RECORD
    return Confidential.CRIMINAL_RECORD if _titled(titles, Confidential.CRIMINAL_RECORD) else Confidential.OPEN


def _titled(lines: list[str], kind: Confidential) -> bool:
    return any(line.startswith(_TITLES[kind]) for line in lines)


def _secret(lines: list[str]) -> bool:
    """Whether page 1 bears the stamp of a secret."""
    if any(_STAMP.fullmatch(line) or _DEGREE.search(line) for line in lines):
        return True
    return any(_AT_THE_EDGE.search(line) for line in lines[:_HEAD])
