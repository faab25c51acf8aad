"""Snippets of a text around the words that were searched for, made here for both backends alike.

Offsets hold because folding is done character by character: each gives exactly one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from core.text import nfc
from indexing.query import ParsedQuery, Term
from indexing.records import Highlight, Piece
from indexing.words import aligned

SNIPPETS = 3
"""Snippets a hit has at most."""

SNIPPET_CHARS = 160
"""Length of a snippet, about."""

_MAX_MATCHES = 400
"""Matches looked at: the common words of a thousand-page text need not all be weighed."""

_MAX_GAP = 20
"""Characters of punctuation and space that may stand between words next to each other."""

_LETTER = r"[^\W\d_]"
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def highlights(text: str, query: ParsedQuery) -> tuple[Highlight, ...]:
    """The best snippets of `text` for `query`: those with the most different terms, then the earliest."""
    pattern = _pattern(query.terms)
    if pattern is None or not text:
        return ()
    text = nfc(text)
    spans = list(_spans(pattern, aligned(text)))
    chosen: list[tuple[int, int]] = []
    for start, end, _ in sorted(_windows(spans, len(text)), key=lambda w: (-w[2], w[0])):
        if len(chosen) < SNIPPETS and all(end <= s or start >= e for s, e in chosen):
            chosen.append((start, end))
    return tuple(_snippet(text, *_to_words(text, *window), spans) for window in chosen)


def _pattern(terms: Iterable[Term]) -> re.Pattern[str] | None:
    """One alternative a term, longest first, each in a group of its own."""
    ordered = sorted(terms, key=lambda term: -len(term.key))
    return re.compile("|".join(f"({_term_pattern(term)})" for term in ordered)) if ordered else None


def _term_pattern(term: Term) -> str:
    words = [re.escape(word) for word in term.folded]
    ahead = f"(?<!{_alike(words[0])})"
    letter = _alike(words[-1])
    behind = f"{letter}*" if term.prefix else f"(?!{letter})"
    return ahead + rf"[\W_]{{0,{_MAX_GAP}}}".join(words) + behind


def _alike(word: str) -> str:
    """A character that would make `word` longer."""
    return r"\d" if word[0].isdigit() else _LETTER


def _spans(pattern: re.Pattern[str], folded: str) -> Iterator[tuple[int, int, int]]:
    """Start, end and term of each match."""
    for count, match in enumerate(pattern.finditer(folded)):
        if count == _MAX_MATCHES:
            return
        yield match.start(), match.end(), match.lastindex or 0


def _windows(spans: list[tuple[int, int, int]], length: int) -> Iterator[tuple[int, int, int]]:
    """For each match a window that begins a little before it: start, end, number of different terms in it."""
    lead = SNIPPET_CHARS // 4
    for start, end, _ in spans:
        left = max(0, start - lead)
        right = min(length, max(left + SNIPPET_CHARS, end))
        yield left, right, len({term for s, e, term in spans if s >= left and e <= right})


def _to_words(text: str, start: int, end: int) -> tuple[int, int]:
    """The window without the halves of words at its ends."""
    while start > 0 and start < end and not text[start - 1].isspace():
        start += 1
    while end < len(text) and end > start and not text[end].isspace():
        end -= 1
    return start, end


def _snippet(text: str, start: int, end: int, spans: list[tuple[int, int, int]]) -> Highlight:
    pieces: list[Piece] = []
    position = start
    for left, right, _ in spans:
        if left >= position and right <= end:
            pieces.append(_piece(text[position:left], match=False))
            pieces.append(_piece(text[left:right], match=True))
            position = right
    pieces.append(_piece(text[position:end], match=False))
    return Highlight(tuple(piece for piece in pieces if piece.text))


def _piece(text: str, *, match: bool) -> Piece:
    return Piece(re.sub(r"\s+", " ", _CONTROL.sub(" ", text)), match)
