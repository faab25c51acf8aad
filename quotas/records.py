"""What quotas take and give: frozen records, never ORM objects."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from quotas.states import Kind


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
    """Id of the frozen baseline that it stands on."""


def percent(part: int, whole: int) -> Decimal | None:
    """`part` of `whole` in percent, two decimals, half up; None where `whole` is zero (N/A)."""
    if not whole:
        return None
    return (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.01"), rounding="ROUND_HALF_UP")
