"""Taking a new result in, from the counter or from another program: safe when this returns, worked on soon after.

The same way as every file: the door, a row, the bytes in the object store, the row once more. The work is done by the
desk of `sohoa serve` (`flows.desk`), ahead of the backlog, or by the next run where none serves.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from catalog import arrivals, batches, dossiers, events, scans
from catalog.arrivals import Arrival
from catalog.states import Origin
from catalog.values import today
from core.errors import UsageError
from core.settings import settings
from pipeline.intake import Limits, RefusedFile, inspect
from pipeline.records import Scan, SplitRule
from staging.arrivals import lying
from staging.batches import is_taken
from web import aside
from web.services import store


@dataclass(frozen=True, slots=True)
class Upload:
    """A file with what is known of it."""

    file: UploadedFile[Any]
    unit: str
    dossier: str
    """Code of the dossier that ended in it."""
    procedure: str
    """Code; empty: not told."""
    origin: Origin


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of an upload."""

    arrival: Arrival
    new: bool
    """Whether the unit did not have these bytes before."""


class OnDeskError(UsageError):
    """The same bytes lie in a batch of the archive staff, and become results with that batch, not with this dossier."""

    def __init__(self, name: str, batch: str) -> None:
        remedy = "close that batch, and enter the dossier's code with its result"
        super().__init__(f"{name}: the archive staff have the same file in their batch {batch!r}: {remedy}")
        self.batch = batch
        """Its name."""


def take_in(upload: Upload, actor: str) -> Taken:
    """Keep the file, and note it with an event. The same bytes a second time give what is there.

    A file that the unit has already keeps the dossier that it came with. Raises DossierCodeError, UsageError for an
    unknown unit, RefusedFile and OnDeskError (noted with an event, bytes not kept), StorageError.
    """
    dossier = dossiers.parse(upload.dossier).code
    with events.acting(actor), aside.folder() as folder:
        batch = batches.open_batch(upload.unit, upload.procedure or None, _batch(upload))
        try:
            scan = inspect(_path(upload.file, folder), _name(upload.file), Limits.of(settings()), folder)
        except RefusedFile as refusal:
            hash = refusal.sha256 or None
            scans.refuse(batch, _name(upload.file), refusal.size, hash, refusal.reason, str(refusal))
            raise
        return _keep(scan, batch, upload, dossier)


def _keep(scan: Scan, batch: int, upload: Upload, dossier: str) -> Taken:
    received = scans.known(upload.unit, scan.sha256)
    if received is None:
        received = scans.receive(scan, batch, SplitRule.SEPARATOR, origin=upload.origin, dossier=dossier)
    if desk := lying(received.id):
        error = OnDeskError(scan.name, desk.name)
        scans.refuse(batch, scan.name, scan.size, scan.sha256, "on-desk", str(error))
        raise error
    if not received.finished:
        scans.take_over(received.id, batch, origin=upload.origin, dossier=dossier)
        scans.stored(received.id, store().put(scan.path, scan.sha256, scan.media_type.value))
        scans.retry(received.id)
    return Taken(arrivals.show(received.id), received.new)


def _path(file: UploadedFile[Any], folder: Path) -> Path:
    """The upload as a file of the disk."""
    if hasattr(file, "temporary_file_path"):
        return Path(file.temporary_file_path())
    path = folder / "upload"
    with path.open("wb") as out:
        for chunk in file.chunks():
            out.write(chunk)
    return path


def _name(file: UploadedFile[Any]) -> str:
    return file.name or "?"


def _batch(upload: Upload) -> str:
    """New results of a day are a batch, those of each procedure one of their own.

    It gets a number where archive staff gave this name to a batch of theirs, whose files are not read yet.
    """
    name = f"Kết quả mới {today().isoformat()} {upload.procedure}".strip()
    numbered = (f"{name} ({number})" for number in count(2))
    return next(free for free in chain([name], numbered) if not is_taken(free, upload.unit))
