"""Who looked at what: each look at a result, and each search, by a person or a program, leaves a row.

Threat model: a clerk curious about neighbours; a program that reads the archive empty; afterwards somebody who takes
the row away. So a look is written before anything is shown, and what cannot be written is not shown. Rows are sealed
every few minutes into a chain of hashes (`seal`), not one by one: looking must not wait for a chain; once a day the
chain's end goes into the events, and with these into their anchors. Accepted: rows that are not sealed yet can be
taken away unseen; the same look again within `AGAIN` seconds, in one process, leaves no second row; what was searched
for is not kept, since queries name people who need not even be in the archive.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import Look, Sheet
from catalog import events, exports
from catalog.configuration import told_plainly
from catalog.values import canonical, clip, day_of, now

AGAIN = 600.0
"""Seconds in which the same look of the same person at the same result counts once."""
AGAIN_SEARCHED = 10.0
"""The same for searches: while one types, each letter is one."""
_MOST_REMEMBERED = 20_000
_SEALED_AT_ONCE = 5_000


class What(StrEnum):
    """What was looked at."""

    PAGE = "page"
    """All that is known about the result, on a page or a form."""
    PICTURE = "picture"
    ARCHIVE = "archive"
    WORDS = "words"
    ORIGINAL = "original"
    REVIEW = "review"
    RECORD = "record"
    """All that is known about it, by a program."""
    SEARCH = "search"


@dataclass(frozen=True, slots=True)
class LookRow:
    """A look."""

    id: int
    time: datetime
    actor: str
    """A person's user name, or ``token:`` and the name of a program's token."""
    unit: str
    result: int | None
    what: What
    shown: int


@dataclass(frozen=True, slots=True)
class Asked:
    """Which looks are meant. Empty and None: all."""

    units: frozenset[str] | None = None
    actor: str = ""
    result: int | None = None


class _Remembered:
    """Looks that were written a moment ago. Safe from several threads."""

    def __init__(self) -> None:
        self._until: dict[tuple[str, int | None, str], float] = {}
        self._lock = threading.Lock()

    def has(self, key: tuple[str, int | None, str]) -> bool:
        with self._lock:
            return self._until.get(key, 0.0) > time.monotonic()

    def keep(self, key: tuple[str, int | None, str], seconds: float) -> None:
        with self._lock:
            if len(self._until) >= _MOST_REMEMBERED:
                self._until.clear()  # some looks then leave a second row, which does no harm
            self._until[key] = time.monotonic() + seconds


_remembered = _Remembered()


@told_plainly()
def note(actor: str, unit: str, result: int, what: What) -> None:
    """`actor` is about to be shown result `result` of `unit`; to be called before. One row."""
    _write((actor, result, what.value), AGAIN, unit, 1)


@told_plainly()
def note_search(actor: str, shown: int) -> None:
    """`actor` is about to be shown `shown` results that a search found."""
    if shown:
        _write((actor, None, What.SEARCH.value), AGAIN_SEARCHED, "", shown)


def _write(key: tuple[str, int | None, str], seconds: float, unit: str, shown: int) -> None:
    if _remembered.has(key):
        return
    actor, result, what = key
    Look.objects.create(time=now(), actor=clip(actor, 200), unit=unit, result=result, what=what, shown=shown)
    _remembered.keep(key, seconds)


@told_plainly()
def listing(asked: Asked, limit: int, before: int | None = None) -> tuple[LookRow, ...]:
    """The newest looks that are meant, of those with an id below `before`. Searches belong to no unit."""
    found: QuerySet[Look] = Look.objects.order_by("-pk")
    if asked.units is not None:
        found = found.filter(unit__in=asked.units)
    if asked.actor:
        found = found.filter(actor=asked.actor)
    if asked.result is not None:
        found = found.filter(result=asked.result)
    if before is not None:
        found = found.filter(pk__lt=before)
    return tuple(map(_row, found[:limit]))


@told_plainly()
def seal(limit: int = _SEALED_AT_ONCE) -> int:
    """Put looks that are not sealed yet on a new sheet; returns how many. Several processes may call it at once."""
    with transaction.atomic():
        last = Sheet.objects.select_for_update().order_by("-sequence").first()
        rows = list(Look.objects.select_for_update().filter(sheet=None).order_by("pk")[:limit])
        if not rows:
            return 0
        sequence, previous = (last.sequence + 1, last.hash) if last else (1, "")
        if Sheet.objects.filter(sequence=sequence).exists():  # somebody else was faster
            return 0
        sheet = Sheet.objects.create(
            sequence=sequence, time=now(), count=len(rows), previous=previous, hash=_hash(sequence, previous, rows)
        )
        Look.objects.filter(pk__in=[row.pk for row in rows]).update(sheet=sheet)
        if last is None or day_of(last.time) != day_of(sheet.time):
            _tell("looks.sealed", {"sheet": sequence, "hash": sheet.hash})
        return len(rows)


@told_plainly()
def verify() -> str:
    """What is wrong with the chain of sheets, in a sentence; empty: nothing. Unsealed looks are not looked at."""
    previous: Sheet | None = None
    for sheet in Sheet.objects.order_by("sequence").iterator(chunk_size=100):
        if previous and (sheet.sequence != previous.sequence + 1 or sheet.previous != previous.hash):
            return f"sheet {sheet.sequence} of looks does not follow the one before it"
        rows = list(sheet.looks.order_by("pk"))
        if len(rows) != sheet.count or _hash(sheet.sequence, sheet.previous, rows) != sheet.hash:
            return f"sheet {sheet.sequence} of looks was changed"
        previous = sheet
    told = [row for _unit, row in events.of_kind("looks.sealed")][-1:]
    known = {sheet.sequence: sheet.hash for sheet in [previous] if sheet}
    if told and (last := int(str(told[0].data["sheet"]))) > max(known, default=0):
        return f"sheet {last} of looks is missing"
    return ""


@told_plainly()
def clear_away(days: int) -> int:
    """Take away the looks that were sealed more than `days` days ago, with their sheets; returns how many looks."""
    with transaction.atomic():
        old = list(Sheet.objects.filter(time__lt=now() - timedelta(days=days)).values_list("pk", "sequence"))
        if not old:
            return 0
        gone, _kinds = Look.objects.filter(sheet__in=[pk for pk, _sequence in old]).delete()
        Sheet.objects.filter(pk__in=[pk for pk, _sequence in old]).delete()
        _tell("looks.cleared", {"looks": gone, "sheet": max(sequence for _pk, sequence in old)})
        return gone


def _tell(kind: str, data: dict[str, object]) -> None:
    """The event, in the chains of what is about the whole installation."""
    for unit in exports.chains(frozenset()):
        events.append_to(unit, kind, "looks", data)


def _hash(sequence: int, previous: str, rows: Iterable[Look]) -> str:
    content = [[row.pk, _utc(row.time), row.actor, row.unit, row.result, row.what, row.shown] for row in rows]
    return hashlib.sha256(canonical([sequence, previous, content]).encode()).hexdigest()


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _row(look: Look) -> LookRow:
    moment = look.time.astimezone(UTC)
    return LookRow(look.pk, moment, look.actor, look.unit, look.result, What(look.what), look.shown)
