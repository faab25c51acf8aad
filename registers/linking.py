"""Each digitized result meets its line: what the program decides by itself, and keeps.

Works from the catalog alone: `Looked` says which results were looked at, and in which edition. What is done twice has
no second effect, two processes take turns, and what a person said is never overruled: a link that they made, a line
that they refused, that a result is in no register.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Exists, Max, OuterRef, QuerySet

from catalog import paper_facts
from catalog.configuration import told_plainly
from catalog.models import Result
from catalog.paper_facts import PaperFacts, UnitFamilies
from core.errors import ServiceError
from registers import candidates, deciding, keeping, scoring, sides
from registers.keeping import Weighed
from registers.models import Candidate, Line, Looked
from registers.sides import LineFacts
from registers.states import Verdict

AT_ONCE = 100
"""Results that are looked at together, and kept in one transaction: well under a second."""
WINDOW = 20_000
"""Ids of results among which the desk asks at a time for those that wait: some ten milliseconds."""
_AGAIN = 0.2
"""Seconds until results are tried once more of which another process holds the lines."""
_log = logging.getLogger("sohoa.registers")


@told_plainly()
def catch_up(limit: int = AT_ONCE, after: int = 0) -> int:
    """Look for the lines of at most `limit` results with an id above `after` that were not looked at as they are now;
    gives how many. 0: none is left.

    May be called by several processes at once, and any number of times.
    """
    if not Line.objects.exists():  # before the first register there is nothing to look in
        return 0
    done, families = 0, None
    while done < limit:
        ids = pending(min(AT_ONCE, limit - done), after)
        if not ids:
            break
        families = families or paper_facts.families()
        _look(ids, families)
        done += len(ids)
    return done


@told_plainly()
def pending(limit: int, after: int = 0, units: Collection[str] | None = None) -> list[int]:
    """Results, by id, that were never looked at or have changed since; of some units alone where they are given."""
    return list(_waiting(after, units).order_by("pk").values_list("pk", flat=True)[:limit])


@told_plainly()
def count_pending(units: Collection[str] | None = None) -> int:
    """How many those are."""
    return _waiting(0, units).count()


@told_plainly()
def work_off(units: Collection[str] | None, progress: Callable[[int], object]) -> int:
    """Look for the lines of all results that wait (of some units, by code); gives how many. `progress` is told how
    many were done, time and again.
    """
    done, families = 0, paper_facts.families()
    if not Line.objects.exists():
        return 0
    last = 0
    while (ids := pending(AT_ONCE, last, units)) or (last and (ids := pending(AT_ONCE, 0, units))):
        if ids[0] <= last:  # from the beginning again: they waited for an import, or were changed meanwhile
            time.sleep(_AGAIN)
        last = ids[-1]
        kept = _look(ids, families)
        done += kept
        progress(kept)
    return done


@told_plainly()
def catch_up_in(first: int, last: int) -> tuple[int, int]:
    """As `catch_up`, for at most `AT_ONCE` results with ids from `first` to `last`; gives how many were looked at, and
    the id to go on from.
    """
    found = _waiting(first - 1, None).filter(pk__lte=last).order_by("pk")
    ids = list(found.values_list("pk", flat=True)[:AT_ONCE])
    if not ids:
        return 0, last + 1
    _look(ids, paper_facts.families())
    return len(ids), ids[-1] + 1


class Sparing:
    """`catch_up` for a desk that asks every second: it takes a quarter of the time while results wait, and a twentieth
    to find out that none does.

    However many results there are, it looks at two windows of them at a time: at the newest, and at one that wanders
    from the first result to the last and begins anew. So a million are gone through within some minutes.
    """

    _BUSY, _IDLE = 3, 19

    def __init__(self) -> None:
        self._rests_until = 0.0
        self._at = 1

    def catch_up(self) -> int:
        """Look at what waits, unless it is time to rest; gives how many results were looked at."""
        begun = time.monotonic()
        if begun < self._rests_until:
            return 0
        done = self._some()
        ended = time.monotonic()
        self._rests_until = ended + (self._BUSY if done else self._IDLE) * (ended - begun)
        return done

    def _some(self) -> int:
        newest = newest_to_look_at()
        if newest is None:
            return 0
        done, _next = catch_up_in(newest - WINDOW + 1, newest)
        if newest <= WINDOW:  # that was all of them
            return done
        if self._at > newest - WINDOW:
            self._at = 1
        more, self._at = catch_up_in(self._at, min(self._at + WINDOW - 1, newest - WINDOW))
        return done + more


@told_plainly()
def newest_to_look_at() -> int | None:
    """The highest id of a result; None: there is none, or no register to look in."""
    if not Line.objects.exists():
        return None
    found: int | None = Result.objects.aggregate(Max("pk"))["pk__max"]
    return found


@dataclass(frozen=True, slots=True)
class Look:
    """What was found out about some results; nothing of it is kept yet."""

    weighed: tuple[Weighed, ...]
    lines: Mapping[int, LineFacts]
    free: frozenset[int]
    """Results that hold a line and count for nothing."""


def weigh(facts: Mapping[int, PaperFacts], families: UnitFamilies) -> Look:
    """What follows for results."""
    papers = [sides.paper(one) for one in facts.values()]
    block = candidates.find(papers, families)
    refused = _refused(list(facts))
    free = paper_facts.set_aside({line.result for line in block.lines.values() if line.result and not line.linked_by})
    weighed = []
    for paper in papers:
        id, found = paper.facts.id, block.found[paper.facts.id]
        lines = [block.lines[line] for line in found.lines if line in block.lines and (id, line) not in refused]
        matches = tuple(scoring.match(paper, line, families, block.names) for line in lines)
        taken = {line.id for line in lines if line.result not in {None, id, *free}}
        weighed.append(Weighed(paper, matches, deciding.decide(paper, matches, taken, found.crowded)))
    return Look(tuple(weighed), block.lines, free)


def _look(ids: Sequence[int], families: UnitFamilies) -> int:
    """Look for the lines of some results, and keep what came of it; gives of how many, the others wait on. One at which
    that fails keeps no other waiting.
    """
    try:
        look = weigh(paper_facts.of_results(ids), families)
        return keeping.keep(look.weighed, look.lines, look.free)
    except ServiceError:  # the database is away: all of them wait
        raise
    except Exception:
        if len(ids) == 1:
            _log.exception("the line of result %d cannot be looked for", ids[0])
            keeping.give_up(ids[0])
            return 1
        return sum(_look([id], families) for id in ids)


def _waiting(after: int, units: Collection[str] | None) -> QuerySet[Result]:
    looked = Looked.objects.filter(result=OuterRef("pk"), edition=OuterRef("edition"))
    found = Result.objects.filter(~Exists(looked), pk__gt=after)
    return found if units is None else found.filter(unit__code__in=list(units))


def _refused(results: Sequence[int]) -> frozenset[tuple[int, int]]:
    """Results and lines of which a person said that they are two papers."""
    said = Candidate.objects.filter(result__in=results, verdict=Verdict.OTHER.value)
    return frozenset(said.values_list("result_id", "line_id"))
