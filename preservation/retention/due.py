"""What is due: results whose period of retention is over."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Exists, OuterRef

from catalog import ageing, units
from catalog.ageing import Place, Rule, Wanted
from catalog.configuration import told_plainly
from catalog.queue import Sight
from catalog.records import ResultRow
from catalog.values import HERE, today
from preservation.retention import holds, schedules
from preservation.retention.models import Item
from preservation.retention.records import DueRow, ScheduleRow
from preservation.retention.states import Clock, ItemState
from reuse.entries import used_since


@dataclass(frozen=True, slots=True)
class Asked:
    """Which results are meant."""

    unit: str
    """Code: what it keeps, those below it, and those that ended before them."""
    document_type: str = ""
    """Empty: all types."""
    day: date | None = None
    """Due on that day; None: today."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some of them, oldest first."""

    rows: tuple[DueRow, ...]
    after: Place | None
    """Where the next page begins; None: this is the last one."""


Kinds = Mapping[str, Collection[str] | None]
"""Confidential kind → units in which the reader may see results of it (None: all)."""


@told_plainly()
def page(asked: Asked, seen: Kinds, after: Place | None = None, limit: int = 100) -> Page:
    """Results that are due and on no list yet, behind `after`. Raises UsageError for an unknown unit."""
    holding = _holding(asked)
    found = ageing.listing(_wanted(asked, seen, holding), after, limit)
    held = holds.among(old.row.id for old in found)
    rows = tuple(DueRow(old.row, _schedule(old.row, holding), old.row.id in held) for old in found)
    full = len(found) == limit and found[-1].row.issue_date is not None
    return Page(rows, (found[-1].row.issue_date, found[-1].row.id) if full else None)  # type: ignore[arg-type]


@told_plainly()
def count(asked: Asked, seen: Kinds, most: int = 100_000) -> int:
    """How many there are, counted up to `most`."""
    return ageing.count(_wanted(asked, seen, _holding(asked)), most)


def every(asked: Asked, seen: Kinds, at_once: int = 1000) -> Iterator[DueRow]:
    """All of them, read in portions."""
    after: Place | None = None
    while True:
        found = page(asked, seen, after, at_once)
        yield from found.rows
        if found.after is None:
            return
        after = found.after


def unheld(asked: Asked, seen: Kinds) -> Iterator[tuple[int, int]]:
    """Id and edition of all that are due, on no list, and under no legal hold."""
    wanted = _wanted(asked, seen, _holding(asked))
    return ageing.every(Wanted(wanted.rules, wanted.sight, (*wanted.without, holds.held())))


def _wanted(asked: Asked, seen: Kinds, holding: Mapping[str, Mapping[str, ScheduleRow]]) -> Wanted:
    day = today() if asked.day is None else asked.day
    listed = Exists(Item.objects.filter(result=OuterRef("pk"), state=ItemState.LISTED.value))
    sight = Sight(frozenset(holding), seen)
    return Wanted(tuple(_rules(holding, day, asked.document_type)), sight, (listed,))


def _holding(asked: Asked) -> dict[str, Mapping[str, ScheduleRow]]:
    return schedules.holding(units.visible_from(asked.unit))


def _rules(holding: Mapping[str, Mapping[str, ScheduleRow]], day: date, only: str) -> Iterator[Rule]:
    """One rule for all units for which the same schedules hold."""
    alike: dict[tuple[tuple[str, int], ...], list[str]] = {}
    for unit, found in holding.items():
        alike.setdefault(tuple(sorted((kind, one.id) for kind, one in found.items())), []).append(unit)
    for codes in alike.values():
        found = holding[codes[0]]
        special = frozenset(found) - {""}
        for kind, schedule in found.items():
            since = schedules.over_since(schedule, day)
            if since is None or (only and kind not in ("", only)) or (only in special and not kind):
                continue
            yield Rule(
                units=frozenset(codes),
                before=since,
                of_validity=schedule.clock is Clock.ENDED,
                type=kind or only,
                others=special if not kind and not only else frozenset(),
                also=~used_since(_day_after(since)) if schedule.clock is Clock.USED else None,
            )


def _day_after(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time.min, HERE)


def _schedule(row: ResultRow, holding: Mapping[str, Mapping[str, ScheduleRow]]) -> ScheduleRow:
    found = holding[row.unit]
    return found[row.document_type] if row.document_type in found else found[""]
