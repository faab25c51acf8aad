"""The number of a paper (Nghị định 30/2020, phụ lục I, ô 3), and the serial and book number of a land certificate."""

from __future__ import annotations

import re

from core.text import fold
from pipeline.extract.flow import Flow, Piece
from pipeline.extract.found import field
from pipeline.extract.layout import DocumentText
from pipeline.extract.title import Title
from pipeline.records import Field

_CODE = r"[a-z][\w&]*(?:\s?-\s?[a-z][\w&]*)*"
_WITHOUT_SLASH = r"[a-z]{2,4}\d{4,10}(?:-[a-z]{0,3}\d{4,10})?|\d{2}[a-z]\d{7}|\d{8,13}(?!\s?/)|[a-z]{2,4}\s?-\s?\d{5,8}"
"""Numbers of registrations and of certificates of practice."""
_NUMBER = re.compile(
    r"(?m)^(?:so|s0|sg|sö|só)\s*(?:\(no\.?\)|/\s?no\.?)?\s*[:.;]\s*"
    rf"(?P<number>(?:{_WITHOUT_SLASH})(?:/{_CODE})?|\d{{1,7}}[a-z]?(?P<gap>\s?)(?:/\s?\d{{4}})?"
    rf"(?:\s?/\s?(?:{_CODE}|\d{{1,5}})){{0,3}})[ ]*(?P<rest>[^\n]*)$"
)
_ISSUED_NUMBER = re.compile(rf"(?m)^so cap\s*:\s*(?P<number>\d{{1,6}}(?:/\d{{4}})?/{_CODE})$")
_REGISTERED_NUMBER = re.compile(
    r"(?m)^ma so (?:doanh nghiep|hop tac xa|chi nhanh|du an|ho kinh doanh|dia diem kinh doanh)\s*:?\s*"
    r"(?P<number>\d{10}(?:-\d{3})?|\d{12,13})$"
)
ANY_NUMBER_LINE = re.compile(r"(?m)^(?:so|s0)\s*[:.;]")
"""A line that states a number, readable or not."""
_SERIAL = re.compile(r"(?m)^(?:so(?: phat hanh)?\s*:?\s*)?(?P<serial>[a-z]{1,2}\s?\d{6,8})$")
_DIPLOMA = re.compile(r"(?m)^so hieu\s*:\s*(?P<number>[a-z]{1,2}\s?\d{6,8})\b")
_DIPLOMA_BOOK = re.compile(r"(?m)^so vao so(?: goc)? cap bang\s*:\s*(?P<number>\d{1,6}(?:[/-][\w/-]+)?)$")
"""Diplomas: the blank's serial and the number in the school's book (Thông tư 21/2019/TT-BGDĐT, phụ lục)."""
_BOOK = re.compile(
    r"\bvao so\b[a-z ]*(?:\n[a-z ]*)?(?:\n?so)?\s*[:.]\s*"
    r"(?P<number>c[hst]\s?[\doqd]{4,6}|\d{3,6}(?:\s?/?\s?qsdd\b)?)"
)
_STAMP = re.compile(r"\bden\b")


def number(document: DocumentText, title: Title | None) -> list[Field]:
    """The fields ``number`` and ``register_number``."""
    if title is not None and "quyen su dung dat" in fold(title.text) and "giay chung nhan" in fold(title.text):
        return _land_certificate(document)
    flow = document.flow
    if flow.search(_DIPLOMA):
        return _diploma(flow)
    for match in flow.matches(_NUMBER):
        piece = flow.group(match, "number")
        if piece is None or piece.page != 1 or _in_stamp(flow, match.start()) or _is_low(document, piece):
            continue
        found = field("number", piece.text.replace(" ", ""), piece, _number_belief(match, piece))
        return [found] if found else []
    issued = _first("number", flow, _ISSUED_NUMBER, compact=True)
    if issued:
        return [issued]
    if any(ANY_NUMBER_LINE.match(s.folded) for s in flow.segments if s.page == 1):
        return []  # the line is there, and was not read
    registered = _first("number", flow, _REGISTERED_NUMBER)
    return [registered] if registered else []


def _first(name: str, flow: Flow, pattern: re.Pattern[str], *, compact: bool = False) -> Field | None:
    """The field `name` from the group ``number`` of the first match of `pattern`, `compact` without spaces."""
    match = flow.search(pattern)
    piece = flow.group(match, "number") if match else None
    if piece is None:
        return None
    return field(name, piece.text.replace(" ", "") if compact else piece.text, piece, 1.0)


def _number_belief(match: re.Match[str], piece: Piece) -> float:
    """Printed numbers have no gap before their slash; a gap is a blank that somebody filled in."""
    if match["gap"] or match["rest"].strip():
        return 0.4
    text = piece.text
    plausible = "/" in text or re.fullmatch(_WITHOUT_SLASH, fold(text))
    return 1.0 if plausible else 0.5


def _in_stamp(flow: Flow, offset: int) -> bool:
    """Whether a number line belongs to an incoming stamp ("CV ĐẾN", "CÔNG VĂN ĐẾN")."""
    here = flow.segment_at(offset)
    around = flow.segments[max(0, here - 1) : here]
    return any(_STAMP.search(s.folded) and len(s.words) <= 5 for s in around)


def _is_low(document: DocumentText, piece: Piece) -> bool:
    page = document.first
    return page is not None and piece.words[0].box.top > 0.5 * page.height


def _land_certificate(document: DocumentText) -> list[Field]:
    """A land certificate's number is its printed serial; its book number stands beside it."""
    flow, found = document.flow, []
    serials = [m for m in flow.matches(_SERIAL)]
    if serials:
        piece = flow.group(serials[-1], "serial")
        if piece:
            compact = piece.text.replace(" ", "").upper()
            cut = re.search(r"\d", compact)
            letters = compact[: cut.start()] if cut else compact
            found.append(field("number", f"{letters} {compact[len(letters) :]}", piece, 1.0))
    book = flow.search(_BOOK)
    piece = flow.group(book, "number") if book else None
    if piece:
        found.append(_book_number(piece))
    return [f for f in found if f]


def _diploma(flow: Flow) -> list[Field]:
    """The serial of a diploma, and its number in the school's book."""
    found = _first("number", flow, _DIPLOMA), _first("register_number", flow, _DIPLOMA_BOOK)
    return [f for f in found if f]


def _book_number(piece: Piece) -> Field | None:
    """The number in the land book: ``CH01234`` since 2009, figures alone or with ``QSDĐ`` before."""
    folded = fold(piece.text).replace(" ", "")
    if folded[0] != "c":
        return field("register_number", piece.text.replace(" ", ""), piece, 0.95)
    clean = folded[:2].upper() + folded[2:].translate(str.maketrans("oqd", "000"))
    return field("register_number", clean, piece, 1.0 if folded[2:].isdigit() else 0.5)
