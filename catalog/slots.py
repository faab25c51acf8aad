"""Workers that are at work now: a row each, with a sign of life, whatever machine they run on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from catalog.configuration import told_plainly
from catalog.models import Slot
from catalog.states import Lane
from catalog.values import now
from core.settings import settings


@dataclass(frozen=True, slots=True)
class SlotRow:
    """A worker at work."""

    worker: str
    run: str
    """Id of its run at Prefect; empty: none."""
    host: str
    lane: Lane
    """The least urgent lane that it takes scans of."""
    since: datetime
    seen: datetime
    """Its last sign of life."""


@told_plainly()
def open_slot(worker: str, run: str, host: str, lane: Lane) -> None:
    """A worker begins."""
    moment = now()
    Slot.objects.create(worker=worker, run=run, host=host[:200], lane=lane.value, since=moment, seen=moment)


@told_plainly()
def seen(worker: str) -> None:
    """A sign of life."""
    Slot.objects.filter(worker=worker).update(seen=now())


@told_plainly()
def close_slot(worker: str) -> None:
    """A worker ends."""
    Slot.objects.filter(worker=worker).delete()


@told_plainly()
def listing() -> tuple[SlotRow, ...]:
    """The workers that gave a sign of life within a lease, in the order in which they began."""
    found = Slot.objects.filter(seen__gt=_dead_before()).order_by("since", "worker")
    return tuple(SlotRow(s.worker, s.run, s.host, Lane(s.lane), s.since, s.seen) for s in found)


@told_plainly()
def clear_away() -> int:
    """Remove the rows of workers without a sign of life; gives how many."""
    return Slot.objects.filter(seen__lte=_dead_before()).delete()[0]


def _dead_before() -> datetime:
    return now() - timedelta(seconds=settings().lease_seconds)
