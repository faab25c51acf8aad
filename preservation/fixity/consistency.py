"""Is all where it belongs: objects and rows, the index and the catalog, events, and rows as their events tell.

Nothing is locked and nobody waits. So whatever looks wrong is looked at once more before it is told: work may have gone
on in between. Memory does not grow with the archive: both sides are read along in the same order.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress

from catalog import events, facts, graves, holdings, units
from catalog.holdings import Named
from core.errors import NotFoundError, StorageError
from indexing import SearchIndex
from preservation.fixity.findings import Code, Finding
from storage import ObjectStore, key_of

_RESTORE = "restore it: `sohoa verify --restore`, or from a backup"
_AT_ONCE = 500


def check(store: ObjectStore, index: SearchIndex | None = None, grace: float = 0.0) -> Iterator[Finding]:
    """All that is not as it should be; objects' bytes are not read (`preservation.fixity.reading` does).

    `index`: None leaves search out. `grace`: seconds that an object may lie without a row, because whoever put it
    there is about to record it. Raises ServiceError where something is away.
    """
    yield from objects(store, grace)
    if index is not None:
        yield from search(index)
    for unit in units.listing():
        yield from of_unit(unit.code)


def objects(store: ObjectStore, grace: float = 0.0) -> Iterator[Finding]:
    """Rows without objects and objects without rows."""
    doomed, strays = holdings.doomed(), _Strays(store, grace)
    there = store.keys()
    key = next(there, None)
    previous = None
    for named in holdings.named():
        while key is not None and key < named.key:
            if key not in doomed and key != previous:
                yield from strays.add(key)
            key = next(there, None)
        if named.key == key:
            previous = key  # other rows may name it as well
        elif named.key != previous:
            yield from _missing(store, named)
        yield from _misnamed(named)
    while key is not None:
        if key not in doomed and key != previous:
            yield from strays.add(key)
        key = next(there, None)
    yield from strays.look()


def search(index: SearchIndex) -> Iterator[Finding]:
    """Where the index says something else than the catalog."""
    found = index.versions()
    entry = next(found, None)
    for id, version in holdings.versions():
        while entry is not None and entry[0] < id:
            yield from _foreign(entry[0])
            entry = next(found, None)
        if entry is None or entry[0] > id:
            yield from _unknown(id)
        else:
            if entry[1] != version:
                yield from _stale(id, entry[1])
            entry = next(found, None)
    while entry is not None:
        yield from _foreign(entry[0])
        entry = next(found, None)


def of_unit(code: str) -> Iterator[Finding]:
    """Events of a unit that are not as they were written, and results that do not state what their events tell."""
    verdict = events.verify(code)
    if not verdict.sound:
        text = f"the events of {code} were tampered with: {verdict.reason}; compare with a backup, and ask who could"
        yield Finding(Code.CHAIN, f"unit:{code}", text, unit=code)
    for one in facts.altered(code):
        says = {
            "facts": "does not state what its last event says that it does",
            "text": "has another text than when it was recorded",
            "events": "has no event that tells of its recording",
        }[one.what]
        text = f"result {one.result} of {code} {says}: somebody changed the database; compare with a backup"
        yield Finding(Code.ROW, f"result:{one.result}", text, unit=code)


def _missing(store: ObjectStore, named: Named) -> Iterator[Finding]:
    if not store.exists(named.key) and graves.named([named.key]):
        text = f"the {named.what} of {named.subject} is not in the object store ({named.key}): {_RESTORE}"
        yield Finding(Code.MISSING, named.subject, text, named.key, named.unit)


def _misnamed(named: Named) -> Iterator[Finding]:
    with suppress(StorageError):
        if key_of(named.sha256) == named.key:
            return
    text = (
        f"{named.subject} says that its {named.what} has the hash {named.sha256[:12]}… and names {named.key[:40]}…: "
        "somebody changed the database; compare with a backup"
    )
    yield Finding(Code.ROW, named.subject, text, named.key, named.unit)


class _Strays:
    """Objects that seem to have no row, looked at once more, many at a time."""

    def __init__(self, store: ObjectStore, grace: float) -> None:
        self._store, self._grace = store, grace
        self._keys: list[str] = []

    def add(self, key: str) -> Iterator[Finding]:
        """One more; gives what is found when there are enough to look."""
        self._keys.append(key)
        if len(self._keys) >= _AT_ONCE:
            yield from self.look()

    def look(self) -> Iterator[Finding]:
        """Those that still have none."""
        keys, self._keys = self._keys, []
        known = graves.named(keys)
        for key in keys:
            if key in known or holdings.arriving(key.rpartition("/")[2]):
                continue
            with suppress(NotFoundError):  # it went meanwhile
                if time.time() - self._store.put_at(key).timestamp() >= self._grace:
                    text = f"no row names the object {key}: `sohoa verify --tidy` puts it away"
                    yield Finding(Code.STRAY, f"object:{key}", text, key)


def _unknown(id: int) -> Iterator[Finding]:
    if holdings.version(id) is not None and not holdings.waits_for_search(id):
        yield Finding(Code.UNINDEXED, f"result:{id}", f"search does not know result {id}: run `sohoa reindex`")


def _stale(id: int, version: int) -> Iterator[Finding]:
    now = holdings.version(id)
    if now is not None and now != version and not holdings.waits_for_search(id):
        text = f"search knows result {id} as it was (version {version} of {now}): run `sohoa reindex`"
        yield Finding(Code.STALE, f"result:{id}", text)


def _foreign(id: int) -> Iterator[Finding]:
    if holdings.version(id) is None and not holdings.waits_for_search(id):
        text = f"search finds result {id}, which the catalog does not have: run `sohoa reindex`"
        yield Finding(Code.FOREIGN, f"result:{id}", text)
