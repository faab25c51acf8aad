"""From one set of services to another: objects from store to store, rows from database to database."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import catalog
from catalog import events
from core.errors import NotFoundError, ServiceError, StorageError, UsageError
from core.settings import settings
from preservation.backup import loading, snapshot
from preservation.backup.format import Progress
from preservation.backup.loading import Source
from preservation.backup.restoring import kind_of
from preservation.backup.snapshot import Snapshot
from preservation.backup.tables import Table, all_tables, reader, writer
from storage import ObjectStore, hash_of

_JOBS = 4
_AT_ONCE = 64
_PASSES = 5
"""Passes over what came meanwhile, after which somebody seems to write faster than we copy."""
_END = "\x7f"
"""Behind all keys."""


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of the objects of a store."""

    objects: int
    """In the old store."""
    copied: int
    already: int
    """They were in the new store before."""
    damaged: tuple[str, ...]
    """Keys of those whose bytes are not what was kept; they were not copied."""


def objects(old: ObjectStore, new: ObjectStore, say: Callable[[Progress], None]) -> Moved:
    """Copy all objects, each read back against its hash, until a pass finds nothing new in the old store.

    Run again, it goes on. The old store is left as it is. Raises UsageError where the two are one.
    """
    old.check()
    new.check()
    copied, already, damaged = 0, 0, dict[str, None]()
    count = 0
    for number in range(_PASSES):
        fresh = count = 0
        with _folder() as folder, ThreadPoolExecutor(_JOBS) as pool:
            waiting = _lacking(old, new)
            while some := list(islice(waiting, _AT_ONCE)):
                lacking = [key for key, there in some if not there]
                count += len(some)
                for key, good in pool.map(partial(_copy, old, new, Path(folder)), lacking):
                    if good:
                        fresh += 1
                    elif good is not None:
                        damaged[key] = None
                say(Progress("objects", copied + fresh, 0))
        copied += fresh
        already = count - fresh - len(damaged) if number == 0 else already
        if not fresh:
            break
    return Moved(count, copied, already, tuple(damaged))


def _lacking(old: ObjectStore, new: ObjectStore) -> Iterator[tuple[str, bool]]:
    """Each key of `old`, in order, and whether `new` has it: both are read along once."""
    theirs = new.keys()
    next_one = next(theirs, _END)
    for key in old.keys():  # noqa: SIM118
        while next_one < key:
            next_one = next(theirs, _END)
        yield key, next_one == key


def _copy(old: ObjectStore, new: ObjectStore, folder: Path, key: str) -> tuple[str, bool | None]:
    """Whether it was copied; None: it was taken away meanwhile. Faults of the new store end the work."""
    path = folder / uuid.uuid4().hex
    try:
        try:
            old.fetch(key, path)
        except NotFoundError:
            return key, None
        except StorageError:
            return key, False
        new.put(path, hash_of(key), kind_of(path))
        return key, True
    finally:
        path.unlink(missing_ok=True)


def rows(old: dict[str, Any], say: Callable[[Progress], None], *, replace: bool = False) -> int:
    """Bring all rows of the database `old` (as in Django's DATABASES) into the empty one that Django stands on.

    Nobody may write to `old` meanwhile: if somebody did, ServiceError is raised at the end, and the new one is not to
    be used. Raises UsageError where the new one is not empty and is not to be replaced.
    """
    if not replace:
        loading.require_empty()
    with snapshot.taken(old) as state:
        migrations, chains = state.migrations(), state.chains()
        loading.require_known(migrations)
        sources = (_source(state, table) for table in all_tables() if _has(state, table))
        count = loading.load(migrations, sources, say)
        before = _mark(state)
    catalog.migrate()
    for unit in chains:
        verdict = events.verify(unit)
        if not verdict.sound:
            raise StorageError(f"events of {unit} are not as they were written ({verdict.reason}): run `sohoa verify`")
    with snapshot.taken(old) as later:
        if (later.chains(), _mark(later)) != (chains, before):
            raise ServiceError("somebody wrote to the old catalog meanwhile: stop everything, then run this again")
    return count


def require_other(old: str, new: str, what: str) -> None:
    """Raise UsageError where both addresses are one."""
    if old == new:
        raise UsageError(f"both are the same {what}: say where to with `--to URL`")


def _has(state: Snapshot, table: Table) -> bool:
    """Whether the old database has the table: one from an earlier version lacks those that came since."""
    with state.connection.cursor() as cursor:
        return table.name in state.connection.introspection.table_names(cursor)


def _source(state: Snapshot, table: Table) -> Source:
    write, read = writer(table, state.connection), reader(table.columns)
    return Source(table.name, table.columns, state.sequence(table), (read(write(row)) for row in state.rows(table)))


def _mark(state: Snapshot) -> tuple[int, ...]:
    """What changes whenever results, scans or people do, whether an event tells of it or not."""
    names = ("catalog_result", "catalog_scan", "catalog_outbox", "catalog_event", "accounts_user", "accounts_token")
    return tuple(state.largest(name) for name in names)


def _folder() -> TemporaryDirectory[str]:
    work = settings().work
    work.mkdir(parents=True, exist_ok=True, mode=0o700)
    return TemporaryDirectory(prefix="move-", dir=work)
