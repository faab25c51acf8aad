"""Who issued a paper: the body in its head, or the one that registered or signed (ô 2)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.text import fold, fold_words
from pipeline.extract import lists, places
from pipeline.extract.flow import Flow, Piece, Segment
from pipeline.extract.found import checked, field
from pipeline.extract.layout import DocumentText
from pipeline.extract.numbers import ANY_NUMBER_LINE
from pipeline.records import Field

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
        if ANY_NUMBER_LINE.match(s.folded) and s.box.left < left_of and s.box.top > page.national.box.top
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
