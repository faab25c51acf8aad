"""A report about dossiers: frozen records, and the rates and points that follow from its figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from quotas.dossier_counts import Figures
from quotas.dossier_facts import PARTS, Indicator
from quotas.periods import Period
from quotas.points import Scale
from quotas.records import Count, percent


@dataclass(frozen=True, slots=True)
class UnitFigures:
    """The figures of one unit."""

    unit: str
    """Code."""
    name: str
    parent: str | None
    """Code of the unit that it is counted under; None for the root of the report."""
    depth: int
    """Steps below the root."""
    own: Figures
    """Without units below."""
    all: Figures
    """With all units below."""
    unapportioned: Figures
    """Of its own: of units that were split among several below it, so that nobody can say whose they are."""
    archive: Count | None
    """Old results digitized, with units below: archive coverage. None: it was not counted."""


@dataclass(frozen=True, slots=True)
class Archive:
    """Where the coverage of the archive comes from."""

    day: date
    first: date
    """Of the period whose old results are counted: those issued before it began."""
    last: date
    revision: int
    """Of the snapshot; -1: no snapshot, counted with the report."""
    baseline: int | None
    """Id of the frozen baseline that it stands on; None: counted from what the registers say now."""

    @property
    def live(self) -> bool:
        """Whether it was counted with the report."""
        return self.revision < 0


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of a unit and all below it in a period."""

    root: str
    """Code."""
    name: str
    above: str
    """Name of the unit above it; empty: there is none."""
    period: Period
    time: datetime
    """When it was counted."""
    day: date
    """Day whose organisation it is told in: who answered for whom."""
    units: tuple[UnitFigures, ...]
    """The root first, each unit before those below it."""
    scales: Mapping[Indicator, Scale]
    archive: Archive | None
    """None: it was not counted."""

    @property
    def whole(self) -> UnitFigures:
        """The root's."""
        return self.units[0]


def rate(figures: Figures, indicator: Indicator) -> Decimal | None:
    """Percent to two decimals, half up; None: the denominator is zero (N/A)."""
    part, whole = PARTS[indicator]
    return percent(figures.of(part), figures.of(whole))


def points(figures: Figures, indicator: Indicator, scales: Mapping[Indicator, Scale]) -> Decimal | None:
    """Points for an indicator; None: its denominator is zero, or it gives no points."""
    part, whole = PARTS[indicator]
    scale = scales.get(indicator)
    return scale.points(figures.of(part), figures.of(whole)) if scale else None
