"""What people did to the pages of a batch, kept step by step: the plan is what the first look found and all that since.

Steps are never changed, only marked as undone, so undo and redo reach over closed browsers and changes of shift. A
step that follows undone ones puts these beyond reach. Only an open batch takes steps.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Max, Q

from catalog import events, scans
from catalog.configuration import told_plainly
from catalog.values import now
from pipeline import split
from pipeline.records import PageKind, SplitRule, SurveyedPage
from pipeline.scan_quality import Flaw
from staging import batches
from staging.arrangement import apply, initial
from staging.arrangement import plan as planned
from staging.models import Look, StagedBatch, StagedPage, Step
from staging.planned import (
    Act,
    LookedPage,
    LookedScan,
    Misfit,
    MisfitError,
    Operation,
    PageRef,
    Plan,
)

MOST_PAGES = 5_000
"""Pages that one step is about."""
_REMEMBERED = 8
"""Batches whose plans are kept at hand."""
_Stamp = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Desk:
    """The pages of a batch as they lie now."""

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
    rules = {row.id: row.split for row in scans.of_batch(batch)}
    found: dict[int, list[tuple[int, PageKind, str]]] = {}
    pages = StagedPage.objects.filter(look__batch=batch, look__looked__isnull=False).order_by("look_id", "number")
    for scan, number, kind, code in pages.values_list("look_id", "number", "kind", "code"):
        found.setdefault(scan, []).append((number, PageKind(kind), code))
    return tuple(LookedScan(scan, _looked(rows, rules[scan])) for scan, rows in found.items())


@told_plainly()
def plan(batch: int) -> Plan:
    """The pages of a batch as they lie now; without those of files that were not looked at yet."""
    return _plan(batch)


@told_plainly()
def desk(batch: int) -> Desk:
    """The pages, and what can be undone."""
    steps = Step.objects.filter(batch=batch)
    last = steps.filter(undone=False).order_by("-sequence").first()
    again = _redoable(batch, last)
    return Desk(
        plan=_plan(batch),
        undoable=Act(last.act) if last else None,
        redoable=Act(again.act) if again else None,
        signed=_signed(batch),
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
        after = _tried(_plan(batch), operation, _signed(batch))
        last = Step.objects.filter(batch=row).aggregate(last=Max("sequence"))["last"] or 0
        data = _told(operation)
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
    """Do the step again that was undone last; gives what it was, None where there is none. Raises BatchError."""
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
    return {PageRef(row.look_id, row.number): _page_look(row).findings for row in rows}


@told_plainly()
def binned_since(batch: int) -> dict[PageRef, datetime]:
    """Page → when it was last put into the bin, for the pages that are there."""
    current = _plan(batch)
    since: dict[PageRef, datetime] = {}
    for step in Step.objects.filter(batch=batch, undone=False, act=Act.BIN.value).order_by("sequence"):
        for ref in _operation(step).pages:
            since[ref] = step.time
    return {page.ref: since[page.ref] for page in current.loose if page.ref in since and page.state == "binned"}


def _tried(current: Plan, operation: Operation, signed: frozenset[int]) -> Plan:
    """The plan after the operation; raises MisfitError."""
    try:
        after = apply(current, operation)
    except MisfitError as error:
        waits = operation.act is Act.RESCAN and operation.to not in current.where
        if error.misfit is not Misfit.NOTHING or not waits:
            raise
        after = current  # it is asked for already, and the newer page is still to be looked at
    after.refuse_broken(signed)
    if operation.act in (Act.ASK_RESCAN, Act.RESCAN):  # the page will go, so that the file could not stay as it is
        gone = planned(current, [Operation(Act.BIN, operation.pages)])
        gone.refuse_broken(signed)
    return after


def _mark(batch: int, actor: str, undone: bool) -> Act | None:
    with events.acting(actor), transaction.atomic():
        row = batches.require_open(batch)
        last = Step.objects.filter(batch=row, undone=False).order_by("-sequence").first()
        step = last if undone else _redoable(batch, last)
        if step is None:
            return None
        step.undone = undone
        step.save(update_fields=["undone"])
        kind = "batch.arrangement_undone" if undone else "batch.arrangement_redone"
        events.append_to(_unit(batch), kind, f"batch:{batch}", {"step": step.sequence, "act": step.act}, batch)
        return Act(step.act)


def _redoable(batch: int, last: Step | None) -> Step | None:
    """The first undone step behind the last that stands."""
    behind = Step.objects.filter(batch=batch, undone=True, sequence__gt=last.sequence if last else 0)
    return behind.order_by("sequence").first()


def _signed(batch: int) -> frozenset[int]:
    return frozenset(Look.objects.filter(batch=batch, signed=True).values_list("scan_id", flat=True))


def _unit(batch: int) -> int:
    return int(StagedBatch.objects.filter(pk=batch).values_list("batch__unit_id", flat=True)[0])


class _Remembered:
    """Plans at hand, each with what it was made from; safe to use from several threads."""

    def __init__(self) -> None:
        self._plans: OrderedDict[tuple[int, str], tuple[_Stamp, Plan, Plan]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: tuple[int, str]) -> tuple[_Stamp, Plan, Plan] | None:
        with self._lock:
            if key in self._plans:
                self._plans.move_to_end(key)
            return self._plans.get(key)

    def put(self, key: tuple[int, str], stamp: _Stamp, begun: Plan, made: Plan) -> None:
        with self._lock:
            self._plans[key] = stamp, begun, made
            self._plans.move_to_end(key)
            while len(self._plans) > _REMEMBERED:
                self._plans.popitem(last=False)


_remembered = _Remembered()


def _plan(batch: int) -> Plan:
    """The plan, from memory where neither looks nor steps have changed."""
    key = batch, _database()
    stamp = _stamp(batch)
    known = _remembered.get(key)
    if known is not None and known[0] == stamp:
        return known[2]
    begun = known[1] if known is not None and known[0][:2] == stamp[:2] else initial(looks(batch))
    steps = Step.objects.filter(batch=batch, undone=False).order_by("sequence")
    made = planned(begun, map(_operation, steps))
    _remembered.put(key, stamp, begun, made)
    return made


def _stamp(batch: int) -> _Stamp:
    """Changes whenever the plan may have changed."""
    looked = Look.objects.filter(batch=batch, looked__isnull=False).aggregate(n=Count("pk"), last=Max("looked"))
    steps = Step.objects.filter(batch=batch).aggregate(n=Max("pk"), undone=Count("pk", filter=Q(undone=True)))
    last = int(looked["last"].timestamp() * 1e6) if looked["last"] else 0
    return looked["n"], last, steps["n"] or 0, steps["undone"]


def _database() -> str:
    """Which database is asked: tests have many in one process."""
    return str(transaction.get_connection().settings_dict["NAME"])


def _looked(rows: list[tuple[int, PageKind, str]], rule: SplitRule) -> tuple[LookedPage, ...]:
    surveyed = [SurveyedPage(number, kind) for number, kind, _code in rows]
    begins = {document.first for document in split.documents(surveyed, rule)}
    return tuple(LookedPage(number, kind, code, number in begins) for number, kind, code in rows)


def _page_look(row: StagedPage) -> PageLook:
    findings = tuple((Flaw(name), float(value)) for name, value in row.findings)
    return PageLook(row.width, row.height, row.dpi, findings, row.fingerprint)


def _told(operation: Operation) -> dict[str, Any]:
    """An operation as it is kept; what says nothing is left out."""
    told: dict[str, Any] = {"pages": [[ref.scan, ref.page] for ref in operation.pages]}
    if operation.act is Act.ROTATE:
        told["degrees"] = operation.degrees
    if operation.act is Act.MARK:
        told["kind"] = operation.kind.value
    if operation.to is not None:
        told["to"] = [operation.to.scan, operation.to.page]
    if operation.act is Act.MOVE:
        told |= {"after": operation.after, "apart": operation.apart}
    return told


def _operation(step: Step) -> Operation:
    told: Mapping[str, Any] = step.data
    return Operation(
        act=Act(step.act),
        pages=tuple(PageRef(scan, page) for scan, page in told["pages"]),
        degrees=told.get("degrees", 0),
        kind=PageKind(told.get("kind", PageKind.TEXT.value)),
        to=PageRef(*told["to"]) if "to" in told else None,
        after=told.get("after", True),
        apart=told.get("apart", False),
    )
