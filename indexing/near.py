"""One wrong character away: a word is filed under itself and under itself less each of its characters.

Two words share one of these forms if one character was replaced, lost, added or changed places with its neighbour
(and in few other cases that are as near). So a slip costs a handful of exact lookups on both backends alike,
whatever the size of the vocabulary. Letters that OCR takes for one another count as the same to begin with.
"""

from __future__ import annotations

from functools import lru_cache

from indexing.words import joined

SHORTEST = 2
"""Characters that a word must have to be near another one."""

LONGEST = 40
"""Longer words have no near ones: no name, number or code is longer."""

_CONFUSED = str.maketrans({"o": "0", "l": "1", "i": "1", "|": "1"})
"""0 and O, 1 and l and I. Đ and D are the same since folding."""


@lru_cache(maxsize=10_000)  # the words of names come again and again
def near_forms(text: str) -> tuple[str, ...]:
    """Under what one word, number or code is filed, the whole first; () if it is too short or too long."""
    plain = text.isascii() and text.isalnum()  # as most are: nothing to cut or fold
    whole = (text.lower() if plain else joined(text)).translate(_CONFUSED)
    if not SHORTEST <= len(whole) <= LONGEST:
        return ()
    return tuple(dict.fromkeys([whole, *[whole[:place] + whole[place + 1 :] for place in range(len(whole))]]))
