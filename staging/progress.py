"""How far batches and operators are. All of it is read from the database, so it is the same after a reload."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Max, Min, Sum

import catalog.batches
from catalog import pace, scans
from catalog.configuration import told_plainly
from catalog.models.scans import ScanState
from catalog.values import HERE
from staging import batches
from staging.models import Arrival, Look, StagedBatch
from staging.planned import Plan
from staging.states import BatchState


@dataclass(frozen=True, slots=True)
class BatchProgress:
    """How far a batch is."""

    files: int
    """Files that came in."""
    looked: int
    """Files that were looked at."""
    refused: int
    """Files that were refused at the door."""
    pages: int
    """Pages of the files that came in, of all kinds."""
    planned: int
    """Documents on the desk before reading; 0 once all went on."""
    documents: int
    """Documents read and recorded."""
    pages_read: int
    """Their pages."""
    doubts: int
    """Documents of which a person must look at a field."""
    failed: int
    """Documents and files that could not be read."""
    pages_left: int
    """Pages that are still to be read, those on the desk among them."""
    rate: float
    """Pages an hour that are read lately, of all batches together."""
    seconds_left: float | None
    """Until all is read, at that rate; 0: all is. None: nothing is read now, or the batch is still open."""


@dataclass(frozen=True, slots=True)
class TimeLeft:
    """How much is still to be read."""

    pages: int
    rate: float
    """Pages an hour that are read lately, of all batches together."""
    seconds: float | None
    """As `BatchProgress.seconds_left`."""


@dataclass(frozen=True, slots=True)
class OperatorProgress:
    """What came of one operator's work on a day."""

    operator: str
    batches: int
    """Batches into which something came."""
    files: int
    pages: int
    """Pages scanned."""
    documents: int
    """Documents of the operator's batches that were read and recorded on that day."""
    doubts: int
    """Those of which a person must look at a field."""
    rate: float | None
    """Pages an hour between the first and the last file; None: that was less than a minute."""


@dataclass(frozen=True, slots=True)
class Desks:
    """How much lies on desks, of all batches together."""

    open: int
    """Batches that are open."""
    closed: int
    """Batches that are closed and wait to be handed on."""


@told_plainly()
def of_batch(id: int) -> BatchProgress:
    """How far a batch is. Raises NotFoundError."""
    from staging import operations

    batch = batches.show(id)
    status = catalog.batches.status(id)
    on_desk = batch.state is not BatchState.HANDED_ON
    plan = operations.plan(id) if on_desk else None
    planned = len(plan.documents) if plan else 0
    left = pace.pages_left(id) + (_lying(id, plan) if plan and status.staged else 0)
    rate = pace.rate()
    return BatchProgress(
        files=batch.files,
        looked=Look.objects.filter(batch=id, looked__isnull=False).count(),
        refused=status.refused,
        pages=batch.pages,
        planned=planned,
        documents=status.documents,
        pages_read=status.pages,
        doubts=status.in_review,
        failed=status.failed,
        pages_left=left,
        rate=rate,
        seconds_left=None if batch.state is BatchState.OPEN else seconds(left, rate),
    )


@told_plainly()
def time_left(id: int | None) -> TimeLeft:
    """How much is to be read of a batch, as `of_batch` has it, or of everything, and how long that takes."""
    if id is not None and StagedBatch.objects.filter(pk=id).exists():
        batch = of_batch(id)
        return TimeLeft(batch.pages_left, batch.rate, batch.seconds_left)
    left, rate = pace.pages_left(id), pace.rate()
    return TimeLeft(left, rate, seconds(left, rate))


@told_plainly()
def of_operators(units: Collection[str] | None, day: date) -> tuple[OperatorProgress, ...]:
    """What each operator got done on `day` in batches of these units (None: of all), who did most first."""
    mine = StagedBatch.objects.all()
    if units is not None:
        mine = mine.filter(batch__unit__code__in=list(units))
    first = datetime.combine(day, time(), HERE)
    came = Arrival.objects.filter(time__gte=first, time__lt=first + timedelta(days=1), batch__in=mine)
    numbers = came.values("batch__operator").annotate(
        batches=Count("batch", distinct=True), files=Count("pk"), sum=Sum("pages"), first=Min("time"), last=Max("time")
    )
    documents: Counter[str] = Counter()
    doubts: Counter[str] = Counter()
    read = pace.of_batches(day=day)
    for batch, operator in mine.filter(pk__in=list(read)).values_list("pk", "operator"):
        documents[operator] += read[batch].documents
        doubts[operator] += read[batch].doubts
    rows = {row["batch__operator"]: row for row in numbers}
    found = [_operator(name, rows.get(name), documents[name], doubts[name]) for name in {*rows, *documents}]
    return tuple(sorted(found, key=lambda row: (-row.pages, -row.documents, row.operator)))


@told_plainly()
def desks() -> Desks:
    """How many batches lie on desks."""
    found = dict(StagedBatch.objects.order_by().values_list("state").annotate(Count("pk")))
    return Desks(found.get(BatchState.OPEN.value, 0), found.get(BatchState.CLOSED.value, 0))


def seconds(pages: int, rate: float) -> float | None:
    """How long so many pages take at so many an hour; None: for ever."""
    if not pages:
        return 0.0
    return pages * 3600 / rate if rate else None


def _lying(id: int, plan: Plan) -> int:
    """Pages of documents that are still on the desk; of a batch that is being handed on, some are not any more."""
    staged = {scan.id for scan in scans.of_batch(id) if scan.state == ScanState.STAGED}
    return sum(page.ref.scan in staged for document in plan.documents for page in document.pages)


def _operator(name: str, row: Mapping[str, object] | None, documents: int, doubts: int) -> OperatorProgress:
    if row is None:
        return OperatorProgress(name, 0, 0, 0, documents, doubts, None)
    first, last, pages = row["first"], row["last"], row["sum"]
    assert isinstance(first, datetime) and isinstance(last, datetime) and isinstance(pages, int)
    took = (last - first).total_seconds()
    rate = pages * 3600 / took if took >= 60 else None
    return OperatorProgress(name, int(str(row["batches"])), int(str(row["files"])), pages, documents, doubts, rate)
