"""The indicators of Quyết định 766/QĐ-TTg, counted per dossier: for a unit, and for each below it.

Dossiers are given to the unit that answers for them on the day of the count (`quotas.responsibility`), as everything
else that quotas count. Archive results that were digitized later do not enter; the coverage of the archive stands
beside the indicators.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from catalog import units
from catalog.configuration import told_plainly
from catalog.models import Unit
from catalog.records import UnitRow
from catalog.values import now, today
from core.errors import UsageError
from core.settings import settings
from core.text import fold
from quotas import archive_coverage, dossier_counts, points, responsibility
from quotas.dossier_counts import Figures
from quotas.periods import Period
from quotas.records import Count
from quotas.report_records import Report, UnitFigures
from quotas.responsibility import Responsibility

_NOTHING = Figures()


@told_plainly()
def figures(root: str, period: Period, *, day: date | None = None) -> Report:
    """The figures of `root` and all units below it in `period`, as the catalog says now.

    `day`: the day in whose organisation they are told; None: today. Raises UsageError: an unknown unit, one that
    another answers for, or a period that has not begun.
    """
    day = day or today()
    known = {row.code: row for row in units.listing()}
    require(root, period, known, day)
    who = responsibility.on(day, known)
    ids = dict(Unit.objects.filter(code__in=who.lines_of(root)).values_list("pk", "code"))
    counted = dossier_counts.counts(period, None if len(ids) == len(known) else list(ids))
    covered = archive_coverage.of(root, period)
    own, split = _given(((ids[pk], found) for pk, found in counted.items()), who)
    rows = _rows(root, who, known, own, split, covered.counts)
    scales = points.scales(settings().indicator_points)
    parent = who.parents[root]
    above = known[parent].name if parent else ""
    return Report(root, known[root].name, above, period, now(), day, rows, scales, covered.archive)


def require(root: str, period: Period, known: Mapping[str, UnitRow], day: date) -> None:
    """Return if there can be a report of `root` about `period` on `day`; otherwise raises UsageError."""
    if root not in known:
        raise UsageError(f"unknown unit {root}: see `sohoa units list`")
    answer = responsibility.on(day, known).answers[root]
    if answer.unit != root:
        raise UsageError(f"{root} has ended: its dossiers are counted under {answer.unit}")
    if period.first > day:
        raise UsageError(f"{period.code} has not begun yet")


def _given(
    counted: Iterable[tuple[str, Figures]], who: Responsibility
) -> tuple[dict[str, Figures], dict[str, Figures]]:
    """Code of a unit → its own figures, and that part of them that could not be apportioned."""
    own: dict[str, Figures] = {}
    split: dict[str, Figures] = {}
    for unit, found in counted:
        answer = who.answers[unit]
        own[answer.unit] = own.get(answer.unit, _NOTHING) + found
        if not answer.apportioned:
            split[answer.unit] = split.get(answer.unit, _NOTHING) + found
    return own, split


def _rows(
    root: str,
    who: Responsibility,
    known: Mapping[str, UnitRow],
    own: Mapping[str, Figures],
    split: Mapping[str, Figures],
    archive: Mapping[str, Count],
) -> tuple[UnitFigures, ...]:
    everything: dict[str, Figures] = {}
    for unit, found in own.items():
        for up in who.up(unit):
            everything[up] = everything.get(up, _NOTHING) + found
    return tuple(
        UnitFigures(
            unit,
            known[unit].name,
            who.parents[unit] if unit != root else None,
            depth,
            own.get(unit, _NOTHING),
            everything.get(unit, _NOTHING),
            split.get(unit, _NOTHING),
            archive.get(unit),
        )
        for unit, depth in _in_order(root, who, known)
    )


def _in_order(root: str, who: Responsibility, known: Mapping[str, UnitRow]) -> Iterable[tuple[str, int]]:
    """The units that answer for themselves below `root`, each before those below it, by name, with their depth."""
    children: dict[str, list[str]] = {}
    for unit, parent in who.parents.items():
        if parent is not None and who.answers[unit].unit == unit:
            children.setdefault(parent, []).append(unit)
    seen, waiting = set[str](), [(root, 0)]
    while waiting:
        unit, depth = waiting.pop()
        if unit in seen:
            continue
        seen.add(unit)
        yield unit, depth
        below = sorted(children.get(unit, ()), key=lambda code: (fold(known[code].name), code), reverse=True)
        waiting.extend((code, depth + 1) for code in below)
