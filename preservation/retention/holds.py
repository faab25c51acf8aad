"""Legal holds: results that must not be disposed of until somebody lifts the hold, with a reason.

A hold is on the results that were named when it was placed, whichever way they were found; results that come in later
are not held by it. Values can still be corrected, as each correction keeps the version before it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, date

from django.db import transaction
from django.db.models import Exists, OuterRef

from catalog import ageing, editing, events, persons, units
from catalog.configuration import told_plainly
from catalog.values import clean, clip, digest, now
from core.errors import NotFoundError, UsageError
from core.text import squeeze
from preservation.retention.models import HeldResult, Hold
from preservation.retention.records import HoldRow

MOST = 50_000
"""Results under one hold at most: more are several holds."""
_AT_ONCE = 500
_LONGEST = 2000


@told_plainly()
def place(unit: str, ids: Collection[int], reason: str, actor: str) -> HoldRow:
    """Hold these results, in the name of `unit`; all of them or none.

    Raises UsageError: no reason, no results or too many, one that there is not (any more) or that is not among those
    that the unit looks after.
    """
    wanted, why = sorted(set(ids)), _reason(reason, "say why these results must be kept")
    if not 0 < len(wanted) <= MOST:
        raise UsageError(f"a hold is on 1 to {MOST:,} results: {len(wanted):,} were named")
    covered = units.visible_from(unit)
    with transaction.atomic(), events.acting(actor):
        for start in range(0, len(wanted), _AT_ONCE):  # who erases one has finished, or finds the hold
            editing.lock_all(wanted[start : start + _AT_ONCE])
        there = ageing.editions(wanted)
        for id in wanted:
            if id not in there or there[id][1] not in covered:
                raise UsageError(f"there is no result {id} that {unit} looks after")
        made = Hold.objects.create(unit_id=unit, reason=why, actor=clip(actor, 200), time=now(), results=len(wanted))
        HeldResult.objects.bulk_create((HeldResult(hold=made, result_id=id) for id in wanted), batch_size=_AT_ONCE)
        told = {"results": len(wanted), "digest": digest(wanted), "reason": digest(why)}
        events.append(unit, "retention.held", f"hold:{made.pk}", told)
    return _row(made)


@told_plainly()
def lift(hold: int, reason: str, actor: str) -> None:
    """End a hold. One that was lifted stays as it is. Raises NotFoundError, UsageError where no reason is given."""
    why = _reason(reason, "say why the hold is lifted")
    with transaction.atomic(), events.acting(actor):
        found = Hold.objects.select_for_update().filter(pk=hold).first()
        if found is None:
            raise NotFoundError(f"there is no hold {hold}")
        if found.lifted is not None:
            return
        found.lifted, found.lifted_by, found.lifted_reason = now(), clip(actor, 200), why
        found.save(update_fields=["lifted", "lifted_by", "lifted_reason"])
        told = {"results": found.results, "reason": digest(why)}
        events.append(found.unit_id, "retention.lifted", f"hold:{found.pk}", told)


@told_plainly()
def find(hold: int) -> HoldRow:
    """One hold. Raises NotFoundError."""
    found = Hold.objects.filter(pk=hold).first()
    if found is None:
        raise NotFoundError(f"there is no hold {hold}")
    return _row(found)


@told_plainly()
def listing(codes: Iterable[str] | None = None, lifted: bool = False, limit: int = 200) -> tuple[HoldRow, ...]:
    """The holds that these units placed (None: any), newest first; with `lifted` the past ones too."""
    found = Hold.objects.order_by("-pk")
    if codes is not None:
        found = found.filter(unit_id__in=list(codes))
    if not lifted:
        found = found.filter(lifted=None)
    return tuple(map(_row, found[:limit]))


@told_plainly()
def of_result(result: int) -> tuple[HoldRow, ...]:
    """The holds that are on a result now, oldest first."""
    found = Hold.objects.filter(held__result=result, lifted=None).order_by("pk")
    return tuple(map(_row, found))


@told_plainly()
def results_of(hold: int, after: int = 0, limit: int = 100) -> tuple[int, ...]:
    """Results that a hold was placed on, by id, behind `after`."""
    found = HeldResult.objects.filter(hold=hold, result__gt=after).order_by("result_id")
    return tuple(found.values_list("result_id", flat=True)[:limit])


@told_plainly()
def among(ids: Iterable[int]) -> frozenset[int]:
    """Those of these results that a hold is on."""
    found = HeldResult.objects.filter(result__in=list(ids), hold__lifted=None)
    return frozenset(found.values_list("result_id", flat=True))


def held(result: str = "pk") -> Exists:
    """Condition on rows whose column `result` is the id of a result: a hold is on it."""
    return Exists(HeldResult.objects.filter(result=OuterRef(result), hold__lifted=None))


def of_holder(numbers: Iterable[str], unit: str) -> tuple[int, ...]:
    """The results that a unit looks after that name one of these identity numbers, or another of the same people."""
    covered, found = units.visible_from(unit), persons.results_of(numbers)
    there = ageing.editions(found)
    return tuple(id for id in found if id in there and there[id][1] in covered)


def of_period(unit: str, first: date, last: date) -> tuple[int, ...]:
    """The results that a unit looks after, issued from `first` to `last`; UsageError where they are too many."""
    found = ageing.issued(units.visible_from(unit), first, last, MOST + 1)
    if len(found) > MOST:
        raise UsageError(f"a hold is on at most {MOST:,} results: choose a shorter period, or several")
    return found


def _reason(text: str, remedy: str) -> str:
    reason = squeeze(clean(text))
    if not 0 < len(reason) <= _LONGEST:
        raise UsageError(f"{remedy} (at most {_LONGEST} characters)")
    return reason


def _row(found: Hold) -> HoldRow:
    return HoldRow(
        found.pk,
        found.unit_id,
        found.reason,
        found.actor,
        found.time.astimezone(UTC),
        found.results,
        found.lifted.astimezone(UTC) if found.lifted else None,
        found.lifted_by,
        found.lifted_reason,
    )
