"""New results on their way: files that came in over the counter or by the interface, and what became of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from django.db.models import QuerySet

from catalog import scans
from catalog.configuration import told_plainly
from catalog.models import Result, Scan
from catalog.models.scans import ScanState
from catalog.records import WaitingScan
from catalog.states import Origin
from catalog.values import now
from core.errors import NotFoundError


class Stage(StrEnum):
    """How far a file has come."""

    RECEIVING = "receiving"
    """Its bytes are not stored yet; send it again if this lasts."""
    WAITING = "waiting"
    """Its bytes are safe."""
    WORKING = "working"
    DONE = "done"
    """All its documents are recorded."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file, and what became of it."""

    id: int
    """The scan's id."""
    unit: str
    name: str
    pages: int
    dossier: str
    procedure: str
    """Code; empty: not told."""
    origin: Origin
    received: datetime
    stage: Stage
    reason: str
    """Why it failed."""
    results: tuple[int, ...]
    """Ids of the results that are recorded so far."""


_STAGES = {
    ScanState.RECEIVING: Stage.RECEIVING,
    ScanState.STAGED: Stage.WAITING,
    ScanState.ARRANGED: Stage.DONE,
    ScanState.DONE: Stage.DONE,
    ScanState.FAILED: Stage.FAILED,
}


@told_plainly()
def show(id: int) -> Arrival:
    """One file; raises NotFoundError."""
    found = _found().filter(pk=id).first()
    if found is None:
        raise NotFoundError(f"there is no file {id}")
    return _rows([found])[0]


@told_plainly()
def listing(units: Collection[str] | None, limit: int = 50) -> tuple[Arrival, ...]:
    """Files of these units (None: all) that did not come from the archive, newest first."""
    found = _found().exclude(origin=Origin.BACKLOG.value)
    if units is not None:
        found = found.filter(unit__code__in=list(units))
    return _rows(list(found.order_by("-pk")[:limit]))


@told_plainly()
def waiting() -> tuple[WaitingScan, ...]:
    """Stored files of new results with work left, oldest first."""
    stored = Scan.objects.filter(state=ScanState.STORED).exclude(origin=Origin.BACKLOG.value)
    return scans.unfinished(ids=stored.values_list("pk", flat=True))


def _found() -> QuerySet[Scan]:
    return Scan.objects.select_related("unit", "lease", "batch__procedure")


def _rows(found: list[Scan]) -> tuple[Arrival, ...]:
    recorded: dict[int, list[int]] = {}
    results = Result.objects.filter(document__scan__in=[scan.pk for scan in found]).order_by("pk")
    for scan, result in results.values_list("document__scan_id", "pk"):
        recorded.setdefault(scan, []).append(result)
    return tuple(_row(scan, tuple(recorded.get(scan.pk, ()))) for scan in found)


def _row(scan: Scan, results: tuple[int, ...]) -> Arrival:
    procedure = scan.batch.procedure
    return Arrival(
        id=scan.pk,
        unit=scan.unit.code,
        name=scan.name,
        pages=scan.pages,
        dossier=scan.dossier,
        procedure=procedure.code if procedure else "",
        origin=Origin(scan.origin),
        received=scan.received.astimezone(UTC),
        stage=_stage(scan),
        reason=scan.reason,
        results=results,
    )


def _stage(scan: Scan) -> Stage:
    if scan.state == ScanState.STORED:
        held = scan.lease.until is not None and scan.lease.until > now()
        return Stage.WORKING if held else Stage.WAITING
    return _STAGES[ScanState(scan.state)]
