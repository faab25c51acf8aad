"""What kind of paper it is, and what it is about: title and abstract (trích yếu).

The title is the first line in capitals in the middle of the page under the header; lines in capitals
right under it belong to it. Types are an open set: a title that no list knows stays as it was read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from rapidfuzz import fuzz, process

from core.text import fold, fold_words, nfc, squeeze
from pipeline.extract.flow import Flow, Piece, Segment
from pipeline.extract.found import concluded, field
from pipeline.extract.layout import DocumentText, PageText
from pipeline.records import Field

LETTER = "Công văn"

_BARE = ("quyet dinh", "thong bao", "nghi quyet", "to trinh", "bao cao", "ke hoach", "giay moi", "chi thi", "bien ban")
"""Types whose title line is one word for the kind; what stands under it is the abstract."""
_AUTHORITY = re.compile(
    r"^(uy ban|ubnd|chu tich|giam doc|truong phong|so |cuc |chi cuc|tong cuc|bo truong|bo [a-z]|hoi dong|can cu|cong hoa|doc lap|xac nhan|kinh gui)"
)
_NOT_TITLE = re.compile(r"(den\b.*\d|^so\b|^ngay\b|^phu luc|^ban sao)")
_SERIAL = re.compile(r"\s+SỐ\s*\d*\s*$", re.IGNORECASE)
_LEAST_LIKENESS = 92.0


@lru_cache(maxsize=1)
def _known() -> dict[str, str]:
    text = files("pipeline.data").joinpath("titles.txt").read_text(encoding="utf-8")
    titles = [nfc(line).strip() for line in text.splitlines() if line.strip() and line[0] != "#"]
    return {fold_words(title): title for title in titles}


@dataclass(frozen=True)
class Title:
    """The title's lines and what they say."""

    segments: tuple[Segment, ...]
    text: str
    known: bool
    """Whether the list of titles has it."""

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
        known = _nearest(text)
        return Title(tuple(lines), known or text.capitalize(), known is not None)
    return None


def _can_begin(page: PageText, segment: Segment, header_bottom: float) -> bool:
    folded = fold_words(segment.text)
    if len(folded) < 6 or segment.box.top < header_bottom or segment.box.top > 0.6 * page.height:
        return False
    if _AUTHORITY.search(folded) or _NOT_TITLE.search(folded):
        return False
    return _capitals(segment.text) >= 0.85 and page.is_centred(segment) and not segment.text.rstrip().endswith(":")


def _with_next_lines(page: PageText, index: int) -> list[Segment]:
    lines = [page.segments[index]]
    if any(fuzz.ratio(fold_words(lines[0].text), bare) >= 90 for bare in _BARE):
        return lines
    for segment in page.segments[index + 1 :]:
        previous = lines[-1]
        gap = segment.box.top - previous.box.bottom
        same_kind = _capitals(segment.text) >= 0.85 and page.is_centred(segment) and gap < 2.0 * previous.height
        if (
            not same_kind
            or _AUTHORITY.search(fold_words(segment.text))
            or segment.text.startswith("(")
            or ":" in segment.text
        ):
            break
        lines.append(segment)
    return lines


def _capitals(text: str) -> float:
    letters = [c for c in text if c.isalpha()]
    return sum(c.isupper() for c in letters) / len(letters) if letters else 0.0


def _nearest(text: str) -> str | None:
    found = process.extractOne(fold_words(text), list(_known()), scorer=fuzz.ratio, score_cutoff=_LEAST_LIKENESS)
    return _known()[found[0]] if found else None


def document_type(document: DocumentText, title: Title | None) -> Field | None:
    """The field ``document_type``: the title, or "Công văn" for a letter that names its addressee."""
    if title is not None:
        flow = Flow(title.segments)
        piece = flow.piece(0, len(flow.text))
        return field("document_type", title.text, piece, 1.0 if title.known else 0.85) if piece else None
    addressed = document.flow.search(re.compile(r"kinh gui"))
    piece = document.flow.group(addressed) if addressed else None
    return field("document_type", LETTER, piece, 1.0) if piece else None


_ABOUT = re.compile(r"(?:v\s?/\s?v|ve viec)[:.]?\s+")
_ABSTRACT_ENDS = re.compile(
    r"\n(?=(?:uy ban nhan dan|ubnd|chu tich|giam doc|truong phong|can cu|kinh gui|hoi dong|so [a-z]|chi cuc|cong van den|bo truong|xet|theo))"
)


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
        piece = flow.piece(start.end(), end.start()) if start and end and near else None
    else:
        piece = None
    if piece is None:
        return concluded("subject", kind.value, kind, 1.0)
    return field("subject", piece.text.rstrip(" .,;:"), piece, 1.0)


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
