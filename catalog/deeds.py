"""Who did what: the events of many units in one list, newest first.

What an event is about is given only where it is a plain reference (``result:7``): some events are about a file, and a
file's name may hold that of a person.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet

from catalog.configuration import told_plainly
from catalog.events import row
from catalog.models import Event
from catalog.values import HERE

_REFERENCE = re.compile(r"[a-z_-]{1,32}:\d{1,18}|(?:unit|person|token|export|procedure):[\w.@+:-]{1,150}")
_APART = timedelta(hours=1)
"""How far apart events may have been numbered and timed: several chains are written at the same time."""


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that somebody did."""

    id: int
    unit: str
    """Code of the unit in whose chain it stands."""
    time: datetime
    actor: str
    """A person's user name, ``token:`` and the name of a program's token, or the system user."""
    kind: str
    subject: str
    """What it is about (``result:7``); empty: that is not told here."""
    data: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which deeds are meant. Empty and None: all."""

    units: frozenset[str] | None = None
    actor: str = ""
    kinds: frozenset[str] = frozenset()
    first: date | None = None
    """The first day here."""
    last: date | None = None


@told_plainly()
def listing(wanted: Wanted, limit: int, before: int | None = None) -> tuple[Deed, ...]:
    """The newest deeds that are meant, of those with an id below `before`."""
    found = _meant(wanted)
    if before is not None:
        found = found.filter(pk__lt=before)
    return tuple(_deed(event) for event in found.select_related("unit").order_by("-pk")[:limit])


def _meant(wanted: Wanted) -> QuerySet[Event]:
    found = Event.objects.all()
    if wanted.units is not None:
        found = found.filter(unit__code__in=wanted.units)
    if wanted.actor:
        found = found.filter(actor=wanted.actor)
    if wanted.kinds:
        found = found.filter(kind__in=wanted.kinds)
    if wanted.first is not None and (start := _start(wanted.first)):
        found = found.filter(time__gte=start, pk__gte=_numbered(start, -_APART))
    if wanted.last is not None and wanted.last < date.max and (end := _start(wanted.last + timedelta(days=1))):
        found = found.filter(time__lt=end, pk__lte=_numbered(end, _APART))
    return found


def _start(day: date) -> datetime | None:
    """When a day begins; None: before time is counted."""
    return datetime.combine(day, time(), HERE) if day.year > 1 else None


def _numbered(moment: datetime, apart: timedelta) -> int:
    """The id of the first event of a moment, or about: ids grow with time, and time has no index of its own.

    Rows are few between two that are looked at, so about 2 × log2 of their number are.
    """
    ends = Event.objects.order_by("pk")
    first, last = ends.values_list("pk", flat=True).first(), ends.values_list("pk", flat=True).last()
    if first is None or last is None:
        return 0
    moment += apart
    low, high = first, last + 1
    while low < high:
        middle = (low + high) // 2
        pk, then = ends.filter(pk__gte=middle).values_list("pk", "time").first() or (high, moment)
        if then < moment:
            low = pk + 1
        else:
            high = middle
    return low


def _deed(event: Event) -> Deed:
    told = row(event)
    subject = told.subject if _REFERENCE.fullmatch(told.subject) else ""
    return Deed(event.pk, event.unit.code, told.time, told.actor, told.kind, subject, told.data)
