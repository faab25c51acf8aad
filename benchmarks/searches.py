"""Searches drawn from a corpus' truth: printed values and phrases that stand in one document only."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from core.text import fold, fold_words

PHRASE = 5
"""Words in a phrase."""
NAMES = ("holder", "co_holder")

Truth = list[dict[str, Any]]


@dataclass(frozen=True)
class Search:
    """What a clerk types, and the document that it is about."""

    kind: str
    """``name`` (without accents), ``number`` or ``phrase``."""
    text: str
    document: str
    """Id in the truth."""


def all_searches(truth: Truth) -> list[Search]:
    """Every such name and number, and a phrase of each document that has one, in the order of the truth."""
    texts = [f" {fold_words(entry['text'])} " for entry in truth]
    return [search for entry in truth for search in _of(entry, texts)]


def drawn(truth: Truth, count: int = 20, seed: int = 2026) -> list[Search]:
    """`count` of them, drawn from the kinds in turn."""
    lots = random.Random(seed)
    kinds: dict[str, list[Search]] = {}
    for search in all_searches(truth):
        kinds.setdefault(search.kind, []).append(search)
    for found in kinds.values():
        lots.shuffle(found)
    rounds = zip_longest(*kinds.values())
    return [search for turn in rounds for search in turn if search is not None][:count]


def _of(entry: dict[str, Any], texts: list[str]) -> Iterator[Search]:
    printed = {k: v for k, v in entry["fields"].items() if k not in entry["handwritten"]}
    for name in NAMES:
        if name in printed and _once(printed[name], texts):
            yield Search("name", fold(printed[name]), entry["id"])
    if "number" in printed and _once(printed["number"], texts):
        yield Search("number", printed["number"], entry["id"])
    for phrase in _phrases(entry["text"]):
        if _once(phrase, texts):
            yield Search("phrase", f'"{phrase}"', entry["id"])
            return


def _once(value: str, texts: list[str]) -> bool:
    return sum(f" {fold_words(value)} " in text for text in texts) == 1


def _phrases(text: str) -> Iterator[str]:
    """Stretches inside a sentence: after the first word only words in small letters.

    What fills a blank (after a colon) is left out: others have the same filled in by hand, which the truth
    does not list and OCR may well read.
    """
    words = text.split()
    for start in range(len(words) - PHRASE + 1):
        stretch = words[start : start + PHRASE]
        if any(word.endswith(":") for word in words[max(0, start - PHRASE) : start]):
            continue
        if all(map(str.isalpha, stretch)) and all(map(str.islower, stretch[1:])) and not stretch[0].isupper():
            yield " ".join(stretch)
