"""Carrying a decision out: result by result, each in a transaction of its own, then object by object.

It can be killed anywhere and begun again, and several may be at it: what is erased is erased once. Rows go before
objects, so nothing that is kept ever lacks its bytes; what is still to go stands in a list (`catalog.graves`).
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction

from catalog import ageing, disposal, events
from catalog.configuration import told_plainly
from catalog.disposal import Order
from catalog.values import now, today
from core.errors import NotFoundError
from preservation.retention import disposals, holds
from preservation.retention.disposals import StageError
from preservation.retention.models import Disposal, Item
from preservation.retention.records import DisposalRow
from preservation.retention.states import ItemState, Kept, Stage
from reuse.entries import used_since

_AT_ONCE = 200
_NEVER = threading.Event()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of executing a decision."""

    disposed: int
    kept: int
    finished: bool
    """Whether nothing of the list is left."""


class _KeptError(Exception):
    def __init__(self, why: Kept) -> None:
        self.why = why


@told_plainly()
def due_today() -> tuple[int, ...]:
    """The disposals whose waiting time is over, or that were interrupted; oldest first."""
    decided = Disposal.objects.filter(stage=Stage.DECIDED.value, ready__lte=today())
    begun = Disposal.objects.filter(stage=Stage.EXECUTING.value)
    return tuple(sorted({*decided.values_list("pk", flat=True), *begun.values_list("pk", flat=True)}))


def execute(
    number: int, actor: str, stop: threading.Event = _NEVER, told: Callable[[int], None] = lambda done: None
) -> Outcome:
    """Dispose of the results of a list whose waiting time is over, or go on with that until `stop` is set.

    A result that is held, was changed or used since it was listed is kept, and said so. Raises NotFoundError,
    StageError.
    """
    found = begin(number, actor)
    if found.stage is Stage.DONE:
        return _outcome(number, finished=True)
    assert found.date is not None  # it is decided
    order, done = Order(found.number, found.date, found.signer, found.reference), 0
    while part := _listed(number):
        for item in part:
            if stop.is_set():
                return _outcome(number, finished=False)
            _one(item, found, order, actor)
            done += 1
        told(done)
    _finish(number, actor)
    return _outcome(number, finished=True)


@told_plainly()
def begin(number: int, actor: str) -> DisposalRow:
    """Begin to execute a decision: from now on it cannot be withdrawn. One that was begun, or done, stays as it is."""
    with transaction.atomic(), events.acting(actor):
        found = Disposal.objects.select_for_update().filter(pk=number).first()
        if found is None:
            raise NotFoundError(f"there is no disposal {number}")
        if found.stage in (Stage.EXECUTING, Stage.DONE):
            return disposals.row(found)
        if found.stage != Stage.DECIDED or found.ready is None:
            raise StageError(f"disposal {number} is {found.stage}: a decision has to be recorded first")
        if found.ready > today():
            raise StageError(f"disposal {number} waits until {found.ready:%d/%m/%Y}, and can be withdrawn until then")
        found.stage = Stage.EXECUTING.value
        found.save(update_fields=["stage"])
        events.append(found.unit_id, "disposal.begun", f"disposal:{number}", {"results": found.results})
        return disposals.row(found)


@told_plainly()
def _listed(number: int) -> list[Item]:
    return list(Item.objects.filter(disposal=number, state=ItemState.LISTED.value).order_by("pk")[:_AT_ONCE])


@told_plainly()
def _one(item: Item, found: DisposalRow, order: Order, actor: str) -> None:
    """Dispose of one result, or keep it; with what became of it written down in the same transaction."""
    try:
        with transaction.atomic():
            erased = disposal.erase(item.result_id, order, actor, lambda: _allowed(item, found))
            if erased is None:
                raise _KeptError(Kept.GONE)
            Item.objects.filter(pk=item.pk).update(state=ItemState.DISPOSED.value)
    except _KeptError as error:
        # Another process that is at the same list may have erased it a moment ago: then it is no longer listed.
        open_still = Item.objects.filter(pk=item.pk, state=ItemState.LISTED.value)
        open_still.update(state=ItemState.KEPT.value, kept=error.why.value)


def _allowed(item: Item, found: DisposalRow) -> None:
    """Called with the result locked: nobody places a hold or changes it meanwhile."""
    there = ageing.editions([item.result_id]).get(item.result_id)
    if holds.among([item.result_id]):
        raise _KeptError(Kept.HELD)
    if there is None or there[0] != item.edition:
        raise _KeptError(Kept.CHANGED)
    if Item.objects.filter(used_since(found.proposed, "result_id"), pk=item.pk).exists():
        raise _KeptError(Kept.USED)


@told_plainly()
def _finish(number: int, actor: str) -> None:
    with transaction.atomic(), events.acting(actor):
        found = Disposal.objects.select_for_update().get(pk=number)
        if found.stage == Stage.DONE:
            return
        found.stage, found.ended = Stage.DONE.value, now()
        found.save(update_fields=["stage", "ended"])
        told: dict[str, object] = {
            state.value: Item.objects.filter(disposal=number, state=state.value).count() for state in ItemState
        }
        told |= {"decision": found.number, "digest": found.digest}
        events.append(found.unit_id, "disposal.done", f"disposal:{number}", told)


@told_plainly()
def _outcome(number: int, finished: bool) -> Outcome:
    items = Item.objects.filter(disposal=number)
    disposed, kept = (items.filter(state=s.value).count() for s in (ItemState.DISPOSED, ItemState.KEPT))
    return Outcome(disposed, kept, finished)
