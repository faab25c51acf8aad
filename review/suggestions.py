"""What may stand in a field, from what the unit's earlier results say and from the names of units; most frequent first.

The register is not asked: there is none yet. Values of confidential results are never among them (`catalog.habits`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from catalog import habits, units
from catalog.configuration import told_plainly
from catalog.habits import Habit
from review import typed

FIELDS = ("document_type", "issuer", "subject", "signer", "sector")
"""Fields that say the same again and again."""
_MOST = 5
"""As many as a hand has fingers: each is chosen by its digit."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A value that may stand in a field."""

    value: str
    count: int
    """Results of the unit that say so; 0: the name of a unit."""


@dataclass(frozen=True, slots=True)
class Suggested:
    """What is suggested for one result."""

    values: Mapping[str, tuple[Suggestion, ...]]
    """Field name → at most five values."""
    rests: tuple[str, ...]
    """What may follow the figures of its number, likeliest first."""


@told_plainly()
def of(unit: str, values: Mapping[str, str]) -> Suggested:
    """For a result of `unit` of which `values` were read (field name → value). Two queries, or three."""
    earlier = habits.latest(unit)
    found = {name: _counted(name, earlier) for name in FIELDS}
    found["issuer"] = _with_units(found["issuer"], unit)
    return Suggested(found, _rests(earlier, values, values.get("number", "")))


@told_plainly()
def rests_of(unit: str, values: Mapping[str, str]) -> tuple[str, ...]:
    """What usually follows the figures of the unit's numbers on papers of the type in `values`. One query."""
    return _rests(habits.latest(unit), values, "")


def _rests(earlier: tuple[Habit, ...], values: Mapping[str, str], read: str) -> tuple[str, ...]:
    kind = values.get("document_type", "")
    alike = [habit.number for habit in earlier if habit.document_type == kind]
    numbers = alike or [habit.number for habit in earlier]
    return typed.rests(read, numbers, values.get("issue_date", "")[:4])


def _counted(name: str, earlier: tuple[Habit, ...]) -> tuple[Suggestion, ...]:
    counted = Counter(value for habit in earlier if (value := getattr(habit, name)))
    return tuple(Suggestion(value, count) for value, count in counted.most_common(_MOST))


def _with_units(found: tuple[Suggestion, ...], unit: str) -> tuple[Suggestion, ...]:
    """The unit itself and those above it issue papers, too, even if none of them was settled yet."""
    codes = units.above(unit)
    names = units.named(codes)
    known = {one.value for one in found}
    more = [Suggestion(names[code].name, 0) for code in codes if names[code].name not in known]
    return (*found, *more)[:_MOST]
