"""Who answers for what a unit issued on a day, and under whom it is counted. Pure: it knows no database.

A unit answers for itself until it has ended; then its one successor does (and the one after that). Where it was split
among several, nobody can say whose a line is: the nearest unit above all of them has it, as "not apportioned". One
that ended without a successor is its nearest living unit's above, or else its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from catalog.records import UnitRow

Units = Mapping[str, UnitRow]


@dataclass(frozen=True, slots=True)
class Answer:
    """Who answers for the lines of a unit."""

    unit: str
    """Code."""
    apportioned: bool = True
    """False: the unit was split among several below `unit`."""


@dataclass(frozen=True, slots=True)
class Responsibility:
    """Who answers for whom on a day, and who is counted under whom."""

    day: date
    answers: Mapping[str, Answer]
    """Code of each unit → who answers for it."""
    parents: Mapping[str, str | None]
    """Code of each unit → the nearest unit above it that had not ended; None: there is none."""

    def below(self, root: str) -> frozenset[str]:
        """The unit and all that are counted under it."""
        children: dict[str, list[str]] = {}
        for unit, parent in self.parents.items():
            if parent is not None:
                children.setdefault(parent, []).append(unit)
        found, waiting = set[str](), [root]
        while waiting:
            unit = waiting.pop()
            if unit not in found:
                found.add(unit)
                waiting.extend(children.get(unit, ()))
        return frozenset(found)

    def lines_of(self, root: str, own_only: bool = False) -> frozenset[str]:
        """The units whose lines are counted for `root`, or for one under it."""
        answering = frozenset({root}) if own_only else self.below(root)
        return frozenset(unit for unit, answer in self.answers.items() if answer.unit in answering)

    def up(self, unit: str) -> Iterator[str]:
        """The unit and those that it is counted under, upwards."""
        seen, at = set[str](), str(unit)
        while at not in seen:
            yield at
            seen.add(at)
            above = self.parents.get(at)
            if above is None:
                return
            at = above


def on(day: date, units: Units) -> Responsibility:
    """Who answers for whom on `day`."""
    return Responsibility(
        day,
        {unit: _answer(unit, units, day) for unit in units},
        {unit: next((up for up in above(unit, units) if not _ended(units[up], day)), None) for unit in units},
    )


def above(unit: str, units: Units) -> Iterator[str]:
    """The units above one, upwards, ended ones too."""
    seen, up = {unit}, units[unit].parent
    while up is not None and up in units and up not in seen:
        yield up
        seen.add(up)
        up = units[up].parent


def _answer(unit: str, units: Units, day: date) -> Answer:
    if not _ended(units[unit], day):
        return Answer(unit)
    heirs = _heirs(unit, units, day)
    if len(heirs) == 1:
        return Answer(heirs.pop())
    if heirs:
        common = next((up for up in _common(heirs, units) if not _ended(units[up], day)), None)
        return Answer(common if common is not None else _above_or_self(unit, units, day), apportioned=False)
    return Answer(_above_or_self(unit, units, day))


def _heirs(unit: str, units: Units, day: date) -> set[str]:
    """The units that had not ended and came after it, followed through those that had."""
    found, seen, waiting = set[str](), {unit}, list(units[unit].successors)
    while waiting:
        at = waiting.pop()
        if at in seen or at not in units:
            continue
        seen.add(at)
        if _ended(units[at], day):
            waiting.extend(units[at].successors)
        else:
            found.add(at)
    return found


def _common(heirs: Iterable[str], units: Units) -> Iterator[str]:
    """The units that are, or are above, all of them; the nearest first."""
    chains = [[heir, *above(heir, units)] for heir in sorted(heirs)]
    shared = set(chains[0]).intersection(*chains[1:])
    return (unit for unit in chains[0] if unit in shared)


def _above_or_self(unit: str, units: Units, day: date) -> str:
    return next((up for up in above(unit, units) if not _ended(units[up], day)), unit)


def _ended(unit: UnitRow, day: date) -> bool:
    return unit.valid_to is not None and unit.valid_to < day
