"""Numerators and denominators, counted just now: per unit that a line names by the database, then given to the unit
that answers for it, and rolled up the tree. The number of queries does not follow the number of units.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count as Number

from catalog import organisation
from catalog.configuration import told_plainly
from catalog.organisation import Holding
from catalog.values import now, today
from quotas import conditions, selection, targets
from quotas.periods import Period
from quotas.records import Count, Standing, TargetRow, UnitCount
from quotas.selection import World
from quotas.states import Kind


@dataclass(slots=True)
class _Sums:
    """What has come together for a unit so far: frozen, counted, digitized; results, pages."""

    own: list[int] = field(default_factory=lambda: [0, 0, 0])
    all: list[int] = field(default_factory=lambda: [0, 0, 0])
    kept: list[int] = field(default_factory=lambda: [0, 0])
    unapportioned: int = 0


@told_plainly()
def count(root: str, kind: Kind, period: Period, day: date | None = None) -> Standing:
    """How far `root` and the units counted under it are, by what the records say now; validity and who answers for
    whom are those of `day` (None: today).

    Raises UsageError for an unknown unit.
    """
    there = selection.world(today() if day is None else day)
    there.require(root)
    held = targets.holding(None, period, within=there.responsible)
    below = there.responsible.below(root)
    lines = there.responsible.lines_of(root)
    rows = of_units(there, kind, period, lines, organisation.holdings(), held, root)
    found = {unit: row for unit, row in rows.items() if unit in below}
    return Standing(
        day=there.day,
        time=now(),
        root=root,
        kind=kind,
        first=period.first,
        last=period.last,
        revision=-1,
        units=ordered(root, found),
        baseline=found[root].baseline,
    )


def of_units(
    there: World,
    kind: Kind,
    period: Period,
    lines: frozenset[str],
    kept: Mapping[str, Holding],
    held: Mapping[tuple[str, Kind], TargetRow],
    besides: str = "",
) -> dict[str, UnitCount]:
    """The count of each unit that has not ended, or that something is counted for, and of `besides`; of the lines of
    the units `lines`.
    """
    frozen = selection.baselines(there, period) if kind is Kind.OLD else {}
    sums: dict[str, _Sums] = {}
    for unit, numbers in _tallied(there, kind, period, lines, frozen).items():
        answer = there.responsible.answers[unit]
        own = sums.setdefault(answer.unit, _Sums())
        own.own = [a + b for a, b in zip(own.own, numbers, strict=True)]
        own.unapportioned += 0 if answer.apportioned else numbers[1]
        for up in there.responsible.up(answer.unit):
            above = sums.setdefault(up, _Sums())
            above.all = [a + b for a, b in zip(above.all, numbers, strict=True)]
    for unit, holding in kept.items():
        for up in there.responsible.up(there.responsible.answers[unit].unit):
            above = sums.setdefault(up, _Sums())
            above.kept = [above.kept[0] + holding.results, above.kept[1] + holding.pages]
    units = there.organisation.units
    shown = {*sums, *(code for code, unit in units.items() if unit.valid_to is None or unit.valid_to >= there.day)}
    shown |= {besides} - {""}
    return {
        unit: _row(there, unit, kind, sums.get(unit, _Sums()), held.get((unit, kind)), frozen.get(unit))
        for unit in shown
    }


def ordered(root: str, rows: Mapping[str, UnitCount]) -> tuple[UnitCount, ...]:
    """The root, then those under it by name, each followed by its own."""
    children: dict[str, list[UnitCount]] = {}
    for row in rows.values():
        if row.parent is not None and row.unit != root:
            children.setdefault(row.parent, []).append(row)
    found, waiting = dict[str, UnitCount](), [rows[root]]
    while waiting:
        row = waiting.pop()
        if row.unit not in found:
            found[row.unit] = row
            waiting.extend(sorted(children.get(row.unit, ()), key=lambda r: (r.name, r.unit), reverse=True))
    return tuple(found.values())


def _tallied(
    there: World, kind: Kind, period: Period, lines: frozenset[str], frozen: Mapping[str, int]
) -> dict[str, tuple[int, int, int]]:
    """Code of each unit that lines name → how many are frozen, counted, digitized."""
    counted = conditions.counted(kind, there.day)
    rows = (
        selection.frozen(there, kind, period, lines, frozen)
        .values_list("unit_id")
        .annotate(
            Number("pk"),
            counted=Number("pk", filter=counted),
            digitized=Number("pk", filter=counted & conditions.digitized()),
        )
    )
    codes = {pk: code for code, pk in there.organisation.ids.items()}
    return {codes[unit]: (frozen, counted, digitized) for unit, frozen, counted, digitized in rows}


def _row(there: World, unit: str, kind: Kind, sums: _Sums, target: TargetRow | None, baseline: int | None) -> UnitCount:
    return UnitCount(
        unit=unit,
        name=there.organisation.units[unit].name,
        parent=there.responsible.parents[unit],
        kind=kind,
        own=Count(*sums.own),
        all=Count(*sums.all),
        target=target,
        results=sums.kept[0],
        pages=sums.kept[1],
        baseline=baseline,
        unapportioned=sums.unapportioned,
    )
