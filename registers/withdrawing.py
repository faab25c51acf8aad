"""Lines that a unit says it never issued: withdrawn with a reason, which can be taken back.

A line whose result was digitized is not withdrawn: the paper is there. Withdrawn lines stay in the register, count
nowhere, and stay withdrawn when the register is imported again.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet

from catalog import checks, events
from catalog.configuration import told_plainly
from catalog.locks import in_turn
from catalog.values import clip, digest, now
from core.errors import NotFoundError
from registers import importing, listing, looking_again
from registers.listing import Sight
from registers.models import Import, Line
from registers.refusals import Refusal, RefusedRegisterError
from registers.spool import chunked

_AT_ONCE = 1_000
_NAMED = 20
"""Lines that an event names by id; of more it says how many."""


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """What was withdrawn."""

    lines: int
    linked: int
    """Lines that were left as they are: their results are there."""


@told_plainly()
def withdraw(line: int, reason: str, actor: str) -> None:
    """Withdraw one line. Raises NotFoundError, RefusedChangeError for no reason, RefusedRegisterError for one that is
    linked or withdrawn already.
    """
    reason = checks.reason(reason)
    with transaction.atomic(), events.acting(actor):
        found = _line(line)
        in_turn(f"register:{found.unit.code}")
        found = _line(line)
        if found.withdrawn:
            raise RefusedRegisterError(Refusal.WITHDRAWN, "the line is withdrawn already")
        if found.result_id:
            raise RefusedRegisterError(Refusal.LINKED, "the line's result is digitized: undo the link first")
        if not _withdrawn([line], reason, actor):  # it was linked a moment ago
            raise RefusedRegisterError(Refusal.LINKED, "the line's result is digitized: undo the link first")
        _event(found.unit.code, "register.withdrawn", f"register-line:{line}", [line], reason)


@told_plainly()
def withdraw_missing(source: int, reason: str, actor: str, sight: Sight) -> Withdrawn:
    """Withdraw the lines that stood in the register before a file came in and not in that file, as far as `sight` goes:
    a file may be about more units, and about more kinds, than who withdraws may say anything of.

    Raises NotFoundError, and RefusedChangeError for no reason.
    """
    reason = checks.reason(reason)
    with transaction.atomic(), events.acting(actor):
        found = Import.objects.filter(pk=source).first()
        if found is None:
            raise NotFoundError(f"there is no import {source}")
        for unit in sorted({found.unit_id, *found.covers}):
            in_turn(f"register:{unit}")
        gone = listing.seen(importing.missing(found), sight, found.covers)
        linked = gone.exclude(result=None).count()
        by_unit: dict[str, list[int]] = {}
        for pk, unit in gone.filter(result=None).order_by("unit", "pk").values_list("pk", "unit__code"):
            by_unit.setdefault(unit, []).append(pk)
        done = _withdrawn([pk for lines in by_unit.values() for pk in lines], reason, actor)
        for unit, lines in by_unit.items():
            _event(unit, "register.withdrawn", f"register-import:{source}", lines, reason)
        return Withdrawn(done, linked)


@told_plainly()
def restore(line: int, actor: str, *, together: bool = False) -> int:
    """Take a withdrawal back; with `together` that of all lines which were withdrawn in the same moment.

    Gives how many lines stand again. Raises NotFoundError, RefusedRegisterError for one that is not withdrawn.
    """
    with transaction.atomic(), events.acting(actor):
        found = _line(line)
        in_turn(f"register:{found.unit.code}")
        found = _line(line)
        if found.withdrawn is None:
            raise RefusedRegisterError(Refusal.NOT_WITHDRAWN, "the line is not withdrawn")
        lines = list(_together(found).values_list("pk", flat=True)) if together else [line]
        for some in chunked(lines, _AT_ONCE):
            Line.objects.filter(pk__in=some).update(withdrawn=None, withdrawn_by="", withdrawn_reason="", changed=now())
        looking_again.of_units([found.unit.code])
        _event(found.unit.code, "register.restored", f"register-line:{line}", lines, "")
        return len(lines)


@told_plainly()
def withdrawn_together(line: int) -> int:
    """How many lines were withdrawn in the same moment as this one, itself included; 0: it stands."""
    found = _line(line)
    return _together(found).count() if found.withdrawn else 0


def _together(found: Line) -> QuerySet[Line]:
    return Line.objects.filter(unit=found.unit_id, withdrawn=found.withdrawn, withdrawn_by=found.withdrawn_by)


def _line(line: int) -> Line:
    found = Line.objects.select_related("unit").filter(pk=line).first()
    if found is None:
        raise NotFoundError(f"there is no line {line}")
    return found


def _withdrawn(lines: Collection[int], reason: str, actor: str) -> int:
    """Gives how many: one that is linked meanwhile stays."""
    time, done = now(), 0
    for some in chunked(lines, _AT_ONCE):
        done += Line.objects.filter(pk__in=some, result=None).update(
            withdrawn=time, withdrawn_by=clip(actor, 200), withdrawn_reason=reason, changed=time
        )
    looking_again.of_lines(lines)
    return done


def _event(unit: str, kind: str, subject: str, lines: Collection[int], reason: str) -> None:
    told: dict[str, object] = {"lines": len(lines)}
    if len(lines) <= _NAMED:
        told["ids"] = list(lines)
    if reason:
        told["why"] = digest(reason)
    events.append(unit, kind, subject, told)
