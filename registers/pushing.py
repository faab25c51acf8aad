"""What the one-stop software tells, dossier by dossier or line by line, as it happens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from catalog import events
from catalog.configuration import told_plainly
from catalog.locks import in_turn
from catalog.values import now
from registers import dossiers, looking_again, making, places, sources, upserting
from registers.dossiers import Stored
from registers.making import Facts
from registers.records import NewDossier, NewLine
from registers.refusals import Refusal, RefusedRegisterError
from registers.states import Way

MOST_LINES = 1_000
"""In one call."""


@dataclass(frozen=True, slots=True)
class Pushed:
    """What became of lines."""

    new: int = 0
    changed: int = 0
    same: int = 0


@told_plainly()
def push(unit: str, lines: Sequence[Facts], actor: str) -> Pushed:
    """Lines into the register of a unit: all or none. The same again changes nothing.

    Raises RefusedRegisterError for too many, and for one that nothing could be known again by (field ``lines.N``).
    """
    if len(lines) > MOST_LINES:
        raise RefusedRegisterError(Refusal.TOO_MANY, f"at most {MOST_LINES} lines in one call", "lines")
    with transaction.atomic(), events.acting(actor):
        return _pushed(unit, _made(lines), actor)


@told_plainly()
def put(given: NewDossier, lines: Sequence[Facts], actor: str) -> tuple[Stored, Pushed]:
    """A dossier with the lines that it ended in, in one step. Raises as `push` and `dossiers.put`."""
    with transaction.atomic(), events.acting(actor):
        if lines:  # first, as imports do: they write dossiers once it is their turn
            in_turn(f"register:{given.unit}")
        in_turn(f"dossier:{given.code}")
        stored = dossiers.put_inside(given, actor, Way.API)
        pushed = _pushed(given.unit, _made(lines), actor) if lines else Pushed()
        if stored is Stored.SAME and (pushed.new or pushed.changed):
            stored = Stored.CHANGED
        return stored, pushed


def _pushed(unit: str, lines: list[NewLine], actor: str) -> Pushed:
    in_turn(f"register:{unit}")
    ids = {unit: places.known().ids[unit]}
    source = sources.of_day(unit, actor)
    found = upserting.compare(lines, ids, upserting.begun(ids.values()))
    upserting.write(found, ids, source, now(), file=False)
    pushed = Pushed(len(found.new), len(found.changed), len(found.same))
    if pushed.new or pushed.changed:
        source.new, source.changed = source.new + pushed.new, source.changed + pushed.changed
        source.save(update_fields=["new", "changed"])
        looking_again.of_kin(unit, [*found.new, *found.changed])
        looking_again.of_lines(found.touched)
        looking_again.of_results(found.results)
        told = {"import": source.pk, "new": pushed.new, "changed": pushed.changed}
        events.append(unit, "register.told", f"register-import:{source.pk}", told)
    return pushed


def _made(lines: Sequence[Facts]) -> list[NewLine]:
    known = making.procedures()
    found: dict[str, NewLine] = {}
    for at, facts in enumerate(lines):
        made = making.line(facts, known)
        if made is None:
            message = "nothing to know the line by: give a number and a day, a dossier, or a holder"
            raise RefusedRegisterError(Refusal.LINE, message, f"lines.{at}")
        found[made.key] = made
    return list(found.values())
