"""Reading objects again: are the bytes still those that were kept, here and in the second copy?

What is bad or missing in one place is put back from the other, after that one's bytes were held against the hash: good
bytes never give way to bad ones. A round goes through all keys in order, keeps how far it came, and goes on from there
when it was interrupted, however that happened.
"""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from catalog import graves, holdings
from catalog.holdings import Named
from core.errors import NotFoundError, StorageError
from core.settings import settings
from preservation.backup.restoring import kind_of
from preservation.fixity import faults, rounds
from preservation.fixity.faults import End
from preservation.fixity.findings import Code, Finding
from storage import ObjectStore, hash_of, open_store

_EVERY = 200
"""Objects after which the round is kept."""
_SECONDS = 5.0
"""Or seconds."""
_NEVER = threading.Event()


@dataclass(slots=True)
class Read:
    """What came of it so far."""

    objects: int = 0
    bytes: int = 0
    copied: int = 0
    """Objects that the second copy did not have."""
    restored: int = 0
    findings: list[Finding] = field(default_factory=list)
    """Those that stand: first of all what could not be put back."""
    complete: bool = False
    """Whether the round is at its end."""


@dataclass(frozen=True, slots=True)
class Wish:
    """How to read."""

    rate: float = 0.0
    """Bytes a second at most; 0: as fast as it goes."""
    seconds: float = 0.0
    """After so many the round is left to the next call; 0: to its end."""
    restore: bool = True
    """Whether to put back what is bad or missing from the other copy."""
    anew: bool = False
    """Whether to begin at the first key, whatever was read before."""


def read(
    store: ObjectStore,
    second: ObjectStore | None,
    wish: Wish,
    say: Callable[[Read], None] = lambda done: None,
    stop: threading.Event = _NEVER,
) -> Read:
    """Read objects of the open round, or of a new one, until its end or as long as wished.

    Raises ServiceError where a store or the database is away; the next call goes on.
    """
    begun = rounds.begin()
    if wish.anew and begun.cursor:
        rounds.end(begun.id)
        begun = rounds.begin()
    done, pace, kept = Read(), _Pace(wish.rate), _Kept(begun.id)
    deadline = time.monotonic() + wish.seconds if wish.seconds else float("inf")
    work = settings().root / "work"
    work.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(prefix="fixity-", dir=work) as folder:
        reader = _Reader(store, second, Path(folder) / "object", wish.restore, done)
        for key, rows in _by_key(begun.cursor):
            if stop.is_set() or time.monotonic() >= deadline:
                kept.keep(done)
                return done
            size = reader.one(key, rows)
            done.objects, done.bytes = done.objects + 1, done.bytes + size
            kept.at(key, done)
            say(done)
            pace.wait(size)
    kept.keep(done)
    rounds.end(begun.id)
    faults.gone((Code.ALTERED, Code.MISSING), begun.started)
    done.complete = True
    return done


def _by_key(after: str) -> Iterator[tuple[str, list[Named]]]:
    """Each key behind `after`, with the rows that name it."""
    rows: list[Named] = []
    for named in holdings.named():
        if named.key <= after:
            continue
        if rows and rows[0].key != named.key:
            yield rows[0].key, rows
            rows = []
        rows.append(named)
    if rows:
        yield rows[0].key, rows


class _Reader:
    """Reads one object after the other in both places."""

    def __init__(self, store: ObjectStore, second: ObjectStore | None, part: Path, restore: bool, done: Read) -> None:
        self._store, self._second, self._part, self._restore, self._done = store, second, part, restore, done

    def one(self, key: str, rows: list[Named]) -> int:
        """Read the object; gives how many bytes that were."""
        try:
            hash_of(key)
        except StorageError:  # a row that somebody edited: `consistency` tells of it
            return 0
        wrong = self._fetched(self._store, key)
        size = self._part.stat().st_size if wrong is None else 0
        if self._second is None:
            if wrong is not None:
                self._tell(wrong, key, rows, "the object store", None)
            return size
        if wrong is None:
            self._look_at_second(key, rows)
            return size
        other = self._fetched(self._second, key)
        if other is None and self._restore:
            self._store.put(self._part, hash_of(key), kind_of(self._part), anew=True)
            self._tell(wrong, key, rows, "the object store", End.RESTORED)
        else:
            self._tell(wrong, key, rows, "the object store", None)
            if other is Code.ALTERED:
                self._tell(other, key, rows, "the second copy", None)
        return size

    def _look_at_second(self, key: str, rows: list[Named]) -> None:
        """`_part` holds the good bytes: the second copy gets them where it has none, or others."""
        assert self._second is not None
        good = self._part.with_name("good")
        self._part.replace(good)
        wrong = self._fetched(self._second, key)
        if wrong is None or not self._restore:
            if wrong is Code.ALTERED:
                self._tell(wrong, key, rows, "the second copy", None)
            return
        self._second.put(good, hash_of(key), kind_of(good), anew=True)
        if wrong is Code.MISSING:
            self._done.copied += 1
        else:
            self._tell(wrong, key, rows, "the second copy", End.RESTORED)

    def _fetched(self, place: ObjectStore, key: str) -> Code | None:
        """Read an object to `_part`; gives what is wrong with it."""
        try:
            place.fetch(key, self._part)
        except NotFoundError:
            return Code.MISSING
        except StorageError:  # the bytes have another hash
            return Code.ALTERED
        return None

    def _tell(self, code: Code, key: str, rows: list[Named], where: str, how: End | None) -> None:
        for named in rows:
            if code is Code.MISSING and not graves.named([key]):
                continue  # it was disposed of meanwhile
            wrong = "is not there" if code is Code.MISSING else "has other bytes than those that were kept"
            remedy = "it was put back from the other copy" if how else "restore it from a backup (docs/backup.md)"
            text = f"the {named.what} of {named.subject} in {where} {wrong} ({key}): {remedy}"
            finding = Finding(code, named.subject, text, key, named.unit)
            if how is None:
                faults.note(finding)
                self._done.findings.append(finding)
            else:
                faults.end(finding, how)
        self._done.restored += how is not None


class _Pace:
    """Sleeps so that no more than so many bytes a second are read."""

    def __init__(self, rate: float) -> None:
        self._rate, self._begun, self._bytes = rate, time.monotonic(), 0

    def wait(self, size: int) -> None:
        if not self._rate:
            return
        self._bytes += size
        ahead = self._bytes / self._rate - (time.monotonic() - self._begun)
        if ahead > 0:
            time.sleep(ahead)


class _Kept:
    """Keeps how far the round is, now and then."""

    def __init__(self, round: int) -> None:
        self._round, self._key = round, ""
        self._objects = self._bytes = self._copied = 0
        self._next = time.monotonic() + _SECONDS

    def at(self, key: str, done: Read) -> None:
        self._key = key
        if done.objects - self._objects >= _EVERY or time.monotonic() >= self._next:
            self.keep(done)

    def keep(self, done: Read) -> None:
        if not self._key:
            return
        rounds.step(
            self._round,
            self._key,
            done.objects - self._objects,
            done.bytes - self._bytes,
            done.copied - self._copied,
        )
        self._objects, self._bytes, self._copied = done.objects, done.bytes, done.copied
        self._next = time.monotonic() + _SECONDS


def opened_second() -> ObjectStore | None:
    """The second copy of the settings; None: there is none. Raises SettingsError."""
    url = settings().second_copy_url
    return open_store(url) if url else None
