"""A watched folder: files that are put into it come into a batch, each exactly once, or are refused with a reason.

Nothing is asked of the scanner or its share but that files can be renamed there. A file goes this way:

1. It is seen. While its size or time changes, or somebody on this machine writes to it, it is left alone.
2. Unchanged for `watch_settled` seconds, it is claimed, which only one watcher can do, and taken in (`arrivals.take`).
3. Taken in, it lies in ``_da-nhan``, by days. Refused, it lies in ``_tu-choi``, and the reason beside it. A file that
   was broken off is laid back and looked at again when it changes; it is refused after `watch_patience` seconds.

Where the share, the catalog or the object store is away, nothing is refused: claims stay, and are gone on with.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePath

from catalog.values import now, today
from core.errors import SohoaError, UsageError
from core.settings import WatchedFolder, settings
from pipeline.intake import RefusedFile
from pipeline.names import display_name
from pipeline.records import SplitRule
from staging import arrivals, batches, watch_reasons
from staging.records import NewBatch
from staging.refusals import BatchError
from staging.states import Sides, Way
from staging.watch_folder import Claim, Folder, days_ago
from staging.watch_moves import Sight

_log = logging.getLogger("sohoa.watch")
ACTOR = "watch"
"""Who brings files of a folder for which no operator is named."""
_UNDONE = frozenset(("truncated", "broken", "empty", "changed", "no-pages", "unscanned"))
"""Reasons that a file has which is still being written, or while the virus scanner is away: it waits for a while."""
_SHARE = frozenset(("unreadable", "gone"))
"""Reasons that a file has whose share goes away just then."""
_HEAD = 1024
"""Bytes at the start; all of them zero where room was made for a file that is still to be written."""
_SILENT = 12
"""A watcher that gave no sign for so many looks is dead …"""
_SILENT_SECONDS = 60.0
"""… if that is at least so long."""


class Happened(StrEnum):
    """What a watcher tells of."""

    TAKEN = "taken"
    ALREADY = "already"
    """The unit had these bytes; the file is put away with those that were taken in."""
    REFUSED = "refused"
    AWAY = "away"
    """The folder cannot be reached. Told once until it is back."""
    BACK = "back"
    TROUBLE = "trouble"
    """What all files need is away (catalog, store, room), or a file cannot be moved. Told once while it lasts."""


@dataclass(frozen=True, slots=True)
class Told:
    """Something that happened to a file or to the folder."""

    what: Happened
    name: str = ""
    """Of the file, as people see it."""
    reason: str = ""
    """REFUSED: of the door."""
    text: str = ""
    """A line for people."""


@dataclass(slots=True)
class _Seen:
    """A file that is waited for."""

    sight: Sight
    since: float
    """When it was first seen as it is (seconds of a clock that only runs forwards)."""
    refusal: RefusedFile | None = None
    """Why it was laid back, as it is now."""


class Watcher:
    """Looks after one folder. `once` is one look; `keep` looks until it is told to stop."""

    def __init__(self, watched: WatchedFolder, tell: Callable[[Told], None]) -> None:
        self._watched = watched
        self._folder = Folder(watched.path.expanduser())
        self._tell = tell
        self._waiting: dict[PurePath, _Seen] = {}
        self._batches: dict[str, int] = {}
        self._troubles: set[str] = set()
        self._away = False
        self._actor = watched.operator or ACTOR

    def keep(self, stop: threading.Event) -> None:
        """Look every `watch_every` seconds until `stop` is set."""
        every = settings().watch_every
        alive = threading.Thread(target=self._give_signs, args=(stop, every), name="sign of life", daemon=True)
        alive.start()
        try:
            while not stop.is_set():
                self.once(stop)
                stop.wait(every)
        finally:
            alive.join(every + 1)
            with suppress(OSError):
                self._folder.leave()

    def once(self, stop: threading.Event | None = None) -> None:
        """One look: files that have settled are taken in, oldest first."""
        try:
            self._look(stop or threading.Event())
        except OSError as error:
            if not self._away:
                self._tell(Told(Happened.AWAY, text=f"{self._folder.root}: {error.strerror or error}"))
            self._away = True
            return
        except SohoaError as error:
            self._complain(str(error))
            return
        if self._away:
            self._tell(Told(Happened.BACK, text=str(self._folder.root)))
        self._away = False

    def _complain(self, text: str) -> None:
        if text not in self._troubles:
            self._tell(Told(Happened.TROUBLE, text=text))
            self._troubles.add(text)

    def _look(self, stop: threading.Event) -> None:
        self._folder.give_sign()
        settled = self._settled()
        silent = max(_SILENT_SECONDS, _SILENT * settings().watch_every)
        before = len(self._troubles)
        for left in [*self._folder.mine(self._unseen), *self._folder.orphaned(silent, self._unseen)]:
            if stop.is_set():
                return
            self._one(left.relative, left, None)
        for relative in settled:
            if stop.is_set():
                return
            self._one(relative, None, self._waiting.pop(relative))
        if len(self._troubles) == before:
            self._troubles.clear()
        self._folder.clear_away(days_ago(today(), settings().watch_keep_days or -1))

    def _one(self, relative: PurePath, claim: Claim | None, seen: _Seen | None) -> None:
        """Go on with a claim, or claim a file. One that cannot be moved does not keep the others from coming in."""
        try:
            if claim is None and seen is not None:
                claim = self._folder.claim(relative, seen.sight)
            if claim is not None:
                self._take(claim, seen)
        except OSError as error:
            self._folder.require()
            self._complain(f"{display_name(relative.name)}: {error.strerror or error}")
        except SohoaError:
            raise
        except Exception as error:  # a fault of ours: the claim stays, and is looked at by people
            _log.exception("%s could not be taken in", display_name(relative.name))
            self._complain(f"{display_name(relative.name)}: {error!r}")

    def _unseen(self, error: OSError) -> None:
        """A place with claims cannot be looked into: the others are gone on with. Raises where the share is away."""
        self._folder.require()
        self._complain(f"{error.filename}: {error.strerror or error}")

    def _settled(self) -> list[PurePath]:
        """Files that nothing has happened to for long enough, oldest first. Remembers the others."""
        found = dict(self._folder.files())
        moment, current = time.monotonic(), settings()
        for gone in self._waiting.keys() - found.keys():
            del self._waiting[gone]
        ready = []
        for relative, sight in found.items():
            seen = self._waiting.get(relative)
            if seen is None or seen.sight != sight:
                seen = self._waiting[relative] = _Seen(sight, moment)
            patience = current.watch_patience
            still = moment - seen.since
            if still >= patience or (still >= current.watch_settled and not self._unfinished(relative, seen)):
                ready.append(relative)
        return sorted(ready, key=lambda relative: (found[relative].modified, str(relative)))

    def _unfinished(self, relative: PurePath, seen: _Seen) -> bool:
        """Whether a file that looks settled is not: it was broken off when looked into, or somebody has it open."""
        return seen.refusal is not None or self._folder.being_written(relative)

    def _take(self, claim: Claim, seen: _Seen | None) -> None:
        """Take a claimed file in. Leaves the claim as it is, and raises, where that cannot be done now."""
        batch = self._batch(claim.relative)
        try:
            try:
                accepted = arrivals.take(claim.path, claim.path.name, batch, self._actor, Way.WATCHED)
            except BatchError:  # it was closed meanwhile
                self._batches.clear()
                batch = self._batch(claim.relative)
                accepted = arrivals.take(claim.path, claim.path.name, batch, self._actor, Way.WATCHED)
        except RefusedFile as refusal:
            self._refused(claim, seen, refusal, batch)
            return
        self._folder.put_away(claim, today())
        self._tell(Told(Happened.TAKEN if accepted.new else Happened.ALREADY, display_name(claim.path.name)))

    def _refused(self, claim: Claim, seen: _Seen | None, refusal: RefusedFile, batch: int) -> None:
        if refusal.reason in _SHARE:
            self._folder.require()
            claim.path.lstat()  # raises where the share is away: then the file is not to blame
        undone = refusal.reason in _UNDONE or (refusal.reason == "unknown-type" and _to_be_written(claim))
        if undone and self._may_grow(claim, seen):
            sight = Sight.of(claim.path.lstat())
            back = self._folder.put_back(claim)
            since = seen.since if seen and seen.sight == sight else time.monotonic()
            self._waiting[back] = _Seen(sight, since, refusal)
            return
        arrivals.refuse(refusal, claim.path.name, batch, self._actor)
        name = display_name(claim.path.name)
        self._folder.refuse(claim, watch_reasons.note(name, refusal.reason, str(refusal), now()))
        self._tell(Told(Happened.REFUSED, name, refusal.reason, str(refusal)))

    def _may_grow(self, claim: Claim, seen: _Seen | None) -> bool:
        """Whether somebody may still be writing the file, or write it again, as far as patience goes."""
        patience = settings().watch_patience
        if seen is not None and Sight.of(claim.path.lstat()) == seen.sight:
            return time.monotonic() - seen.since < patience
        return patience > 0

    def _batch(self, relative: PurePath) -> int:
        """The batch that a file goes into."""
        watched = self._watched
        folder = relative.parts[0] if len(relative.parts) > 1 else self._folder.root.name
        day = today().isoformat()
        try:
            name = watched.batch.format(day=day, folder=display_name(folder))
        except (KeyError, IndexError, ValueError) as error:
            message = f"the name of the batch cannot be made from {watched.batch!r}: it may hold {{day}} and {{folder}}"
            raise UsageError(message) from error
        if name not in self._batches:
            self._batches[name] = batches.current(self._new(name), self._actor)
        return self._batches[name]

    def _new(self, name: str) -> NewBatch:
        watched = self._watched
        return NewBatch(
            unit=watched.unit,
            name=name,
            procedure=watched.procedure or None,
            box=watched.box,
            shelf=watched.shelf,
            operator=watched.operator,
            split=SplitRule(watched.split),
            sides=Sides(watched.sides),
        )

    def _give_signs(self, stop: threading.Event, every: float) -> None:
        """A file may take longer than others wait for a sign."""
        while not stop.wait(every):
            with suppress(OSError):
                self._folder.give_sign()


def _to_be_written(claim: Claim) -> bool:
    """Whether the file begins with nothing: those who copy over a network make room first, and write then."""
    with claim.path.open("rb") as file:
        return not any(file.read(_HEAD))


def require(watched: WatchedFolder) -> None:
    """Raise UsageError where a folder cannot be watched as it is asked for: no such folder, unknown unit."""
    from catalog import units

    if not watched.path.expanduser().is_dir():
        raise UsageError(f"{watched.path} is no folder: name the folder that the scanner writes to")
    units.require(watched.unit)
