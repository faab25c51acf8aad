"""Closed batches that could not be handed on: why is kept with the batch, so that people see it and can do something.

It is tried again by itself after `batches.REST`, for what is in the way may go by itself; at once where somebody asks
for that. Opened again, a batch has nothing in its way any more.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from catalog import events
from catalog.configuration import told_plainly
from catalog.values import clip, now
from staging import batches
from staging.models import StagedBatch
from staging.refusals import BatchError

_LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Stuck:
    """A closed batch that could not be handed on."""

    batch: str
    """Its name."""
    unit: str
    """Code."""
    why: str
    """In English."""


@told_plainly()
def listing(id: int | None = None) -> tuple[Stuck, ...]:
    """The batches that could not be handed on, those closed first before the others; or that one, if it is."""
    found = StagedBatch.objects.exclude(stuck="").order_by("closed", "pk")
    if id is not None:
        found = found.filter(pk=id)
    return tuple(Stuck(*row) for row in found.values_list("batch__name", "batch__unit__code", "stuck"))


@told_plainly()
def note(id: int, closed: datetime, why: str) -> None:
    """Keep why a batch that was closed at `closed` could not be handed on; nothing where it was opened since."""
    why = clip(why, _LONGEST)
    with transaction.atomic():
        try:
            row = batches.require_closed(id, closed)
        except BatchError:
            return
        if row.stuck != why:
            batches.tell(row, "batch.stuck", {"reason": why})
        row.stuck, row.tried = why, now()
        row.save(update_fields=["stuck", "tried"])


@told_plainly()
def try_again(id: int, actor: str) -> bool:
    """Hand a batch on with the next look of the desk; False, and nothing changes, where nothing was in its way."""
    with events.acting(actor), transaction.atomic():
        row = batches.locked(id)
        if not row.stuck:
            return False
        row.stuck, row.tried = "", None
        row.save(update_fields=["stuck", "tried"])
        batches.tell(row, "batch.retried", {})
        return True
