"""The folder that is watched: what lies in it, and moving files in it so that nothing is lost or taken twice.

Guards against: several watchers at once (a file is claimed by renaming it into a folder of the claimer's own, which
only one of them can do), watchers that die (their claims are taken over when they give no sign of life), files of the
same name (nothing is ever written over), links (never followed: every folder on the way to a file is opened by itself),
a share that goes away (nothing is made in a folder that is empty, as a mount point is when its share is gone), and a
share that answers with errors (a place is cleared only as far as its folders are empty, whatever it seemed to hold).

Accepted risk: a writer who pauses for longer than `watch_settled` and leaves a sound file each time is taken to be
done, unless the file lies on this machine's own disk, where it is seen that somebody still has it open.
"""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import signal
import stat
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path, PurePath

from staging import watch_moves
from staging.watch_moves import Sight

CLAIMED, TAKEN, REFUSED = "_dang-nhan", "_da-nhan", "_tu-choi"
"""Folders for files that are being taken in, that were, and that were refused ("đang nhận", "đã nhận", "từ chối")."""
OURS = (CLAIMED, TAKEN, REFUSED)
NOTE = ".ly-do.txt"
"""Ending of the file beside a refused one that says why ("lý do")."""
_IGNORED = frozenset(("thumbs.db", "desktop.ini"))
_ALIVE = "alive"
_RACES = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP)


@dataclass(frozen=True, slots=True)
class Claim:
    """A file that is this watcher's own."""

    path: Path
    relative: PurePath
    """Where it lay below the watched folder."""


class Folder:
    """One watched folder, as one watcher sees it. Methods raise OSError where the folder is away."""

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()
        self.run = self.root / CLAIMED / uuid.uuid4().hex

    def files(self) -> Iterator[tuple[PurePath, Sight]]:
        """All that lies in it and is no folder, with its path below it. Hidden files and our own folders are left out.

        Links are given out and not followed. A folder that goes away meanwhile is passed over, but not this one.
        """
        waiting = [PurePath()]
        while waiting:
            below = waiting.pop()
            try:
                with os.scandir(self.root / below) as entries:
                    found = sorted(entries, key=lambda entry: entry.name)
            except OSError:
                if below == PurePath():
                    raise
                continue
            for entry in found:
                path = below / entry.name
                if entry.name.startswith(".") or entry.name.lower() in _IGNORED or str(path) in OURS:
                    continue
                with suppress(FileNotFoundError):
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(path)
                    else:
                        yield path, Sight.of(entry.stat(follow_symlinks=False))

    def require(self) -> None:
        """Raises OSError where the folder cannot be reached."""
        with os.scandir(self.root):
            pass

    def being_written(self, relative: PurePath) -> bool:
        """Whether somebody on this machine has the file open for writing; False where that cannot be told."""
        try:
            handle = os.open(self.root / relative, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError:
            return False
        try:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                return False
            fcntl.fcntl(handle, fcntl.F_SETSIG, signal.SIGURG)  # SIGIO, if a writer came just now, would end us
            fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_RDLCK)
            fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_UNLCK)
        except OSError as error:
            return error.errno == errno.EAGAIN
        finally:
            os.close(handle)
        return False

    def claim(self, relative: PurePath, sight: Sight) -> Claim | None:
        """Make the file ours; None where it is gone, somebody else was quicker, or it no longer looks like that."""
        self._settle_in()
        place = self.run / uuid.uuid4().hex
        target = place / relative
        target.parent.mkdir(parents=True)
        try:
            with watch_moves.opened(self.root, relative.parent) as folder:
                os.rename(relative.name, target, src_dir_fd=folder)
        except OSError as error:
            if not os.path.lexists(target):  # else it was done, and only the answer was lost
                watch_moves.clear(target.parent, self.run)
                if error.errno in _RACES:
                    return None
                raise
        claim = Claim(target, relative)
        if Sight.of(os.lstat(target)) != sight:
            self.put_back(claim)
            return None
        return claim

    def put_back(self, claim: Claim) -> PurePath:
        """Lay the file back where it was, under another name where that is taken; gives where it lies now."""
        lies = watch_moves.move(claim.path, self.root / claim.relative)
        self._forget(claim)
        return lies.relative_to(self.root)

    def put_away(self, claim: Claim, day: date) -> None:
        """The file was taken in."""
        watch_moves.move(claim.path, self.root / TAKEN / day.isoformat() / claim.relative)
        self._forget(claim)

    def refuse(self, claim: Claim, text: str) -> None:
        """Lay the file among the refused ones, `text` beside it; the text first, so that none lies without."""
        lies = watch_moves.free(self.root / REFUSED / claim.relative)
        beside = None
        try:
            beside = watch_moves.free(lies.with_name(watch_moves.cut(lies.name, NOTE) + NOTE))
            beside.write_text(text, encoding="utf-8", errors="replace")
        except OSError:
            for own in filter(None, (lies, beside)):  # the name that was held, and half a text
                with suppress(OSError):
                    own.unlink()
            raise
        try:
            watch_moves.replace(claim.path, lies)
        except OSError:
            with suppress(OSError):
                if os.path.lexists(claim.path) and not lies.stat().st_size:  # it did not go, and holds nothing
                    lies.unlink()
                    beside.unlink()
            raise
        self._forget(claim)

    def give_sign(self) -> None:
        """A sign of life, if this watcher has made itself known in the folder."""
        with suppress(FileNotFoundError):
            os.utime(self.run / _ALIVE)

    def mine(self, unseen: Callable[[OSError], None]) -> Iterator[Claim]:
        """Claims of this watcher that it did not get done with; `unseen` is told of places that cannot be seen into."""
        for place in watch_moves.folders(self.run):
            yield from _claims_at(place, unseen)

    def orphaned(self, silent: float, unseen: Callable[[OSError], None]) -> Iterator[Claim]:
        """Claims of watchers that gave no sign for `silent` seconds, made this watcher's own; `unseen` as in `mine`.

        Times are those of the share, as clocks of machines differ.
        """
        others = [run for run in watch_moves.folders(self.root / CLAIMED) if run != self.run]
        if not others:
            return
        self._settle_in()
        self.give_sign()
        now = (self.run / _ALIVE).stat().st_mtime
        for run in others:
            with suppress(FileNotFoundError):  # it ends, or another watcher takes over as well
                alive = run / _ALIVE
                if now - (alive if alive.exists() else run).stat().st_mtime > silent:
                    yield from self._take_over(run, unseen)

    def clear_away(self, before: date) -> int:
        """Remove what was taken in before that day; returns how many days' folders."""
        count = 0
        for folder in watch_moves.folders(self.root / TAKEN):
            with suppress(ValueError):
                if date.fromisoformat(folder.name) < before:
                    shutil.rmtree(folder, ignore_errors=True)
                    count += 1
        return count

    def leave(self) -> None:
        """Take this watcher's own folder away, if there is nothing in it."""
        with suppress(OSError):
            if not any(True for _ in self.mine(_raised)):
                (self.run / _ALIVE).unlink(missing_ok=True)
                watch_moves.clear(self.run, self.root)

    def _settle_in(self) -> None:
        if (self.run / _ALIVE).exists():
            return
        for folder in (self.root / CLAIMED, self.run):
            folder.mkdir(exist_ok=True)
            if not stat.S_ISDIR(os.lstat(folder).st_mode):
                raise NotADirectoryError(errno.ENOTDIR, "it must be a folder, and no link", str(folder))
        (self.run / _ALIVE).touch()

    def _take_over(self, run: Path, unseen: Callable[[OSError], None]) -> Iterator[Claim]:
        for place in watch_moves.folders(run):
            target = self.run / place.name
            try:
                place.rename(target)
            except OSError:  # another one was quicker
                continue
            yield from _claims_at(target, unseen)
        with suppress(OSError):
            (run / _ALIVE).unlink(missing_ok=True)
            run.rmdir()

    def _forget(self, claim: Claim) -> None:
        watch_moves.clear(claim.path.parent, self.run)


def days_ago(today: date, days: int) -> date:
    """The first day of which files are kept for `days` days."""
    return today - timedelta(days=days)


def _claims_at(place: Path, unseen: Callable[[OSError], None]) -> list[Claim]:
    """What lies in one place of a run; empty folders are taken away if there is nothing in it."""
    try:
        found = watch_moves.files_below(place)
    except FileNotFoundError:  # another watcher took it over
        return []
    except OSError as error:
        unseen(error)
        return []
    if not found:
        watch_moves.clear_tree(place)
    return [Claim(path, PurePath(path.relative_to(place))) for path in found]


def _raised(error: OSError) -> None:
    raise error
