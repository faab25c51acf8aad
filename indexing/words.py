"""How text is cut into words, for what is indexed and for what is asked alike.

Both backends get words that were cut and folded here, and only split them at spaces: so that they
agree with each other and with `core.text`, whatever analysers a server has.

A word is a run of letters or a run of digits: ``1234/QĐ-UBND`` is 1234·qd·ubnd, ``BX123456`` and
``BX 123456`` are both bx·123456. Spacing and punctuation therefore never matter.
"""

from __future__ import annotations

import re

from core.text import fold, plain

MAX_WORD = 64
"""Longer words are cut (to this number of characters), on both sides alike."""

MARKS = "\u0300-\u036f"
"""Combining marks that NFC leaves alone belong to the letter before them."""

_WORD = re.compile(rf"(?:[^\W\d_]|[{MARKS}])+|\d+")


def fold_tokens(text: str) -> list[str]:
    """The words of `text` without case and accents."""
    return [word[:MAX_WORD] for word in _WORD.findall(fold(text))]


def plain_tokens(text: str) -> list[str]:
    """The words of `text` without case, with accents."""
    return [word[:MAX_WORD] for word in _WORD.findall(plain(text))]


def key(text: str) -> str:
    """`text` as one value to compare: its folded words joined by single spaces."""
    return " ".join(fold_tokens(text))


def joined(text: str) -> str:
    """`text` as one folded word: ``012 345 678 901`` → ``012345678901``."""
    return "".join(fold_tokens(text))
