"""Batches that archive staff open, fill and close.

A batch is closed when what was expected and what came in agree, or with a reason. What it holds is read only after
that: `due` says which batches wait to be handed on (`staging.release`), and `handed_on` that one was. Until the first
scan of it has gone on, a closed batch can be opened again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

import catalog.batches
from catalog import events, procedures, scans
from catalog.configuration import told_plainly
from catalog.records import BatchRow
from catalog.values import digest, now
from core.errors import NotFoundError
from core.text import squeeze
from pipeline.records import SplitRule
from staging import faulty
from staging.models import Arrival, Look, SlipLine, StagedBatch
from staging.opening import checked
from staging.records import BatchPage, DeskBatch, Fault, FaultKind, NewBatch, Severity
from staging.refusals import BatchError, BatchRefusal, ClosingError
from staging.states import BatchState, Sides

PAGE = 50
"""Batches on one page of the list."""
REST = timedelta(minutes=5)
"""How long a batch that could not be handed on rests until that is tried again."""
_STAGED, _RECEIVING = "staged", "receiving"


@told_plainly()
def open_batch(new: NewBatch, actor: str) -> int:
    """Open a batch; gives its id. Raises UsageError: an unknown unit, a name that is taken, numbers that cannot be."""
    new = checked(new, actor)
    try:
        with events.acting(actor), transaction.atomic():
            return _open(new, actor)
    except IntegrityError as error:
        raise _taken(new.name) from error


@told_plainly()
def current(new: NewBatch, actor: str) -> int:
    """The open batch of this name; where there is none, one is opened, with a number behind the name if it is taken."""
    new = checked(new, actor)
    for name in _names(new.name):
        for _attempt in range(2):  # where somebody else opens it just now, the second finds it
            found = StagedBatch.objects.filter(batch__unit__code=new.unit, batch__name=name).first()
            if found is not None and found.state == BatchState.OPEN:
                return int(found.pk)
            if found is not None:
                break
            try:
                with events.acting(actor), transaction.atomic():
                    return _open(replace(new, name=name), actor)
            except (BatchError, IntegrityError):  # that, or a batch of `sohoa ingest` has the name
                continue
    raise _taken(new.name)


@told_plainly()
def show(id: int) -> DeskBatch:
    """One batch with its slip; raises NotFoundError."""
    found = _found().filter(pk=id).first()
    if found is None:
        raise NotFoundError(f"there is no batch {id} that archive staff opened")
    return _rows([found], {id: tuple(found.slip.values_list("code", flat=True))})[0]


@told_plainly()
def listing(units: Collection[str] | None, state: BatchState | None = None, page: int = 1) -> BatchPage:
    """Batches of these units (None: all), newest first. A page that does not exist is the nearest that does."""
    found = _found()
    if units is not None:
        found = found.filter(batch__unit__code__in=list(units))
    if state is not None:
        found = found.filter(state=state.value)
    total = found.count()
    pages = max(1, -(-total // PAGE))
    page = min(max(1, page), pages)
    rows = found.order_by("-batch_id")[(page - 1) * PAGE : page * PAGE]
    return BatchPage(_rows(list(rows), {}), total, page, pages)


@told_plainly()
def find(name: str, unit: str | None = None) -> DeskBatch:
    """The batch of this name. Raises NotFoundError, and UsageError where several units have one."""
    return show(catalog.batches.find(name, unit).id)


@told_plainly()
def is_taken(name: str, unit: str) -> bool:
    """Whether archive staff opened a batch of this name: other ways in leave it alone, for they read at once."""
    try:
        return StagedBatch.objects.filter(pk=catalog.batches.find(name, unit).id).exists()
    except NotFoundError:
        return False


@told_plainly()
def faults(id: int) -> tuple[Fault, ...]:
    """What keeps the batch from being closed, or from being closed without a reason. Raises NotFoundError."""
    from staging import operations, uploads

    coming, first = uploads.unfinished(id)
    sent = (Fault(FaultKind.RECEIVING, Severity.BARS, name=first),) if coming else ()
    looked = frozenset(Look.objects.filter(batch=id, looked__isnull=False).values_list("scan_id", flat=True))
    known = frozenset(row.code for row in procedures.listing())
    poor, signed = operations.blocking(id), operations.signed(id)
    return sent + faulty.faults(show(id), scans.of_batch(id), looked, operations.plan(id), known, poor, signed)


@told_plainly()
def close(id: int, actor: str, reason: str = "", seen: Collection[str] | None = None) -> tuple[Fault, ...]:
    """Close a batch: from now on nothing comes in, and it is handed on to be read. Gives the faults that it has.

    Raises ClosingError with the faults where there are any and no `reason`, one that no reason can help, or one that
    was not `seen` (marks of those that were; None: all); BatchError where it is closed already.
    """
    reason = squeeze(reason)[:2000]
    with events.acting(actor), transaction.atomic():
        row = require_open(id)
        found = faults(id)
        bars = any(fault.severity is Severity.BARS for fault in found)
        unseen = seen is not None and not {fault.mark for fault in found} <= set(seen)
        if bars or unseen or (found and not reason):
            raise ClosingError(found, bars)
        row.state, row.closed, row.closed_by = BatchState.CLOSED.value, now(), actor
        row.reason = reason if found else ""
        row.save(update_fields=["state", "closed", "closed_by", "reason"])
        kinds = sorted({fault.kind.value for fault in found})
        tell(row, "batch.closed", {"faults": kinds, "reason": digest(row.reason) if row.reason else ""})
        return found


@told_plainly()
def reopen(id: int, actor: str) -> None:
    """Open a closed batch again. Raises BatchError where a scan of it went on already, or where it is open."""
    with events.acting(actor), transaction.atomic():
        row = locked(id)
        if row.state == BatchState.OPEN:
            raise BatchError(BatchRefusal.OPEN, "the batch is open")
        went_on = any(scan.state not in (_STAGED, _RECEIVING) for scan in scans.of_batch(id))
        if row.state == BatchState.HANDED_ON or went_on:
            raise BatchError(BatchRefusal.HANDED_ON, "the batch is being read: open a new one for the rest")
        row.state, row.closed, row.closed_by, row.reason = BatchState.OPEN.value, None, "", ""
        row.stuck, row.tried = "", None
        row.save(update_fields=["state", "closed", "closed_by", "reason", "stuck", "tried"])
        tell(row, "batch.reopened", {})


@told_plainly()
def due() -> tuple[int, ...]:
    """Closed batches whose scans are to be handed on now, those closed first before the others."""
    rested = Q(tried=None) | Q(tried__lte=now() - REST)
    waiting = StagedBatch.objects.filter(rested, state=BatchState.CLOSED.value).order_by("closed", "pk")
    return tuple(waiting.values_list("pk", flat=True))


@told_plainly()
def handed_on(id: int) -> bool:
    """All scans of a closed batch went on; False, and nothing changes, where some did not, or it is not closed."""
    with transaction.atomic():
        row = locked(id)
        if row.state != BatchState.CLOSED or any(scan.state == _STAGED for scan in scans.of_batch(id)):
            return False
        row.state, row.stuck, row.tried = BatchState.HANDED_ON.value, "", None
        row.save(update_fields=["state", "stuck", "tried"])
        tell(row, "batch.handed_on", {})
        return True


def require_open(id: int) -> StagedBatch:
    """The row of an open batch, locked until the transaction ends. Raises NotFoundError, BatchError."""
    row = locked(id)
    if row.state != BatchState.OPEN:
        raise BatchError(BatchRefusal.CLOSED, "the batch is closed: open it again, or bring the file into another one")
    return row


def require_closed(id: int, closed: datetime) -> StagedBatch:
    """The row of a batch that was closed at `closed` and stayed so, locked until the transaction ends: its scans may be
    handed on as they lay then. Raises as above.
    """
    row = locked(id)
    if row.state != BatchState.CLOSED or row.closed != closed:
        raise BatchError(BatchRefusal.OPEN, "the batch is not closed, or was opened in between")
    return row


def require_handed_on(id: int) -> None:
    """Raise BatchError where not all scans of the batch have gone on; once they have, that stays so."""
    if locked(id).state != BatchState.HANDED_ON:
        raise BatchError(BatchRefusal.OPEN, "the batch has not gone on: its pages are put in order on the desk")


def _open(new: NewBatch, actor: str) -> int:
    if StagedBatch.objects.filter(batch__unit__code=new.unit, batch__name=new.name).exists():
        raise _taken(new.name)
    if _known(new):
        raise _taken(new.name)
    id = catalog.batches.open_batch(new.unit, new.procedure, new.name)
    row = StagedBatch.objects.create(
        batch_id=id,
        box=new.box,
        shelf=new.shelf,
        operator=new.operator,
        expected_documents=new.expected_documents,
        expected_pages=new.expected_pages,
        split=new.split.value,
        sides=new.sides.value,
        opened=now(),
        opened_by=actor,
    )
    SlipLine.objects.bulk_create(SlipLine(batch=row, line=n, code=code) for n, code in enumerate(new.slip, 1))
    told = {"documents": new.expected_documents, "pages": new.expected_pages, "slip": len(new.slip), "box": new.box}
    tell(row, "batch.staged", told)
    return id


def _known(new: NewBatch) -> bool:
    """Whether the catalog has a batch of this name, of `sohoa ingest` or of new results."""
    try:
        catalog.batches.find(new.name, new.unit)
    except NotFoundError:
        return False
    return True


def _names(name: str) -> Iterable[str]:
    yield name
    yield from (f"{name[:190]} ({number})" for number in range(2, 1000))


def _taken(name: str) -> BatchError:
    return BatchError(BatchRefusal.TAKEN, f"the unit has a batch {name!r} already: choose another name")


def locked(id: int) -> StagedBatch:
    """The row of a batch, locked until the transaction ends. Raises NotFoundError."""
    try:
        return StagedBatch.objects.select_for_update().get(pk=id)
    except StagedBatch.DoesNotExist:
        raise NotFoundError(f"there is no batch {id} that archive staff opened") from None


def tell(row: StagedBatch, kind: str, data: Mapping[str, object]) -> None:
    """Write an event."""
    unit = StagedBatch.objects.filter(pk=row.pk).values_list("batch__unit_id", flat=True)[0]
    events.append_to(unit, kind, f"batch:{row.pk}", data, row.pk)


def _found() -> QuerySet[StagedBatch]:
    """With the number of files and pages that came in."""
    mine = Arrival.objects.filter(batch=OuterRef("pk")).order_by().values("batch")
    return StagedBatch.objects.annotate(
        files=Coalesce(Subquery(mine.annotate(n=Count("pk")).values("n")), 0, output_field=IntegerField()),
        came=Coalesce(Subquery(mine.annotate(n=Sum("pages")).values("n")), 0, output_field=IntegerField()),
        unit=F("batch__unit__code"),
    )


def _rows(found: list[StagedBatch], slips: dict[int, tuple[str, ...]]) -> tuple[DeskBatch, ...]:
    known = catalog.batches.rows([row.pk for row in found])
    return tuple(_row(row, known[row.pk], slips.get(row.pk, ())) for row in found)


def _row(row: StagedBatch, batch: BatchRow, slip: tuple[str, ...]) -> DeskBatch:
    return DeskBatch(
        id=row.pk,
        unit=batch.unit,
        name=batch.name,
        procedure=batch.procedure,
        state=BatchState(row.state),
        box=row.box,
        shelf=row.shelf,
        operator=row.operator,
        expected_documents=row.expected_documents,
        expected_pages=row.expected_pages,
        slip=slip,
        split=SplitRule(row.split),
        sides=Sides(row.sides),
        opened=row.opened.astimezone(UTC),
        opened_by=row.opened_by,
        closed=row.closed.astimezone(UTC) if row.closed else None,
        closed_by=row.closed_by,
        reason=row.reason,
        files=row.files,  # type: ignore[attr-defined]
        pages=row.came,  # type: ignore[attr-defined]
        stuck=row.stuck,
    )
