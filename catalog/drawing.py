"""What samples of results are drawn from, and what is known of those that were drawn."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from catalog.configuration import told_plainly
from catalog.life import ChangeKind
from catalog.models import Change, Event, Result
from catalog.queue import counts_for_itself
from catalog.states import Standing, State
from catalog.values import HERE

_LOOKED = (ChangeKind.REVIEW.value, ChangeKind.CORRECT.value, ChangeKind.CONFIRM.value)


@dataclass(frozen=True, slots=True)
class Drawable:
    """A result as a sample keeps it."""

    id: int
    unit: str
    document_type: str
    state: State
    operator: str
    """Who answers for its values: who looked at them last, or who opened the batch where nobody had to look."""


@told_plainly()
def population(units: Collection[str], first: date, last: date) -> tuple[int, ...]:
    """Results of these units recorded from `first` to `last` that are in force and to be checked by nobody."""
    begin = datetime.combine(first, time.min, HERE)
    end = datetime.combine(last + timedelta(days=1), time.min, HERE)
    found = Result.objects.filter(
        counts_for_itself(),
        unit__code__in=list(units),
        recorded__gte=begin,
        recorded__lt=end,
        in_review=False,
        disposed=None,
        status=Standing.IN_FORCE.value,
    )
    return tuple(found.order_by("pk").values_list("pk", flat=True))


@told_plainly()
def drawable(ids: Collection[int]) -> tuple[Drawable, ...]:
    """What is known of these results, by id, in a handful of queries."""
    found = Result.objects.filter(pk__in=list(ids)).order_by("pk")
    rows = list(found.values_list("pk", "unit__code", "document_type", "state", "batch_id"))
    opened = Event.objects.filter(kind="batch.opened", batch_id__in={row[4] for row in rows})
    openers = dict(opened.values_list("batch_id", "actor"))
    looked = Change.objects.filter(result__in=list(ids), kind__in=_LOOKED, undone=None).order_by("pk")
    lookers = dict(looked.values_list("result_id", "actor"))
    return tuple(
        Drawable(pk, unit, kind, State(state), lookers.get(pk) or openers.get(batch, ""))
        for pk, unit, kind, state, batch in rows
    )
