"""To whom a result is granted: names, identity numbers, birth dates.

Found by labels (forms), by honorifics in the abstract (decisions) or by the address (letters). Of two
people the first in reading order is the holder, the other the co-holder.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from core.text import fold
from pipeline.extract import dates, ids, names, organisations
from pipeline.extract.flow import Flow, Piece
from pipeline.extract.found import field
from pipeline.extract.layout import DocumentText
from pipeline.records import Field


def _over_lines(pattern: str) -> str:
    """`pattern` with spaces that may be the end of a line."""
    return pattern.replace(" ", r"\s+")


_NAME_LABEL = r"ho,?\s*(?:va\s+|chu dem,?\s*(?:va\s+)?)?ten(?:\s+khai sinh)?"
_HONORIFIC = r"(?:ong|ba)(?:\s*[(/]\s*(?:ong|ba)\s*\)?)?"

_COUPLE = re.compile(rf"{_NAME_LABEL}\s+(?:cua\s+)?(?P<who>vo|chong|ben nu|ben nam)\b\s*[:.]?")
_REPRESENTATIVE = re.compile(
    rf"(?:{_NAME_LABEL}\s+)?(?:nguoi\s+)?"
    r"(?:dai dien(?: theo phap luat)?(?: cua)?(?: ho kinh doanh)?|chu ho kinh doanh)\s*(?:\([^)]*\))?\s*:"
)
"""Who runs a business is named after the business, and before other names."""
_FORM_LABELS = (
    re.compile(r"(?m)(?:^|\s)(?:chu co so|chu doanh nghiep|chu dau tu|chu ho)\s*:"),
    re.compile(r"\bten nguoi nop(?: thue)?\s*:"),
    re.compile(rf"{_NAME_LABEL}\s*(?:\([^)]*\))?\s*:(?!\s*$)"),
    re.compile(r"cap cho(?:\s+chu dau tu)?\s*:(?:\s*la)?"),
    re.compile(rf"(?m)^(?:ho\s+)?{_HONORIFIC}\s*:"),
    re.compile(r"(?m)^cho\s*:"),
)
_ANY_LABEL = re.compile(rf"{_NAME_LABEL}\b[^:\n]{{0,30}}:")
_SPOUSE = re.compile(rf"(?:va\s+)?(?:vo|chong)\s+[l1it]a\s+{_HONORIFIC}\s*:?")
_ADDRESSEE = re.compile(rf"kinh gui\s*:?\s*(?:-\s*)?(?:{_HONORIFIC}\s*:?)?")
_IN_TEXT = re.compile(rf"(?:doi\s+voi|cho\s+phep|cho|cua|voi|den)\s+(?:ho\s+)?(?:gia dinh\s+)?{_HONORIFIC}\s*:?\s")
_FIRST_ARTICLE = re.compile(rf"(?m)^\W*dieu (?:1|i|l|thu nhat)\b[^\n]{{0,80}}?\b{_HONORIFIC}\s*:?\s")
_ID_WORDS = (
    r"cmnd|cccd|cmt|chung minh(?: nhan dan| thu)?|can cuoc(?: cong dan)?|dinh danh(?: ca nhan)?|"
    r"giay to tuy than|chung thuc ca nhan|ho chieu"
)
_ID_LABEL = re.compile(
    rf"(?:{_over_lines(_ID_WORDS)})[^\d\n]{{0,60}}\n?[^\d\n]{{0,30}}?(?P<id>(?:\d[ .|]{{0,2}}){{8,11}}\d)(?![\d/])"
)
_PASSPORT = re.compile(r"(?:ho chieu|passport)[^\d]{0,60}?\b(?P<id>[a-z]{1,2}\d{6,8})\b")
_ID_BLANK = re.compile(_over_lines(_ID_WORDS))
_BORN = re.compile(
    rf"(?:ngay,?\s*thang,?\s*nam sinh|sinh ngay|ngay sinh)\s*(?:\([^)]*\))?\s*:?\s*(?={dates.AFTER_LABEL})"
)
_BORN_BLANK = re.compile(r"(?:ngay,?\s*thang,?\s*nam sinh|sinh ngay)")
_BORN_YEAR = re.compile(r"(?:sinh nam|nam sinh)\s*:?\s*(?P<y>(?:18|19|20)\d{2})\b")


@dataclass(frozen=True, slots=True)
class People:
    """The fields about persons, and those whose blanks are there but could not be read."""

    fields: tuple[Field, ...]
    blanks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Person:
    name: Field | None
    start: int
    """Offset in the flow where what is said of this person begins."""
    end: int


def people(document: DocumentText, subject: Field | None, letter: bool) -> People:
    """The fields ``holder…`` and ``co_holder…``."""
    flow = document.flow
    organisation = _organisation(document, flow, letter)
    if organisation:
        return People(tuple(organisation), ())
    first, second = _pair(document, flow, subject, letter)
    found: list[Field] = []
    blanks: list[str] = []
    if first is not None:
        _collect("holder", flow, first, found, blanks)
    if second is not None:
        _collect("co_holder", flow, second, found, blanks)
    return People(tuple(found), tuple(blanks))


def _organisation(document: DocumentText, flow: Flow, letter: bool) -> list[Field]:
    """Holder and tax code where a result is granted to an organisation."""
    if letter:
        return organisations.addressed(document)
    if any(flow.search(label) for label in (_COUPLE, _SPOUSE)):
        return []
    return organisations.named(document) or organisations.granted(document)


def _pair(
    document: DocumentText, flow: Flow, subject: Field | None, letter: bool
) -> tuple[_Person | None, _Person | None]:
    """The holder and the co-holder."""
    couple = list(flow.matches(_COUPLE))
    if len(couple) >= 2:
        ends = [couple[1].start(), _region_end(flow, couple[1].end())]
        return _labelled(document, flow, couple[0], ends[0], "holder"), _labelled(
            document, flow, couple[1], ends[1], "co_holder"
        )
    if letter:
        match = flow.search(_ADDRESSEE)
        return (_labelled(document, flow, match, len(flow.text), "holder") if match else None), None
    match = flow.search(_REPRESENTATIVE) or min(
        filter(None, map(flow.search, _FORM_LABELS)), key=lambda m: m.start(), default=None
    )
    if match is not None:
        spouse = flow.search(_SPOUSE, match.end())
        end = min(_region_end(flow, match.end()), spouse.start() if spouse else len(flow.text))
        holder = _labelled(document, flow, match, end, "holder")
        other = _labelled(document, flow, spouse, _region_end(flow, spouse.end()), "co_holder") if spouse else None
        return holder, other
    return _in_text(document, flow, subject), None


def _labelled(document: DocumentText, flow: Flow, label: re.Match[str], end: int, name: str) -> _Person:
    """The person whose name follows a label."""
    start = label.end()
    honorific = re.compile(rf"\s*{_HONORIFIC}\s*:?\s+").match(flow.text, start)
    found = _name_at(document, flow, honorific.end() if honorific else start, name)
    return _Person(found, start, end)


def _in_text(document: DocumentText, flow: Flow, subject: Field | None) -> _Person | None:
    """The person that the abstract names, or failing that the first article."""
    for match in flow.matches(_IN_TEXT):
        found = _name_at(document, flow, match.end(), "holder", running=True)
        if found is not None:
            mention = _confirmed(found, flow, document, match.end())
            if not _is_told(flow, match, found, subject):
                mention = replace(mention, confidence=round(mention.confidence * _IN_PASSING, 4))
            return _Person(mention, match.end(), len(flow.text))
    article = flow.search(_FIRST_ARTICLE)
    if article is None:
        return None
    found = _name_at(document, flow, article.end(), "holder", running=True)
    if found is None:
        return None
    return _Person(_confirmed(found, flow, document, article.end()), article.end(), len(flow.text))


_IN_PASSING = 0.8
"""Belief in a person whom neither the abstract nor the first article names: the paper may be about another one."""
_ARTICLE = re.compile(r"(?m)^\W*dieu (?:1|i|l|thu nhat)\b")
_ARTICLE_LETTERS = 400


def _is_told(flow: Flow, match: re.Match[str], found: Field, subject: Field | None) -> bool:
    """Whether the paper is about the person at `match`: so its abstract or its first article says."""
    if subject is not None and fold(found.value) in fold(subject.value):
        return True
    article = flow.search(_ARTICLE)
    return article is not None and 0 <= match.start() - article.start() <= _ARTICLE_LETTERS


def _confirmed(found: Field, flow: Flow, document: DocumentText, start: int) -> Field:
    """`found`, surer where the text names the same person again, less sure where it names another one."""
    again = [f for f in _mentions(document, flow, start) if f.value == found.value]
    if not again:
        return found
    best = max([found, *again], key=lambda f: f.confidence)
    return Field(found.name, found.value, round(1 - (1 - best.confidence) * 0.5, 4), found.evidence)


def _mentions(document: DocumentText, flow: Flow, start: int) -> Iterator[Field]:
    for match in re.compile(rf"\b{_HONORIFIC}\s+").finditer(flow.text, start):
        found = _name_at(document, flow, match.end(), "holder", running=True)
        if found is not None:
            yield found


def _name_at(document: DocumentText, flow: Flow, offset: int, name: str, *, running: bool = False) -> Field | None:
    """The person's name that begins at `offset`; it may run on to the next line where the line is full."""
    while offset < len(flow.text) and flow.text[offset] in " \n":
        if flow.text[offset] == "\n" and not running and not _is_under(document, flow, offset):
            return None
        offset += 1
    if offset >= len(flow.text):
        return None
    segment = flow.segments[flow.segment_at(offset)]
    line_end = flow.text.find("\n", offset)
    here = flow.piece(offset, line_end)
    if here is None:
        return None
    full = document.is_full(segment)
    next_end = flow.text.find("\n", line_end + 1)
    piece = here
    text = here.text
    if next_end > 0 and ((running and full) or _goes_on_in_capitals(flow, line_end, here)):
        piece = flow.piece(offset, next_end) or here
        text = piece.text
    value = names.person(text)
    if value is None:
        return None
    count = len(value.split())
    words = piece.words[:count]
    taken = Piece(" ".join(w.text for w in words), words, piece.page, piece.start, piece.end)
    after = piece.words[count : count + 1]
    doubt = _GOES_ON if not running and any(word.text.islower() and word.text.isalpha() for word in after) else 1.0
    return field(name, names.with_likely_surname(value), taken, names.belief(value) * doubt)


_GOES_ON = 0.5
"""Belief in a name on a form after which a word in small letters stands: it may be a part that a pen wrote."""


def _is_under(document: DocumentText, flow: Flow, line_end: int) -> bool:
    """Whether what a label asks for stands on the line under it: at the same edge, and no label itself."""
    number = flow.segment_at(line_end)
    if number + 1 >= len(flow.segments):
        return False
    label, under = flow.segments[number], flow.segments[number + 1]
    width = document.pages[label.page - 1].width
    near = abs(under.box.left - label.box.left) < 0.05 * width and under.box.top - label.box.bottom < 2 * label.height
    return label.page == under.page and near and ":" not in under.text


def _goes_on_in_capitals(flow: Flow, line_end: int, here: Piece) -> bool:
    """Whether a name in capitals runs on in the next line."""
    following = flow.piece(line_end + 1, flow.text.find("\n", line_end + 1))
    if following is None or not here.text.replace(" ", "").isalpha() or not here.text.isupper():
        return False
    return following.words[0].text.isupper() and len(following.words) <= 2 and ":" not in following.text


def _region_end(flow: Flow, start: int) -> int:
    """Where what is said of a person ends: at the label of the next one."""
    match = flow.search(_ANY_LABEL, start)
    return match.start() if match else len(flow.text)


def _collect(role: str, flow: Flow, person: _Person, found: list[Field], blanks: list[str]) -> None:
    """Add the fields of one person to `found`, and to `blanks` what is asked for but not readable."""
    if person.name is not None:
        found.append(person.name)
    else:
        blanks.append(role)
    born, year = _born(role, flow, person, found, blanks)
    match = _ID_LABEL.search(flow.text, person.start, person.end)
    piece = flow.group(match, "id") if match else None
    if piece is not None:
        value = ids.digits(piece.text)
        identity = field(f"{role}_id", value, piece, ids.belief(value, born, year)) if len(value) in (9, 12) else None
        if identity:
            found.append(identity)
            return
    passport = _PASSPORT.search(flow.text, person.start, person.end)
    piece = flow.group(passport, "id") if passport else None
    if piece is not None:
        found += [f for f in (field(f"{role}_id", piece.text.upper(), piece, 1.0),) if f]
        return
    if _ID_BLANK.search(flow.text, person.start, person.end):
        blanks.append(f"{role}_id")


def _born(
    role: str, flow: Flow, person: _Person, found: list[Field], blanks: list[str]
) -> tuple[date | None, int | None]:
    """The birth date and birth year; co-holders' birth dates are not kept as fields."""
    match = _BORN.search(flow.text, person.start, person.end)
    inner = dates.LABELLED_DATE.search(flow.text, match.end(), person.end) if match else None
    value = dates.parse(inner) if inner else None
    piece = flow.group(inner) if inner else None
    if value is not None and piece is not None:
        if role == "holder":
            sound = dates.plausible(value, date.today()) or 1850 < value.year < 1946
            born_field = field("holder_birth_date", value.isoformat(), piece, 1.0 if sound else 0.2)
            if born_field:
                found.append(born_field)
        return value, value.year
    if role == "holder" and _BORN_BLANK.search(flow.text, person.start, person.end):
        blanks.append("holder_birth_date")
    year = _BORN_YEAR.search(flow.text, person.start, person.end)
    return None, int(year["y"]) if year else None
