"""Telling search what the catalog recorded: the outbox is read, applied to the index, and ticked off.

Only one process of a machine writes to the index at a time (the embedded index takes one writer), under a
file lock. When search is away, results stay pending; the next drain catches up.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from catalog import outbox
from catalog.locks import file_lock
from catalog.records import OutboxEntry, SearchRow
from core import outages
from core.errors import ServiceError
from core.settings import settings
from flows.bench import OneAtATime, Tally
from indexing import Delete, SearchDocument, SearchIndex, Upsert, open_index

BATCH = 100
"""Results that are told of at once."""
EVERY = 3.0
"""Seconds between two drains while work goes on."""
AGAIN = 15.0
"""Seconds until a search that was away is asked again."""
PATIENCE = 60.0
"""Seconds that a run waits at its end for another process that writes to the index."""


def search_index() -> SearchIndex:
    """The index of the settings; the caller closes it."""
    return open_index(settings().search_url, settings().search_index, settings().root / "index")


@contextmanager
def writing(wait: float | None) -> Iterator[bool]:
    """The right to write to the index, for one process of this machine; gives whether it was had in time."""
    path: Path = settings().root / "index.lock"
    try:
        with file_lock(path, wait) as mine:
            yield mine
    except OSError as error:
        raise ServiceError(f"the lock {path} cannot be taken ({error}): mend the rights of its folder") from error


def search_document(row: SearchRow) -> SearchDocument:
    """The catalog's row as search takes it."""
    return SearchDocument(
        id=row.id,
        version=row.version,
        unit=row.unit,
        number=row.number,
        document_type=row.document_type,
        issuer=row.issuer,
        issue_date=row.issue_date,
        subject=row.subject,
        holder=row.holder,
        co_holder=row.co_holder,
        ids=(*row.ids, *([row.register_number] if row.register_number else [])),
        signer=row.signer,
        sector=row.sector,
        source=row.source,
        first_page=row.first_page,
        last_page=row.last_page,
        text=row.text,
        dossier=row.dossier,
        linked_ids=row.linked_ids,
        confidential=row.confidential,
        state=row.state,
        status=row.status,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        delivered=row.delivered,
        tracking=row.tracking,
    )


def drain(index: SearchIndex, told: Callable[[int], None]) -> None:
    """Tell search of all that waits; to be called inside of `writing`. `told` hears of how many it learned.

    A result that the index does not take alone stays pending while the others go on; then, or when the
    index is away, ServiceError is raised.
    """
    after, refused = 0, ""
    bad = 0
    while entries := outbox.pending(BATCH, after):
        after = entries[-1].id
        try:
            told(_apply(index, entries))
        except ServiceError:
            index.check()  # raises when search itself is away
            for entry in entries:
                try:
                    told(_apply(index, (entry,)))
                except ServiceError as error:
                    bad, refused = bad + 1, str(error)
    if bad:
        raise ServiceError(f"it did not take {bad} results ({refused})")


def _apply(index: SearchIndex, entries: tuple[OutboxEntry, ...]) -> int:
    wanted = {entry.result for entry in entries}
    rows = outbox.search_documents(wanted)
    gone = outbox.disposed_among(wanted - {row.id for row in rows})
    index.apply([*(Upsert(search_document(row)) for row in rows), *(Delete(id, at) for id, at in gone.items())])
    outbox.done(entries)
    return len(rows) + len(gone)


class Drainer:
    """Drains now and then while a run works, and once more at its end; a search that is away is told of once."""

    def __init__(self, tally: Tally, progress: OneAtATime) -> None:
        self._tally = tally
        self._progress = progress
        self._turn = threading.Lock()
        self._next = 0.0
        self._away = 0.0

    def soon(self) -> None:
        """Drain unless it was done a moment ago, somebody else is at it, or search is away."""
        if time.monotonic() < max(self._next, self._away) or not self._turn.acquire(blocking=False):
            return
        try:
            self._drain(wait=0)
        finally:
            self._next = time.monotonic() + EVERY
            self._turn.release()

    def last(self) -> None:
        """Drain what is left, with patience."""
        with self._turn:
            self._drain(PATIENCE)

    def _drain(self, wait: float) -> None:
        try:
            with writing(wait) as mine, search_index() as index:
                if mine:
                    drain(index, lambda told: self._tally.add(indexed=told))
                    outages.over("search")
                    self._away = 0.0
        except ServiceError as error:
            if error.away:
                outages.note(error.away, str(error))
            first, self._away = not self._away, time.monotonic() + AGAIN
            if first:
                self._progress.line(f"search is not up to date: {error}. The results are safe and wait for it")
