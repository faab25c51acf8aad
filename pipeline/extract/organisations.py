"""Organisations to whom a result is granted: companies, cooperatives, schools, offices.

A household business stands for the person who runs it and is no organisation here.
"""

from __future__ import annotations

import re
from itertools import takewhile

from stdnum.vn import mst

from core.text import fold
from ocr.records import Word
from pipeline.extract.flow import Flow, Piece
from pipeline.extract.found import field
from pipeline.extract.layout import DocumentText
from pipeline.records import Field

_BUSINESS = (
    r"(?:tong )?cong ty|hop tac xa|lien hiep hop tac xa|doanh nghiep tu nhan|dntn|htx|tap doan|ngan hang|quy tin dung|"
    r"benh vien|phong kham|nha thuoc|truong (?:mam non|tieu hoc|trung hoc|thcs|thpt|cao dang|dai hoc)|trung tam|"
    r"chi nhanh cong ty|xi nghiep|nha may|giao xu|co so"
)
_OFFICE = r"uy ban nhan dan|ubnd|so|phong|ban|cuc|chi cuc|cong an|bo chi huy|hoi|vien|van phong|toa an|bo|ho kinh doanh"
_NAMED = re.compile(
    r"ten (?:(?:day du )?(?:cua )?"
    r"(?:cong ty|doanh nghiep|hop tac xa|to chuc|nha dau tu|thuong nhan|co so|chi nhanh|don vi)(?: kinh doanh)?)"
    r"(?: viet)?(?: bang tieng viet)?\s*(?:\([^)]*\))?\s*:[ ]*(?=\S)"
)
_INVESTOR = re.compile(r"chung nhan nha dau tu\s*:\s*(?=\S)")
_GRANTED = re.compile(rf"(?:cap phep|cho phep|chung nhan|cho|doi voi)\s*:?\s+(?=(?:{_BUSINESS})\s)")
_ADDRESSED = re.compile(rf"kinh gui\s*:?\s*(?:-\s*)?(?=(?:{_BUSINESS}|{_OFFICE})\s)")
_PERSON = re.compile(r"\b(?:ong|ba)\s*:?\s")
_HOUSEHOLD = re.compile(r"ho kinh doanh")
_END = re.compile(r"[,;:(“\"]|\.(?=\s|$)|\n(?=\s*(?:\d+[.)]|dieu|can cu|ten|ma so|dia chi|noi|-))")
_NEXT_WORDS = frozenset("địa về được để do có tại theo với là thực mã trụ bao đã vì nhằm kể".split())
"""Words in small letters with which the sentence goes on after a name."""
_TAX_CODE = re.compile(
    r"(?:ma\s+so\s+(?:thue|doanh\s+nghiep|hop\s+tac\s+xa|chi\s+nhanh)|mst"
    r"|dang\s+ky\s+(?:doanh\s+nghiep|kinh\s+doanh|hop\s+tac\s+xa)[^\d\n]{0,20})"
    r"[^\d]{0,25}?(?P<id>\d{10}(?:-\d{3})?)(?!\d)"
)
_ARTICLE = re.compile(r"(?m)^\W*(?:dieu (?:1|i|l|thu nhat)\b|(?:cho phep|cap phep|chung nhan)\b)")
_MOST_LETTERS, _REACH = 120, 300
"""Letters of a name, and of an article in which it is looked for."""
_BELIEF = 0.95


def named(document: DocumentText) -> list[Field]:
    """Holder and tax code of an organisation that a form names under a label of its own."""
    match = document.flow.search(_NAMED) or document.flow.search(_INVESTOR)
    return _holder(document, match) if match else []


def addressed(document: DocumentText) -> list[Field]:
    """The organisation to which a letter is addressed."""
    match = document.flow.search(_ADDRESSED)
    return _holder(document, match) if match else []


def granted(document: DocumentText) -> list[Field]:
    """The organisation to which the first article or the abstract grants something."""
    flow = document.flow
    article = flow.search(_ARTICLE)
    match = _GRANTED.search(flow.text, article.start(), article.start() + _REACH) if article else None
    if article is None or match is None or _PERSON.search(flow.text, article.start(), match.start()):
        return []
    return _holder(document, match)


def _holder(document: DocumentText, label: re.Match[str]) -> list[Field]:
    flow = document.flow
    piece = _name(document, flow, label.end())
    if piece is None or _HOUSEHOLD.match(fold(piece.text)):
        return []
    name = field("holder", piece.text.strip(" .,;:-"), piece, _BELIEF)
    return [f for f in (name, _tax_code(flow)) if f is not None]


def _name(document: DocumentText, flow: Flow, start: int) -> Piece | None:
    """The name that begins at `start`: to the next sign or word that can be no part of it."""
    while start < len(flow.text) and flow.text[start] in " \n":
        start += 1
    end = _END.search(flow.text, start, start + _MOST_LETTERS)
    stop = end.start() if end else min(len(flow.text), start + _MOST_LETTERS)
    line_end = flow.text.find("\n", start, stop)
    number = flow.segment_at(start)
    if line_end > 0 and not (document.is_full(flow.segments[number]) or flow.segments[number + 1].text.isupper()):
        stop = line_end
    piece = flow.piece(start, stop)
    if piece is None:
        return None
    words = _without_verb(tuple(takewhile(lambda w: w.text not in _NEXT_WORDS, piece.words)))
    return Piece(" ".join(w.text for w in words), words, piece.page, piece.start, piece.end) if len(words) > 1 else None


def _without_verb(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """The words of a name without two or more in small letters at its end: there the sentence goes on."""
    last = max((i for i, word in enumerate(words) if word.text[0].isupper()), default=len(words) - 1)
    return words[: last + 1] if len(words) - last > 2 else words


def _tax_code(flow: Flow) -> Field | None:
    """The organisation's tax code, with its check digit looked at (Thông tư 105/2020/TT-BTC, điều 5)."""
    match = flow.search(_TAX_CODE)
    piece = flow.group(match, "id") if match else None
    if match is None or piece is None:
        return None
    return field("holder_id", match["id"], piece, 1.0 if mst.is_valid(match["id"]) else 0.3)
