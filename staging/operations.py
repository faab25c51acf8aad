"""What people did to the pages of a batch, kept step by step: the plan is what the first look found and all that since.

Steps are never changed, only marked: as undone, so that undo and redo reach over closed browsers and changes of shift,
and as gone once another step follows undone ones. Only an open batch takes steps.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from catalog import events
from catalog.configuration import told_plainly
from catalog.values import now
from core.settings import settings
from pipeline.scan_quality import Flaw, Severity, severities
from staging import batches, plans
from staging import signed as signed_files
from staging.arrangement import apply
from staging.arrangement import plan as planned
from staging.models import Look, StagedBatch, StagedPage, Step
from staging.planned import (
    Act,
    LookedScan,
    Misfit,
    MisfitError,
    Operation,
    PageRef,
    Plan,
)

MOST_PAGES = 5_000
"""Pages that one step is about."""


@dataclass(frozen=True, slots=True)
class Desk:
    """The pages of a batch as they lie now."""

    batch: int
    """Id."""
    plan: Plan
    undoable: Act | None
    """What undo would take back; None: nothing."""
    redoable: Act | None
    """What redo would do again; None: nothing."""
    signed: frozenset[int]
    """Scans that are read as they are or not at all."""


@dataclass(frozen=True, slots=True)
class PageLook:
    """What the first look told of one page."""

    width: int
    """Pixels; 0 where it cannot be read."""
    height: int
    dpi: float
    findings: tuple[tuple[Flaw, float], ...]
    fingerprint: str


@told_plainly()
def looks(batch: int) -> tuple[LookedScan, ...]:
    """What the first look told of the files of a batch, in the order in which they came; unfinished ones left out."""
    return plans.looks(batch)


@told_plainly()
def plan(batch: int) -> Plan:
    """The pages of a batch as they lie now; without those of files that were not looked at yet."""
    return plans.plan(batch)


@told_plainly()
def desk(batch: int) -> Desk:
    """The pages, and what can be undone."""
    steps = Step.objects.filter(batch=batch)
    last = steps.filter(undone=False).order_by("-sequence").first()
    again = _redoable(batch, last)
    return Desk(
        batch=batch,
        plan=plans.plan(batch),
        undoable=Act(last.act) if last else None,
        redoable=Act(again.act) if again else None,
        signed=signed(batch),
    )


@told_plainly()
def do(batch: int, operation: Operation, actor: str) -> Plan:
    """Do something to the pages of an open batch; gives the plan after it.

    Raises MisfitError (it cannot be done, would change nothing, or would break a signature), BatchError (not open).
    """
    if len(operation.pages) > MOST_PAGES:
        raise MisfitError(Misfit.UNKNOWN_PAGE, f"not more than {MOST_PAGES} pages at once")
    with events.acting(actor), transaction.atomic():
        row = batches.require_open(batch)
        after = _tried(plans.plan(batch), operation, signed(batch))
        last = Step.objects.filter(batch=row).aggregate(last=Max("sequence"))["last"] or 0
        Step.objects.filter(batch=row, undone=True, gone=False).update(gone=True)
        data = plans.told(operation)
        Step.objects.create(batch=row, sequence=last + 1, act=operation.act.value, data=data, actor=actor, time=now())
        told = {"step": last + 1, "act": operation.act.value, "pages": len(operation.pages)}
        events.append_to(_unit(batch), "batch.arranged", f"batch:{batch}", told, batch)
        return after


@told_plainly()
def undo(batch: int, actor: str) -> Act | None:
    """Take the last step back that stands; gives what it was, None where there is none. Raises BatchError."""
    return _mark(batch, actor, undone=True)


@told_plainly()
def redo(batch: int, actor: str) -> Act | None:
    """Do the step again that was undone last; gives what it was, None where there is none. Raises as `do`."""
    return _mark(batch, actor, undone=False)


def rescan(batch: int, page: PageRef, newer: PageRef, actor: str) -> Plan:
    """`newer` was scanned in the place of `page`, which stays and is shown as replaced.

    A newer page that was not looked at yet takes the place as soon as it is. Raises as `do`.
    """
    return do(batch, Operation(Act.RESCAN, (page,), to=newer), actor)


@told_plainly()
def details(batch: int, refs: Iterable[PageRef]) -> dict[PageRef, PageLook]:
    """What the first look told of these pages of a batch, those that are known."""
    wanted = set(refs)
    ids = sorted({ref.scan for ref in wanted})
    found: dict[PageRef, PageLook] = {}
    for part in (ids[i : i + 400] for i in range(0, len(ids), 400)):  # SQLite takes no list without end
        numbers = {ref.page for ref in wanted if ref.scan in part}
        rows = StagedPage.objects.filter(look__batch=batch, look_id__in=part)
        for row in rows.filter(number__gte=min(numbers), number__lte=max(numbers)):
            ref = PageRef(row.look_id, row.number)
            if ref in wanted:
                found[ref] = _page_look(row)
    return found


@told_plainly()
def flawed(batch: int) -> dict[PageRef, tuple[tuple[Flaw, float], ...]]:
    """The pages of a batch of which something was found, with what."""
    rows = StagedPage.objects.filter(look__batch=batch).exclude(findings=[]).order_by("look_id", "number")
    return {
        PageRef(scan, number): tuple((Flaw(name), float(value)) for name, value in findings)
        for scan, number, findings in rows.values_list("look_id", "number", "findings")
    }


@told_plainly()
def signed(batch: int) -> frozenset[int]:
    """The signed files of a batch, as far as they were looked at."""
    return frozenset(Look.objects.filter(batch=batch, signed=True).values_list("scan_id", flat=True))


def blocking(batch: int) -> frozenset[PageRef]:
    """The pages of a batch that have a finding of severity `block`."""
    weights = severities(settings().scan_findings)
    found = flawed(batch).items()
    return frozenset(ref for ref, flaws in found if any(weights[flaw] is Severity.BLOCK for flaw, _value in flaws))


@told_plainly()
def binned_since(batch: int) -> dict[PageRef, datetime]:
    """Page → when it was last put into the bin, for the pages that are there."""
    current = plans.plan(batch)
    since: dict[PageRef, datetime] = {}
    for step in Step.objects.filter(batch=batch, undone=False, act=Act.BIN.value).order_by("sequence"):
        for ref in plans.operation(step).pages:
            since[ref] = step.time
    return {page.ref: since[page.ref] for page in current.loose if page.ref in since and page.state == "binned"}


def _tried(current: Plan, operation: Operation, whole: frozenset[int]) -> Plan:
    """The plan after the operation; raises MisfitError."""
    try:
        after = apply(current, operation)
    except MisfitError as error:
        waits = operation.act is Act.RESCAN and operation.to not in current.where
        if error.misfit is not Misfit.NOTHING or not waits:
            raise
        after = current  # it is asked for already, and the newer page is still to be looked at
    signed_files.refuse(after, whole, current)
    if operation.act in (Act.ASK_RESCAN, Act.RESCAN):  # the page will go, so that the file could not stay as it is
        gone = planned(current, [Operation(Act.BIN, operation.pages)])
        signed_files.refuse(gone, whole, current)
    return after


def _mark(batch: int, actor: str, undone: bool) -> Act | None:
    with events.acting(actor), transaction.atomic():
        row = batches.require_open(batch)
        last = Step.objects.filter(batch=row, undone=False).order_by("-sequence").first()
        step = last if undone else _redoable(batch, last)
        if step is None:
            return None
        if not undone:
            _tried(plans.plan(batch), plans.operation(step), signed(batch))
        step.undone = undone
        step.save(update_fields=["undone"])
        kind = "batch.arrangement_undone" if undone else "batch.arrangement_redone"
        events.append_to(_unit(batch), kind, f"batch:{batch}", {"step": step.sequence, "act": step.act}, batch)
        return Act(step.act)


def _redoable(batch: int, last: Step | None) -> Step | None:
    """The first undone step behind the last that stands, but those after whose undoing something else was done."""
    behind = Step.objects.filter(batch=batch, undone=True, gone=False, sequence__gt=last.sequence if last else 0)
    return behind.order_by("sequence").first()


def _unit(batch: int) -> int:
    return int(StagedBatch.objects.filter(pk=batch).values_list("batch__unit_id", flat=True)[0])


def _page_look(row: StagedPage) -> PageLook:
    findings = tuple((Flaw(name), float(value)) for name, value in row.findings)
    return PageLook(row.width, row.height, row.dpi, findings, row.fingerprint)
