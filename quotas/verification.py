"""Whether snapshots are as they were taken, and what a count of the same day says now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from catalog import events
from catalog.configuration import told_plainly
from quotas import counting, snapshots
from quotas.models import Snapshot
from quotas.periods import Period
from quotas.records import Count
from quotas.states import Kind


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was looked through, and what was found."""

    snapshots: int
    """Days and revisions."""
    rows: int
    faults: tuple[str, ...]
    """A line for people for each; empty: all is as it was taken."""


@dataclass(frozen=True, slots=True)
class Difference:
    """That a count of a past day says something else now: something was imported, corrected or decided since."""

    unit: str
    name: str
    then: Count
    """With all units below."""
    now: Count


@told_plainly()
def verify() -> Verdict:
    """Compare all rows of snapshots with the digests that the units' chains of events tell.

    The chains themselves are looked through by `catalog.events.verify`.
    """
    told: dict[tuple[str, int], list[tuple[str, frozenset[str], str]]] = {}
    for unit, event in events.of_kind(snapshots.TAKEN):
        data: Any = event.data
        key = str(data["day"]), int(data["revision"])
        told.setdefault(key, []).append((unit, frozenset(data["units"]), str(data["digest"])))
    taken = Snapshot.objects.order_by("day", "revision").values_list("day", "revision").distinct()
    known = {(str(day), revision): (day, revision) for day, revision in taken}
    faults = [f"{day}, revision {revision}: all rows are missing" for day, revision in sorted(told.keys() - known)]
    rows = 0
    for key, (day, revision) in sorted(known.items()):
        found = list(Snapshot.objects.filter(day=day, revision=revision))
        rows += len(found)
        faults += _faults(f"{day}, revision {revision}", found, told.get(key, []))
    return Verdict(len(known), rows, tuple(faults))


@told_plainly()
def differences(root: str, kind: Kind, period: Period, day: date) -> tuple[Difference, ...]:
    """Where a count of `day` by what the records say now differs from the snapshot of that day; none without one.

    Of what was digitized only the day's own snapshot knows how it was then, so numerators of past days mostly grow.
    """
    then = snapshots.newest(root, kind, period, day)
    if then is None:
        return ()
    now = {row.unit: row.all for row in counting.count(root, kind, period, day).units}
    nothing = Count(0, 0, 0)
    return tuple(
        Difference(row.unit, row.name, row.all, now.get(row.unit, nothing))
        for row in then.units
        if row.all != now.get(row.unit, nothing)
    )


def _faults(name: str, rows: list[Snapshot], told: list[tuple[str, frozenset[str], str]]) -> Iterator[str]:
    left = {row.unit_id for row in rows}
    for unit, units, digest in told:
        if snapshots.fingerprint(row for row in rows if row.unit_id in units) != digest:
            yield f"{name}: rows of {unit} were changed, added or removed"
        left -= units
    if left:
        yield f"{name}: no event tells of the rows of {', '.join(sorted(left))}"
