"""What a dashboard is about: whose units somebody answers for, which periods there is something to say of, and what is
still to be done.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal

from catalog.configuration import told_plainly
from quotas import periods, selection, targets
from quotas.models import Snapshot
from quotas.periods import Period
from quotas.records import Count, UnitCount
from quotas.responsibility import Responsibility
from quotas.selection import World
from quotas.states import Kind


@dataclass(frozen=True, slots=True)
class Part:
    """A unit and those that are counted under it, by code."""

    unit: str
    name: str
    units: frozenset[str]


@told_plainly()
def world(day: date) -> World:
    """The organisation, and who answers for whom on `day`: three queries."""
    return selection.world(day)


def tops(there: World, covered: Collection[str] | None) -> tuple[str, ...]:
    """The units at the top of those that somebody answers for (None: for all), by name. Units that have ended are among
    them only where no other is.
    """
    units, parents = there.organisation.units, there.responsible.parents
    mine = set(units) if covered is None else set(covered) & set(units)
    living = {unit for unit in mine if _lives(there, unit)} or mine
    found = [unit for unit in living if parents[unit] not in living]
    return tuple(sorted(found, key=lambda unit: (units[unit].name, unit)))


def parts(there: World, unit: str) -> tuple[Part, ...]:
    """The units right below one, by name, each with all that are counted under it."""
    parents, names = there.responsible.parents, there.organisation.units
    children = [code for code, parent in parents.items() if parent == unit and code != unit and _lives(there, code)]
    found = [Part(code, names[code].name, there.responsible.below(code)) for code in children]
    return tuple(sorted(found, key=lambda part: (part.name, part.unit)))


@told_plainly()
def offered(unit: str, kind: Kind, today: date) -> tuple[Period, ...]:
    """The periods that there is something to say of: those with snapshots of the unit or with targets, and this year;
    the newest first.
    """
    kept = Snapshot.objects.filter(unit_id=unit, kind=kind.value).order_by().values_list("first", "last").distinct()
    found = {periods.between(first, last) for first, last in kept} | {periods.year(today.year)}
    found |= {period for of_kind, period in targets.periods_with_targets() if of_kind is kind}
    return tuple(sorted(found, key=lambda period: (period.first, period.last), reverse=True))


@told_plainly()
def newest_rows(units: Collection[str], kind: Kind, period: Period) -> tuple[UnitCount, ...]:
    """The row of each of these units in the newest snapshot that any of them has, by name. Two queries."""
    kept = Snapshot.objects.filter(kind=kind.value, first=period.first, last=period.last, unit_id__in=list(units))
    newest = kept.order_by("-day", "-revision").first()
    if newest is None:
        return ()
    rows = kept.filter(day=newest.day, revision=newest.revision).select_related("unit")
    held = targets.holding(None, period)
    found = [
        UnitCount(
            unit=row.unit_id,
            name=row.unit.name,
            parent=row.parent_id,
            kind=kind,
            own=Count(row.own_frozen, row.own_counted, row.own_digitized),
            all=Count(row.frozen, row.counted, row.digitized),
            target=held.get((row.unit_id, kind)),
            results=row.results,
            pages=row.pages,
        )
        for row in rows
    ]
    return tuple(sorted(found, key=lambda row: (row.name, row.unit)))


def need(row: UnitCount) -> int | None:
    """Results that are still to be digitized until the target is met; None: there is no target."""
    if row.target is None:
        return None
    wanted = (row.target.share * row.all.counted / Decimal(100)).to_integral_value(ROUND_CEILING)
    return max(0, int(wanted) - row.all.digitized)


def worst(rows: Sequence[UnitCount], most: int) -> tuple[UnitCount, ...]:
    """Of these units the ones that are furthest behind their targets (in percent), in the order given."""
    if len(rows) <= most:
        return tuple(rows)
    chosen = sorted(range(len(rows)), key=lambda at: _ahead(rows[at]))[:most]
    return tuple(rows[at] for at in sorted(chosen))


def _ahead(row: UnitCount) -> tuple[bool, Decimal]:
    """How far ahead of its target a unit is, in percent; those of which nothing counts come last."""
    share = row.all.share
    if share is None:
        return True, Decimal(0)
    return False, share - (row.target.share if row.target else Decimal(0))


def _lives(there: World, unit: str) -> bool:
    end = there.organisation.units[unit].valid_to
    return end is None or end >= there.day


def home(responsible: Responsibility, unit: str, found: Sequence[Part]) -> str:
    """Which of these parts answers for what a unit issued; empty: none of them."""
    answer = responsible.answers.get(unit)
    return next((part.unit for part in found if answer is not None and answer.unit in part.units), "")
