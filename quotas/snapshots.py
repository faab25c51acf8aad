"""Snapshots: how far all units were at the end of a day. Never changed; a day that is counted again gets a revision.

Threat model: somebody edits, removes or adds rows of snapshots in the database. Each time that one is taken, the chain
of events of each unit at the top tells the digest of the rows of its part, so `verify` finds that. Accepted risk: that
of `catalog.events`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Max

from catalog import events, organisation
from catalog.configuration import told_plainly
from catalog.organisation import Holding
from catalog.values import HERE, clean, clip, digest, now, today
from core.errors import UsageError
from core.text import squeeze
from quotas import counting, periods, selection, targets
from quotas.models import Baseline, Snapshot
from quotas.periods import Period
from quotas.records import Count, Standing, Taken, TargetRow, TrendPoint, UnitCount, percent
from quotas.responsibility import Responsibility
from quotas.selection import World
from quotas.states import Kind

TAKEN = "quota.snapshot_taken"
EARLY = "counted before the day was over"
"""Why the end of a day is counted though there is a snapshot of the day."""
_COLUMNS = (
    "unit_id parent_id kind first last share baseline_id own_frozen own_counted own_digitized unapportioned "
    "frozen counted digitized results pages"
).split()
"""What the digest of a row covers, besides its day and revision."""


@told_plainly()
def take(day: date, actor: str, reason: str = "") -> Taken:
    """Count all units in all periods that `day` lies in, and keep that as the snapshot of the day.

    A day that has one gets a revision; then a reason is needed. The rows are written in one transaction: killed
    half-way, there are none. Raises UsageError: the day is not over yet, or a reason is missing; somebody else takes
    one at the same time.
    """
    reason = clip(squeeze(clean(reason)), 1000)
    if day > today():
        raise UsageError(f"{day} is still to come: a snapshot is of a day that ended, or of today")
    newest = Snapshot.objects.filter(day=day).aggregate(newest=Max("revision"))["newest"]
    if newest is not None and not reason:
        raise UsageError(f"there is a snapshot of {day} already: say why it is counted again")
    revision, reason = (0, "") if newest is None else (newest + 1, reason)
    there, counted, kept = selection.world(day), now(), organisation.holdings()
    rows = [
        _made(row, period, revision, reason, there, counted)
        for kind, period in in_force(day)
        for row in _counted(there, kind, period, kept, counted)
    ]
    try:
        with transaction.atomic(), events.acting(actor):
            Snapshot.objects.bulk_create(rows, batch_size=500)
            _tell(there, rows, day, revision, reason)
    except IntegrityError as error:
        if Snapshot.objects.filter(day=day, revision=revision).exists():
            raise UsageError(f"somebody else took the snapshot of {day} just now") from error
        raise
    return Taken(day, revision, len(rows), counted)


@told_plainly()
def missed(on: date | None = None) -> date | None:
    """The last day that ended before `on` (None: today), where it has no snapshot; None: nothing to do.

    One that was taken before the day was over is none of its end (`EARLY` is the reason to count it again). Days before
    that are never made up for: nobody knows any more what was digitized then.
    """
    day = (today() if on is None else on) - timedelta(days=1)
    over = datetime.combine(day + timedelta(days=1), time.min, HERE)
    return None if Snapshot.objects.filter(day=day, time__gte=over).exists() else day


@told_plainly()
def newest(root: str, kind: Kind, period: Period, on: date | None = None) -> Standing | None:
    """The newest snapshot of a unit and those that were counted under it, of the day `on` (None: of the last day
    that has one); None: there is none.
    """
    of_period = Snapshot.objects.filter(kind=kind.value, first=period.first, last=period.last)
    of_root = of_period.filter(unit_id=root)
    if on is not None:
        of_root = of_root.filter(day=on)
    top = of_root.order_by("-day", "-revision").first()
    if top is None:
        return None
    rows = list(of_period.filter(day=top.day, revision=top.revision).select_related("unit"))
    tree = Responsibility(top.day, {}, {row.unit_id: row.parent_id for row in rows})
    held = targets.holding(None, period, at=top.time, within=tree)
    found = {row.unit_id: _count(row, held.get((row.unit_id, kind))) for row in rows}
    units = counting.ordered(root, found)
    return Standing(top.day, top.time, root, kind, period.first, period.last, top.revision, units, top.baseline_id)


@told_plainly()
def trend(unit: str, kind: Kind, period: Period) -> tuple[TrendPoint, ...]:
    """How far a unit was on each day that has a snapshot, oldest first; days without one are missing."""
    found = Snapshot.objects.filter(unit_id=unit, kind=kind.value, first=period.first, last=period.last)
    rows = found.order_by("day", "revision").values_list("day", "counted", "digitized", "results", "pages")
    return tuple(
        {
            day: TrendPoint(day, counted, done, percent(done, counted), results, pages)
            for day, counted, done, results, pages in rows
        }.values()
    )


def in_force(day: date) -> tuple[tuple[Kind, Period], ...]:
    """What is counted on a day: the year, and each period that a target holds for or that was frozen."""
    found = {(kind, periods.year(day.year)) for kind in Kind}
    found.update(targets.periods_with_targets())
    frozen = Baseline.objects.order_by().values_list("first", "last").distinct()
    found.update((Kind.OLD, periods.between(first, last)) for first, last in frozen)
    here = {(kind, period) for kind, period in found if period.first <= day <= period.last}
    return tuple(sorted(here, key=lambda one: (one[1], one[0].value)))


def fingerprint(rows: Iterable[Snapshot]) -> str:
    """Digest of rows of one day and revision, in the order of unit, kind and period."""
    return digest(sorted([str(getattr(row, column)) for column in _COLUMNS] for row in rows))


def _counted(
    there: World, kind: Kind, period: Period, kept: Mapping[str, Holding], at: datetime
) -> Iterable[UnitCount]:
    """The units that have lines, results or a target; and those at the top, so that each day is known to be counted."""
    held = targets.holding(None, period, at=at, within=there.responsible)
    rows = counting.of_units(there, kind, period, frozenset(there.organisation.units), kept, held)
    return (row for row in rows.values() if row.parent is None or row.all.frozen or row.results or row.target)


def _made(row: UnitCount, period: Period, revision: int, reason: str, there: World, time: datetime) -> Snapshot:
    return Snapshot(
        day=there.day,
        unit_id=row.unit,
        parent_id=row.parent,
        kind=row.kind.value,
        first=period.first,
        last=period.last,
        revision=revision,
        reason=reason,
        share=row.target.share if row.target else None,
        baseline_id=row.baseline,
        own_frozen=row.own.frozen,
        own_counted=row.own.counted,
        own_digitized=row.own.digitized,
        unapportioned=row.unapportioned,
        frozen=row.all.frozen,
        counted=row.all.counted,
        digitized=row.all.digitized,
        results=row.results,
        pages=row.pages,
        time=time,
    )


def _tell(there: World, rows: Sequence[Snapshot], day: date, revision: int, reason: str) -> None:
    """One event in the chain of each unit at the top, with the digest of the rows of its part."""
    parts: dict[str, list[Snapshot]] = {}
    for row in rows:
        *_below, top = there.responsible.up(row.unit_id)
        parts.setdefault(top, []).append(row)
    for top in sorted(parts, key=lambda code: there.organisation.ids[code]):  # one order for everybody
        data = {
            "day": str(day),
            "revision": revision,
            "rows": len(parts[top]),
            "units": sorted({row.unit_id for row in parts[top]}),
            "digest": fingerprint(parts[top]),
            "reason": reason,
        }
        events.append(top, TAKEN, f"snapshot:{day}", data)


def _count(row: Snapshot, target: TargetRow | None) -> UnitCount:
    """`target` tells where the share comes from; the share itself is the one that was kept, whatever is known now."""
    if target is not None:
        target = None if row.share is None else replace(target, share=row.share)
    return UnitCount(
        unit=row.unit_id,
        name=row.unit.name,
        parent=row.parent_id,
        kind=Kind(row.kind),
        own=Count(row.own_frozen, row.own_counted, row.own_digitized),
        all=Count(row.frozen, row.counted, row.digitized),
        target=target,
        results=row.results,
        pages=row.pages,
        baseline=row.baseline_id,
        unapportioned=row.unapportioned,
    )
