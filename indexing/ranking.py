"""What is looked up for a query, and how many points each find is worth: the same for both backends.

Points come in steps, so that a better kind of match always beats any number of occurrences: a whole
document number, then IDs and parts of numbers, then names of holders, then titles, then the text; in
each of them exact accents before folded ones. Only inside the text do rare words and repeated words
count (BM25), scaled to stay below one step. docs/search.md shows the table.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from indexing import broad
from indexing import fields as f
from indexing.lookups import AllOf, AnyOf, AnyValue, Lookup, Scored, Value, ValuePrefix, Words, WordsPrefix, run
from indexing.near import near_forms
from indexing.query import MAX_TERMS, ParsedQuery, Term
from indexing.words import has_digit

NUMBER_POINTS = 10_000
"""More than all the terms of a query can bring together (24 · 90 and the other extras)."""

AS_TYPED = 20_000
"""More than NUMBER_POINTS and all else: what has every word as it is typed stays ahead of what is near."""

NEAR_POINTS = 25
"""Of a name one wrong character away; a number has one more, a name that differs by confused letters only two."""

TITLE_RUN, TEXT_RUN = 70, 35
"""For each word of a query whose words stand together: more than a word alone in a title has over one in the text."""

TEXT_WEIGHT = 0.3
"""On BM25 (with its factor k1 + 1 = 2.2): two million documents give at most 0.3 · 14.5 · 2.2 < 10, one step."""


class Step(StrEnum):
    """The ways to look, from strict to loose; `indexing.steps` says when the next one is taken."""

    WHOLE = "w"
    """Every term as it is typed."""
    BEGUN = "b"
    """The last word may go on."""
    NEAR = "n"
    """Every term as it is typed, but one that may be one wrong character away."""
    MOST = "m"
    """Most of the terms."""


@dataclass(frozen=True, slots=True)
class Group:
    """One term: found if any lookup finds it; the best one gives the points, `text` adds its BM25."""

    found: tuple[Lookup, ...]
    """The same as any of `best`, looked up with less work."""
    best: tuple[Scored, ...]
    text: Value | None
    """One word in the text; several words have no BM25: to weigh them is to compare all their places once more."""
    near: tuple[Scored, ...]
    """What finds it one wrong character away, too; () where nothing does."""
    required: bool
    """Whether it must be found even where most terms suffice."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to look up: `groups` decide what is found, `extras` only add points."""

    step: Step
    groups: tuple[Group, ...]
    extras: tuple[Scored, ...]
    tiers: tuple[Scored, ...] = ()
    """What sets results apart where there are more than VERY_MANY: the best of these, then `exact`, and of
    equals the latest. (): their number can be taken for small, or they are weighed in any case."""
    exact: Lookup | None = None
    """One more point for a tier."""
    is_broad: bool = False
    """Whether there are, so that only `tiers` give points."""

    def as_broad(self) -> Plan:
        """The same results, of which there are very many."""
        return replace(self, is_broad=True)

    def portions(self) -> Iterator[broad.Portion]:
        """The results of a broad plan, parted by their points, most points first."""
        return broad.portions(self.tiers, self.exact, whole=self.step is Step.WHOLE)

    @property
    def least(self) -> int:
        """How many groups must be found as they are: all; all but one; all but two in five, at least one."""
        count = len(self.groups)
        match self.step:
            case Step.NEAR:
                return count - 1
            case Step.MOST:
                return max(1, count - max(1, count * 2 // 5))
            case _:
                return count


def plan(query: ParsedQuery, step: Step) -> Plan:
    """The lookups for `query`."""
    near = step is Step.NEAR
    extras = (*_extras(query), *(_near_extras(query) if near else ()))
    groups = tuple(_group(term, begun=step in (Step.BEGUN, Step.MOST), near=near) for term in query.terms)
    tiers = broad.tiers(query, begun=step is Step.BEGUN) if step in (Step.WHOLE, Step.BEGUN) else ()
    return Plan(step, groups, extras, tiers, broad.exact(query) if tiers else None)


def can_be_near(query: ParsedQuery) -> bool:
    """Whether any term could be one wrong character away from something."""
    return any(_near(term) for term in query.terms)


def _group(term: Term, *, begun: bool, near: bool) -> Group:
    one = len(term.folded) == 1
    best = (_word if one else _several)(term)
    if begun and term.prefix:
        best += (_word_prefix if one else _several_prefix)(term)
    if one:
        word = term.folded[0]
        found: tuple[Lookup, ...] = (ValuePrefix(f.ALL, word) if begun and term.prefix else Value(f.ALL, word),)
    else:
        in_text = run(f.TEXT_PAIRS, f.TEXT_FOLD, term.folded)
        found = (*(scored.lookup for scored in best if not _has_accents(scored.lookup)), in_text)
    text = Value(f.TEXT_FOLD, term.folded[0]) if one else None
    return Group(found, best, text, _near(term) if near else (), term.quoted)


def _has_accents(lookup: Lookup) -> bool:
    """Whether it only finds what the same lookup without accents finds anyway."""
    if isinstance(lookup, AllOf):
        return all(map(_has_accents, lookup.lookups))
    return isinstance(lookup, Words) and lookup.field in (f.NAMES_PLAIN, f.TITLE_PLAIN, f.TEXT_PLAIN)


def _near(term: Term) -> tuple[Scored, ...]:
    """A name first; numbers and codes where there is a digit in what was typed. Quoted is as it is."""
    forms = () if term.quoted else near_forms("".join(term.folded))
    if not forms:
        return ()
    codes = (Scored(NEAR_POINTS + 1, AnyValue(f.CODES_NEAR, forms)),) if has_digit(term.key) else ()
    whole = (Scored(NEAR_POINTS + 2, Value(f.NAMES_NEAR, forms[0])),)
    return (*whole, Scored(NEAR_POINTS, AnyValue(f.NAMES_NEAR, forms)), *codes)


def _near_extras(query: ParsedQuery) -> tuple[Scored, ...]:
    """What has all terms as they are stays ahead; of names, those with as many words as were typed."""
    return (
        Scored(AS_TYPED, AllOf(tuple(AnyOf(group.found) for group in plan(query, Step.WHOLE).groups))),
        Scored(1, Value(f.NAMES_NEAR, f.name_length(len(query.terms)))),
    )


def _word(term: Term) -> tuple[Scored, ...]:
    word = term.folded[0]
    ids = (Scored(90, Value(f.IDS, word)), Scored(85, Value(f.LINKED_IDS, word))) if has_digit(word) else ()
    return (
        *ids,
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
    accented = AllOf(tuple(Words(f.TEXT_PLAIN, (word,)) for word in dict.fromkeys(term.accented)))
    on_date = (Scored(65, Value(f.IDS, f.date_key(term.day))),) if term.day else ()
    return (
        *on_date,
        Scored(90, Value(f.IDS, "".join(words))),
        Scored(85, Value(f.LINKED_IDS, "".join(words))),
        Scored(80, Value(f.NUMBER_STARTS, term.key)),
        Scored(60, Words(f.NUMBER, words)),
        Scored(50, Words(f.NAMES_PLAIN, term.accented)),
        Scored(40, Words(f.NAMES_FOLD, words)),
        Scored(30, Words(f.TITLE_PLAIN, term.accented)),
        Scored(20, Words(f.TITLE_FOLD, words)),
        Scored(10, accented),
    )


def _several_prefix(term: Term) -> tuple[Scored, ...]:
    words = term.folded
    return (
        Scored(75, ValuePrefix(f.NUMBER_FULL, term.key)),
        Scored(45, ValuePrefix(f.IDS, "".join(words))),
        Scored(35, WordsPrefix(f.NAMES_FOLD, words)),
        Scored(15, _begun(f.TITLE_PAIRS, f.TITLE_FOLD, words)),
        Scored(1, _begun(f.TEXT_PAIRS, f.TEXT_FOLD, words)),
    )


def _begun(pairs: str, words_field: str, words: tuple[str, ...]) -> Lookup:
    """These words follow each other and the last may go on: compared only in what has the pairs before it."""
    every = tuple(Value(pairs, pair) for pair in f.pairs(words[:-1]))
    goes_on = WordsPrefix(words_field, words)
    return AllOf((*every, goes_on)) if every else goes_on


def _extras(query: ParsedQuery) -> tuple[Scored, ...]:
    """Points for a whole number, a whole name, and for all words standing together."""
    whole = " ".join(query.sequence)
    length = min(len(query.sequence), MAX_TERMS)
    numbers = dict.fromkeys([whole, *(term.key for term in query.terms)])
    extras = [Scored(NUMBER_POINTS, Value(f.NUMBER_FULL, number)) for number in numbers if has_digit(number)]
    if len(query.sequence) > 1:
        extras.append(Scored(200, Value(f.NAMES_FULL, whole)))
    if len(query.terms) > 1:  # the words of a single term stand together anyway
        extras += [
            Scored(100, Words(f.NAMES_FOLD, query.sequence)),
            Scored(TITLE_RUN * length, run(f.TITLE_PAIRS, f.TITLE_FOLD, query.sequence)),
            Scored(TEXT_RUN * length, run(f.TEXT_PAIRS, f.TEXT_FOLD, query.sequence)),
        ]
    return tuple(extras)
