"""Scans: files on their way from the door to the end of their work, and the leases under which they are worked on.

A lease says who is at work on a scan and until when that holds without a sign of life. Two workers that
both believe they hold one (clocks apart, a process that was asleep) waste work but do no harm: recording
has no second effect. Machines' clocks must agree to within the length of a lease.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import Case, F, Q, When

from catalog import checks, events
from catalog.configuration import told_plainly
from catalog.models import Batch, Document, DoomedObject, Event, Lease, Scan
from catalog.models.disposal import DoomedState
from catalog.models.results import DocumentState
from catalog.models.scans import ScanState
from catalog.records import Received, ScanRow, WaitingScan
from catalog.states import Lane, Origin
from catalog.values import canonical, clean, clip, now
from core.errors import NotFoundError, SohoaError
from core.settings import settings
from pipeline import records
from pipeline.records import MediaType, SheetCode, SplitRule

_NOTHING_TO_DO = (ScanState.STAGED, ScanState.ARRANGED, ScanState.DONE, ScanState.DISPOSED)
"""A run that is given such a scan's file once more leaves it alone."""


class LeaseLostError(SohoaError):
    """Somebody else took the scan over, because its worker gave no sign of life in time."""


@told_plainly()
def known(unit: str, sha256: str) -> Received | None:
    """The scan of these bytes that the unit has already, or None. Nothing is written."""
    scan = Scan.objects.filter(unit__code=unit, sha256=sha256).first()
    return _received(scan, new=False) if scan else None


@told_plainly()
def receive(
    scan: records.Scan,
    batch: int,
    split: SplitRule,
    *,
    origin: Origin = Origin.BACKLOG,
    dossier: str = "",
    cover: SheetCode | None = None,
) -> Received:
    """Note a file that passed the door, before its bytes are stored; the same bytes once in a unit.

    `origin` and the code of the `dossier` (that of the `cover` sheet, where one is given) go over to its results.
    Raises NotFoundError for an unknown batch, RefusedChangeError for a code that is none.
    """
    dossier = checks.value("dossier", dossier) or checks.of_cover(cover)
    with transaction.atomic():
        home = _batch(batch)
        _keep_from_erasing(scan.sha256)
        row, new = Scan.objects.get_or_create(
            unit_id=home.unit_id,
            sha256=scan.sha256,
            defaults={
                "batch": home,
                "name": clip(scan.name, 1000),
                "size": scan.size,
                "media_type": scan.media_type.value,
                "pages": scan.pages,
                "split": split.value,
                "received": now(),
                "origin": origin.value,
                "lane": _lane(origin).value,
                "dossier": dossier,
                "cover": cover.text if cover else "",
            },
        )
        if new:
            Lease.objects.create(scan=row)
            data = {"name": row.name, "sha256": scan.sha256, "size": scan.size, "pages": scan.pages}
            if origin is not Origin.BACKLOG:
                data |= {"origin": origin.value, "dossier": dossier}
            _event(row, "scan.received", data)
        return _received(row, new)


@told_plainly()
def take_over(id: int, batch: int, *, origin: Origin = Origin.BACKLOG, dossier: str = "") -> bool:
    """Put a scan whose bytes never came whole into the batch of whoever brings them now; False where they are there.

    In another batch than before it is theirs in all: `origin` and `dossier` as `receive` would have noted them.
    """
    with transaction.atomic():
        scan = _lock(id)
        if scan.state != ScanState.RECEIVING:
            return False
        if scan.batch_id != batch:
            scan.batch, scan.origin, scan.dossier = _batch(batch), origin.value, checks.value("dossier", dossier)
            scan.lane = _lane(origin).value
            scan.save(update_fields=["batch", "origin", "dossier", "lane"])
            told: dict[str, object] = {"origin": origin.value, "dossier": scan.dossier}
            _event(scan, "scan.moved", {} if origin is Origin.BACKLOG else told)
        return True


@told_plainly()
def stored(id: int, key: str) -> None:
    """The scan's bytes are in the object store under `key`. A second call changes nothing."""
    with transaction.atomic():
        scan = _lock(id)
        if scan.state == ScanState.RECEIVING:
            _move(scan, ScanState.STORED, "scan.stored", {"key": key}, key=key)


@told_plainly()
def stage(id: int, key: str) -> bool:
    """The scan's bytes are in the object store under `key`, and it lies on the desk: nobody reads it before `hand_on`.

    False, and nothing changes, where they were there before.
    """
    with transaction.atomic():
        scan = _lock(id)
        if scan.state != ScanState.RECEIVING:
            return False
        _move(scan, ScanState.STAGED, "scan.staged", {"key": key}, key=key)
        return True


@told_plainly()
def hand_on(id: int, cover: SheetCode | None = None) -> bool:
    """Give a scan from the desk to those who read, as it is; False when it does not lie there.

    `cover`: what a sheet before it says that came in another file; its dossier's code goes over to the results.
    """
    with transaction.atomic():
        scan = _lock(id)
        if scan.state != ScanState.STAGED:
            return False
        if cover is None:
            _move(scan, ScanState.STORED, "scan.handed_on", {}, lane=_desk_lane(scan))
        else:
            dossier = checks.of_cover(cover)
            told: dict[str, object] = {"dossier": dossier}
            _move(
                scan, ScanState.STORED, "scan.handed_on", told, cover=cover.text, dossier=dossier, lane=_desk_lane(scan)
            )
        return True


@told_plainly()
def arrange(id: int, derived: Sequence[int]) -> bool:
    """The pages of a scan on the desk went on in the scans `derived` (none: all are in the bin): it is kept, not read.

    False when it does not lie on the desk.
    """
    with transaction.atomic():
        scan = _lock(id)
        if scan.state != ScanState.STAGED:
            return False
        _move(scan, ScanState.ARRANGED, "scan.arranged", {"derived": sorted(derived)})
        return True


@told_plainly()
def take_up(id: int) -> bool:
    """Give a scan that is kept and not read to those who read after all, as it is; False where it is no such scan.

    Nothing may have been made of its pages.
    """
    with transaction.atomic():
        scan = _lock(id)
        if scan.state != ScanState.ARRANGED:
            return False
        _move(scan, ScanState.STORED, "scan.handed_on", {}, lane=_desk_lane(scan))
        return True


@told_plainly()
def of_batch(batch: int) -> tuple[ScanRow, ...]:
    """The scans of a batch in the order in which they came."""
    return tuple(_row(scan) for scan in Scan.objects.filter(batch_id=batch).order_by("pk"))


@told_plainly()
def rows(ids: Iterable[int]) -> dict[int, ScanRow]:
    """Id → row, for those ids that exist."""
    wanted = sorted(set(ids))
    parts = [wanted[i : i + 500] for i in range(0, len(wanted), 500)]  # SQLite takes no list without end
    return {scan.pk: _row(scan) for part in parts for scan in Scan.objects.filter(pk__in=part)}


@told_plainly()
def refuse(batch: int, name: str, size: int | None, sha256: str | None, reason: str, message: str) -> bool:
    """Note a file that was refused at the door; its bytes are not kept.

    `size` and `sha256` are None where the file could not be read. Returns False, and writes nothing,
    when the very same was noted in this batch before.
    """
    data = {"name": clip(name, 1000), "size": size, "sha256": sha256, "reason": reason, "message": clean(message)}
    with transaction.atomic():
        home = _batch(batch)
        told = Event.objects.filter(batch=home, kind="scan.refused", data=canonical(data))
        if told.exists():
            return False
        events.append_to(home.unit_id, "scan.refused", f"file:{name}", data, home.pk)
        return True


@told_plainly()
def unfinished(batch: int | None = None, ids: Iterable[int] | None = None) -> tuple[WaitingScan, ...]:
    """Stored scans with work left: of a batch, of those named by `ids`, or all; new results first, then oldest first.

    Those that failed are not among them (see `retry`), and those of which the bytes are not stored.
    """
    backlog = Case(When(origin=Origin.BACKLOG.value, then=1), default=0)
    found = Scan.objects.filter(state=ScanState.STORED).select_related("lease").order_by(backlog, "pk")
    if batch is not None:
        found = found.filter(batch_id=batch)
    if ids is None:
        return tuple(_waiting(scan) for scan in found)
    wanted = sorted(set(ids))
    parts = [wanted[i : i + 500] for i in range(0, len(wanted), 500)]  # SQLite takes no list without end
    return tuple(_waiting(scan) for part in parts for scan in found.filter(pk__in=part))


@told_plainly()
def batches_unfinished() -> frozenset[int]:
    """The batches that have stored scans with work left."""
    found = Scan.objects.filter(state=ScanState.STORED).order_by().values_list("batch_id", flat=True)
    return frozenset(found.distinct())


@told_plainly()
def retry(id: int) -> bool:
    """Put a failed scan back to the waiting ones; False when it is not a failed one."""
    with transaction.atomic():
        scan = _lock(id)
        if scan.state != ScanState.FAILED:
            return False
        _move(scan, ScanState.STORED, "scan.retried", {}, reason="", attempts=0)
        return True


@told_plainly()
def claim(id: int, worker: str) -> bool:
    """Take a waiting scan for `worker` for `settings().lease_seconds`; of several at once exactly one gets it.

    A lease that has run out is taken over. False: another has it, or there is nothing to do.
    """
    with transaction.atomic():
        free = Q(until__isnull=True) | Q(until__lte=now()) | Q(worker=worker, reserved=True)
        if not Lease.objects.filter(free, scan_id=id).update(worker=worker, until=_until(), reserved=False):
            return False
        if Scan.objects.filter(pk=id, state=ScanState.STORED).update(attempts=F("attempts") + 1):
            return True
        Lease.objects.filter(scan_id=id).update(worker="", until=None, reserved=False)
        return False


@told_plainly()
def renew(id: int, worker: str) -> None:
    """A sign of life: the lease counts anew from now. Raises LeaseLostError when `worker` holds it no longer."""
    if not Lease.objects.filter(scan_id=id, worker=worker).update(until=_until()):
        raise LeaseLostError(f"another worker took over scan {id}")


@told_plainly()
def release(id: int, worker: str) -> None:
    """Give a scan back unfinished and without blame (the run was stopped)."""
    with transaction.atomic():
        if Lease.objects.filter(scan_id=id, worker=worker).update(worker="", until=None, reserved=False):
            Scan.objects.filter(pk=id, attempts__gt=0).update(attempts=F("attempts") - 1)


@told_plainly()
def evict(id: int, worker: str) -> bool:
    """End the lease of a worker that is known to be dead; False when it no longer holds it."""
    return bool(Lease.objects.filter(scan_id=id, worker=worker).update(worker="", until=None, reserved=False))


@told_plainly()
def finished(id: int, worker: str) -> bool:
    """All documents of the scan were tried: it is done, or failed where some of them failed (then False).

    Raises LeaseLostError when `worker` does not hold the scan.
    """
    with transaction.atomic():
        scan = _held(id, worker)
        documents = Document.objects.filter(scan=scan)
        bad = documents.filter(state=DocumentState.FAILED).count()
        data: dict[str, object] = {"documents": documents.count() - bad, "failed": bad}
        if bad:
            reason = f"{bad} of {documents.count()} documents could not be finished"
            _move(scan, ScanState.FAILED, "scan.failed", {**data, "reason": reason}, reason=reason)
        else:
            _move(scan, ScanState.DONE, "scan.finished", data)
        return not bad


@told_plainly()
def failed(id: int, reason: str, worker: str) -> None:
    """The scan as a whole cannot be worked on; its bytes are kept. Raises LeaseLostError."""
    with transaction.atomic():
        reason = clean(reason)
        _move(_held(id, worker), ScanState.FAILED, "scan.failed", {"reason": reason}, reason=reason)


def _lane(origin: Origin) -> Lane:
    return Lane.BACKLOG if origin is Origin.BACKLOG else Lane.URGENT


def _desk_lane(scan: Scan) -> int:
    """What archive staff handed on goes before boxes that nobody looked through."""
    return min(scan.lane, Lane.NORMAL.value)


def _keep_from_erasing(sha256: str) -> None:
    """Wait for whoever is about to erase an object of these bytes, or one made from them (`catalog.disposal`): they see
    the row that is written now, or have erased it before the bytes are put anew.
    """
    doomed = DoomedObject.objects.filter(source=sha256, state=DoomedState.WAITING)
    list(doomed.select_for_update().values_list("pk"))


def _held(id: int, worker: str) -> Scan:
    """The scan, locked, its lease given up (always lease before scan, so that two never wait for each other)."""
    if not Lease.objects.filter(scan_id=id, worker=worker).update(worker="", until=None, reserved=False):
        raise LeaseLostError(f"another worker took over scan {id}")
    return _lock(id)


def _move(scan: Scan, state: ScanState, kind: str, data: dict[str, object], **changes: object) -> None:
    """Change a locked scan's state and write the event of it."""
    for name, value in {**changes, "state": state}.items():
        setattr(scan, name, value)
    scan.save(update_fields=["state", *changes])
    _event(scan, kind, data)


def _event(scan: Scan, kind: str, data: dict[str, object]) -> None:
    events.append_to(scan.unit_id, kind, f"scan:{scan.pk}", data, scan.batch_id)


def _lock(id: int) -> Scan:
    try:
        return Scan.objects.select_for_update().get(pk=id)
    except Scan.DoesNotExist:
        raise NotFoundError(f"there is no scan {id}") from None


def _batch(id: int) -> Batch:
    try:
        return Batch.objects.get(pk=id)
    except Batch.DoesNotExist:
        raise NotFoundError(f"there is no batch with id {id}") from None


def _until() -> datetime:
    return now() + timedelta(seconds=settings().lease_seconds)


def _received(scan: Scan, new: bool) -> Received:
    return Received(scan.pk, new, scan.state != ScanState.RECEIVING, scan.state in _NOTHING_TO_DO, scan.batch_id)


def _row(scan: Scan) -> ScanRow:
    return ScanRow(
        id=scan.pk,
        batch=scan.batch_id,
        name=scan.name,
        sha256=scan.sha256,
        size=scan.size,
        media_type=MediaType(scan.media_type),
        pages=scan.pages,
        split=SplitRule(scan.split),
        state=scan.state,
        key=scan.key,
        reason=scan.reason,
        received=scan.received.astimezone(UTC),
    )


def _waiting(scan: Scan) -> WaitingScan:
    held = scan.lease.until is not None and scan.lease.until > now()
    return WaitingScan(
        id=scan.pk,
        batch=scan.batch_id,
        name=scan.name,
        sha256=scan.sha256,
        size=scan.size,
        media_type=MediaType(scan.media_type),
        pages=scan.pages,
        split=SplitRule(scan.split),
        key=scan.key,
        attempts=scan.attempts,
        holder=scan.lease.worker if held else "",
    )
