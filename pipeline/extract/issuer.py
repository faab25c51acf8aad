"""Who issued a paper: the body in its head, or the one that registered or signed (ô 2)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.text import fold, nfc
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
    flow = Flow(groups[-1]) if groups else None
    piece = flow.piece(0, len(flow.text)) if flow else None
    if piece is not None:
        return body(piece)
    candidates = [_form_head(document), _registering_body(document), _deciding_body(document), signed_by]
    found = [c for c in candidates if c is not None]
    return next((c for c in found if fold(c.value) != _COMMITTEE_ALONE), found[0] if found else None)


_DECIDES = re.compile(
    r"^(?:(?:giam doc|chu tich|truong phong|bo truong|hieu truong|cuc truong|chi cuc truong|truong ban) )?"
    r"(?P<body>(?:uy ban nhan dan|ubnd|so|phong|bo|cuc|chi cuc|ban quan ly|truong) .+)$"
)


def _deciding_body(document: DocumentText) -> Field | None:
    """The body that a line in capitals in the middle of the first page names: ``GIÁM ĐỐC SỞ …``, ``UBND HUYỆN …``."""
    page = document.first
    for segment in page.segments if page else ():
        match = _DECIDES.match(segment.folded)
        if page and match and segment.capitals > 0.85 and page.is_centred(segment):
            piece = Flow([segment]).group(match, "body")
            return body(piece) if piece else None
    return None


_FORM_HEAD = re.compile(
    r"(?m)^(?:ubnd|uy ban nhan dan)(?:\s+(?:xa|phuong|huyen)(?:\s?[/,]\s?[a-z ]+)*)?\s*:\s*(?P<name>[^\n:]{2,40})$"
)
_LEVELS = ("xã", "phường", "thị trấn", "huyện", "quận", "thị xã", "thành phố")
_NAMED_LEVEL = re.compile(r"(?i)(" + "|".join(_LEVELS) + r")\s+(?=\S)")


def _form_head(document: DocumentText) -> Field | None:
    """The committee that an old form names after its levels: ``UBND xã/phường: TÂN HIỆP``.

    Which level it is, is known where only one such place exists; else it is left to the next rule.
    """
    match = document.flow.search(_FORM_HEAD)
    piece = document.flow.group(match, "name") if match else None
    if piece is None:
        return None
    level = _NAMED_LEVEL.match(piece.text)
    if level:
        spelling, belief = places.check(level[1].lower() + " " + piece.text[level.end() :])
        return field("issuer", f"Ủy ban nhân dân {spelling}", piece, belief)
    name = " ".join(w.capitalize() for w in piece.text.split())
    there = [level for level in _LEVELS if places.check(f"{level} {name}")[1] == 1.0]
    return (
        field("issuer", f"Ủy ban nhân dân {there[0]} {name}", piece, 0.9 if len(there) == 1 else 0.6) if there else None
    )


def _goes_on(group: Sequence[Segment], segment: Segment) -> bool:
    """Whether a line that begins like a body goes on with the name of the one above it.

    So it is where the name above is not whole (``… VÀ MÔI`` / ``TRƯỜNG``, ``CHI NHÁNH`` / ``VĂN PHÒNG …``), or
    both together make a body of the list.
    """
    above = " ".join(s.folded for s in group)
    if re.search(r"(?:\bva(?: moi)?|-|,|\bchi nhanh)$", above):
        return True
    return lists.nearest("bodies.txt", f"{above} {segment.folded}", 100.0) is not None


def body(piece: Piece) -> Field | None:
    """The field ``issuer`` from the words that name a body, checked against places and known bodies."""
    name = tidy_body(piece.text)
    if fold(name) == _COMMITTEE_ALONE:
        return field("issuer", name, piece, _NO_PLACE)
    place = re.match(r"(?i)(ủy ban nhân dân )(.+)", name)
    if place:
        spelling, belief = places.check(place[2])
        return (
            checked("issuer", place[1] + spelling, piece, belief) if belief < 1 else field("issuer", name, piece, 1.0)
        )
    known = lists.nearest("bodies.txt", name, 93.0) or lists.nearest("bodies.txt", _without_place(name), 95.0)
    if known:
        return checked("issuer", known[0], piece, known[1] / 100)
    return field("issuer", name, piece, 0.92)


_COMMITTEE_ALONE = "uy ban nhan dan"
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


def _without_place(name: str) -> str:
    """A body's name up to the place that it belongs to: ``Sở Y tế tỉnh Trà Vinh`` → ``Sở Y tế``.

    So it is with departments; the police of a commune or a branch keep theirs, and would be any without it.
    """
    words = name.split()
    if not re.match(r"(?:so|phong|van phong|thanh tra|bo)\b(?! dang ky dat)", fold(name)):
        return name
    place = _PLACE.search(" ".join(fold(w) for w in words))
    return " ".join(words[: place.string.count(" ", 0, place.start())]) if place and place.start() else name


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
    places = [m.start() for m in _PLACE.finditer(folded) if _is_level(words, folded, m)]
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


_LEVEL_WORDS = frozenset("xã phường thị trấn quận huyện thành phố tỉnh đặc khu".split())


def _is_level(words: list[str], folded: str, match: re.Match[str]) -> bool:
    """Whether a word names a place's level and is no part of a name (``xã Xá Nhè``, ``huyện Định Quán``)."""
    before = folded[: match.start()]
    if re.search(r"\b(xa|phuong|thi tran|quan|huyen|thi xa|thanh pho|tinh) $", before):
        return False
    word = nfc(words[before.count(" ")]).lower().strip(".,;:")
    return word in _LEVEL_WORDS or word.isascii()
