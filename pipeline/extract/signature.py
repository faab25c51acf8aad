"""Who signed: the name under authority and post, at the right (Nghị định 30/2020, phụ lục I, ô 7).

The last page may be an annex, so the block is looked for on every page, from its post downwards.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz import fuzz

from core.text import fold_words
from pipeline.extract import names
from pipeline.extract.flow import Flow, Segment
from pipeline.extract.found import field
from pipeline.extract.issuer import body
from pipeline.extract.layout import DocumentText
from pipeline.records import Field

_POSTS = (
    *("chu tich", "giam doc", "truong phong", "chi cuc truong", "cuc truong", "tong cuc truong", "vien truong"),
    *("chanh van phong", "chanh thanh tra", "truong ban", "bo truong", "thu truong", "hieu truong", "truong cong an"),
    *("cong chuc", "can bo", "nguoi ky"),
)
_POST_LIKENESS = 85.0
"""How like a post (0–100) a line in capitals must be: the seal often lies over it."""
_AUTHORITY = re.compile(r"^(tm|t\s?/\s?m)\.?\s*(?P<body>.+)$")
_NO_NAME = 0.5
_SHORT_NAME = 0.8
"""Belief in a name of two words under a seal: the seal may have swallowed the first of three."""
_LEFT_EDGE = 0.33
"""Share of the page's width left of which no post of a signature begins; who decides stands in the middle."""
_FAR = 14.0
"""The name stands at most so many word heights under the last line of the post."""


def signer(document: DocumentText) -> Field | None:
    """The field ``signer``: the lowest name on the last page that has a post with a name under it."""
    best: Field | None = None
    for page in document.pages:
        following = document.pages[page.number] if page.number < len(document.pages) else None
        rows = sorted(page.segments, key=lambda s: s.box.top)
        posts = [s for s in rows if _is_post(s, page.width)]
        for post in posts:
            under = [
                s for s in rows if s.box.top - post.box.top > 0 and s.box.top - post.box.bottom < _FAR * post.height
            ]
            found = _first_name(under, page.width)
            if found is None and following is not None and post.box.bottom > 0.75 * page.height:
                top = [s for s in following.segments if s.box.top < 0.3 * following.height]
                found = _first_name(sorted(top, key=lambda s: s.box.top), following.width)
            best = found or best
    return best


def _first_name(segments: Sequence[Segment], width: int) -> Field | None:
    """The first person's name in the right half of the page; one that can be a name before one that cannot."""
    found = [
        name
        for segment in segments
        if segment.box.centre[0] > 0.5 * width and not _is_post(segment, width)
        if (name := _name(segment)) is not None
    ]
    return next((f for f in found if names.belief(f.value) > _NO_NAME), found[0] if found else None)


def _is_post(segment: Segment, width: int) -> bool:
    right = segment.box.centre[0] > 0.5 * width and segment.box.left > _LEFT_EDGE * width
    return segment.capitals > 0.8 and right and _names_post(segment)


def _names_post(segment: Segment) -> bool:
    folded = fold_words(segment.text)
    if len(folded) < 6:
        return False
    return any(fuzz.partial_ratio(post, folded) >= _POST_LIKENESS for post in _POSTS)


def _name(segment: Segment) -> Field | None:
    if segment.text.isupper():
        return None
    words = segment.words
    while words and not any(c.isalpha() for c in words[0].text):
        words = words[1:]  # what is left of a seal's rim
    name = names.person(" ".join(w.text for w in words)) if words else None
    if name is None:
        return None
    flow = Flow([Segment(segment.page, words)])
    piece = flow.piece(0, len(flow.text))
    extra = len(words) - len(name.split())
    belief = names.belief(name) * (0.6 if extra else 1.0) * (_SHORT_NAME if len(name.split()) == 2 else 1.0)
    return field("signer", names.with_likely_surname(name), piece, belief) if piece else None


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
            goes_on = close and not _names_post(following) and not following.text.startswith("(")
            if following.page == segment.page and goes_on:
                group.append(following)
            else:
                break
        inner = Flow(group)
        piece = inner.piece(re.match(r"(tm|t\s?/\s?m)\.?\s*", inner.text).end(), len(inner.text))  # type: ignore[union-attr]
        if piece:
            return body(piece)
    return None
