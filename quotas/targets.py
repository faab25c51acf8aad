"""Targets: what share of which results a unit has to digitize in a period. One holds for all units below as well,
unless one of them has its own. None is deleted: it ends, or another one takes its place.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation

from django.db import IntegrityError, transaction
from django.db.models import Q

from catalog import events, organisation, units
from catalog.configuration import told_plainly
from catalog.values import clean, clip, now, today
from core.errors import NotFoundError, UsageError
from core.text import squeeze
from quotas import periods, responsibility
from quotas.models import Target
from quotas.periods import Period
from quotas.records import PastTarget, TargetRow
from quotas.states import Kind

SUGGESTED: Mapping[Kind, tuple[Decimal, str]] = {
    Kind.OLD: (Decimal(20), "Nghị định 107/2021/NĐ-CP; Thông tư 01/2023/TT-VPCP; Nghị định 118/2025/NĐ-CP"),
    Kind.NEW: (Decimal(100), "Nghị định 107/2021/NĐ-CP; Thông tư 01/2023/TT-VPCP; Nghị định 118/2025/NĐ-CP"),
}
"""Share and legal basis that are offered for a year. The shares are those that offices publish; which article says so
was not checked against the texts, so whoever sets a target writes the basis that they go by.
"""
_LONGEST = 1000


@told_plainly()
def put(unit: str, kind: Kind, period: Period, share: Decimal | str, basis: str, actor: str) -> TargetRow:
    """Say what a unit and those below it have to reach; a target of its own for the same period ends with that.

    The same share and basis as it has already changes nothing. Raises UsageError: an unknown unit, a share outside
    0–100 or of more than two decimals, no legal basis.
    """
    wanted, basis = _share(share), squeeze(clean(basis))
    if not 0 < len(basis) <= _LONGEST:
        raise UsageError(f"a target needs its legal basis, at most {_LONGEST} characters")
    units.require(unit)
    place = {"unit_id": unit, "kind": kind.value, "first": period.first, "last": period.last}
    try:
        with transaction.atomic():
            held = Target.objects.select_for_update().filter(**place, ended=None).first()
            if held is not None:
                if (held.share, held.basis) == (wanted, basis):
                    return _row(held)
                _end(held, actor, "another target takes its place")
            made = Target.objects.create(**place, share=wanted, basis=basis, actor=clip(actor, 200), time=now())
            said: dict[str, object] = {"kind": kind.value, "period": period.code, "share": str(wanted), "basis": basis}
            with events.acting(actor):
                events.append(unit, "quota.target_set", f"target:{made.pk}", said)
    except IntegrityError as error:
        if Target.objects.filter(**place, ended=None).exists():
            raise UsageError("somebody else set this target just now: look at it, and try again") from error
        raise
    return _row(made)


@told_plainly()
def end(target: int, actor: str, reason: str) -> None:
    """End a target; the one of the nearest unit above holds again. One that has ended stays as it is.

    Raises NotFoundError, UsageError where no reason is given.
    """
    reason = squeeze(clean(reason))
    if not reason:
        raise UsageError("say why the target ends")
    with transaction.atomic():
        held = Target.objects.select_for_update().filter(pk=target).first()
        if held is None:
            raise NotFoundError(f"there is no target {target}")
        if held.ended is not None:
            return
        _end(held, actor, clip(reason, _LONGEST))
        with events.acting(actor):
            data = {"kind": held.kind, "first": str(held.first), "last": str(held.last), "reason": held.ended_reason}
            events.append(held.unit_id, "quota.target_ended", f"target:{held.pk}", data)


@told_plainly()
def holding(
    unit: str | None, period: Period, *, at: datetime | None = None, within: responsibility.Responsibility | None = None
) -> dict[tuple[str, Kind], TargetRow]:
    """The targets that hold for a period: (code of the unit, kind) → target, its own or that of the nearest unit
    above it. Units without one are missing. `unit`: that one alone; None: all there are.

    `at`: those that held at that time; None: now. `within`: the organisation, where it is at hand; otherwise today's.
    """
    time = now() if at is None else at
    held = Target.objects.filter(first=period.first, last=period.last, time__lte=time)
    rows = held.filter(Q(ended=None) | Q(ended__gt=time)).order_by("pk")
    own = {(row.unit_id, Kind(row.kind)): _row(row) for row in rows}
    if not own:
        return {}
    tree = within or responsibility.on(today(), organisation.whole().units)
    if unit is not None and unit not in tree.parents:
        raise UsageError(f"unknown unit {unit}")
    found = {}
    for code in tree.parents if unit is None else (unit,):
        for kind in Kind:
            if target := next((own[up, kind] for up in tree.up(code) if (up, kind) in own), None):
                found[code, kind] = target
    return found


@told_plainly()
def find(target: int) -> PastTarget:
    """One target, whether it holds or not. Raises NotFoundError."""
    row = Target.objects.filter(pk=target).first()
    if row is None:
        raise NotFoundError(f"there is no target {target}")
    return _past(row)


@told_plainly()
def listing(
    unit: frozenset[str] | None, period: Period | None = None, ended: bool = True, limit: int = 500
) -> tuple[PastTarget, ...]:
    """The targets that were set for these units themselves (None: for any), newest first; with `ended` the past ones
    too.
    """
    found = Target.objects.all()
    if unit is not None:
        found = found.filter(unit_id__in=list(unit))
    if period is not None:
        found = found.filter(first=period.first, last=period.last)
    if not ended:
        found = found.filter(ended=None)
    return tuple(_past(row) for row in found.order_by("-pk")[:limit])


@told_plainly()
def periods_with_targets() -> tuple[tuple[Kind, Period], ...]:
    """The kinds and periods that any target holds for, in order."""
    rows = Target.objects.filter(ended=None).order_by("first", "last", "kind")
    found = rows.values_list("kind", "first", "last").distinct()
    return tuple((Kind(kind), periods.between(first, last)) for kind, first, last in found)


def _end(held: Target, actor: str, reason: str) -> None:
    held.ended, held.ended_by, held.ended_reason = now(), clip(actor, 200), reason
    held.save(update_fields=["ended", "ended_by", "ended_reason"])


def _share(given: Decimal | str) -> Decimal:
    try:
        share = Decimal(str(given).strip().rstrip("%").strip().replace(",", "."))
    except InvalidOperation:
        share = Decimal(-1)
    if not (share.is_finite() and 0 <= share <= 100) or share != share.quantize(Decimal("0.01")):
        raise UsageError(f"{given!r} is no share: a number from 0 to 100, of percent, with at most two decimals")
    return share.quantize(Decimal("0.01"))


def _row(row: Target) -> TargetRow:
    return TargetRow(
        row.pk, row.unit_id, Kind(row.kind), row.first, row.last, row.share, row.basis, row.actor, row.time
    )


def _past(row: Target) -> PastTarget:
    return PastTarget(_row(row), row.ended, row.ended_by, row.ended_reason)
