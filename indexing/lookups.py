"""What can be looked up in an index: the same for both backends, each of which has a language of its own for it."""

from __future__ import annotations

from dataclasses import dataclass

from indexing import fields as f


@dataclass(frozen=True, slots=True)
class Value:
    """The field has this whole value."""

    field: str
    value: str


@dataclass(frozen=True, slots=True)
class AnyValue:
    """The field has one of these whole values."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ValuePrefix:
    """A value, or a word, of the field begins like this."""

    field: str
    start: str


@dataclass(frozen=True, slots=True)
class Words:
    """The field has these words next to each other (or the one word)."""

    field: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WordsPrefix:
    """The field has these words, at least two, next to each other, and the last may go on."""

    field: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AllOf:
    """All of these hold."""

    lookups: tuple[Lookup, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of these holds."""

    lookups: tuple[Lookup, ...]


Lookup = Value | AnyValue | ValuePrefix | Words | WordsPrefix | AllOf | AnyOf


@dataclass(frozen=True, slots=True)
class Scored:
    """A lookup and its points."""

    points: float
    lookup: Lookup


def run(pairs: str, words_field: str, words: tuple[str, ...]) -> Lookup:
    """These words follow each other: of two their pair says so, of more only what has all pairs is compared."""
    every = tuple(Value(pairs, pair) for pair in f.pairs(words))
    return every[0] if len(words) == 2 else AllOf((*every, Words(words_field, words)))
