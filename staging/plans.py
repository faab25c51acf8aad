"""Plans at hand: made of the first look and of all steps, and made anew only where one of these has changed."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Max, Q, Sum

from catalog import scans
from pipeline import split
from pipeline.records import PageKind, SplitRule, SurveyedPage
from staging.arrangement import initial
from staging.arrangement import plan as planned
from staging.models import Look, StagedPage, Step
from staging.planned import Act, LookedPage, LookedScan, Operation, PageRef, Plan

_REMEMBERED = 8
"""Batches whose plans are kept at hand."""


@dataclass(frozen=True, slots=True)
class _Stamp:
    """Of what a plan is made: changes whenever it may have changed."""

    looks: tuple[int, datetime | None]
    """How many files were looked at, and when the last."""
    undone: tuple[int, int]
    """How many steps are undone, and which (the sum of their keys)."""
    last: int
    """Key of the newest step."""

    def before(self, other: _Stamp) -> bool:
        """Whether nothing but further steps leads from here to `other`."""
        return (self.looks, self.undone) == (other.looks, other.undone) and self.last <= other.last


def looks(batch: int) -> tuple[LookedScan, ...]:
    """What the first look told of the files of a batch, in the order in which they came; unfinished ones left out."""
    rules = {row.id: row.split for row in scans.of_batch(batch)}
    found: dict[int, list[tuple[int, PageKind, str]]] = {}
    pages = StagedPage.objects.filter(look__batch=batch, look__looked__isnull=False).order_by("look_id", "number")
    for scan, number, kind, code in pages.values_list("look_id", "number", "kind", "code"):
        found.setdefault(scan, []).append((number, PageKind(kind), code))
    return tuple(LookedScan(scan, _looked(rows, rules[scan])) for scan, rows in found.items())


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

    def forget(self) -> None:
        """Forget all of them."""
        with self._lock:
            self._plans.clear()

    def put(self, key: tuple[int, str], stamp: _Stamp, begun: Plan, made: Plan) -> None:
        with self._lock:
            self._plans[key] = stamp, begun, made
            self._plans.move_to_end(key)
            while len(self._plans) > _REMEMBERED:
                self._plans.popitem(last=False)


remembered = _Remembered()


def plan(batch: int) -> Plan:
    """The plan, from memory where neither looks nor steps have changed."""
    key = batch, _database()
    stamp = _stamp(batch)
    known = remembered.get(key)
    if known is not None and known[0] == stamp:
        return known[2]
    begun = known[1] if known is not None and known[0].looks == stamp.looks else initial(looks(batch))
    # Others go on meanwhile: nothing is read that the stamp does not tell of, or the next plan would do it once more.
    steps = Step.objects.filter(batch=batch, pk__lte=stamp.last).order_by("sequence")
    if known is not None and known[0].before(stamp):
        made = planned(known[2], map(operation, steps.filter(pk__gt=known[0].last)))  # nothing but new steps
    else:
        rows = list(steps)
        stamp = replace(stamp, undone=_undone(rows))
        made = planned(begun, (operation(step) for step in rows if not step.undone))
    remembered.put(key, stamp, begun, made)
    return made


def _stamp(batch: int) -> _Stamp:
    looked = Look.objects.filter(batch=batch, looked__isnull=False).aggregate(n=Count("pk"), last=Max("looked"))
    gone = Q(undone=True)
    steps = Step.objects.filter(batch=batch).aggregate(
        last=Max("pk"), count=Count("pk", filter=gone), keys=Sum("pk", filter=gone)
    )
    return _Stamp((looked["n"], looked["last"]), (steps["count"], steps["keys"] or 0), steps["last"] or 0)


def _undone(steps: Iterable[Step]) -> tuple[int, int]:
    keys = [step.pk for step in steps if step.undone]
    return len(keys), sum(keys)


def _database() -> str:
    """Which database is asked: tests have many in one process."""
    return str(transaction.get_connection().settings_dict["NAME"])


def _looked(rows: list[tuple[int, PageKind, str]], rule: SplitRule) -> tuple[LookedPage, ...]:
    surveyed = [SurveyedPage(number, kind) for number, kind, _code in rows]
    begins = {document.first for document in split.documents(surveyed, rule)}
    return tuple(LookedPage(number, kind, code, number in begins) for number, kind, code in rows)


def told(operation: Operation) -> dict[str, Any]:
    """An operation as it is kept; what says nothing is left out."""
    kept: dict[str, Any] = {"pages": [[ref.scan, ref.page] for ref in operation.pages]}
    if operation.act is Act.ROTATE:
        kept["degrees"] = operation.degrees
    if operation.act is Act.MARK:
        kept["kind"] = operation.kind.value
    if operation.to is not None:
        kept["to"] = [operation.to.scan, operation.to.page]
    if operation.act is Act.MOVE:
        kept |= {"after": operation.after, "apart": operation.apart}
    return kept


def operation(step: Step) -> Operation:
    """The operation that a step keeps."""
    kept: Mapping[str, Any] = step.data
    return Operation(
        act=Act(step.act),
        pages=tuple(PageRef(scan, page) for scan, page in kept["pages"]),
        degrees=kept.get("degrees", 0),
        kind=PageKind(kept.get("kind", PageKind.TEXT.value)),
        to=PageRef(*kept["to"]) if "to" in kept else None,
        after=kept.get("after", True),
        apart=kept.get("apart", False),
    )
