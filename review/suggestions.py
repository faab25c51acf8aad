"""What may stand in a field: first what the register says, then what the unit's earlier results say, most frequent
first, and the names of units.

Lines of the register are handed in by the caller, who knows which of them the reader may see. Values of confidential
results are never among them (`catalog.habits`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from catalog import habits, units
from catalog.configuration import told_plainly
from catalog.habits import Habit
from review import typed

FIELDS = ("document_type", "issuer", "subject", "signer", "sector")
"""Fields that say the same again and again."""
OF_REGISTER = (
    "number", "register_number", "issue_date", "holder", "holder_id", "co_holder", "co_holder_id", "subject",
    "document_type",
)  # fmt: skip
"""Fields of which a register's line says something."""
_MOST = 5
"""As many as a hand has fingers: each is chosen by its digit."""


@dataclass(frozen=True, slots=True)
class RegisterLine:
    """A line of a register that is the result, or could be."""

    id: int
    name: str
    """What people call it."""
    values: Mapping[str, str]
    """Field name → value as it is typed into the box."""
    linked: bool = False
    """Whether the result is this line; else it could be."""
    guessed: bool = False
    """Whether its day is a guess of the import."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A value that may stand in a field."""

    value: str
    count: int
    """Results of the unit that say so; 0: the name of a unit, or a value of the register alone."""
    lines: tuple[str, ...] = ()
    """Names of the register's lines that say so."""
    guessed: bool = False
    """Whether it is a day that was guessed when the register came in."""


@dataclass(frozen=True, slots=True)
class Suggested:
    """What is suggested for one result."""

    values: Mapping[str, tuple[Suggestion, ...]]
    """Field name → at most five values."""
    rests: tuple[str, ...]
    """What may follow the figures of its number, likeliest first."""


@told_plainly()
def of(unit: str, values: Mapping[str, str], register: Sequence[RegisterLine] = ()) -> Suggested:
    """For a result of `unit` of which `values` were read (field name → value). `register`: the line that it is, or
    those that could be it, best first. Two queries, or three.
    """
    earlier = habits.latest(unit)
    found = {name: _counted(name, earlier) for name in FIELDS}
    found["issuer"] = _with_units(found["issuer"], unit)
    for name in OF_REGISTER:
        found[name] = _registered_first(name, register, found.get(name, ()))
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


def _registered_first(
    name: str, register: Sequence[RegisterLine], others: tuple[Suggestion, ...]
) -> tuple[Suggestion, ...]:
    """What the register says, ahead of what else is suggested. What several lines say stands there once."""
    counts = {one.value: one.count for one in others}
    said: dict[str, Suggestion] = {}
    for line in register:
        if value := line.values.get(name, "").strip():
            guess = name == "issue_date" and line.guessed
            known = said.get(value, Suggestion(value, counts.get(value, 0), guessed=guess))
            said[value] = replace(known, lines=(*known.lines, line.name), guessed=known.guessed and guess)
    return (*said.values(), *(one for one in others if one.value not in said))[:_MOST]


def _with_units(found: tuple[Suggestion, ...], unit: str) -> tuple[Suggestion, ...]:
    """The unit itself and those above it issue papers, too, even if none of them was settled yet."""
    codes = units.above(unit)
    names = units.named(codes)
    known = {one.value for one in found}
    more = [Suggestion(names[code].name, 0) for code in codes if names[code].name not in known]
    return (*found, *more)[:_MOST]
