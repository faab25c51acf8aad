"""Pairs of results that may be the same paper, for pages: lists of what somebody may see, and two side by side."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Q, QuerySet

from catalog import results
from catalog.configuration import told_plainly
from catalog.queue import Sight
from catalog.records import ResultRow, Shown
from catalog.states import Standing, State
from catalog.values import day_of, today
from pipeline.records import FIELD_NAMES
from review.models import Pair
from review.refusals import Reason, RefusedReviewError
from review.states import Likeness, Verdict

_STATES = (State.VERIFIED, State.ACCEPTED, State.TO_REVIEW)
"""Best first."""


@dataclass(frozen=True, slots=True)
class PairRow:
    """Two results that may be the same paper."""

    id: int
    first: ResultRow
    """The one that was recorded first."""
    second: ResultRow
    likenesses: tuple[Likeness, ...]
    resemblance: float
    """Share of the pairs of words that both have, 0–1."""
    verdict: Verdict
    kept: int | None
    actor: str
    time: datetime | None
    undoable: bool
    """Whether it was decided today."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A field of two results."""

    name: str
    first: str
    second: str

    @property
    def differs(self) -> bool:
        """Whether they say different things, or one says nothing."""
        return self.first != self.second


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two results side by side."""

    pair: PairRow
    first: Shown
    second: Shown
    fields: tuple[Compared, ...]
    better: int
    """The one to keep, if they are one paper: checked, with more pages, fewer doubts, surer values; else the first."""


@told_plainly()
def listing(sight: Sight, verdict: Verdict | None = Verdict.OPEN, offset: int = 0, limit: int = 25) -> list[PairRow]:
    """The pairs that somebody may see, newest first; of open ones, those of which both results are in force."""
    found = list(_seen(sight, verdict).order_by("-pk")[offset : offset + limit])
    rows = results.rows({id for pair in found for id in (pair.first_id, pair.second_id)})
    return [_row(pair, rows) for pair in found]


@told_plainly()
def count(sight: Sight, verdict: Verdict | None = Verdict.OPEN) -> int:
    """How many there are."""
    return _seen(sight, verdict).count()


@told_plainly()
def row(pair: int) -> PairRow:
    """One pair, whoever asks. Raises RefusedReviewError where there is none."""
    found = Pair.objects.filter(pk=pair).first()
    if found is None:
        raise RefusedReviewError(Reason.NO_PAIR, f"there is no pair {pair}")
    return _row(found, results.rows((found.first_id, found.second_id)))


@told_plainly()
def following(pair: int, sight: Sight) -> int | None:
    """The open pair to be looked at after this one; None: none is left."""
    found = _seen(sight, Verdict.OPEN).exclude(pk=pair)
    older = found.filter(pk__lt=pair).order_by("-pk").values_list("pk", flat=True).first()
    return older or found.order_by("-pk").values_list("pk", flat=True).first()


@told_plainly()
def compare(pair: int) -> Comparison:
    """Two results side by side. Raises RefusedReviewError where there is no such pair."""
    told = row(pair)
    first, second = results.show(told.first.id), results.show(told.second.id)
    one, other = first.values, second.values
    names = [name for name in FIELD_NAMES if name in one or name in other]
    fields = tuple(Compared(name, one.get(name, ""), other.get(name, "")) for name in names)
    return Comparison(told, first, second, fields, min(first, second, key=_rank).row.id)


def _rank(shown: Shown) -> tuple[object, ...]:
    row = shown.row
    sure = sum(field.confidence for field in shown.fields if field.value)
    return (_STATES.index(row.state), row.first_page - row.last_page, len(shown.review), -round(sure, 2), row.id)


def _row(pair: Pair, rows: dict[int, ResultRow]) -> PairRow:
    return PairRow(
        id=pair.pk,
        first=rows[pair.first_id],
        second=rows[pair.second_id],
        likenesses=pair.likenesses(),
        resemblance=pair.resemblance,
        verdict=Verdict(pair.verdict),
        kept=pair.kept_id,
        actor=pair.actor,
        time=pair.time.astimezone(UTC) if pair.time else None,
        undoable=pair.time is not None and day_of(pair.time) == today(),
    )


def _seen(sight: Sight, verdict: Verdict | None) -> QuerySet[Pair]:
    found = Pair.objects.filter(_may_see(sight, "first"), _may_see(sight, "second"))
    if verdict is not None:
        found = found.filter(verdict=verdict.value)
    if verdict is Verdict.OPEN:
        found = found.filter(first__status=Standing.IN_FORCE.value, second__status=Standing.IN_FORCE.value)
    return found


def _may_see(sight: Sight, side: str) -> Q:
    kinds = Q(**{f"{side}__confidential": ""})
    for kind, units in sight.confidential.items():
        of_kind = Q(**{f"{side}__confidential": kind})
        kinds |= of_kind if units is None else of_kind & Q(**{f"{side}__unit__code__in": list(units)})
    return kinds if sight.units is None else kinds & Q(**{f"{side}__unit__code__in": list(sight.units)})
