"""Whose turn is next: which waiting scans a worker takes up, whatever machine it is on.

New results come first (lane ``URGENT``), then what archive staff handed on, then the rest. Within a lane units take
turns, the one that was served longest ago first, so that a unit with a province's backlog keeps nobody else waiting
for longer than one chunk. A chunk is reserved for its worker under leases, so that no two choose the same one; a
scan's attempt counts when the worker begins it (`catalog.scans.claim`), so that a worker that dies blames no scan that
it had not begun.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q, Sum

from catalog import scans
from catalog.configuration import told_plainly
from catalog.locks import in_turn
from catalog.models import Lease, Scan, Turn, Unit
from catalog.models.scans import ScanState
from catalog.records import WaitingScan
from catalog.states import Lane
from catalog.values import now
from core.settings import settings

_LOOKED_AT = 1000
"""Scans of a unit that are looked at for one chunk."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Scans of one unit and lane, reserved for a worker."""

    lane: Lane
    unit: str
    scans: tuple[WaitingScan, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """What of a lane nobody has taken up yet."""

    scans: int
    pages: int
    units: int
    oldest: datetime | None
    """When the one that waits longest came."""


@told_plainly()
def take(worker: str, lanes: Sequence[Lane], pages: int) -> Chunk | None:
    """Reserve the next scans of the first of `lanes` in which some wait: of one unit, about `pages` pages.

    None: nothing waits. Until the worker begins them (`scans.claim`) they are its own for a lease.
    """
    with transaction.atomic():
        in_turn("turns")
        for lane in lanes:
            unit = _next_unit(lane)
            if unit is None:
                continue
            got = _reserve(worker, _first(unit, lane, pages))
            Turn.objects.update_or_create(unit=unit, defaults={"served": now()})
            if got:
                return Chunk(lane, unit.code, scans.unfinished(ids=got))
    return None


@told_plainly()
def give_back(worker: str) -> int:
    """Free what `worker` reserved and did not begin; gives how many scans."""
    return Lease.objects.filter(worker=worker, reserved=True).update(worker="", until=None, reserved=False)


@told_plainly()
def holders(place: str) -> frozenset[str]:
    """The workers of a place (the part of their names before the slash) whose leases have not run out."""
    held = Lease.objects.filter(worker__startswith=f"{place}/", until__gt=now())
    return frozenset(held.values_list("worker", flat=True).distinct())


@told_plainly()
def bury(workers: Collection[str]) -> int:
    """End all leases of workers that are known to be dead; gives how many."""
    return Lease.objects.filter(worker__in=workers).exclude(worker="").update(worker="", until=None, reserved=False)


@told_plainly()
def waiting() -> dict[Lane, Waiting]:
    """How much waits in each lane."""
    found = Scan.objects.filter(_free("lease__"), state=ScanState.STORED).order_by().values("lane")
    counted = found.annotate(n=Count("pk"), of=Sum("pages"), units=Count("unit", distinct=True))
    rows = {Lane(row["lane"]): row for row in counted}
    oldest = {lane: _oldest(lane) for lane in rows}
    return {
        lane: Waiting(rows[lane]["n"], rows[lane]["of"], rows[lane]["units"], oldest[lane])
        if lane in rows
        else Waiting(0, 0, 0, None)
        for lane in Lane
    }


def _oldest(lane: Lane) -> datetime | None:
    found = Scan.objects.filter(_free("lease__"), state=ScanState.STORED, lane=lane.value).order_by("pk")
    return found.values_list("received", flat=True).first()


def _free(way: str = "") -> Q:
    return Q(**{f"{way}until__isnull": True}) | Q(**{f"{way}until__lte": now()})


def _next_unit(lane: Lane) -> Unit | None:
    """The unit that something waits for in a lane and that was served longest ago, or never."""
    mine = Scan.objects.filter(_free("lease__"), state=ScanState.STORED, lane=lane.value, unit=OuterRef("pk"))
    return Unit.objects.filter(Exists(mine)).order_by(F("turn__served").asc(nulls_first=True), "pk").first()


def _first(unit: Unit, lane: Lane, pages: int) -> list[int]:
    """The scans that wait longest, as many as make `pages` pages."""
    found = Scan.objects.filter(_free("lease__"), state=ScanState.STORED, lane=lane.value, unit=unit).order_by("pk")
    chosen: list[int] = []
    for id, many in found.values_list("pk", "pages")[:_LOOKED_AT]:
        if chosen and many > pages:
            break
        chosen.append(id)
        pages -= many
        if pages <= 0:
            break
    return chosen


def _reserve(worker: str, ids: Sequence[int]) -> list[int]:
    until = now() + timedelta(seconds=settings().lease_seconds)
    Lease.objects.filter(_free(), scan_id__in=ids).update(worker=worker, until=until, reserved=True)
    return list(Lease.objects.filter(scan_id__in=ids, worker=worker, reserved=True).values_list("scan_id", flat=True))
