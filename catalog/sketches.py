"""A page's sketch: a few keys under which it is looked up, and of which pages that look and read alike share some.

Six keys tell what is read: each is made of the eight least hashes, under hash functions of its own, of the pairs of
neighbouring words (min-wise hashing: Broder, "On the resemblance and containment of documents", 1997). Two readings of
the same paper share nineteen of twenty pairs, papers filled in on the same form three of four at most, so the former
agree in a key in two of three cases and the latter in one of ten at most. Eight keys tell what is seen, too: each is
made of a row of the fingerprint's low frequencies and of two such hashes, and helps where much was misread.

How many are found and how many others come along: ``./run measure fingerprints`` (docs/measurements.md).
"""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from core.text import fold

_WORDS_KEYS, _WORDS_HASHES = 6, 8
_LOOK_KEYS, _LOOK_HASHES = 8, 2
_ROW = 4
"""Hex digits of a row of the fingerprint."""
_FEWEST_PAIRS = 8
"""Pages with fewer pairs of words tell too little to be looked up by."""
_dice = random.Random(20)
_FUNCTIONS = [(_dice.getrandbits(64) | 1, _dice.getrandbits(64)) for _ in range(_WORDS_KEYS * _WORDS_HASHES)]
_FACTORS, _SHIFTS = (np.array(column, np.uint64) for column in zip(*_FUNCTIONS, strict=True))
"""Hash functions: multiplied and moved, modulo 2⁶⁴."""
_TOKEN = re.compile(r"\w+")
_DIGITS = 3
"""Digits of a number that tells papers on the same form apart: dates, identity numbers, amounts."""


@dataclass(frozen=True, slots=True)
class Words:
    """What pages of different scans are compared by."""

    pairs: frozenset[str]
    """Pairs of neighbouring words, folded."""
    numbers: frozenset[str]
    """Numbers of `_DIGITS` digits and more."""

    @classmethod
    def of(cls, texts: Iterable[str]) -> Words:
        """Of the words of some pages, each page's in its order."""
        pairs, numbers = set[str](), set[str]()
        for text in texts:
            tokens = _TOKEN.findall(fold(text))
            pairs.update(f"{one} {other}" for one, other in pairwise(tokens))
            numbers.update(digits for token in tokens if len(digits := "".join(filter(str.isdigit, token))) >= _DIGITS)
        return cls(frozenset(pairs), frozenset(numbers))

    def resemblance(self, other: Words) -> float:
        """Share of the pairs that both have, 0–1."""
        return _shared(self.pairs, other.pairs)

    def agreement(self, other: Words) -> float:
        """Share of the numbers that both have, 0–1; 1 where neither has any."""
        return _shared(self.numbers, other.numbers) if self.numbers or other.numbers else 1.0


def keys(words: Words, mark: str) -> frozenset[int]:
    """The keys of a page with these words and this fingerprint (empty: none), as signed 64-bit numbers."""
    if len(words.pairs) < _FEWEST_PAIRS:
        return frozenset()
    hashes = np.array([_hash(pair) for pair in words.pairs], np.uint64)
    least = (_FACTORS[:, None] * hashes + _SHIFTS[:, None]).min(axis=1).tolist()
    found = {_key("words", key, *_part(least, key, _WORDS_HASHES)) for key in range(_WORDS_KEYS)}
    if mark:
        rows = (mark[key * _ROW : (key + 1) * _ROW] for key in range(_LOOK_KEYS))
        found |= {_key("look", key, row, *_part(least, key, _LOOK_HASHES)) for key, row in enumerate(rows)}
    return frozenset(found)


def _part(least: list[int], key: int, count: int) -> list[int]:
    return least[key * count : (key + 1) * count]


def _key(*parts: object) -> int:
    return int.from_bytes(hashlib.blake2b(repr(parts).encode(), digest_size=8).digest(), signed=True)


def _hash(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest())


def _shared(one: frozenset[str], other: frozenset[str]) -> float:
    either = len(one | other)
    return len(one & other) / either if either else 0.0
