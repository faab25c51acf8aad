"""Who signed: the name under authority and post, at the right (Nghị định 30/2020, phụ lục I, ô 7).

The last page may be an annex, so the block is looked for on every page, from its post downwards.
"""

from __future__ import annotations

import re

from core.text import fold_words
from pipeline.extract import names
from pipeline.extract.flow import Flow, Segment
from pipeline.extract.found import field
from pipeline.extract.header import tidy_body
from pipeline.extract.layout import DocumentText
from pipeline.records import Field

_POST = re.compile(
    r"(?:^|\b)(chu tich|pho chu tich|giam doc|pho giam doc|truong phong|pho truong phong|chi cuc truong|cuc truong|chanh van phong|"
    r"chanh thanh tra|truong ban|bo truong|thu truong|hieu truong|cong chuc|nguoi ky|truong cong an|vien truong|tong cuc truong|"
    r"[a-z]{0,6}ong phong|giamdoc|chu tịch|can bo)\b"
)
_AUTHORITY = re.compile(r"^(tm|t\s?/\s?m)\.?\s*(?P<body>.+)$")
_FAR = 14.0
"""The name stands at most so many word heights under the last line of the post."""


def signer(document: DocumentText) -> Field | None:
    """The field ``signer``."""
    best: Field | None = None
    flow = document.flow
    for index, segment in enumerate(flow.segments):
        page = document.pages[segment.page - 1]
        if not _is_post(segment, page.width):
            continue
        for below in flow.segments[index + 1 :]:
            if below.page != segment.page:
                top_of_next = below.page == segment.page + 1 and below.box.top < 0.3 * page.height
                if not top_of_next:
                    break
            elif below.box.top - segment.box.bottom > _FAR * segment.height:
                break
            if below.box.centre[0] < 0.5 * page.width or _is_post(below, page.width):
                continue
            found = _name(below)
            if found is not None:
                best = found
                break
    return best


def _is_post(segment: Segment, width: int) -> bool:
    letters = [c for c in segment.text if c.isalpha()]
    capital = bool(letters) and sum(c.isupper() for c in letters) > 0.8 * len(letters)
    return capital and segment.box.centre[0] > 0.5 * width and bool(_POST.search(fold_words(segment.text)))


def _name(segment: Segment) -> Field | None:
    text = segment.text
    if text.isupper():
        return None
    name = names.person(text.strip(" .,-_|"))
    if name is None:
        return None
    flow = Flow([segment])
    piece = flow.piece(0, len(flow.text))
    extra = len(segment.words) - len(name.split())
    return field("signer", name, piece, names.belief(name) * (0.6 if extra else 1.0)) if piece else None


def signing_body(document: DocumentText) -> Field | None:
    """The body on whose behalf (``TM.``) the paper is signed, as a field ``issuer``."""
    flow = document.flow
    for index, segment in enumerate(flow.segments):
        if (
            not _AUTHORITY.search(segment.folded)
            or segment.box.centre[0] < 0.45 * document.pages[segment.page - 1].width
        ):
            continue
        group = [segment]
        for following in flow.segments[index + 1 : index + 3]:
            close = following.box.top - group[-1].box.bottom < 1.0 * segment.height
            if following.page == segment.page and close and not _POST.search(fold_words(following.text)):
                group.append(following)
            else:
                break
        inner = Flow(group)
        piece = inner.piece(re.match(r"(tm|t\s?/\s?m)\.?\s*", inner.text).end(), len(inner.text))  # type: ignore[union-attr]
        if piece:
            return field("issuer", tidy_body(piece.text), piece, 0.98)
    return None
