"""A register comes in: read and compared first, then written as a whole; importing it again updates.

```python
table = columns.look(path, name, unit, said)
with importing.opened(table, order, heard) as read:
    counts = importing.compare(read, heard)           # a dry run
    done = importing.take(read, actor, Mode.GOOD_ROWS, heard)
    mending.write(read, path, tell)                   # the rest, to be mended
```

While a file is read nothing is written, and what is written is written in one transaction: a process that is killed
leaves nothing behind but a folder of work. Two imports of a unit wait for each other.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from catalog import events
from catalog.configuration import told_plainly
from catalog.locks import file_lock, in_turn
from catalog.models import Unit
from catalog.values import clip, now
from core.settings import settings
from registers import columns, dossiers, looking_again, spool, upserting
from registers.models import Import, Line
from registers.records import Counts, Taken
from registers.refusals import Refusal, RefusedRegisterError
from registers.rows import Order
from registers.spool import Spooled
from registers.states import Way
from spreadsheets import meant
from spreadsheets.meant import Table

PREFIX = "spool-"
"""How folders of work are called."""
_WAIT = 120.0
"""Seconds that an import waits for another one of its unit; longer than one of 100,000 rows takes to write."""


class Mode(StrEnum):
    """What is taken where some rows are bad."""

    ALL_OR_NOTHING = "all_or_nothing"
    GOOD_ROWS = "good_rows"


class Stage(StrEnum):
    """What an import is at."""

    READING = "reading"
    COMPARING = "comparing"
    WRITING = "writing"


Heard = Callable[[Stage, int], object]
"""Is told now and then what is being done, and with how many rows it is done."""


@dataclass(frozen=True, slots=True)
class Done:
    """What came of an import."""

    id: int
    counts: Counts


def silent(stage: Stage, rows: int) -> None:
    """Hears nothing."""


@contextmanager
def opened(table: Table, order: Order, heard: Heard = silent) -> Iterator[Spooled]:
    """A register, read from its first to its last row, for as long as the block lasts.

    Raises RefusedSheetError, UsageError.
    """
    above = settings().work / "registers"
    above.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=above, prefix=PREFIX) as folder:
        yield spool.read(table, order, Path(folder), lambda rows: heard(Stage.READING, rows))


def first(read: Spooled, number: int) -> tuple[Taken, ...]:
    """The first rows as they would be taken."""
    return tuple(islice((one for chunk in read.good() for one in chunk), number))


@told_plainly()
def compare(read: Spooled, heard: Heard = silent) -> Counts:
    """What taking it would do; writes nothing."""
    begun = upserting.begun(read.ids[unit] for unit in read.covers)
    new = changed = same = told = done = 0
    others: set[int] = set()
    for chunk in read.good():
        found = upserting.compare([one.line for one in chunk if one.line], read.ids, begun, read.given)
        new, changed, same = new + len(found.new), changed + len(found.changed), same + len(found.same)
        others |= found.others
        told += dossiers.count_changes([one.dossier for one in chunk if one.dossier], read.ids)
        done += len(chunk)
        heard(Stage.COMPARING, done)
    covers = {unit: cover.as_json() for unit, cover in read.covers.items()}
    rows = standing(covers, read.ids).values_list("pk", "unit__code", "key").iterator(chunk_size=5_000)
    gone = sum((unit, bytes.fromhex(key)) not in read.keys and pk not in others for pk, unit, key in rows)
    return Counts(read.rows, new, changed, same, read.bad, told, read.doubtful, gone)


@told_plainly()
def take(read: Spooled, unit: str, actor: str, mode: Mode, heard: Heard = silent) -> Done:
    """Take it into the register of `unit` (rows may name others), and remember what its columns mean.

    Raises RefusedRegisterError where rows are bad and all or nothing was asked for, where no row is good, and where
    another import of the unit does not end.
    """
    if read.bad and mode is Mode.ALL_OR_NOTHING:
        raise RefusedRegisterError(Refusal.BAD_ROWS, f"{read.bad} rows are bad: nothing was taken")
    if read.rows == read.bad:
        raise RefusedRegisterError(Refusal.NOTHING, "no row can be taken")
    lock = settings().work / "registers" / f"{unit}.lock"
    with file_lock(lock, _WAIT) as mine:
        if not mine:
            raise RefusedRegisterError(Refusal.AT_WORK, "another import of this unit is at work: wait until it is done")
        with transaction.atomic(), events.acting(actor):
            return _written(read, unit, actor, heard)


def _written(read: Spooled, unit: str, actor: str, heard: Heard) -> Done:
    for code in sorted({unit, *read.covers}):  # rows may name other units: theirs wait as well, in one order
        in_turn(f"register:{code}")
    time = now()
    covers = {code: cover.as_json() for code, cover in read.covers.items()}
    source = Import.objects.create(
        unit_id=unit,
        way=Way.FILE.value,
        name=clip(read.table.name, 400),
        sha256=read.sha256,
        meanings=read.table.letters,
        actor=clip(actor, 200),
        time=time,
        refused=read.bad,
        covers=covers,
    )
    begun = upserting.begun(read.ids[code] for code in read.covers)
    told = done = 0
    results: set[int] = set()
    for chunk in read.good():
        found = upserting.compare([one.line for one in chunk if one.line], read.ids, begun, read.given)
        upserting.write(found, read.ids, source, time)
        told += dossiers.fill([one.dossier for one in chunk if one.dossier], read.ids, source, time)
        source.new, source.changed = source.new + len(found.new), source.changed + len(found.changed)
        source.same += len(found.same)
        results |= found.results
        done += len(chunk)
        heard(Stage.WRITING, done)
    source.save(update_fields=["new", "changed", "same"])
    if source.new or source.changed:
        looking_again.of_units(read.covers)
    looking_again.of_results(results)
    columns.save(unit, meant.titles(read.table), actor)
    gone = missing(source, read.ids).count()
    counts = Counts(read.rows, source.new, source.changed, source.same, read.bad, told, read.doubtful, gone)
    events.append(unit, "register.imported", f"register-import:{source.pk}", _told(counts, source, read))
    return Done(source.pk, counts)


def missing(source: Import, ids: Mapping[str, int] | None = None) -> QuerySet[Line]:
    """Lines that stand, of what the file is about, that were in a file before and not in this one."""
    known = ids if ids is not None else dict(Unit.objects.filter(code__in=source.covers).values_list("code", "pk"))
    return standing(source.covers, known).filter(seen__lt=source.pk)


def standing(covers: Mapping[str, Any], ids: Mapping[str, int]) -> QuerySet[Line]:
    """Lines out of files that stand, of the days, types and procedures that a file is about."""
    wanted = Q(pk__in=[])
    for code, cover in covers.items():
        about = Q(unit=ids[code])
        if cover["first"]:
            about &= Q(issue_date__range=(date.fromisoformat(cover["first"]), date.fromisoformat(cover["last"])))
        else:
            about &= Q(issue_date=None)
        for name, column in (("types", "document_type"), ("procedures", "procedure")):
            if cover[name]:
                about &= Q(**{f"{column}__in": cover[name]})
        wanted |= about
    return Line.objects.filter(wanted, withdrawn=None, seen__isnull=False)


def _told(counts: Counts, source: Import, read: Spooled) -> dict[str, object]:
    return {
        "import": source.pk,
        "sha256": read.sha256,
        "rows": counts.rows,
        "new": counts.new,
        "changed": counts.changed,
        "same": counts.same,
        "refused": counts.refused,
        "missing": counts.missing,
        "units": sorted(read.covers),
    }
