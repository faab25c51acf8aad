"""What kind of paper it is, and what it is about: title and abstract (trích yếu).

The title is the first line in capitals in the middle of the page under the header; lines in capitals
right under it belong to it. Types are an open set: a title that no list knows stays as it was read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rapidfuzz import fuzz

from core.text import fold, fold_words, squeeze
from ocr.syllables import is_syllable
from pipeline.extract import lists
from pipeline.extract.flow import Flow, Piece, Segment
from pipeline.extract.found import checked, concluded, field
from pipeline.extract.layout import DocumentText, PageText
from pipeline.records import Field

LETTER = "Công văn"

_BARE = ("quyet dinh", "thong bao", "nghi quyet", "to trinh", "bao cao", "ke hoach", "giay moi", "chi thi", "bien ban")
"""Types whose title line is one word for the kind; what stands under it is the abstract."""
_NO_TITLE_WORDS = (
    *(
        "uy ban",
        "ubnd",
        "hoi dong",
        "chu tich",
        "giam doc",
        "truong phong",
        "so ",
        "cuc ",
        "chi cuc",
        "tong cuc",
        "bo ",
    ),
    *("can cu", "cong hoa", "doc lap", "xac nhan cua", "xac nhan uy ban", "kinh gui"),
)
_AUTHORITY = re.compile("^(?:" + "|".join(_NO_TITLE_WORDS) + ")")
_NOT_TITLE = re.compile(r"(den\b.*\d|^so\b|^ngay\b|^phu luc|^ban sao)")
_SERIAL = re.compile(r"\s+SỐ\s*\d*\s*$", re.IGNORECASE)
_LEAST_LIKENESS = 92.0


@dataclass(frozen=True)
class Title:
    """The title's lines and what they say."""

    segments: tuple[Segment, ...]
    text: str
    belief: float | None
    """How like a title of the list it is (0–1); None where it is like none."""

    @property
    def bottom(self) -> float:
        """Where the title ends on the page, in pixels."""
        return max(s.box.bottom for s in self.segments)


def find_title(document: DocumentText) -> Title | None:
    """The title on the first page; None where there is none (a letter)."""
    page = document.first
    if page is None:
        return None
    for index, segment in enumerate(page.segments):
        if not _can_begin(page, segment, document.header_bottom):
            continue
        lines = _with_next_lines(page, index)
        text = _SERIAL.sub("", " ".join(squeeze(s.text) for s in lines).strip(" .:;-"))
        bare = _bare_with_issuer(text)
        if bare:
            return Title(tuple(lines[:1]), bare, 1.0)
        known = lists.nearest("titles.txt", text, _LEAST_LIKENESS)
        if known:
            return Title(tuple(lines), known[0], known[1] / 100)
        return Title(tuple(lines), text.capitalize(), None)
    return None


_ISSUED_BY = re.compile("^(" + "|".join(_BARE) + ")(?= cua )")


def _bare_with_issuer(text: str) -> str | None:
    """The bare type of a title that names who decides, as papers before 2004 do: ``QUYẾT ĐỊNH CỦA UBND …``."""
    match = _ISSUED_BY.match(fold_words(text))
    return " ".join(text.split()[: match[1].count(" ") + 1]).capitalize() if match else None


def _is_foreign(segment: Segment) -> bool:
    """Whether a line is the translation of the one above it (``WORK PERMIT``)."""
    words = [w.text for w in segment.words if w.text.isalpha()]
    return segment.text.isascii() and bool(words) and 2 * sum(is_syllable(w) for w in words) <= len(words)


def _can_begin(page: PageText, segment: Segment, header_bottom: float) -> bool:
    folded = fold_words(segment.text)
    if len(folded) < 6 or segment.box.top < header_bottom or segment.box.top > 0.6 * page.height:
        return False
    if _AUTHORITY.search(folded) or _NOT_TITLE.search(folded):
        return False
    return segment.capitals >= 0.85 and page.is_centred(segment) and not segment.text.rstrip().endswith(":")


def _with_next_lines(page: PageText, index: int) -> list[Segment]:
    lines = [page.segments[index]]
    if any(fuzz.ratio(fold_words(lines[0].text), bare) >= 90 for bare in _BARE):
        return lines
    for segment in page.segments[index + 1 :]:
        previous = lines[-1]
        gap = segment.box.top - previous.box.bottom
        same_kind = segment.capitals >= 0.85 and page.is_centred(segment) and gap < 2.0 * previous.height
        if (
            not same_kind
            or _AUTHORITY.search(fold_words(segment.text))
            or segment.text.startswith("(")
            or ":" in segment.text
            or _is_foreign(segment)
        ):
            break
        lines.append(segment)
    return lines


def document_type(document: DocumentText, title: Title | None) -> Field | None:
    """The field ``document_type``: the title, or "Công văn" for a letter that names its addressee."""
    if title is not None:
        flow = Flow(title.segments)
        piece = flow.piece(0, len(flow.text))
        if piece is None:
            return None
        if title.belief is None:
            return field("document_type", title.text, piece, 0.93)
        return checked("document_type", title.text, piece, title.belief)
    addressed = document.flow.search(re.compile(r"kinh gui"))
    piece = document.flow.group(addressed) if addressed else None
    return field("document_type", LETTER, piece, 1.0) if piece else None


_ABOUT = re.compile(r"(?:v\s?/\s?v?|ve viec)[:.]?\s+")
_AFTER_ABSTRACT = (
    *("uy ban nhan dan", "ubnd", "chu tich", "giam doc", "truong phong", "can cu", "kinh gui", "hoi dong"),
    *("so [a-z]", "chi cuc", "cong van den", "bo truong", "xet", "theo"),
)
_ABSTRACT_STOPS = re.compile("|".join(_AFTER_ABSTRACT))
_ABSTRACT_ENDS = re.compile(r"\n(?=(?:" + "|".join(_AFTER_ABSTRACT) + "))")


def subject(document: DocumentText, title: Title | None, kind: Field | None) -> Field | None:
    """The field ``subject``: the abstract without its leading words; without one, the type."""
    flow, page = document.flow, document.first
    if kind is None or page is None:
        return None
    if title is None:
        start = flow.search(_ABOUT)
        piece = _letter_abstract(document, flow, start) if start else None
    elif fold(title.text) in _BARE:
        start = flow.search(_ABOUT, max(0, _end_of(flow, title)))
        end = flow.search(_ABSTRACT_ENDS, start.end()) if start else None
        near = start and flow.segment_at(start.start()) - flow.segments.index(title.segments[-1]) <= 1
        piece = flow.piece(start.end(), end.start()) if start and end and near else _plain_abstract(page, title)
    else:
        return concluded("subject", kind.value, kind, 1.0)
    if piece is None:  # decisions and letters have an abstract: it is there, and was not read
        return None
    text = piece.text.rstrip(" .,;:")
    return field("subject", text.rstrip(")") if "(" not in text else text, piece, 1.0)


def _plain_abstract(page: PageText, title: Title) -> Piece | None:
    """An abstract without "Về việc": the lines in the middle right under the title, up to who decides."""
    lines: list[Segment] = []
    below = page.segments[page.segments.index(title.segments[-1]) + 1 :]
    for segment in below:
        previous = lines[-1] if lines else title.segments[-1]
        close = segment.box.top - previous.box.bottom < 1.8 * segment.height
        if not close or not page.is_centred(segment) or segment.capitals > 0.7 or _ABSTRACT_STOPS.match(segment.folded):
            break
        lines.append(segment)
    flow = Flow(lines) if lines else None
    return flow.piece(0, len(flow.text)) if flow else None


def _end_of(flow: Flow, title: Title) -> int:
    """Offset in `flow` where the title ends."""
    last = flow.segments.index(title.segments[-1])
    return sum(len(s.folded) + 1 for s in flow.segments[: last + 1])


def _letter_abstract(document: DocumentText, flow: Flow, start: re.Match[str]) -> Piece | None:
    """The abstract of a letter: narrow lines in the left column, from "V/v" to where the column ends."""
    first = flow.segment_at(start.start())
    end = start.start()
    page = document.first
    if page is None:
        return None
    previous = flow.segments[first]
    offset = sum(len(s.folded) + 1 for s in flow.segments[:first])
    for segment in flow.segments[first:]:
        below = segment.box.top - previous.box.bottom < 1.2 * previous.height
        narrow = segment.box.right < 0.6 * page.width and segment.box.top >= previous.box.top - previous.height
        if not (below and narrow) or re.search(r"^(cong van den|so\b|ngay\b|kinh gui|[a-z. ]*,? ngay)", segment.folded):
            break
        offset += len(segment.folded) + 1
        end = offset
        previous = segment
    return flow.piece(start.end(), end)
