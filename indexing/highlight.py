"""Snippets of a text around the words that were searched for, made here for both backends alike.

Offsets hold because folding is done character by character: each gives exactly one.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from core.text import nfc
from indexing.query import ParsedQuery, Term
from indexing.records import Highlight, Piece
from indexing.words import aligned

SNIPPETS = 2
"""Snippets a hit has at most."""

SNIPPET_CHARS = 160
"""Length of a snippet, about."""

_MAX_MATCHES = 40
"""Matches of a term looked at: the places of common words need not all be weighed."""

_MAX_GAP = 20
"""Characters of punctuation and space that may stand between words next to each other."""

_Span = tuple[int, int, int]  # start, end, number of the term

_LETTER = r"[^\W\d_]"
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def highlights(text: str, query: ParsedQuery) -> tuple[Highlight, ...]:
    """The best snippets of `text` for `query`: those with the most different terms, then the earliest."""
    if not query.terms or not text:
        return ()
    text = nfc(text)
    spans = _spans(query.terms, aligned(text))
    chosen: list[tuple[int, int]] = []
    for start, end, _ in sorted(_windows(spans, len(text)), key=lambda w: (-w[2], w[0])):
        if all(end <= s or start >= e for s, e in chosen):
            chosen.append((start, end))
            if len(chosen) == SNIPPETS:
                break
    return tuple(_snippet(text, *_to_words(text, *window), spans) for window in chosen)


@lru_cache(maxsize=200)
def _pattern(term: Term) -> re.Pattern[str]:
    """The words of a term. What must not stand before them is looked at later: so each search begins with a letter."""
    letter = _alike(term.folded[-1])
    behind = f"{letter}*" if term.prefix else f"(?!{letter})"
    return re.compile(rf"[\W_]{{0,{_MAX_GAP}}}".join(map(re.escape, term.folded)) + behind)


def _alike(word: str) -> str:
    """A character that would make `word` longer."""
    return r"\d" if word[0].isdigit() else _LETTER


def _goes_on(word: str, before: str) -> bool:
    """Whether the character before `word` is of one word with it."""
    return before.isdecimal() if word[0].isdigit() else before.isalpha()


def _spans(terms: tuple[Term, ...], folded: str) -> list[_Span]:
    """The matches of all terms in the order of the text, of those that begin together the longest first."""
    spans = [
        (match.start(), match.end(), number)
        for number, term in enumerate(terms)
        for match in islice(_pattern(term).finditer(folded), _MAX_MATCHES)
        if not (match.start() and _goes_on(term.folded[0], folded[match.start() - 1]))
    ]
    return sorted(spans, key=lambda span: (span[0], -span[1]))


def _windows(spans: list[_Span], length: int) -> Iterator[tuple[int, int, int]]:
    """For each match a window that begins a little before it: start, end, number of different terms in it."""
    lead = SNIPPET_CHARS // 4
    for number, (start, end, _) in enumerate(spans):
        left = max(0, start - lead)
        right = min(length, max(left + SNIPPET_CHARS, end))
        first = number
        while first and spans[first - 1][0] >= left:
            first -= 1
        terms = 0  # a bit for each
        for begins, ends, term in islice(spans, first, None):
            if begins >= right:
                break
            if ends <= right:
                terms |= 1 << term
        yield left, right, terms.bit_count()


def _to_words(text: str, start: int, end: int) -> tuple[int, int]:
    """The window without the halves of words at its ends."""
    while start > 0 and start < end and not text[start - 1].isspace():
        start += 1
    while end < len(text) and end > start and not text[end].isspace():
        end -= 1
    return start, end


def _snippet(text: str, start: int, end: int, spans: list[_Span]) -> Highlight:
    pieces: list[Piece] = []
    position = start
    for left, right, _ in islice(spans, bisect_left(spans, (start,)), None):
        if left >= end:
            break
        if left >= position and right <= end:
            pieces.append(_piece(text[position:left], match=False))
            pieces.append(_piece(text[left:right], match=True))
            position = right
    pieces.append(_piece(text[position:end], match=False))
    return Highlight(tuple(piece for piece in pieces if piece.text))


def _piece(text: str, *, match: bool) -> Piece:
    if text.isprintable() and "  " not in text:  # most are
        return Piece(text, match)
    return Piece(re.sub(r"\s+", " ", _CONTROL.sub(" ", text)), match)
