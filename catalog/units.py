"""Units: the offices that issue results."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from django.db import transaction

from catalog import events
from catalog.configuration import told_plainly
from catalog.models import ChainHead, Unit
from catalog.records import UnitRow
from catalog.values import clean, today
from core.errors import UsageError
from core.text import squeeze

CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,63}")
"""What the code of a unit may be."""


@told_plainly()
def add(
    code: str,
    name: str,
    parent: str | None = None,
    *,
    valid_from: date | None = None,
    valid_to: date | None = None,
    successors: tuple[str, ...] = (),
) -> UnitRow:
    """Add a unit. Adding one that is there already with the same name and parent changes nothing.

    Raises UsageError: a code that is none, no name, an unknown parent or successor, the code taken by another unit.
    """
    name = squeeze(clean(name))
    if not CODE.fullmatch(code):
        raise UsageError(f"{code!r} is no unit code: letters, digits, dots and dashes, at most 64 (like H61.12.3)")
    if not 0 < len(name) <= 400:
        raise UsageError("a unit needs a name of at most 400 characters")
    with transaction.atomic():
        above = _get(parent) if parent else None
        unit, new = Unit.objects.get_or_create(
            code=code, defaults={"name": name, "parent": above, "valid_from": valid_from, "valid_to": valid_to}
        )
        if not new:
            if (unit.name, unit.parent_id) != (name, above.pk if above else None):
                raise UsageError(f"there is a unit {code} already: {unit.name}")
            return _row(unit)
        ChainHead.objects.create(unit=unit)
        unit.successors.set([_get(successor) for successor in successors])
        events.append_to(unit.pk, "unit.added", f"unit:{code}", {"name": name, "parent": parent})
        return _row(unit)


@told_plainly()
def listing() -> tuple[UnitRow, ...]:
    """All units, by code."""
    units = Unit.objects.select_related("parent").prefetch_related("successors").order_by("code")
    return tuple(_row(unit) for unit in units)


@told_plainly()
def names() -> dict[str, str]:
    """Code → name of each unit."""
    return dict(Unit.objects.values_list("code", "name"))


@told_plainly()
def above(code: str) -> tuple[str, ...]:
    """The codes of a unit and of those above it, from itself upwards; raises UsageError for an unknown one."""
    parents = dict(Unit.objects.values_list("code", "parent__code"))
    if code not in parents:
        raise _unknown(code)
    chain: dict[str, None] = {}
    unit: str | None = code
    while unit is not None and unit not in chain:
        chain[unit] = None
        unit = parents[unit]
    return tuple(chain)


@told_plainly()
def named(codes: Iterable[str]) -> dict[str, UnitRow]:
    """Code → unit, for those of the codes that there are."""
    found = Unit.objects.select_related("parent").prefetch_related("successors").filter(code__in=list(codes))
    return {unit.code: _row(unit) for unit in found}


@told_plainly()
def require(code: str) -> UnitRow:
    """The unit with this code; raises UsageError when there is none."""
    return _row(_get(code))


@told_plainly()
def with_descendants(code: str) -> frozenset[str]:
    """The codes of a unit and of all units below it; raises UsageError for an unknown one."""
    return frozenset(_Organisation(code).below(code))


@told_plainly()
def responsible(code: str) -> frozenset[str]:
    """Who answers for the results of a unit today: itself while it lives, then its successors, and theirs.

    Empty where a unit ended without one. Raises UsageError for an unknown unit.
    """
    organisation = _Organisation(code)
    found, seen, waiting = set[str](), set[str](), [code]
    while waiting:
        unit = waiting.pop()
        if unit in seen:
            continue
        seen.add(unit)
        if organisation.lives(unit):
            found.add(unit)
        else:
            waiting.extend(organisation.successors.get(unit, ()))
    return frozenset(found)


@told_plainly()
def visible_from(code: str) -> frozenset[str]:
    """The units whose results people of a unit look after: itself, those below it, and the ended ones that one of
    these came after (and the ended ones before those). Raises UsageError for an unknown unit.

    A unit without a last day still lives: what it issued is its own, whatever successors are named already.
    """
    return visible_from_all((code,))


@told_plainly()
def visible_from_all(codes: Iterable[str]) -> frozenset[str]:
    """The same for people of several units, with as many queries as for one."""
    return frozenset().union(*visible_from_each(codes).values())


@told_plainly()
def visible_from_each(codes: Iterable[str]) -> dict[str, frozenset[str]]:
    """Code → the same for people of that unit, with as many queries as for one; none for no codes."""
    codes = tuple(codes)
    if not codes:
        return {}
    organisation = _Organisation(*codes)
    return {code: _visible_from(code, organisation) for code in codes}


def _visible_from(code: str, organisation: _Organisation) -> frozenset[str]:
    found = organisation.below(code)
    waiting = list(found)
    while waiting:
        before = organisation.predecessors.get(waiting.pop(), ())
        new = {unit for unit in before if unit not in found and organisation.ended(unit)}
        found |= new
        waiting.extend(new)
    return frozenset(found)


class _Organisation:
    """Who stands under whom and who came after whom: two queries for any number of units."""

    def __init__(self, *codes: str) -> None:
        self._today = today()
        self._life: dict[str, tuple[date | None, date | None]] = {}
        self._children: dict[str, list[str]] = {}
        self.successors: dict[str, list[str]] = {}
        self.predecessors: dict[str, list[str]] = {}
        for unit, parent, start, end in Unit.objects.values_list("code", "parent__code", "valid_from", "valid_to"):
            self._life[unit] = (start, end)
            if parent is not None:
                self._children.setdefault(parent, []).append(unit)
        for code in codes:
            if code not in self._life:
                raise _unknown(code)
        for before, after in Unit.successors.through.objects.values_list("from_unit__code", "to_unit__code"):
            self.successors.setdefault(before, []).append(after)
            self.predecessors.setdefault(after, []).append(before)

    def ended(self, unit: str) -> bool:
        """Whether its last day is over."""
        end = self._life[unit][1]
        return end is not None and end < self._today

    def lives(self, unit: str) -> bool:
        """Whether it has begun and not ended."""
        start = self._life[unit][0]
        return not self.ended(unit) and (start is None or start <= self._today)

    def below(self, unit: str) -> set[str]:
        """The unit and all below it."""
        found, waiting = set[str](), [unit]
        while waiting:
            unit = waiting.pop()
            if unit not in found:
                found.add(unit)
                waiting.extend(self._children.get(unit, ()))
        return found


def _get(code: str) -> Unit:
    try:
        return Unit.objects.select_related("parent").get(code=code)
    except Unit.DoesNotExist:
        raise _unknown(code) from None


def _unknown(code: str) -> UsageError:
    return UsageError(f"unknown unit {code}: see `sohoa units list`, or add it with `sohoa units add`")


def _row(unit: Unit) -> UnitRow:
    successors = tuple(sorted(s.code for s in unit.successors.all()))
    return UnitRow(
        unit.code, unit.name, unit.parent.code if unit.parent else None, unit.valid_from, unit.valid_to, successors
    )
