"""Number, issuer and date of issue (Nghị định 30/2020, phụ lục I, phần I, ô 2–4)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from core.text import fold, fold_words
from pipeline.extract import dates, lists, places
from pipeline.extract.flow import Flow, Piece, Segment, box_of
from pipeline.extract.found import checked, field
from pipeline.extract.layout import DocumentText
from pipeline.extract.title import Title
from pipeline.records import Field

_CODE = r"[a-z][\w&]*(?:\s?-\s?[a-z][\w&]*)*"
_WITHOUT_SLASH = r"\d{2}[a-z]\d{7}|\d{8,13}(?!\s?/)|[a-z]{2,4}\s?-\s?\d{5,8}"
"""Numbers of registrations and of certificates of practice."""
_NUMBER = re.compile(
    r"(?m)^(?:so|s0|sg|sö|só)\s*(?:\(no\.?\)|/\s?no\.?)?\s*[:.;]\s*"
    rf"(?P<number>{_WITHOUT_SLASH}|\d{{1,7}}[a-z]?(?P<gap>\s?)(?:/\s?\d{{4}})?"
    rf"(?:\s?/\s?{_CODE}){{0,2}})[ ]*(?P<rest>[^\n]*)$"
)
_REGISTERED_NUMBER = re.compile(
    r"(?m)^ma so (?:doanh nghiep|hop tac xa|chi nhanh|du an|ho kinh doanh|dia diem kinh doanh)\s*:?\s*"
    r"(?P<number>\d{10}(?:-\d{3})?|\d{12,13})$"
)
_ANY_NUMBER_LINE = re.compile(r"(?m)^(?:so|s0)\s*[:.;]")
_SERIAL = re.compile(r"(?m)^(?P<serial>[a-z]{1,2}\s?\d{6,8})$")
_BOOK = re.compile(r"so vao so[a-z ]*(?:gcn|giay chung nhan|cap)?[a-z ]*[:.]?\s*(?P<number>c[hst]\s?[\doqd]{4,6})")
_STAMP = re.compile(r"\bden\b")

_BODY_WORDS = (
    *("uy ban", "ubnd", "hoi dong", "so ", "phong ", "ban ", "bo ", "chi cuc", "cuc ", "tong cuc", "van phong"),
    *(
        "chi nhanh",
        "trung tam",
        "thanh tra",
        "cong an",
        "bao hiem",
        "toa an",
        "vien ",
        "truong ",
        "kho bac",
        "hat ",
        "doi ",
    ),
)
_STARTS_BODY = re.compile("^(?:" + "|".join(_BODY_WORDS) + ")")
_PLACE = re.compile(r"\b(xa|phuong|thi tran|quan|huyen|thi xa|thanh pho|tinh|dac khu)\b")
_COMMITTEE = re.compile(r"^(?:uy ban nhan dan|ubnd)\b")


def number(document: DocumentText, title: Title | None, today: date) -> list[Field]:
    """The fields ``number`` and ``register_number``."""
    if title is not None and "quyen su dung dat" in fold(title.text) and "giay chung nhan" in fold(title.text):
        return _land_certificate(document)
    flow = document.flow
    for match in flow.matches(_NUMBER):
        piece = flow.group(match, "number")
        if piece is None or piece.page != 1 or _in_stamp(flow, match.start()) or _is_low(document, piece):
            continue
        found = field("number", piece.text.replace(" ", ""), piece, _number_belief(match, piece))
        return [found] if found else []
    if any(_ANY_NUMBER_LINE.match(s.folded) for s in flow.segments if s.page == 1):
        return []  # the line is there, and was not read
    registered = flow.search(_REGISTERED_NUMBER)
    piece = flow.group(registered, "number") if registered else None
    found = field("number", piece.text, piece, 1.0) if piece else None
    return [found] if found else []


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
        folded = fold(piece.text).replace(" ", "")
        clean = folded[:2].upper() + folded[2:].translate(str.maketrans("oqd", "000"))
        found.append(field("register_number", clean, piece, 1.0 if folded[2:].isdigit() else 0.5))
    return [f for f in found if f]


def issuer(document: DocumentText, signed_by: Field | None) -> Field | None:
    """The field ``issuer``: the last body in the left head, or the body that registered or signed.

    `signed_by` is the authority named above the signature, used where the page has no head.
    """
    segments = _head(document)
    groups: list[list[Segment]] = []
    for segment in segments:
        if not groups or (_STARTS_BODY.search(segment.folded + " ") and not _goes_on(groups[-1], segment)):
            groups.append([])
        groups[-1].append(segment)
    groups = [g for g in groups if _STARTS_BODY.search(g[0].folded + " ")]
    if not groups:
        return _registering_body(document) or signed_by
    flow = Flow(groups[-1])
    piece = flow.piece(0, len(flow.text))
    return body(piece) if piece else None


def _goes_on(group: Sequence[Segment], segment: Segment) -> bool:
    """Whether a line that begins like a body goes on with the name of the one above it.

    So it is where the name above is not whole (``… VÀ MÔI`` / ``TRƯỜNG``, ``CHI NHÁNH`` / ``VĂN PHÒNG …``), or
    both together make a body of the list.
    """
    above = " ".join(s.folded for s in group)
    if re.search(r"(?:\bva(?: moi)?|-|,|\bchi nhanh)$", above):
        return True
    together = fold_words(f"{above} {segment.folded}")
    return any(fold_words(name) == together for name in lists.lines("bodies.txt"))


def body(piece: Piece) -> Field | None:
    """The field ``issuer`` from the words that name a body, checked against places and known bodies."""
    name = tidy_body(piece.text)
    if fold(name) == "uy ban nhan dan":
        return field("issuer", name, piece, _NO_PLACE)
    place = re.match(r"(?i)(ủy ban nhân dân )(.+)", name)
    if place:
        spelling, belief = places.check(place[2])
        return (
            checked("issuer", place[1] + spelling, piece, belief) if belief < 1 else field("issuer", name, piece, 1.0)
        )
    known = lists.nearest("bodies.txt", name, 93.0)
    if known:
        return checked("issuer", known[0], piece, known[1] / 100)
    return field("issuer", name, piece, 0.92)


_NO_PLACE = 0.4
"""A committee without its place was not read to its end."""


def _head(document: DocumentText) -> list[Segment]:
    """The segments of the left head: beside the national title, above number, title and date."""
    page = document.first
    if page is None or page.national is None:
        return []
    left_of = page.national.box.left
    numbered = [
        s.box.top
        for s in page.segments
        if _ANY_NUMBER_LINE.match(s.folded) and s.box.left < left_of and s.box.top > page.national.box.top
    ]
    stop = min(numbered, default=document.header_bottom + 6 * page.text_height)
    head = [
        s
        for s in page.segments
        if s.box.right < left_of + 0.02 * page.width
        and s.box.centre[1] < stop
        and s.capitals > 0.7
        and "ngay" not in s.folded
        and not page.is_centred(s)
    ]
    return sorted(head, key=lambda s: s.box.centre[1])


_REGISTERED_AT = re.compile(
    r"noi dang ky(?: ket hon| khai sinh| khai tu)?\s*:\s*"
    r"(?P<body>(?:uy ban nhan dan|ubnd|so|phong)[^,;\n]*(?:\n[^,;:\n]*)?)"
)


def _registering_body(document: DocumentText) -> Field | None:
    match = document.flow.search(_REGISTERED_AT)
    piece = document.flow.group(match, "body") if match else None
    return body(piece) if piece else None


def tidy_body(text: str) -> str:
    """A body's name as people write it: abbreviations out, lowest place only, capitals tamed.

    ``ỦY BAN NHÂN DÂN XÃ X HUYỆN Y`` → ``Ủy ban nhân dân xã X``.
    """
    words = text.strip(" .,;:-").split()
    folded = " ".join(fold(w) for w in words)
    committee = _COMMITTEE.search(folded)
    if committee:
        words = ["Ủy", "ban", "nhân", "dân", *words[committee[0].count(" ") + 1 :]]
        folded = " ".join(fold(w) for w in words)
    places = [m.start() for m in _PLACE.finditer(folded) if not _follows_level(folded[: m.start()])]
    if _COMMITTEE.search(folded) and len(places) > 1:
        count = folded[: places[1]].count(" ")
        words = words[:count]
        folded = " ".join(fold(w) for w in words)
    place = _PLACE.search(folded) if _COMMITTEE.search(folded) else None
    if not committee and not text.isupper():
        return " ".join(words)
    head = folded[: place.end()].count(" ") + 1 if place else len(words)
    low = [w.lower() for w in words[:head]]
    return " ".join([low[0].capitalize(), *low[1:], *(w.capitalize() for w in words[head:])])


def _follows_level(before: str) -> bool:
    """Whether what follows is a place's name rather than its level (``xã Xá Nhè``)."""
    return bool(re.search(r"\b(xa|phuong|thi tran|quan|huyen|thi xa|thanh pho|tinh) $", before))


_REGISTERED = re.compile(rf"(?m)(?:ngay,? thang,? nam dang ky|^\W*dang ky lan dau,?)\s*[:,]?\s*{dates.ANY}")
_CHANGED = re.compile(
    rf"(?m)^\W*(?:dang ky|chung nhan) thay doi(?: lan)? thu\s*:?\s*\w+\s*(?:\([^)]*\))?\s*[:,]?\s*{dates.ANY}"
)
"""A register form is issued anew with each change."""
_PLACE_AND_DATE = re.compile(rf"(?m)^(?P<place>[^\n]{{0,40}}?),?\s*{dates.BLANK}\W*$")


def issue_date(document: DocumentText, today: date) -> Field | None:
    """The field ``issue_date``: of registration on a register form, else of the place-and-date line."""
    flow = document.flow
    registered = max(flow.matches(_CHANGED), key=lambda m: m.start(), default=None) or flow.search(_REGISTERED)
    if registered:
        return _dated(flow, registered, dates.ANY_DATE, today)
    if re.search(r"ngay,? thang,? nam dang ky", flow.text):
        return None  # the blank is there, but what stands in it could not be read
    stated = next((m for m in flow.matches(_PLACE_AND_DATE) if _is_place(document, m)), None)
    return _dated(flow, stated, dates.LONG_DATE, today) if stated else None


_PLACE_WORDS = 6


def _is_place(document: DocumentText, match: re.Match[str]) -> bool:
    """Whether the line of a date says where a paper was made: ``Lai Vung, ngày …``, and is no running text.

    Such a line stands in the right half of the page, and before the date only names in capitals do.
    """
    flow = document.flow
    segment = flow.segments[flow.segment_at(match.start())]
    if segment.box.centre[0] < 0.5 * document.pages[segment.page - 1].width:
        return False
    piece = flow.group(match, "place") if match["place"].strip() else None
    words = [w.text.strip(".,;:") for w in piece.words] if piece else []
    words = [w for w in words if any(c.isalpha() for c in w)]
    return len(words) <= _PLACE_WORDS and all(w[0].isupper() for w in words)


_DAY_HEIGHT = (0.7, 1.22)
"""Least and largest height of a printed day, in heights of the printed year."""


def _dated(flow: Flow, match: re.Match[str], pattern: re.Pattern[str], today: date) -> Field | None:
    inner = pattern.search(flow.text, match.start(), match.end())
    value = dates.parse(inner) if inner else None
    piece = flow.group(inner) if inner else None
    if inner is None or value is None or piece is None:
        return None
    belief = 1.0 if dates.plausible(value, today) else 0.2
    return field("issue_date", value.isoformat(), piece, belief * (0.5 if _day_stands_out(flow, inner) else 1.0))


def _day_stands_out(flow: Flow, match: re.Match[str]) -> bool:
    """Whether the day is taller or lower than the year beside it: then it was filled in by hand.

    On the development corpus days written by hand are at least 1.28 times as tall as the printed year,
    printed ones at most 1.18 times and at least 0.81 times.
    """
    day, year = flow.group(match, "d"), flow.group(match, "y")
    if day is None or year is None:
        return False
    ratio = box_of(day.words).height / max(1.0, box_of(year.words).height)
    return not _DAY_HEIGHT[0] < ratio < _DAY_HEIGHT[1]
