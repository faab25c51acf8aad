"""How text is cut into words, for what is indexed and for what is asked alike.

Both backends get words that were cut and folded here, and only split them at spaces: so that they
agree with each other and with `core.text`, whatever analysers a server has.

A word is a run of letters or a run of digits: ``1234/QĐ-UBND`` is 1234·qd·ubnd, ``BX123456`` and
``BX 123456`` are both bx·123456. Spacing and punctuation therefore never matter.
"""

from __future__ import annotations

import re
from functools import lru_cache

from core.text import fold, nfc, plain

MAX_WORD = 64
"""Longer words are cut (to this number of characters), on both sides alike."""

MARKS = "\u0300-\u036f"
"""Combining marks that NFC leaves alone belong to the letter before them."""

_WORD = re.compile(rf"(?:[^\W\d_]++|[{MARKS}]++)++|\d++")

Words = tuple[str, ...]


def tokens(text: str) -> list[tuple[Words, Words]]:
    """The words of `text` without case: each without accents and with. (Seldom two: a letter may fold to more.)"""
    return [_cut(word[:MAX_WORD]) for piece in _pieces(text) for word in _WORD.findall(piece)]


def cut(text: str) -> tuple[str, str]:
    """The words of `text` joined by spaces, without accents and with: what `tokens` gives, for long texts.

    A word never goes on over a space, so what stands between spaces is cut once and remembered.
    """
    pieces = [_piece(piece) if len(piece) <= MAX_WORD else _piece.__wrapped__(piece) for piece in _pieces(text)]
    return " ".join([folded for folded, _ in pieces if folded]), " ".join([plain for _, plain in pieces if plain])


def fold_tokens(text: str) -> list[str]:
    """The words of `text` without case and accents."""
    return [word for folded, _ in tokens(text) for word in folded]


def plain_tokens(text: str) -> list[str]:
    """The words of `text` without case, with accents."""
    return [word for _, accented in tokens(text) for word in accented]


@lru_cache(maxsize=10_000)  # types, sectors and issuers come again and again
def key(text: str) -> str:
    """`text` as one value to compare: its folded words joined by single spaces."""
    return " ".join(fold_tokens(text))


def joined(text: str) -> str:
    """`text` as one folded word: ``012 345 678 901`` → ``012345678901``."""
    return "".join(fold_tokens(text))


def has_digit(text: str) -> bool:
    """Whether it can be an ID or a code, or begin one."""
    return any(map(str.isdigit, text))


class _Folding(dict[int, str]):
    """A table for `str.translate` that folds each character to one, filled as characters are met."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        bare = fold(char)
        self[code] = bare if len(bare) == 1 else char
        return self[code]


_FOLDING = _Folding()


def aligned(text: str) -> str:
    """NFC `text` without case and accents, character by character: places in one are places in the other."""
    return text.translate(_FOLDING)


def _pieces(text: str) -> list[str]:
    return nfc(text).casefold().split()


@lru_cache(maxsize=100_000)
def _piece(piece: str) -> tuple[str, str]:
    found = [_cut(word[:MAX_WORD]) for word in _WORD.findall(piece)]
    return " ".join([word for words, _ in found for word in words]), " ".join(
        [word for _, words in found for word in words]
    )


@lru_cache(maxsize=100_000)  # the words of a province's papers are few: most were met before
def _cut(word: str) -> tuple[Words, Words]:
    return tuple(_WORD.findall(fold(word))), tuple(_WORD.findall(plain(word)))
