"""Taking a new result in, from the counter or from another program: safe when this returns, worked on soon after.

The same way as every file: the door, a row, the bytes in the object store, the row once more. The work is done by the
desk of `sohoa serve` (`flows.desk`), ahead of the backlog, or by the next run where none serves.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from catalog import arrivals, batches, events, scans
from catalog.arrivals import Arrival
from catalog.states import Origin
from catalog.values import today
from core.settings import settings
from pipeline.intake import Limits, RefusedFile, inspect
from pipeline.records import Scan, SplitRule
from reuse import dossiers
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


def take_in(upload: Upload, actor: str) -> Taken:
    """Keep the file, and note it with an event. The same bytes a second time give what is there.

    A file that the unit has already keeps the dossier that it came with. Raises DossierCodeError, UsageError for an
    unknown unit, RefusedFile (noted with an event, bytes not kept), StorageError.
    """
    dossier = dossiers.parse(upload.dossier).code
    with events.acting(actor), aside.folder() as folder:
        batch = batches.open_batch(upload.unit, upload.procedure or None, _batch(upload.procedure))
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
    if not received.finished:
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


def _batch(procedure: str) -> str:
    """New results of a day are a batch, those of each procedure one of their own."""
    return f"Kết quả mới {today().isoformat()} {procedure}".strip()
