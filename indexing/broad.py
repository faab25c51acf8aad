"""Where very many results have all that was typed: what sets them apart then, and in which portions they are fetched.

Nobody reads down to where a rare word counts, and to weigh each of so many is what takes the time. So only where all
the words stand together counts, then their accents, then which result was recorded last. docs/search.md, "Very many".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from indexing import fields as f
from indexing.lookups import AllOf, AnyOf, Lookup, Scored, Value, ValuePrefix, Words, WordsPrefix, run
from indexing.query import ParsedQuery
from indexing.words import has_digit

VERY_MANY = 1_000
"""Results from which on only that counts. ``./run bench search``: of 1,000 to 10,000 a search took twice as long."""


@dataclass(frozen=True, slots=True)
class Portion:
    """Results of a broad plan that have the same points."""

    points: float
    wanted: tuple[Lookup, ...]
    """What all of them have."""
    enough: bool
    """Whether what has that is one of the plan's results in any case, but for the filters of the query."""
    without: tuple[Lookup, ...]
    """What none of them has."""


def tiers(query: ParsedQuery, *, begun: bool) -> tuple[Scored, ...]:
    """Where all the words stand together, better places first.

    Not for what has a digit in it: few results have the same number, ID or code.
    """
    words = query.sequence
    if not words or any(map(has_digit, words)):
        return ()
    going_on = begun and query.terms[-1].prefix
    together: Callable[[str, tuple[str, ...]], Lookup] = WordsPrefix if going_on and len(words) > 1 else Words
    phrase = any(term.quoted or len(term.folded) > 2 for term in query.terms)  # found by the places of its words alone
    in_title, in_text = (
        _near_together(pairs, field, words[:-1] if going_on else words, phrase=phrase)
        for field, pairs in f.PAIRS_OF.items()
    )
    return (
        Scored(10, Value(f.NAMES_FULL, " ".join(words))),
        Scored(8, together(f.NUMBER, words)),
        Scored(
            6, ValuePrefix(f.NAMES_FOLD, words[0]) if going_on and len(words) == 1 else together(f.NAMES_FOLD, words)
        ),
        *(Scored(points, lookup) for points, lookup in ((4, in_title), (2, in_text)) if lookup),
    )


def _near_together(pairs: str, field: str, words: tuple[str, ...], *, phrase: bool) -> Lookup | None:
    """These words follow each other, by pairs alone: to compare their places in each of very many results costs more
    than the order of a few is worth. None for no words.
    """
    if not words:
        return None
    if len(words) == 1:
        return Words(field, words)
    return run(pairs, field, words) if phrase else AllOf(tuple(Value(pairs, pair) for pair in f.pairs(words)))


def exact(query: ParsedQuery) -> Lookup:
    """All the words are in one place with the accents that were typed."""
    words = dict.fromkeys(word for term in query.terms for word in term.accented)
    places = (f.NAMES_PLAIN, f.TITLE_PLAIN, f.TEXT_PLAIN)
    return AnyOf(tuple(AllOf(tuple(Words(place, (word,)) for word in words)) for place in places))


def portions(ranks: tuple[Scored, ...], accented: Lookup | None, *, whole: bool) -> Iterator[Portion]:
    """All results, parted by their points, most points first: of the best of `ranks`, and one more for `accented`.

    `whole`: no word goes on, so that what stands together is all that was typed.
    """
    also = (accented,) if accented else ()
    better: tuple[Lookup, ...] = ()
    for points in (*sorted({rank.points for rank in ranks}, reverse=True), 0.0):
        here = tuple(rank.lookup for rank in ranks if rank.points == points)
        wanted: tuple[Lookup, ...] = (AnyOf(here),) if here else ()
        enough = whole and bool(here)
        if also:
            yield Portion(points + 1, (*wanted, *also), enough, better)
        yield Portion(points, wanted, enough, (*better, *also))
        better += wanted
