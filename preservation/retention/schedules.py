"""How long results are kept: by type, in a unit and all below it. Nothing said: permanently. No schedule is deleted: it
ends, or another one takes its place.

What is said of a type goes before what is said of all types, wherever in the tree; among those the nearest unit
decides. So a commune that keeps "all else" for ten years does not shorten what the province says of birth certificates.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date

from django.db import IntegrityError, transaction

from catalog import events, units
from catalog.configuration import told_plainly
from catalog.values import clean, clip, now
from core.errors import NotFoundError, UsageError
from core.text import squeeze
from preservation.retention.models import Schedule
from preservation.retention.records import ScheduleRow
from preservation.retention.states import Clock

SUGGESTED_BASIS = "Luật Lưu trữ số 33/2024/QH15; Thông tư 10/2022/TT-BNV"
"""Legal basis that is offered, from memory: whoever sets a period writes the basis that they go by. No period is
offered but "permanently", since which one holds for which type was not checked against the texts.
"""
MOST_YEARS = 200
_LONGEST = 1000


@dataclass(frozen=True, slots=True)
class Wish:
    """A schedule as somebody sets it."""

    unit: str
    document_type: str
    """Empty: all types for which nothing else is said."""
    years: int | None
    """None: permanently."""
    clock: Clock
    basis: str


@told_plainly()
def put(wish: Wish, actor: str) -> ScheduleRow:
    """Say how long results of a type are kept in a unit and those below it; its own one for the type ends with that.

    The same as holds already changes nothing. Raises UsageError: an unknown unit, a period outside 1–200 years, no
    legal basis.
    """
    kind, basis = squeeze(clean(wish.document_type)), squeeze(clean(wish.basis))
    if wish.years is not None and not 1 <= wish.years <= MOST_YEARS:
        raise UsageError(f"a period of retention is 1 to {MOST_YEARS} years, or permanent")
    if not 0 < len(basis) <= _LONGEST:
        raise UsageError(f"a period of retention needs its legal basis, at most {_LONGEST} characters")
    if len(kind) > _LONGEST:
        raise UsageError("no type of document has so long a name")
    units.require(wish.unit)
    place = {"unit_id": wish.unit, "document_type": kind}
    try:
        with transaction.atomic(), events.acting(actor):
            held = Schedule.objects.select_for_update().filter(**place, ended=None).first()
            if held is not None:
                if (held.years, held.clock, held.basis) == (wish.years, wish.clock.value, basis):
                    return row(held)
                _end(held, actor, "another period takes its place")
            made = Schedule.objects.create(
                **place, years=wish.years, clock=wish.clock.value, basis=basis, actor=clip(actor, 200), time=now()
            )
            told: dict[str, object] = {"type": kind, "years": wish.years, "clock": wish.clock.value, "basis": basis}
            events.append(wish.unit, "retention.schedule_set", f"schedule:{made.pk}", told)
    except IntegrityError as error:
        if Schedule.objects.filter(**place, ended=None).exists():
            raise UsageError("somebody else set this period just now: look at it, and try again") from error
        raise
    return row(made)


@told_plainly()
def end(schedule: int, actor: str, reason: str) -> None:
    """End a schedule; what is said above holds again, or nothing: permanently. One that has ended stays as it is.

    Raises NotFoundError, UsageError where no reason is given.
    """
    reason = squeeze(clean(reason))
    if not reason:
        raise UsageError("say why the period does not hold any more")
    with transaction.atomic(), events.acting(actor):
        held = Schedule.objects.select_for_update().filter(pk=schedule).first()
        if held is None:
            raise NotFoundError(f"there is no period of retention {schedule}")
        if held.ended is not None:
            return
        _end(held, actor, clip(reason, _LONGEST))
        told = {"type": held.document_type, "reason": held.ended_reason}
        events.append(held.unit_id, "retention.schedule_ended", f"schedule:{held.pk}", told)


@told_plainly()
def find(schedule: int) -> ScheduleRow:
    """One schedule, whether it holds or not. Raises NotFoundError."""
    found = Schedule.objects.filter(pk=schedule).first()
    if found is None:
        raise NotFoundError(f"there is no period of retention {schedule}")
    return row(found)


@told_plainly()
def listing(codes: Iterable[str] | None = None, ended: bool = False, limit: int = 500) -> tuple[ScheduleRow, ...]:
    """The schedules set for these units themselves (None: for any), newest first; with `ended` the past ones too."""
    found = Schedule.objects.order_by("-pk")
    if codes is not None:
        found = found.filter(unit_id__in=list(codes))
    if not ended:
        found = found.filter(ended=None)
    return tuple(map(row, found[:limit]))


@told_plainly()
def holding(codes: Iterable[str]) -> dict[str, Mapping[str, ScheduleRow]]:
    """Code of each of these units → type → the schedule that holds there; under an empty type the one for all others,
    where there is one.
    """
    own: dict[str, dict[str, ScheduleRow]] = {}
    for found in Schedule.objects.filter(ended=None).order_by("pk"):
        own.setdefault(found.unit_id, {})[found.document_type] = row(found)
    parents = {unit.code: unit.parent for unit in units.listing()} if own else {}
    return {code: _over(code, parents, own) for code in codes}


def over_since(schedule: ScheduleRow, day: date) -> date | None:
    """The last day of issue (or of validity, or of use) whose results are due on `day`; None: never."""
    if schedule.years is None or day.year - schedule.years < 1:
        return None
    try:
        return day.replace(year=day.year - schedule.years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - schedule.years, day=28)


def row(found: Schedule) -> ScheduleRow:
    """As it is given out."""
    return ScheduleRow(
        found.pk,
        found.unit_id,
        found.document_type,
        found.years,
        Clock(found.clock),
        found.basis,
        found.actor,
        found.time.astimezone(UTC),
        found.ended.astimezone(UTC) if found.ended else None,
        found.ended_by,
        found.ended_reason,
    )


def _over(
    code: str, parents: Mapping[str, str | None], own: Mapping[str, Mapping[str, ScheduleRow]]
) -> Mapping[str, ScheduleRow]:
    found: dict[str, ScheduleRow] = {}
    seen, up = set[str](), code
    while up and up not in seen:
        seen.add(up)
        found = {**own.get(up, {}), **found}
        up = parents.get(up) or ""
    return found


def _end(held: Schedule, actor: str, reason: str) -> None:
    held.ended, held.ended_by, held.ended_reason = now(), clip(actor, 200), reason
    held.save(update_fields=["ended", "ended_by", "ended_reason"])
