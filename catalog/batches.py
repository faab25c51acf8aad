"""Batches, and how far they (or the whole catalog) have come."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, Sum

from catalog import events, procedures
from catalog.configuration import told_plainly
from catalog.models import Batch, Document, Event, Outbox, Procedure, Result, Scan, Unit
from catalog.models.results import DocumentState
from catalog.models.scans import ScanState
from catalog.queue import counts_for_itself
from catalog.records import BatchRow, Status
from catalog.values import clean, now
from core.errors import NotFoundError, UsageError
from core.text import squeeze


@told_plainly()
def open_batch(unit: str, procedure: str | None, name: str) -> int:
    """The id of the batch `name` of a unit, which is made when there is none.

    A procedure that nobody has named before is added by its code. Raises UsageError: an unknown unit,
    no name, or a batch of this name for another procedure.
    """
    name = squeeze(clean(name))
    if not 0 < len(name) <= 200:
        raise UsageError("a batch needs a name of at most 200 characters")
    with transaction.atomic():
        owner = Unit.objects.filter(code=unit).first()
        if owner is None:
            raise UsageError(f"unknown unit {unit}: see `sohoa units list`, or add it with `sohoa units add`")
        kind = Procedure.objects.get(code=procedures.add(procedure).code) if procedure else None
        batch, new = Batch.objects.get_or_create(unit=owner, name=name, defaults={"procedure": kind, "created": now()})
        if new:
            data = {"name": name, "procedure": procedure}
            events.append_to(owner.pk, "batch.opened", f"batch:{batch.pk}", data, batch.pk)
        elif kind and batch.procedure_id != kind.pk:
            raise UsageError(f"the batch {name!r} is not one of procedure {procedure}: choose another name (--batch)")
        return batch.pk


@told_plainly()
def find(name: str, unit: str | None = None) -> BatchRow:
    """The batch of this name; raises NotFoundError, and UsageError when several units have one."""
    found = Batch.objects.select_related("unit", "procedure").filter(name=squeeze(clean(name)))
    if unit is not None:
        found = found.filter(unit__code=unit)
    match list(found[:2]):
        case [batch]:
            return _row(batch)
        case []:
            raise NotFoundError(f"there is no batch {name!r}: `sohoa status` without a name shows all of them together")
        case _:
            raise UsageError(f"several units have a batch {name!r}: say which (--unit)")


@told_plainly()
def listing() -> tuple[BatchRow, ...]:
    """All batches, newest first."""
    return tuple(_row(b) for b in Batch.objects.select_related("unit", "procedure").order_by("-created", "-pk"))


@told_plainly()
def rows(ids: Iterable[int]) -> dict[int, BatchRow]:
    """Id → row, for those ids that exist."""
    found = Batch.objects.select_related("unit", "procedure").filter(pk__in=list(ids))
    return {batch.pk: _row(batch) for batch in found}


@told_plainly()
def status(batch: int | None = None) -> Status:
    """Numbers of one batch, or of the whole catalog. Raises NotFoundError for an unknown batch."""
    if batch is not None and not Batch.objects.filter(pk=batch).exists():
        raise NotFoundError(f"there is no batch with id {batch}")
    scans, documents, results = Scan.objects.all(), Document.objects.all(), Result.objects.all()
    refusals = Event.objects.filter(kind="scan.refused")
    if batch is not None:
        scans, refusals = scans.filter(batch_id=batch), refusals.filter(batch_id=batch)
        documents, results = documents.filter(scan__batch_id=batch), results.filter(document__scan__batch_id=batch)
    recorded = documents.filter(state=DocumentState.RECORDED)
    failed = Document.objects.filter(scan=OuterRef("pk"), state=DocumentState.FAILED)
    waiting = Outbox.objects.filter(result=OuterRef("pk"), done__isnull=True)
    pending = results.filter(Exists(waiting), disposed=None).count()
    return Status(
        files=scans.count(),
        refused=refusals.count(),
        documents=recorded.filter(result__carrier=None).count(),
        pages=recorded.aggregate(sum=Sum("pages"))["sum"] or 0,
        failed=documents.filter(state=DocumentState.FAILED).count()
        + scans.filter(~Exists(failed), state=ScanState.FAILED).count(),
        in_review=results.filter(counts_for_itself(), in_review=True).count(),
        indexed=recorded.filter(result__disposed=None).count() - pending,
        pending=pending,
        unfinished=scans.filter(Q(state=ScanState.RECEIVING) | Q(state=ScanState.STORED)).count(),
        staged=scans.filter(state=ScanState.STAGED).count(),
        arranged=scans.filter(state=ScanState.ARRANGED).count(),
    )


def _row(batch: Batch) -> BatchRow:
    procedure = batch.procedure.code if batch.procedure else None
    return BatchRow(batch.pk, batch.unit.code, batch.name, procedure, batch.created.astimezone(UTC))
