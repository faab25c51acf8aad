"""Number, issuer and date of issue (Nghị định 30/2020, phụ lục I, phần I, ô 2–4)."""

from __future__ import annotations

import re
from datetime import date

from core.text import fold
from pipeline.extract import dates, lists, places
from pipeline.extract.flow import Flow, Piece, Segment, box_of
from pipeline.extract.found import checked, field
from pipeline.extract.layout import DocumentText
from pipeline.extract.title import Title
from pipeline.records import Field

_CODE = r"[a-z][\w&]*(?:\s?-\s?[a-z][\w&]*)*"
_NUMBER = re.compile(
    r"(?m)^(?:so|s0|sg|sö|só)\s*[:.;]\s*"
    r"(?P<number>\d{2}[a-z]\d{7}|\d{1,5}[a-z]?(?P<gap>\s?)(?:/\s?\d{4})?"
    rf"(?:\s?/\s?{_CODE})?)[ ]*(?P<rest>[^\n]*)$"
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
    return []


def _number_belief(match: re.Match[str], piece: Piece) -> float:
    """Printed numbers have no gap before their slash; a gap is a blank that somebody filled in."""
    if match["gap"] or match["rest"].strip():
        return 0.4
    text = piece.text
    plausible = "/" in text or re.fullmatch(r"\d{2}[A-Z]\d{7}", text)
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
        if _STARTS_BODY.search(segment.folded + " ") or not groups:
            groups.append([])
        groups[-1].append(segment)
    groups = [g for g in groups if _STARTS_BODY.search(g[0].folded + " ")]
    if not groups:
        return _registering_body(document) or signed_by
    flow = Flow(groups[-1])
    piece = flow.piece(0, len(flow.text))
    return body(piece) if piece else None


def body(piece: Piece) -> Field | None:
    """The field ``issuer`` from the words that name a body, checked against places and known bodies."""
    name = tidy_body(piece.text)
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


def _head(document: DocumentText) -> list[Segment]:
    """The segments of the left head: beside the national title, above number, title and date."""
    page = document.first
    if page is None or page.national is None:
        return []
    stop = document.header_bottom + 6 * page.text_height
    numbered = [s.box.top for s in page.segments if _ANY_NUMBER_LINE.match(s.folded)]
    stop = min([stop, *(top for top in numbered if top > page.national.box.top)])
    left_of = page.national.box.left
    head = [
        s
        for s in page.segments
        if s.box.right < left_of + 0.02 * page.width
        and s.box.centre[1] < stop
        and s.capitals > 0.7
        and "ngay" not in s.folded
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


_REGISTERED = re.compile(rf"(?:ngay,? thang,? nam dang ky|dang ky lan dau,?)\s*[:,]?\s*{dates.ANY}")
_PLACE_AND_DATE = re.compile(rf"(?m)^[^\n]{{0,40}}?,?\s*{dates.LONG}\W*$")


def issue_date(document: DocumentText, today: date) -> Field | None:
    """The field ``issue_date``: of registration on a register form, else of the place-and-date line."""
    flow = document.flow
    registered = flow.search(_REGISTERED)
    if registered:
        return _dated(flow, registered, dates.ANY_DATE, today)
    if re.search(r"ngay,? thang,? nam dang ky", flow.text):
        return None  # the blank is there, but what stands in it could not be read
    for match in flow.matches(_PLACE_AND_DATE):
        if "can cu" not in match[0] and "luat" not in match[0] and "cap ngay" not in match[0]:
            return _dated(flow, match, dates.LONG_DATE, today)
    return None


_DAY_HEIGHT = (0.7, 1.22)
"""Least and largest height of a printed day, in heights of the printed year."""


def _dated(flow: Flow, match: re.Match[str], pattern: re.Pattern[str], today: date) -> Field | None:
    inner = pattern.search(flow.text, match.start())
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
