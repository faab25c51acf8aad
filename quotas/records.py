"""What quotas take and give: frozen records, never ORM objects."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from quotas.states import Kind, Why


@dataclass(frozen=True, slots=True)
class TargetRow:
    """A target as it holds for a unit."""

    id: int
    unit: str
    """Code of the unit that it was set for: the unit itself, or one above it."""
    kind: Kind
    first: date
    last: date
    share: Decimal
    """Percent."""
    basis: str
    actor: str
    time: datetime


@dataclass(frozen=True, slots=True)
class PastTarget:
    """A target as it was set once, in a list of all."""

    target: TargetRow
    ended: datetime | None
    """None: it holds."""
    ended_by: str
    ended_reason: str


@dataclass(frozen=True, slots=True)
class BaselineRow:
    """The old results of a period, as they were frozen once."""

    id: int
    unit: str
    """Code of the unit that it was frozen for, with all that it answers for."""
    first: date
    last: date
    lines: int
    digest: str
    """SHA-256 (hex) of the ids of the lines in order."""
    reason: str
    actor: str
    time: datetime


@dataclass(frozen=True, slots=True)
class Drift:
    """What became of a baseline until a day. What fell out is counted once, for the first reason that holds."""

    baseline: BaselineRow
    day: date
    fallen: tuple[tuple[Why, int], ...]
    """Reason → lines that do not count any more, all reasons in their order."""
    counted: int
    digitized: int


@dataclass(frozen=True, slots=True)
class Count:
    """Numerator and denominator of a unit in a period, on a day."""

    frozen: int
    """Of old results: lines in the baseline. Of new ones: lines issued in the period, up to the day."""
    counted: int
    """Denominator: those of them that still count on the day."""
    digitized: int
    """Numerator: those of the denominator that are digitized."""

    @property
    def share(self) -> Decimal | None:
        """Percent to two decimals, half up; None: the denominator is zero (N/A)."""
        return percent(self.digitized, self.counted)


@dataclass(frozen=True, slots=True)
class UnitCount:
    """How far one unit is."""

    unit: str
    """Code."""
    name: str
    parent: str | None
    """Code of the unit that it is counted under."""
    kind: Kind
    own: Count
    """Without units below."""
    all: Count
    """With all units below."""
    target: TargetRow | None
    """None: nobody set one for it, or above it."""
    results: int
    """In the repository, with units below."""
    pages: int
    baseline: int | None = None
    """Id of the frozen baseline that its own lines stand on. None: of old results nothing was frozen, they are counted
    live (and the denominator can drift).
    """
    unapportioned: int = 0
    """Lines in `own.counted` of units that were split among several below it: nobody can say whose they are."""


@dataclass(frozen=True, slots=True)
class Standing:
    """All units below one, on a day: from a snapshot, or counted just now."""

    day: date
    time: datetime
    """When it was counted."""
    root: str
    kind: Kind
    first: date
    last: date
    revision: int
    """Of the snapshot; -1: no snapshot, counted just now."""
    units: tuple[UnitCount, ...]
    """The root first, then by name under each parent."""
    baseline: int | None
    """Id of the frozen baseline that the root stands on."""

    @property
    def top(self) -> UnitCount:
        """The root's own row."""
        return self.units[0]


@dataclass(frozen=True, slots=True)
class Taken:
    """That a snapshot was taken."""

    day: date
    revision: int
    rows: int
    """Units times periods."""
    time: datetime


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """How far a unit was on a day, with all units below, by the newest revision of that day's snapshot."""

    day: date
    counted: int
    digitized: int
    share: Decimal | None
    """Percent; None: nothing counted."""
    results: int
    pages: int


def percent(part: int, whole: int) -> Decimal | None:
    """`part` of `whole` in percent, two decimals, half up; None where `whole` is zero (N/A)."""
    if not whole:
        return None
    return (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.01"), rounding="ROUND_HALF_UP")
