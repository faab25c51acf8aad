"""Baselines: the old results that count towards a period, frozen on a day, so that the denominator does not drift.

The newest one counts; older ones are kept. See `quotas.conditions.frozen_live` for what is taken.
"""

from __future__ import annotations

import hashlib

from django.db import connection, transaction
from django.db.models import Count, Value

from catalog import events, locks
from catalog.configuration import told_plainly
from catalog.values import clean, clip, now, today
from core.errors import NotFoundError, UsageError
from core.text import squeeze
from quotas import conditions, selection
from quotas.models import Baseline, BaselineLine
from quotas.periods import Period
from quotas.records import BaselineRow, Drift
from quotas.states import Kind, Which, Why

_AT_ONCE = 50_000


@told_plainly()
def freeze(unit: str, period: Period, actor: str, reason: str = "") -> BaselineRow:
    """Freeze the old results of a period for a unit and all that it answers for, as they stand today.

    All or nothing, in one statement of the database. Raises UsageError: an unknown unit; no reason, where it was
    frozen before.
    """
    reason = clip(squeeze(clean(reason)), 1000)
    there = selection.world(today())
    there.require(unit)
    lines = selection.of_units(there, selection.frozen_for(there, unit)).annotate(year=conditions.year_known())
    taken = lines.filter(conditions.frozen_live(period.first, there.day))
    with transaction.atomic():
        locks.in_turn(f"baseline {unit} {period.code}")  # or two could both be the first, and none needs a reason
        again = Baseline.objects.filter(unit_id=unit, first=period.first, last=period.last).exists()
        if again and not reason:
            raise UsageError("this period is frozen for the unit already: say why it is frozen anew")
        made = Baseline.objects.create(
            unit_id=unit,
            first=period.first,
            last=period.last,
            lines=0,
            digest="",
            reason=reason,
            actor=clip(actor, 200),
            time=now(),
        )
        rows = taken.values_list(Value(made.pk), "pk").query
        sql, parameters = rows.get_compiler(connection=connection).as_sql()
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {BaselineLine._meta.db_table} (baseline_id, line_id) {sql}", parameters)
        made.lines, made.digest = _digest(made.pk)
        made.save(update_fields=["lines", "digest"])
        told = {"period": period.code, "lines": made.lines, "digest": made.digest, "reason": reason}
        with events.acting(actor):
            events.append(unit, "quota.frozen", f"baseline:{made.pk}", told)
    return _row(made)


@told_plainly()
def find(baseline: int) -> BaselineRow:
    """One baseline. Raises NotFoundError."""
    row = Baseline.objects.filter(pk=baseline).first()
    if row is None:
        raise NotFoundError(f"there is no baseline {baseline}")
    return _row(row)


@told_plainly()
def listing(units: frozenset[str] | None, period: Period | None = None, limit: int = 200) -> tuple[BaselineRow, ...]:
    """The baselines that were frozen for these units themselves (None: for any), newest first."""
    found = Baseline.objects.order_by("-pk")
    if units is not None:
        found = found.filter(unit_id__in=list(units))
    if period is not None:
        found = found.filter(first=period.first, last=period.last)
    return tuple(_row(row) for row in found[:limit])


@told_plainly()
def applying(unit: str, period: Period) -> BaselineRow | None:
    """The baseline that a unit's old results stand on today; None: nothing was frozen, they are counted live."""
    there = selection.world(today())
    there.require(unit)
    held = selection.baselines(there, period).get(unit)
    return None if held is None else find(held)


@told_plainly()
def drift(baseline: int) -> Drift:
    """What became of the lines of a baseline until today, whichever baseline counts by now. Raises NotFoundError."""
    row, day = find(baseline), today()
    lines = selection.in_baseline(baseline)
    why = {reason: conditions.only(Kind.OLD, day, reason) for reason in Why}
    found = lines.aggregate(
        counted=Count("pk", filter=conditions.which(Kind.OLD, Which.COUNTED, day)),
        digitized=Count("pk", filter=conditions.which(Kind.OLD, Which.DIGITIZED, day)),
        **{f"why_{reason}": Count("pk", filter=condition) for reason, condition in why.items()},
    )
    fallen = tuple((reason, found[f"why_{reason}"]) for reason in Why)
    return Drift(row, day, fallen, found["counted"], found["digitized"])


@told_plainly()
def verify(baseline: int) -> bool:
    """Whether the lines of a baseline are those that were frozen. Raises NotFoundError."""
    row = find(baseline)
    return _digest(baseline) == (row.lines, row.digest)


def _digest(baseline: int) -> tuple[int, str]:
    """How many lines it has, and the digest of their ids in order: read in portions, never all at once."""
    count, digest = 0, hashlib.sha256()
    ids = BaselineLine.objects.filter(baseline=baseline).order_by("line_id").values_list("line_id", flat=True)
    for line in ids.iterator(chunk_size=_AT_ONCE):
        digest.update(b"%d\n" % line)
        count += 1
    return count, digest.hexdigest()


def _row(row: Baseline) -> BaselineRow:
    return BaselineRow(row.pk, row.unit_id, row.first, row.last, row.lines, row.digest, row.reason, row.actor, row.time)
