"""What is looked up for a query, and how many points each find is worth: the same for both backends.

Points come in steps, so that a better kind of match always beats any number of occurrences: a whole
document number, then IDs and parts of numbers, then names of holders, then titles, then the text; in
each of them exact accents before folded ones. Only inside the text do rare words and repeated words
count (BM25), scaled to stay below one step. docs/search.md shows the table.
"""

from __future__ import annotations

from dataclasses import dataclass

from indexing import fields as f
from indexing.query import MAX_TERMS, ParsedQuery, Term

NUMBER_POINTS = 10_000
"""More than all the terms of a query can bring together (24 · 90 and the other extras)."""

TITLE_RUN, TEXT_RUN = 70, 35
"""For each word of a query whose words stand together: more than a word alone in a title has over one in the text."""

TEXT_WEIGHT = 0.3
"""On BM25 (with its factor k1 + 1 = 2.2): two million documents give at most 0.3 · 14.5 · 2.2 < 10, one step."""


@dataclass(frozen=True, slots=True)
class Value:
    """The field has this whole value."""

    field: str
    value: str


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


Lookup = Value | ValuePrefix | Words | WordsPrefix | AllOf


@dataclass(frozen=True, slots=True)
class Scored:
    """A lookup and its points."""

    points: float
    lookup: Lookup


@dataclass(frozen=True, slots=True)
class Group:
    """One term: found if any lookup finds it; the best one gives the points, `text` adds its BM25."""

    best: tuple[Scored, ...]
    text: Words
    required: bool
    """Whether it must be found even where most terms suffice."""

    @property
    def text_weight(self) -> float:
        """On the BM25 of `text`, which for several words is that of their sum."""
        return TEXT_WEIGHT / len(self.text.words)


@dataclass(frozen=True, slots=True)
class Plan:
    """What to look up: `groups` decide what is found, `extras` only add points."""

    groups: tuple[Group, ...]
    extras: tuple[Scored, ...]

    @property
    def most(self) -> int:
        """How many groups must be found where no result has all: all but two in five, at least one."""
        count = len(self.groups)
        return max(1, count - max(1, count * 2 // 5))


def plan(query: ParsedQuery) -> Plan:
    """The lookups for `query`."""
    return Plan(tuple(_group(term) for term in query.terms), _extras(query))


def _group(term: Term) -> Group:
    whole, begun = (_word, _word_prefix) if len(term.folded) == 1 else (_several, _several_prefix)
    best = (*whole(term), *(begun(term) if term.prefix else ()))
    return Group(best, Words(f.TEXT_FOLD, term.folded), term.quoted)


def _word(term: Term) -> tuple[Scored, ...]:
    word = term.folded[0]
    return (
        Scored(90, Value(f.IDS, word)),
        Scored(70, Value(f.NUMBER_STARTS, word)),
        Scored(60, Words(f.NUMBER, term.folded)),
        Scored(50, Words(f.NAMES_PLAIN, term.accented)),
        Scored(40, Words(f.NAMES_FOLD, term.folded)),
        Scored(30, Words(f.TITLE_PLAIN, term.accented)),
        Scored(20, Words(f.TITLE_FOLD, term.folded)),
        Scored(10, Words(f.TEXT_PLAIN, term.accented)),
    )


def _word_prefix(term: Term) -> tuple[Scored, ...]:
    word = term.folded[0]
    return (
        Scored(55, ValuePrefix(f.NUMBER, word)),
        Scored(45, ValuePrefix(f.IDS, word)),
        Scored(35, ValuePrefix(f.NAMES_FOLD, word)),
        Scored(15, ValuePrefix(f.TITLE_FOLD, word)),
        Scored(1, ValuePrefix(f.TEXT_FOLD, word)),
    )


def _several(term: Term) -> tuple[Scored, ...]:
    words = term.folded
    exact = tuple(Words(f.TEXT_PLAIN, (word,)) for word in dict.fromkeys(term.accented))
    on_date = (Scored(65, Value(f.IDS, f.date_key(term.day))),) if term.day else ()
    return (
        *on_date,
        Scored(90, Value(f.IDS, "".join(words))),
        Scored(80, Value(f.NUMBER_STARTS, term.key)),
        Scored(60, Words(f.NUMBER, words)),
        Scored(50, Words(f.NAMES_PLAIN, term.accented)),
        Scored(40, Words(f.NAMES_FOLD, words)),
        Scored(30, Words(f.TITLE_PLAIN, term.accented)),
        Scored(20, Words(f.TITLE_FOLD, words)),
        Scored(10, AllOf((Words(f.TEXT_FOLD, words), *exact))),
    )


def _several_prefix(term: Term) -> tuple[Scored, ...]:
    words = term.folded
    return (
        Scored(75, ValuePrefix(f.NUMBER_FULL, term.key)),
        Scored(45, ValuePrefix(f.IDS, "".join(words))),
        Scored(35, WordsPrefix(f.NAMES_FOLD, words)),
        Scored(15, WordsPrefix(f.TITLE_FOLD, words)),
        Scored(1, WordsPrefix(f.TEXT_FOLD, words)),
    )


def _extras(query: ParsedQuery) -> tuple[Scored, ...]:
    """Points for a whole number, a whole name, and for all words standing together."""
    whole = " ".join(query.sequence)
    length = min(len(query.sequence), MAX_TERMS)
    numbers = dict.fromkeys([whole, *(term.key for term in query.terms)])
    extras = [
        Scored(NUMBER_POINTS, Value(f.NUMBER_FULL, number)) for number in numbers if any(map(str.isdigit, number))
    ]
    if len(query.sequence) > 1:
        extras += [
            Scored(200, Value(f.NAMES_FULL, whole)),
            Scored(100, Words(f.NAMES_FOLD, query.sequence)),
            Scored(TITLE_RUN * length, Words(f.TITLE_FOLD, query.sequence)),
            Scored(TEXT_RUN * length, Words(f.TEXT_FOLD, query.sequence)),
        ]
    return tuple(extras)
