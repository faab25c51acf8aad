"""Coverage of the archive, as it stands beside the indicators of a report: how many of the old results of the year are
digitized. From the newest snapshot of a day in the period; where there is none, counted now and marked so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from quotas import counting, periods, snapshots
from quotas.models import Snapshot
from quotas.periods import Period
from quotas.records import Count
from quotas.report_records import Archive
from quotas.states import Kind


@dataclass(frozen=True, slots=True)
class Covered:
    """How many of the old results of each unit are digitized."""

    archive: Archive
    counts: Mapping[str, Count]
    """Code of a unit → with units below, in the organisation of the archive's day."""


def of(root: str, period: Period) -> Covered:
    """What is known of `root` and the units below it at the end of `period`, towards its whole year."""
    year = periods.year(period.last.year)
    taken = Snapshot.objects.filter(unit_id=root, kind=Kind.OLD.value, first=year.first, last=year.last)
    days = taken.filter(day__range=(period.first, period.last)).order_by("-day").values_list("day", flat=True)
    day = days.first()
    found = snapshots.newest(root, Kind.OLD, year, on=day) if day is not None else None
    if found is None:
        found = counting.count(root, Kind.OLD, year)
    archive = Archive(found.day, year.first, year.last, found.revision, found.baseline)
    return Covered(archive, {row.unit: row.all for row in found.units})
