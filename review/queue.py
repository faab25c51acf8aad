"""Who is handed which document next: of the catalog's queue, what nobody else holds, what they have not entered or
put aside already; then what was drawn for a sample.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from catalog import queue as waiting
from catalog.configuration import told_plainly
from catalog.queue import Sight, Wanted
from review import asides, keys, leases, sampling
from review.records import Held

_CANDIDATES = 10
"""Documents asked for at once: as many people may be quicker before the next has to ask again."""
MOST = 1000
"""Up to here is counted what people have to wait for, which costs a look at each."""
_ANYTHING = Wanted()


@dataclass(frozen=True, slots=True)
class Counts:
    """How much there is to do for somebody."""

    waiting: int
    """Documents to be checked, all of those below among them."""
    second: int
    """Of these, entered once or twice, waiting for another person; counted up to `MOST`, as the next."""
    aside: int
    """Of these, put aside by somebody."""
    samples: int
    """Documents drawn for a sample, besides."""


@told_plainly()
def next_for(
    actor: str,
    units: Collection[str] | None,
    confidential: Mapping[str, Collection[str] | None],
    after: int | None = None,
    wanted: Wanted = _ANYTHING,
) -> int | None:
    """The document that `actor` is to be handed next, other than `after`; None: there is none for them."""
    found = _candidates(actor, Sight(units, confidential), () if after is None else (after,), wanted, 1)
    return found[0] if found else None


@told_plainly()
def hand_out(actor: str, sight: Sight, wanted: Wanted = _ANYTHING, but: Collection[int] = ()) -> Held | None:
    """Take the next document for `actor`, other than those in `but`; None: there is none.

    What they hold already keeps its place in the queue, so whoever comes back after a crash finds the document that
    they had.
    """
    left_out = set(but)
    while candidates := _candidates(actor, sight, tuple(left_out), wanted, _CANDIDATES):
        for result in candidates:
            if held := leases.take(result, actor):
                return held
        left_out.update(candidates)
    return None


@told_plainly()
def counts(sight: Sight, wanted: Wanted = _ANYTHING) -> Counts:
    """How much there is to do."""
    return Counts(
        waiting=waiting.count(sight, wanted),
        second=waiting.count(sight, wanted, keys.all_of_them(), MOST),
        aside=waiting.count(sight, wanted, asides.all_of_them(), MOST),
        samples=sampling.count(sight),
    )


def _candidates(actor: str, sight: Sight, but: tuple[int, ...], wanted: Wanted, limit: int) -> tuple[int, ...]:
    others, entered, aside = leases.of_others(actor), keys.of_person(actor), asides.of_person(actor)
    found = waiting.first(sight, wanted, [list(but), others, entered, aside], limit)
    return found or sampling.first(sight, actor, but, limit)
