"""How an organisation changes: units get other names, other places in the tree, and end; each change is an event.

A unit that ends is not deleted: its results stay its own, under its name, and count for those that came after it
(`catalog.units.responsible`). One change of the organisation waits for the other, or two that are right each for
itself could close a circle.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta

from django.db import transaction

from catalog import events, locks, unit_rules, units
from catalog.configuration import told_plainly
from catalog.models import Event, Unit, UnitName
from catalog.records import UnitRow
from catalog.unit_rules import Fault, RefusedUnitError
from catalog.values import clean, day_of, today
from core.errors import UsageError
from core.text import squeeze

_LONGEST_NAME, _LONGEST_DECISION = 400, 200
_DAY = timedelta(days=1)


@told_plainly()
def rename(code: str, name: str, from_day: date, decision: str, actor: str) -> UnitRow:
    """Give a unit another name from a day on, today at the latest; until the day before it keeps the one that it has.

    The name that it has already changes nothing. Raises RefusedUnitError (no name; a day before the unit began, after
    it ended, in the future, or not behind the day of the renaming before) and UsageError for an unknown unit.
    """
    name, decision = name_of(code, name), decision_of(decision)
    with changing(actor) as organisation:
        unit = get(organisation, code)
        if unit.name == name:
            return unit
        last = UnitName.objects.filter(unit__code=code).order_by("-until").values_list("until", flat=True).first()
        if fault := name_fault(unit, from_day, last):
            raise fault
        return write_name(unit, name, from_day, decision)


@told_plainly()
def change(code: str, name: str, valid_from: date | None, actor: str) -> UnitRow:
    """Put right what was written down wrongly: the present name, and the first day of life (None: not known).

    The name leaves no former one. Raises RefusedUnitError (no name; it ended or had another name before it would have
    begun) and UsageError for an unknown unit.
    """
    name = name_of(code, name)
    with changing(actor) as organisation:
        unit = get(organisation, code)
        new = replace(unit, name=name, valid_from=valid_from)
        if new == unit:
            return unit
        require(organisation, new)
        if valid_from and UnitName.objects.filter(unit__code=code, until__lt=valid_from).exists():
            raise RefusedUnitError(Fault.DAY, code, f"{code} had a name before {valid_from:%d/%m/%Y}")
        Unit.objects.filter(code=code).update(name=name, valid_from=valid_from)
        data: dict[str, object] = {"name": name, "valid_from": _day(valid_from)}
        data["before"] = {"name": unit.name, "valid_from": _day(unit.valid_from)}
        events.append(code, "unit.changed", f"unit:{code}", data)
        return new


@told_plainly()
def move(code: str, parent: str | None, actor: str) -> UnitRow:
    """Put a unit below another one (None: below none). Raises RefusedUnitError where that would be itself or a unit
    below it, or there is no such unit; UsageError for an unknown unit.
    """
    with changing(actor) as organisation:
        unit = get(organisation, code)
        if unit.parent == parent:
            return unit
        new = replace(unit, parent=parent)
        require(organisation, new)
        Unit.objects.filter(code=code).update(parent=Unit.objects.get(code=parent) if parent else None)
        events.append(code, "unit.moved", f"unit:{code}", {"parent": parent, "before": unit.parent})
        return new


@told_plainly()
def end(code: str, last_day: date, successors: Iterable[str], decision: str, actor: str) -> UnitRow:
    """End a unit with `last_day`, its work taken over by `successors`: one, several (a split), or none.

    The same once more changes nothing. Raises RefusedUnitError: it ended otherwise already, ends before it began, or a
    successor is unknown, is itself or came before it, or does not live on the day after; UsageError: an unknown unit.
    """
    return merge((code,), successors, last_day, decision, actor)[0]


@told_plainly()
def merge(
    codes: Iterable[str], successors: Iterable[str], last_day: date, decision: str, actor: str
) -> tuple[UnitRow, ...]:
    """`end` for several units that the same ones take over from: all or none of them."""
    decision, after = decision_of(decision), tuple(sorted(set(successors)))
    with changing(actor) as organisation:
        new = _ended(organisation, codes, after, last_day)
        write_ends([unit for unit in new if organisation[unit.code] != unit], decision)
        return new


@told_plainly()
def check_ends(codes: Iterable[str], successors: Iterable[str], last_day: date) -> None:
    """Raise what `merge` would."""
    known = {unit.code: unit for unit in units.listing()}
    _ended(known, codes, tuple(sorted(set(successors))), last_day)


@told_plainly()
def reopen(code: str, actor: str, decision: str = "") -> UnitRow:
    """Take the end of a unit back; on a later day than that on which it was told only with a decision's number.

    Raises RefusedUnitError: it has not ended, or a decision is missing; UsageError for an unknown unit.
    """
    decision = decision_of(decision)
    with changing(actor) as organisation:
        unit = get(organisation, code)
        if unit.valid_to is None:
            raise RefusedUnitError(Fault.LIVING, code, f"{code} has not ended")
        if not decision and not ended_today(code):
            message = f"that {code} ended was not told today: name the decision by which it goes on"
            raise RefusedUnitError(Fault.LATE, code, message)
        new = replace(unit, valid_to=None, successors=())
        require(organisation, new)
        row = Unit.objects.get(code=code)
        Unit.objects.filter(pk=row.pk).update(valid_to=None)
        row.successors.clear()
        before = {"last_day": _day(unit.valid_to), "successors": list(unit.successors)}
        events.append_to(row.pk, "unit.reopened", f"unit:{code}", {"before": before, "decision": decision})
        return new


@told_plainly()
def ended_today(code: str) -> bool:
    """Whether it was told today that a unit ends, so that this can be taken back without a decision."""
    told = Event.objects.filter(unit__code=code, subject=f"unit:{code}", kind="unit.ended").order_by("-sequence")
    time = told.values_list("time", flat=True).first()
    return time is not None and day_of(time) == today()


def name_fault(unit: UnitRow, from_day: date, last: date | None) -> RefusedUnitError | None:
    """Why a unit cannot get another name on a day; `last`: the last day of its latest former name."""
    begun = [day for day in (unit.valid_from, last and last + _DAY) if day]
    if from_day > today() or from_day <= max(begun, default=date.min) or (unit.valid_to or from_day) < from_day:
        message = f"{unit.code} cannot have another name from {from_day:%d/%m/%Y} on"
        return RefusedUnitError(Fault.DAY, unit.code, message)
    return None


def write_name(unit: UnitRow, name: str, from_day: date, decision: str) -> UnitRow:
    """Write down that a unit has another name from a day on; inside of `changing`. For the catalog's own modules."""
    row = Unit.objects.get(code=unit.code)
    UnitName.objects.create(unit=row, name=unit.name, until=from_day - _DAY, decision=decision)
    Unit.objects.filter(pk=row.pk).update(name=name)
    data = {"name": name, "before": unit.name, "from": from_day.isoformat(), "decision": decision}
    events.append_to(row.pk, "unit.renamed", f"unit:{unit.code}", data)
    return replace(unit, name=name)


def write_ends(ended: Iterable[UnitRow], decision: str) -> None:
    """Write down that these units end, on their `valid_to`, with their `successors`; inside of `changing`.

    The successors are told, too: once for all that one decision brings them. For the catalog's own modules.
    """
    told: list[tuple[int, str, str, dict[str, object]]] = []
    taken: dict[str, list[str]] = {}
    ended = tuple(ended)
    rows = {row.code: row for row in Unit.objects.filter(code__in=_named(ended))}
    for unit in ended:
        row = rows[unit.code]
        Unit.objects.filter(pk=row.pk).update(valid_to=unit.valid_to)
        row.successors.set([rows[code] for code in unit.successors])
        data: dict[str, object] = {"last_day": _day(unit.valid_to), "successors": list(unit.successors)}
        data["decision"] = decision
        told.append((row.pk, unit.code, "unit.ended", data))
        for successor in unit.successors:
            taken.setdefault(successor, []).append(unit.code)
    for code, before in taken.items():
        told.append((rows[code].pk, code, "unit.took_over", {"from": sorted(before), "decision": decision}))
    for pk, code, kind, data in sorted(told, key=lambda one: one[:3]):  # chains in one order for everybody
        events.append_to(pk, kind, f"unit:{code}", data)


@contextmanager
def changing(actor: str) -> Iterator[dict[str, UnitRow]]:
    """A transaction in which nobody else changes the organisation; its events are `actor`'s. Gives code → unit."""
    with transaction.atomic(), events.acting(actor):
        locks.in_turn("organisation")
        yield {unit.code: unit for unit in units.listing()}


def get(organisation: Mapping[str, UnitRow], code: str) -> UnitRow:
    """A unit of the organisation; raises UsageError."""
    return organisation[code] if code in organisation else units.require(code)


def require(organisation: Mapping[str, UnitRow], *new: UnitRow) -> None:
    """Raise RefusedUnitError where the organisation with these units, added or changed, breaks a rule."""
    unit_rules.require(organisation, {**organisation, **{unit.code: unit for unit in new}})


def name_of(code: str, name: str) -> str:
    """A name as it is kept; raises RefusedUnitError."""
    name = squeeze(clean(name))
    if not 0 < len(name) <= _LONGEST_NAME:
        raise RefusedUnitError(Fault.NAME, code, f"a unit needs a name of at most {_LONGEST_NAME} characters")
    return name


def decision_of(decision: str) -> str:
    """A decision's number as it is kept; raises UsageError."""
    decision = squeeze(clean(decision))
    if len(decision) > _LONGEST_DECISION:
        raise UsageError(f"the number of a decision has at most {_LONGEST_DECISION} characters")
    return decision


def _ended(
    organisation: Mapping[str, UnitRow], codes: Iterable[str], after: tuple[str, ...], last_day: date
) -> tuple[UnitRow, ...]:
    """The units as they are with their ends; raises RefusedUnitError."""
    rows = [get(organisation, code) for code in dict.fromkeys(codes)]
    new = tuple(replace(row, valid_to=last_day, successors=after) for row in rows)
    for row, wanted in zip(rows, new, strict=True):
        if row.valid_to is not None and row != wanted:
            message = f"{row.code} ended on {row.valid_to:%d/%m/%Y} already: take that back first"
            raise RefusedUnitError(Fault.ENDED, row.code, message)
    require(organisation, *new)
    return new


def _named(ended: Iterable[UnitRow]) -> set[str]:
    return {code for unit in ended for code in (unit.code, *unit.successors)}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
