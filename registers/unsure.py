"""Results of which a person must say which line they are, those in no register, and the line that a result is."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Case, Exists, OuterRef, QuerySet, Subquery, Value, When

from catalog import queue
from catalog.configuration import told_plainly
from catalog.queue import Sight as ResultSight
from registers import listing
from registers.listing import Sight
from registers.models import Candidate, Line, Looked
from registers.records import LineRow
from registers.states import Outcome, Verdict

NOT_IN_A_REGISTER = (Outcome.NONE, Outcome.NOT_LISTED)
_SAID = 5
"""Lines that may tell what stands on a paper: as many as are offered at most."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A line that could be a result's."""

    line: LineRow
    score: float
    """Bits (`registers.scoring`)."""
    reasons: tuple[tuple[str, str], ...]
    """Field and agreement, and notes that belong to no field (`registers.deciding`)."""


@dataclass(frozen=True, slots=True)
class Looking:
    """How far the looking for a result's line has come."""

    result: int
    outcome: Outcome | None
    """None: nobody has looked yet, or it is looked for again."""
    actor: str
    """Who said so; empty: the program."""
    offers: tuple[Offer, ...]
    """Lines to choose among that the reader may see, best first."""
    hidden: int
    """Further ones that the reader may not see."""
    refused: int
    """Lines of which a person said that they are other papers."""


@told_plainly()
def count(sight: ResultSight, units: Collection[str] | None = None) -> int:
    """How many results wait for a person; of some units alone where they are given."""
    return _looked(sight, [Outcome.UNSURE], units).count()


@told_plainly()
def waiting(
    sight: ResultSight, units: Collection[str] | None = None, after: int = 0, limit: int = 1
) -> tuple[int, ...]:
    """Results that wait for a person, by id, the first ones behind `after`."""
    found = _looked(sight, [Outcome.UNSURE], units).filter(result__gt=after)
    return tuple(found.order_by("result").values_list("result_id", flat=True)[:limit])


@told_plainly()
def unlisted(
    sight: ResultSight, units: Collection[str] | None = None, after: int = 0, limit: int = 50
) -> tuple[tuple[int, Outcome], ...]:
    """Results that are in no register, by id, and whether a person said so; the first ones behind `after`."""
    found = _looked(sight, NOT_IN_A_REGISTER, units).filter(result__gt=after)
    rows = found.order_by("result").values_list("result_id", "outcome")[:limit]
    return tuple((result, Outcome(outcome)) for result, outcome in rows)


@told_plainly()
def count_unlisted(sight: ResultSight, units: Collection[str] | None = None) -> int:
    """How many those are."""
    return _looked(sight, NOT_IN_A_REGISTER, units).count()


@told_plainly()
def show(result: int, sight: Sight) -> Looking:
    """How a result stands to the registers. `sight`: which lines the reader may see."""
    looked = Looked.objects.filter(result=result).first()
    rows = Candidate.objects.filter(result=result).select_related("line__unit").order_by("-score", "pk")
    open_ones = [row for row in rows if row.verdict == Verdict.OPEN]
    seen = [row for row in open_ones if sight.sees(row.line.unit.code, row.line.confidential)]
    return Looking(
        result=result,
        outcome=Outcome(looked.outcome) if looked else None,
        actor=looked.actor if looked else "",
        offers=tuple(
            Offer(listing.line_row(one.line), one.score, tuple((str(a), str(b)) for a, b in one.reasons))
            for one in seen
        ),
        hidden=len(open_ones) - len(seen),
        refused=sum(row.verdict == Verdict.OTHER for row in rows),
    )


@told_plainly()
def line_of(result: int) -> LineRow | None:
    """The line that a result is linked to. Rights to see it are asked by the caller."""
    found = Line.objects.select_related("unit").filter(result=result).first()
    return listing.line_row(found) if found is not None else None


@told_plainly()
def lines_about(result: int, sight: Sight) -> tuple[LineRow, ...]:
    """Lines that may tell what stands on a result: the one that it is linked to, else those that could be it, best
    first and at most five; those that the reader may not see are left out. None where a person said that it is in no
    register. One query.
    """
    not_listed = Looked.objects.filter(result=OuterRef("result"), outcome=Outcome.NOT_LISTED.value)
    offered = Candidate.objects.filter(~Exists(not_listed), result=result, verdict=Verdict.OPEN.value)
    linked = Line.objects.filter(result=result).values("pk")
    found = Line.objects.filter(pk__in=linked.union(offered.values("line")), withdrawn=None)  # each by its index
    found = found.annotate(
        own=Case(When(result=result, then=Value(1)), default=Value(0)),
        offered=Subquery(offered.filter(line=OuterRef("pk")).values("score")[:1]),
    )
    rows = list(found.select_related("unit").order_by("-own", "-offered", "pk")[:_SAID])
    if rows and rows[0].result_id == result:
        rows = rows[:1]
    return tuple(listing.line_row(row) for row in rows if sight.sees(row.unit.code, row.confidential))


def _looked(sight: ResultSight, outcomes: Collection[Outcome], units: Collection[str] | None) -> QuerySet[Looked]:
    found = Looked.objects.filter(
        queue.seen(sight), queue.counts_for_itself("result"), outcome__in=[one.value for one in outcomes]
    )
    return found if units is None else found.filter(result__unit__code__in=list(units))
