"""What must hold in an organisation, whoever changes it: the rules that pages, command line and lists are held to.

Nothing here knows a database: the units as they are to be go in, what is wrong with them comes out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from enum import StrEnum

from catalog.records import UnitRow
from core.errors import UsageError

_DAY = timedelta(days=1)


class Fault(StrEnum):
    """Why a unit cannot be as somebody wants it."""

    CODE = "code"
    """No code: letters, digits, dots and dashes, at most 64."""
    NAME = "name"
    """No name, or one of more than 400 characters."""
    PARENT = "parent"
    """There is no unit of the code that is to stand above it."""
    CIRCLE = "circle"
    """It would stand below itself."""
    BACKWARDS = "backwards"
    """It would end before it began."""
    SUCCESSOR = "successor"
    """There is no unit of the code that is to come after it."""
    SUCCESSION = "succession"
    """It would come after itself."""
    GONE = "gone"
    """A successor does not live on the day after its end."""
    ENDED = "ended"
    """It has ended already."""
    LIVING = "living"
    """It has not ended."""
    LATE = "late"
    """Its end is not of today: a decision must be named to take it back."""
    DAY = "day"
    """A name cannot begin on that day: it lies before its life, in the future, or before the name that it had."""
    TWICE = "twice"
    """A list names its code twice."""
    DATE = "date"
    """A list gives something that is no day."""
    AMBIGUOUS = "ambiguous"
    """A list names a unit by a name that several have, or none."""


class RefusedUnitError(UsageError):
    """A unit cannot be changed like that."""

    def __init__(self, fault: Fault, unit: str, message: str) -> None:
        super().__init__(message)
        self.fault = fault
        self.unit = unit
        """Code of the unit that is wrong then."""


def faults(units: Mapping[str, UnitRow]) -> dict[str, RefusedUnitError]:
    """Code → what is wrong with that unit first; empty: nothing. `units`: code → unit, all that there are."""
    parents = {code: (unit.parent,) if unit.parent else () for code, unit in units.items()}
    after = {code: unit.successors for code, unit in units.items()}
    found: dict[str, RefusedUnitError] = {}
    for code in _circling(parents):
        found[code] = RefusedUnitError(Fault.CIRCLE, code, f"{code} would stand below itself")
    for code in _circling(after):
        found.setdefault(code, RefusedUnitError(Fault.SUCCESSION, code, f"{code} would come after itself"))
    for code, unit in units.items():
        if code not in found and (fault := _alone(unit, units)):
            found[code] = fault
    return found


def require(before: Mapping[str, UnitRow], after: Mapping[str, UnitRow]) -> None:
    """Raise RefusedUnitError for what a change makes wrong; what was wrong before it stands in nobody's way."""
    known = {code: error.fault for code, error in faults(before).items()}
    for code, error in faults(after).items():
        if known.get(code) != error.fault:
            raise error


def lives_on(unit: UnitRow, day: date) -> bool:
    """Whether a unit has begun and not ended on a day."""
    return (unit.valid_from is None or unit.valid_from <= day) and (unit.valid_to is None or day <= unit.valid_to)


def _alone(unit: UnitRow, units: Mapping[str, UnitRow]) -> RefusedUnitError | None:
    """What is wrong with a unit, circles aside."""
    code = unit.code
    if unit.parent is not None and unit.parent not in units:
        return RefusedUnitError(Fault.PARENT, code, f"unknown unit {unit.parent} above {code}")
    if unit.valid_from and unit.valid_to and unit.valid_to < unit.valid_from:
        return RefusedUnitError(Fault.BACKWARDS, code, f"{code} would end before it began")
    for successor in unit.successors:
        if successor not in units:
            return RefusedUnitError(Fault.SUCCESSOR, code, f"unknown unit {successor} to come after {code}")
        if unit.valid_to and unit.valid_to < date.max and not lives_on(units[successor], unit.valid_to + _DAY):
            message = f"{successor} does not live on the day after {code} ends ({unit.valid_to:%d/%m/%Y})"
            return RefusedUnitError(Fault.GONE, code, message)
    return None


def _circling(ways: Mapping[str, Iterable[str]]) -> Iterator[str]:
    """Those from which a way leads back to themselves (or that lie between two such): what is left when first what
    leads nowhere goes, and then what nothing leads to.
    """
    left = {code: {to for to in tos if to in ways} for code, tos in ways.items()}
    into: dict[str, set[str]] = {code: set() for code in ways}
    for code, tos in left.items():
        for to in tos:
            into[to].add(code)
    for remaining, opposite in ((left, into), (into, left)):
        waiting = [code for code, tos in remaining.items() if not tos]
        while waiting:
            code = waiting.pop()
            for other in opposite.pop(code, set()):
                remaining[other].discard(code)
                if not remaining[other]:
                    waiting.append(other)
            remaining.pop(code, None)
    yield from left
