"""Files that browsers send in pieces into an open batch, so that nothing that interrupts them costs more than a piece.

The row says how far a file has come; only what is safe on the disk is in it. A file that comes again is told by name,
size, time and the checksum of its first piece, and goes on where it stopped, in whichever window that is; the checksum
of all that is here guards against going on with another file. When all bytes are here, the file goes through the door
like every other (`staging.arrivals.accept`).
"""

from __future__ import annotations

import uuid
from datetime import UTC
from pathlib import Path

from django.db import IntegrityError, transaction
from django.db.models import Case, QuerySet, When

from catalog import events, scans
from catalog.configuration import told_plainly
from catalog.values import now
from core.errors import NotFoundError
from core.settings import settings
from pipeline.intake import RefusedFile
from staging import arrivals, operations, pieces
from staging.models import Arrival, StagedBatch, Upload
from staging.planned import MisfitError, PageRef
from staging.refusals import BatchError
from staging.states import UNFINISHED_UPLOADS, BatchState, UploadState, Way
from staging.upload_records import MOST_IN_A_PIECE, RESCAN_KNOWN, Fault, NewUpload, UploadError, UploadRow


@told_plainly()
def begin(new: NewUpload, actor: str, *, anew: bool = False) -> UploadRow:
    """The file's row: that of the same file which came before, finished or not, or a new one.

    `anew`: what came before under the same name, size, time and mark is known to be another file, and is given up.
    A file over the limit is refused at once, and its refusal noted. Raises UploadError, NotFoundError, NoRoomError.
    """
    new = new.understood()
    _require_open(new.batch)
    _require_page(new)
    same = Upload.objects.filter(
        batch_id=new.batch,
        name=new.name,
        size=new.size,
        modified=new.modified,
        mark=new.mark,
        replaces=new.replaces,
    )
    for row in same.exclude(state=UploadState.DONE) if not anew else same:
        if anew or row.state == UploadState.REFUSED:
            drop(row.pk, actor)
    if found := same.order_by("pk").last():
        Upload.objects.filter(pk=found.pk).update(seen=now(), actor=actor)
        return show(found.pk)
    if new.size > settings().max_file_bytes:
        return _too_big(new, actor)
    pieces.require_room(new.size)
    try:
        with transaction.atomic():
            made = Upload.objects.create(**_columns(new, actor))
    except IntegrityError:  # another window began it in this moment
        made = same.order_by("pk").last() or _get(0)
    return show(made.pk)


@told_plainly()
def show(id: int) -> UploadRow:
    """One file; raises NotFoundError."""
    found = _rows().filter(pk=id).first()
    if found is None:
        raise NotFoundError(f"there is no upload {id}")
    return _row(found)


@told_plainly()
def of_batch(batch: int, limit: int = 100) -> tuple[UploadRow, ...]:
    """What a person should see of a batch: files that are not whole yet, and those that were refused or known already.

    Unfinished ones first, in the order in which they began; at most `limit`.
    """
    telling = _rows().filter(batch_id=batch).exclude(state=UploadState.DONE, again=False, reason="")
    first = Case(When(state__in=UNFINISHED_UPLOADS, then=0), default=1)
    return tuple(map(_row, telling.order_by(first, "pk")[:limit]))


@told_plainly()
def unfinished(batch: int) -> tuple[int, str]:
    """How many files of a batch are still coming in, and the name of the first."""
    found = Upload.objects.filter(batch_id=batch, state__in=UNFINISHED_UPLOADS).order_by("pk")
    names = list(found.values_list("name", flat=True)[:1])
    return (found.count(), names[0]) if names else (0, "")


@told_plainly()
def write(id: int, offset: int, data: bytes, checksum: str, actor: str) -> UploadRow:
    """Keep a piece that begins at `offset` (bytes); it is safe when this returns.

    `checksum`: its CRC-32 in hex. Raises UploadError, NotFoundError, NoRoomError, StorageError.
    """
    if len(data) > MOST_IN_A_PIECE:
        raise UploadError(Fault.TOO_MUCH, f"a piece has at most {MOST_IN_A_PIECE} bytes")
    if pieces.checksum(data) != checksum:
        raise UploadError(Fault.DAMAGED, "the piece was damaged on its way: send it again")
    with pieces.held(_lock_of(id)) as path:
        row = _get(id)
        _tidy(row)
        _require_open(row.batch_id)
        received = _safe(row, path)
        if row.state != UploadState.RECEIVING or offset != received:
            raise UploadError(Fault.GAP, f"the next piece begins at {received}, not at {offset}")
        if offset + len(data) > row.size:
            raise UploadError(Fault.TOO_MUCH, f"the file was to have {row.size} bytes")
        pieces.put(path, offset, data)
        row.received = offset + len(data)
        row.checksum = pieces.checksum(data, row.checksum)
        row.state = UploadState.WHOLE if row.received == row.size else UploadState.RECEIVING
        row.actor, row.seen = actor, now()
        row.save(update_fields=["received", "checksum", "state", "actor", "seen"])
    return show(id)


@told_plainly()
def finish(id: int, actor: str) -> UploadRow:
    """Take a file in of which all bytes are here; a second call changes nothing, and gives the same.

    Raises UploadError, NotFoundError, StorageError (nothing is lost: it can be called again).
    """
    with pieces.held(_lock_of(id)) as path:
        row = _get(id)
        if row.state in UNFINISHED_UPLOADS:
            if _safe(row, path) < row.size:
                raise UploadError(Fault.GAP, f"only {row.received} of {row.size} bytes are here")
            _take_in(row, path, actor)
        _tidy(row)
    return show(id)


@told_plainly()
def drop(id: int, actor: str) -> None:
    """Give a file up that is not whole yet, or put away what is told of a finished one. No harm where it is gone."""
    try:
        file = _lock_of(id)
    except NotFoundError:
        return
    with pieces.held(file):
        row = Upload.objects.select_related("batch__batch").filter(pk=id).first()
        if row is not None:
            _forget(row, actor)
        pieces.remove(file)


def _columns(new: NewUpload, actor: str) -> dict[str, object]:
    return {
        "batch_id": new.batch,
        "name": new.name,
        "size": new.size,
        "modified": new.modified,
        "mark": new.mark,
        "replaces": new.replaces,
        "file": uuid.uuid4().hex,
        "state": UploadState.RECEIVING.value if new.size else UploadState.WHOLE.value,
        "actor": actor,
        "begun": now(),
        "seen": now(),
    }


def _too_big(new: NewUpload, actor: str) -> UploadRow:
    most = settings().max_file_bytes
    with events.acting(actor):
        message = f"{new.name}: it has {new.size} bytes, over {most}: split it, or raise max_file_bytes"
        scans.refuse(new.batch, new.name, new.size, None, "too-big", message)
    told = {"state": UploadState.REFUSED.value, "reason": "too-big"}
    return show(Upload.objects.create(**_columns(new, actor) | told).pk)


def _take_in(row: Upload, path: Path, actor: str) -> None:
    """The door, and what the row says after it."""
    _require_open(row.batch_id)
    try:
        accepted = arrivals.accept(path, row.name, row.batch_id, actor, Way.UPLOAD)
    except RefusedFile as refusal:
        row.state, row.reason = UploadState.REFUSED, refusal.reason
    except BatchError as error:
        raise UploadError(Fault.CLOSED, str(error)) from error
    else:
        row.scan_id = accepted.scan
        row.again = not accepted.new and not _was_this(row, accepted.scan)
        row.reason = _put_in_place(row, accepted, actor)
        row.state = UploadState.DONE
    row.actor, row.seen = actor, now()
    row.save(update_fields=["state", "reason", "scan", "again", "actor", "seen"])


def _was_this(row: Upload, scan: int) -> bool:
    """Whether the scan came in by this very upload, whose process was killed before it could say so."""
    mine = Arrival.objects.filter(scan_id=scan, batch_id=row.batch_id, time__gte=row.begun)
    return mine.exists() and not Upload.objects.filter(scan_id=scan).exclude(pk=row.pk).exists()


def _put_in_place(row: Upload, accepted: arrivals.Accepted, actor: str) -> str:
    """Tell the desk that the file is a page scanned again; gives why it cannot be, empty where all is well.

    A file that came in before is no new scan of anything: its first page is another one, or is needed where it is.
    """
    if not row.replaces:
        return ""
    try:
        old, newer = PageRef.of(row.replaces), PageRef(accepted.scan, 1)
        if row.again or accepted.batch != row.batch_id or newer.scan == old.scan:
            return RESCAN_KNOWN
        if operations.plan(row.batch_id).page(old).replaced_by != newer:  # else a killed process came so far
            operations.rescan(row.batch_id, old, newer, actor)
    except MisfitError as error:
        return f"rescan-{error.misfit.value}"
    return ""


def _safe(row: Upload, path: Path) -> int:
    """How many bytes of the file are here; none, where somebody emptied the folder. Its lock is held."""
    if row.state not in UNFINISHED_UPLOADS or path.stat().st_size >= row.received:
        return row.received
    row.received, row.checksum, row.state = 0, pieces.checksum(b""), UploadState.RECEIVING
    row.save(update_fields=["received", "checksum", "state"])
    return 0


def _tidy(row: Upload) -> None:
    """Remove the file of an upload that is done with; a window that came late had it made anew by locking it."""
    if row.state not in UNFINISHED_UPLOADS:
        pieces.remove(row.file)


def _forget(row: Upload, actor: str) -> None:
    """The row goes; what was here of a file that never came whole is written into the events."""
    subject = f"upload:{row.pk}"
    with transaction.atomic(), events.acting(actor):
        row.delete()
        if row.state in UNFINISHED_UPLOADS and row.received:
            batch = row.batch.batch
            data = {"size": row.size, "received": row.received}
            events.append_to(batch.unit_id, "upload.given_up", subject, data, batch.pk)


def _require_page(new: NewUpload) -> None:
    """Raise UploadError where the page that is scanned again is none of this batch."""
    try:
        if new.replaces:
            operations.plan(new.batch).page(PageRef.of(new.replaces))
    except MisfitError as error:
        raise UploadError(Fault.NO_PAGE, str(error)) from error


def _require_open(batch: int) -> None:
    """Raises NotFoundError and UploadError."""
    state = StagedBatch.objects.filter(pk=batch).values_list("state", flat=True).first()
    if state is None:
        raise NotFoundError(f"there is no open batch {batch}")
    if state != BatchState.OPEN:
        raise UploadError(Fault.CLOSED, "the batch is closed: nothing more can come in")


def _lock_of(id: int) -> str:
    return _get(id).file


def _get(id: int) -> Upload:
    try:
        return Upload.objects.get(pk=id)
    except Upload.DoesNotExist:
        raise NotFoundError(f"there is no upload {id}") from None


def _rows() -> QuerySet[Upload]:
    return Upload.objects.select_related("batch__batch__unit", "scan__batch")


def _row(row: Upload) -> UploadRow:
    return UploadRow(
        id=row.pk,
        batch=row.batch_id,
        unit=row.batch.batch.unit.code,
        name=row.name,
        size=row.size,
        received=row.received,
        checksum=row.checksum,
        state=UploadState(row.state),
        reason=row.reason,
        scan=row.scan_id,
        scan_name=row.scan.name if row.scan else "",
        scan_batch=row.scan.batch_id if row.scan else None,
        scan_batch_name=row.scan.batch.name if row.scan else "",
        again=row.again,
        replaces=row.replaces,
        actor=row.actor,
        seen=row.seen.astimezone(UTC),
    )
