"""The world on a day, and the lines that a period is about in it: what counting, lists and baselines begin with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_

from django.db.models import Exists, OuterRef, Q, QuerySet

from catalog import organisation
from catalog.organisation import Organisation
from core.errors import UsageError
from quotas import conditions, responsibility
from quotas.models import Baseline, BaselineLine
from quotas.periods import Period
from quotas.responsibility import Responsibility
from quotas.states import Kind
from registers.models import Line


@dataclass(frozen=True, slots=True)
class World:
    """The organisation, and who answers for whom on a day."""

    day: date
    organisation: Organisation
    responsible: Responsibility

    def require(self, unit: str) -> None:
        """Raises UsageError for an unknown unit."""
        if unit not in self.organisation.units:
            raise UsageError(f"unknown unit {unit}: see `sohoa units list`")


def world(day: date) -> World:
    """The organisation as it is known now, and who answers for whom on `day` in it."""
    found = organisation.whole()
    return World(day, found, responsibility.on(day, found.units))


def baselines(there: World, period: Period) -> dict[str, int]:
    """Code of each unit whose old lines are frozen for the period → id of the baseline that has them.

    The newest of the unit that answers for it or the nearest above that; or else of the nearest above itself.
    """
    rows = Baseline.objects.filter(first=period.first, last=period.last).order_by("pk")
    newest = {str(unit): pk for unit, pk in rows.values_list("unit_id", "pk")}
    found = {}
    for unit in there.organisation.units if newest else ():
        if (held := next((newest[up] for up in _over(there, unit) if up in newest), None)) is not None:
            found[unit] = held
    return found


def frozen_for(there: World, unit: str) -> frozenset[str]:
    """The units whose lines a baseline of `unit` takes: those for which `baselines` could find it."""
    return frozenset(code for code in there.organisation.units if unit in _over(there, code))


def frozen(there: World, kind: Kind, period: Period, units: frozenset[str], held: Mapping[str, int]) -> QuerySet[Line]:
    """The lines of these units that were frozen for the period (of new results: issued in it, up to the day).

    `held`: what `baselines` found. Lines of units without a baseline are those that one would take on the day.
    """
    lines = of_units(there, units).annotate(year=conditions.year_known())
    if kind is Kind.NEW:
        return lines.filter(conditions.issued_within(period.first, period.last, there.day))
    live = conditions.frozen_live(period.first, there.day)
    parts: dict[int | None, list[str]] = {}
    for unit in sorted(units):
        parts.setdefault(held.get(unit), []).append(unit)
    if len(parts) == 1:
        (baseline,) = parts
        return lines.filter(live if baseline is None else _in(baseline))
    conditions_of_parts = [
        Q(unit__in=_ids(there, codes)) & (live if baseline is None else _in(baseline))
        for baseline, codes in parts.items()
    ]
    return lines.filter(reduce(or_, conditions_of_parts, Q(pk__isnull=True)))


def of_units(there: World, units: frozenset[str]) -> QuerySet[Line]:
    """The lines that name these units."""
    if len(units) == len(there.organisation.units):
        return Line.objects.order_by()
    return Line.objects.filter(unit__in=_ids(there, units)).order_by()


def in_baseline(baseline: int) -> QuerySet[Line]:
    """The lines that were frozen in one baseline."""
    return Line.objects.filter(_in(baseline)).order_by()


def in_baselines(baselines: Iterable[int]) -> QuerySet[Line]:
    """The lines that were frozen in any of these baselines."""
    wanted = sorted(set(baselines))
    if len(wanted) == 1:
        return in_baseline(wanted[0])
    return Line.objects.filter(Exists(BaselineLine.objects.filter(baseline__in=wanted, line=OuterRef("pk")))).order_by()


def _in(baseline: int) -> Q:
    return Q(Exists(BaselineLine.objects.filter(baseline=baseline, line=OuterRef("pk"))))


def _ids(there: World, units: Iterable[str]) -> list[int]:
    return [there.organisation.ids[unit] for unit in units]


def _over(there: World, unit: str) -> tuple[str, ...]:
    """Where a baseline for the lines of a unit is looked for, the first place first."""
    answering = there.responsible.answers[unit].unit
    units = there.organisation.units
    over = (answering, *responsibility.above(answering, units), unit, *responsibility.above(unit, units))
    return tuple(dict.fromkeys(over))
