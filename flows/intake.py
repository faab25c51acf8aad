"""Taking files in: walk the paths, look at each file at the door, store its bytes, note what was refused."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path

import staging.batches
from catalog import batches, scans
from core.errors import StorageError, UsageError
from core.settings import settings
from core.text import nfc, squeeze
from flows.bench import Bench
from flows.run import IngestRequest, Refusal
from pipeline.intake import Limits, RefusedFile, inspect
from pipeline.records import Scan

NO_ROOM = "not-stored"
"""Reason of a file that passed the door and could not be kept (disk full, bytes that came out different)."""


class Intake:
    """Takes the files of one request in. `work` says which scans there is something to do for."""

    def __init__(self, request: IngestRequest, batch: str, bench: Bench) -> None:
        self._request = request
        self._batch = batch
        self._bench = bench
        self._limits = Limits.of(settings())
        self.work: dict[int, None] = {}
        """Ids of scans with work left, in the order of their files."""

    @cached_property
    def batch_id(self) -> int:
        """The batch, opened when something is to be put into it: a run that changes nothing leaves none behind."""
        require_free(self._request.unit, self._batch)
        return batches.open_batch(self._request.unit, self._request.procedure, self._batch)

    def run(self) -> None:
        """Take all files in; raises ServiceError when catalog or storage go away meanwhile."""
        for path in files(self._request.paths, self._unreadable):
            if self._bench.stop.is_set():
                return
            self._one(path)

    def _one(self, path: Path) -> None:
        try:
            scan = inspect(path, path.name, self._limits, self._bench.place.folder / "copies")
        except RefusedFile as refusal:
            message = str(refusal)
            self._refuse(path, refusal.size, refusal.sha256 or None, refusal.reason, message)
            self._tell(path, refusal.reason, message)
            return
        except StorageError as error:
            self._tell(path, NO_ROOM, str(error))
            return
        kept = False
        try:
            kept = self._bench.patiently(self._keep, scan)
        except StorageError as error:
            self._tell(path, NO_ROOM, f"{scan.name}: {error}")
        finally:
            if not kept:
                scan.path.unlink(missing_ok=True)

    def _keep(self, scan: Scan) -> bool:
        """Row, bytes, row; returns whether the private copy was kept for the work that follows. May be made again.

        A file that the unit has already is gone on with where work is left, and left alone otherwise.
        """
        bench = self._bench
        received = scans.known(self._request.unit, scan.sha256)
        if received is None:
            received = scans.receive(scan, self.batch_id, self._request.split)
        if received.finished or received.id in self.work:
            bench.tally.add(already=1)
            return False
        if not received.stored:
            scans.take_over(received.id, self.batch_id)
        scans.stored(received.id, bench.store.put(scan.path, scan.sha256, scan.media_type.value))
        scans.retry(received.id)
        self.work[received.id] = None
        bench.tally.add(**{"new" if received.new else "resumed": 1})
        return bench.copies.keep(received.id, scan.path)

    def _unreadable(self, path: Path, error: OSError) -> None:
        message = f"{shown(path)}: it cannot be read ({error.strerror}): give this program the right to read it"
        self._refuse(path, None, None, "unreadable", message)
        self._tell(path, "unreadable", message)

    def _refuse(self, path: Path, size: int | None, sha256: str | None, reason: str, message: str) -> None:
        """Note what was refused; noted once, however often it is said."""
        told = self._bench.patiently
        told(scans.refuse, told(lambda: self.batch_id), shown(path), size, sha256, reason, message)

    def _tell(self, path: Path, reason: str, message: str) -> None:
        refusal = Refusal(shown(path), reason, message)
        self._bench.tally.refused.append(refusal)
        self._bench.progress.refused(refusal)


def require_free(unit: str, batch: str) -> None:
    """Raise UsageError where archive staff opened a batch of this name: its files wait, ours would not."""
    if staging.batches.is_taken(batch, unit):
        remedy = "choose another name (--batch), or bring the files there with `sohoa batch add`"
        raise UsageError(f"the batch {batch!r} was opened by archive staff, who look at its files first: {remedy}")


def require(paths: tuple[Path, ...]) -> None:
    """Raise UsageError where a path does not exist or none is given; done before any work."""
    if not paths:
        raise UsageError("no files given: name files or folders to take in")
    for path in paths:
        try:
            os.lstat(path)
        except PermissionError:
            continue  # told as a refusal, so that the others go on
        except (OSError, ValueError) as error:
            raise UsageError(f"{shown(path)} does not exist: check the path") from error


def files(paths: tuple[Path, ...], unreadable: Callable[[Path, OSError], None]) -> Iterator[Path]:
    """The files that `paths` mean, each path once: files as they are, folders walked in sorted order.

    Hidden files and folders are left out unless named themselves. Links to folders are not followed but
    given out as if they were files, so that they are refused aloud. `unreadable` is told of folders that
    cannot be opened.
    """
    told: set[Path] = set()
    for path in paths:
        for file in _walk(path, unreadable):
            if file not in told:
                told.add(file)
                yield file


def _walk(path: Path, unreadable: Callable[[Path, OSError], None]) -> Iterator[Path]:
    if not os.path.isdir(path):  # unlike Path.is_dir, no error where a folder above may not be entered
        yield path
        return

    def note(error: OSError) -> None:
        unreadable(Path(os.fsdecode(error.filename or path)), error)

    for folder, below, names in os.walk(path, onerror=note):
        below[:] = sorted(name for name in below if not name.startswith("."))
        links = [name for name in below if os.path.islink(os.path.join(folder, name))]
        yield from (Path(folder) / name for name in sorted([*names, *links]) if not name.startswith("."))


def shown(path: Path) -> str:
    """`path` on one line, NFC, whatever bytes it is made of; for people only."""
    readable = nfc(os.fsencode(path).decode("utf-8", "replace"))
    return squeeze("".join(c if c.isprintable() else "�" for c in readable))
