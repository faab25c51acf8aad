"""Files come into a batch: the door, a row, the bytes in the object store, and they lie on the desk before reading.

Safe when `accept` returns, whatever happens after; killed at any point before, the same file can be brought again. The
same bytes are in a unit once: brought again, into whatever batch, they are where they were.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.db import transaction

import catalog.batches
import storage
from catalog import events, scans
from catalog.configuration import told_plainly
from catalog.records import BatchRow
from catalog.values import now
from core.settings import settings
from pipeline.intake import Limits, RefusedFile, inspect
from pipeline.names import display_name
from pipeline.records import Scan
from staging import batches
from staging.models import Arrival, StagedBatch
from staging.records import DeskBatch
from staging.refusals import BatchError, BatchRefusal
from staging.states import BatchState, Way
from storage import ObjectStore

_PREFIX = "arriving-"
_LYING = ("staged", "arranged")
_LEFT = 24 * 3600
"""Seconds after which nobody is at a folder any more: taking a file in takes minutes at most."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """What became of a file that passed the door."""

    scan: int
    """Id of the scan."""
    new: bool
    """Whether the unit had no such bytes before."""
    pages: int
    batch: int
    """The batch that it lies in: another one than was asked for where the unit had it there before."""


def accept(path: Path, name: str, batch: int, actor: str, way: Way) -> Accepted:
    """Take a file into an open batch; `path` is left alone.

    Raises NotFoundError and BatchError (no such batch, or not open), RefusedFile (noted with an event, bytes not kept),
    StorageError and ServiceError (nothing is lost: bring it again).
    """
    try:
        return take(path, name, batch, actor, way)
    except RefusedFile as refusal:
        refuse(refusal, name, batch, actor)
        raise


def take(path: Path, name: str, batch: int, actor: str, way: Way) -> Accepted:
    """As `accept`, for callers that may bring the file again before they `refuse` it."""
    home = batches.show(batch)
    if home.state is not BatchState.OPEN:
        raise BatchError(BatchRefusal.CLOSED, "the batch is closed: open it again, or bring the file into another one")
    with events.acting(actor), _folder() as folder:
        return _keep(inspect(path, name, Limits.of(settings()), folder), home, actor, way)


def refuse(refusal: RefusedFile, name: str, batch: int, actor: str) -> None:
    """Note with an event that a file was refused at the door. A second time for the same batch changes nothing."""
    with events.acting(actor):
        sha256, message = refusal.sha256 or None, str(refusal)
        scans.refuse(batch, display_name(name), refusal.size, sha256, refusal.reason, message)


@told_plainly()
def lying(scan: int) -> BatchRow | None:
    """The batch on whose desk a scan lies, or from whose desk its pages went on in others; None: neither."""
    row = scans.rows([scan]).get(scan)
    return catalog.batches.rows([row.batch])[row.batch] if row and row.state in _LYING else None


def clear_away() -> int:
    """Remove what killed processes left more than a day ago; returns how many folders."""
    left = [folder for folder in _above().glob(_PREFIX + "*") if _is_left(folder)]
    for folder in left:
        shutil.rmtree(folder, ignore_errors=True)
    return len(left)


def _keep(scan: Scan, home: DeskBatch, actor: str, way: Way) -> Accepted:
    received = scans.known(home.unit, scan.sha256) or scans.receive(scan, home.id, home.split)
    if received.stored:
        return Accepted(received.id, False, scan.pages, received.batch)
    key = _store(settings().storage).put(scan.path, scan.sha256, scan.media_type.value)
    return _stage(received.id, key, scan.pages, Arrival(way=way.value, actor=actor), home.id)


@told_plainly()
def _stage(id: int, key: str, pages: int, arrival: Arrival, batch: int) -> Accepted:
    """Put the scan on the desk, unless the batch was closed or somebody brought the same bytes meanwhile."""
    with transaction.atomic():
        row: StagedBatch = batches.require_open(batch)
        if not (scans.take_over(id, batch) and scans.stage(id, key)):
            return Accepted(id, False, pages, scans.rows([id])[id].batch)
        arrival.scan_id, arrival.batch, arrival.pages, arrival.time = id, row, pages, now()
        arrival.save(force_insert=True)
        return Accepted(id, True, pages, batch)


@lru_cache(maxsize=2)
def _store(url: str) -> ObjectStore:
    return storage.open_store(url)


def _above() -> Path:
    return settings().work / "arrivals"


@contextmanager
def _folder() -> Iterator[Path]:
    above = _above()
    above.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=above, prefix=_PREFIX) as made:
        yield Path(made)


def _is_left(folder: Path) -> bool:
    with suppress(FileNotFoundError):  # its process just ended
        return time.time() - folder.lstat().st_mtime > _LEFT
    return False
