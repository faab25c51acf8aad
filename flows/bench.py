"""The bench: what all parts of one run share. Safe to use from several threads."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from core.settings import settings
from flows.patience import Patience
from flows.run import IngestSummary, Progress, Refusal
from flows.workplace import Workplace
from storage import ObjectStore

COPIES = 2_000_000_000
"""Bytes of private copies kept from intake to work; beyond that, scans are fetched from the store."""


class OneAtATime:
    """A Progress that passes calls on from one thread at a time."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._lock = threading.Lock()

    def stage(self, text: str) -> None:
        """Passed on."""
        with self._lock:
            self._progress.stage(text)

    def total(self, pages: int, files: int) -> None:
        """Passed on."""
        with self._lock:
            self._progress.total(pages, files)

    def advance(self, pages: int, documents: int) -> None:
        """Passed on."""
        with self._lock:
            self._progress.advance(pages, documents)

    def refused(self, refusal: Refusal) -> None:
        """Passed on."""
        with self._lock:
            self._progress.refused(refusal)

    def line(self, text: str) -> None:
        """Passed on."""
        with self._lock:
            self._progress.line(text)


@dataclass
class Tally:
    """What a run has done so far."""

    new: int = 0
    already: int = 0
    resumed: int = 0
    busy: int = 0
    documents: int = 0
    pages: int = 0
    failed: int = 0
    in_review: int = 0
    indexed: int = 0
    refused: list[Refusal] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def add(self, **numbers: int) -> None:
        """Raise the counts of these names."""
        with self._lock:
            for name, number in numbers.items():
                setattr(self, name, getattr(self, name) + number)

    def fail(self, line: str) -> None:
        """Count a failure and keep its line."""
        with self._lock:
            self.failed += 1
            self.failures.append(line)

    def summary(self, batch: str, pending: int, seconds: float) -> IngestSummary:
        """The tally as it is given out."""
        return IngestSummary(
            batch=batch,
            new=self.new,
            already=self.already,
            resumed=self.resumed,
            busy=self.busy,
            refused=tuple(self.refused),
            documents=self.documents,
            pages=self.pages,
            failed=self.failed,
            failures=tuple(self.failures),
            in_review=self.in_review,
            indexed=self.indexed,
            pending=pending,
            seconds=seconds,
        )


class Copies:
    """Private copies of scans, kept between intake and work as long as there is room for them."""

    def __init__(self, most: int = COPIES) -> None:
        self._room = most
        self._kept: dict[int, Path] = {}
        self._lock = threading.Lock()

    def keep(self, scan_id: int, path: Path) -> bool:
        """Keep `path` for the scan; False, and the caller's to remove, where there is no room."""
        size = path.stat().st_size
        with self._lock:
            if scan_id in self._kept or size > self._room:
                return False
            self._room -= size
            self._kept[scan_id] = path
            return True

    def take(self, scan_id: int) -> Path | None:
        """The scan's copy, now the caller's to remove; None when none is kept."""
        with self._lock:
            path = self._kept.pop(scan_id, None)
            if path is not None:
                self._room += path.stat().st_size
            return path


@dataclass(frozen=True)
class Bench:
    """What all parts of one run share."""

    place: Workplace
    store: ObjectStore
    progress: OneAtATime
    drain: Callable[[], None]
    """To be called when there is something for search to learn; does it now and then."""
    pages: ThreadPoolExecutor
    """Where pages are worked on, of all scans together."""
    tally: Tally = field(default_factory=Tally)
    copies: Copies = field(default_factory=Copies)
    stop: threading.Event = field(default_factory=threading.Event)
    """Set when the run is to end: nothing new is begun, nothing more recorded."""

    @cached_property
    def patiently(self) -> Patience:
        """Makes a call as soon as what it needs is there."""
        return Patience(self.progress.line, self.stop)

    @staticmethod
    def page_pool() -> ThreadPoolExecutor:
        """As many threads as pages may be worked on at once."""
        return ThreadPoolExecutor(settings().workers, thread_name_prefix="page")
