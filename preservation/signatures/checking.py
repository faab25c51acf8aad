"""Verdicts on what came in: made once for each PDF, kept beside it, and made again when the office trusts others.

A verdict changes nothing of the file and keeps it from nowhere: the bytes are hashed before and after, and a signature
that is bad is a fact about a paper, not a fault of whoever brought it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import transaction

from catalog import events, signed
from catalog.configuration import told_plainly
from catalog.models import Scan
from catalog.models.scans import ScanState
from catalog.values import now
from core.errors import NotFoundError, ServiceError, StorageError
from core.files import sha256_of
from core.settings import settings
from pipeline import assemble, records
from pipeline.records import MediaType
from preservation.signatures import asking, models, sandbox, verdicts
from preservation.signatures import trust as trusting
from preservation.signatures.trust import Trust
from preservation.signatures.verdicts import Looked, Verdict
from storage import ObjectStore

_log = logging.getLogger("sohoa.signatures")
_SOME = 20
"""Scans that are looked at in one go beside other work."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What is known of the signatures in a scan."""

    scan: int
    checked: datetime
    trust: str
    """Digest of whom the office trusted then."""
    fault: str
    """Why they could not be looked at (``too-slow``, ``too-big``, ``broken``, ``no-bytes``); empty: they were."""
    verdicts: tuple[Verdict, ...]
    """None: it carries no signature."""

    @property
    def good(self) -> bool:
        """Whether each signature is intact, valid and trusted."""
        return not self.fault and bool(self.verdicts) and all(one.good for one in self.verdicts)


@told_plainly()
def of_scan(scan: int) -> Checked | None:
    """What is known of a scan; None: nobody has looked yet, or it is no PDF."""
    return of_scans([scan]).get(scan)


@told_plainly()
def of_scans(scans: Collection[int]) -> dict[int, Checked]:
    """The same of several, in one query."""
    return {row.scan_id: _row(row) for row in models.Check.objects.filter(scan__in=scans)}


@told_plainly()
def of_result(result: int) -> Checked | None:
    """What is known of the file that a result came in. Raises NotFoundError for an unknown result."""
    scan = Scan.objects.filter(document__result=result).values_list("pk", flat=True).first()
    if scan is None:
        raise NotFoundError(f"there is no result {result}")
    return of_scan(scan)


def check(scan: int, store: ObjectStore, trust: Trust | None = None) -> Checked | None:
    """Look at the signatures of a scan and keep what is found; None: it is no PDF.

    Raises NotFoundError, StorageError (the bytes are not those that came in), ServiceError, SettingsError.
    """
    with TemporaryDirectory(dir=_work(), prefix="signatures-") as folder:
        row = _scan(scan)
        if row.media_type != MediaType.PDF:
            return None
        path = Path(folder) / "scan.pdf"
        store.fetch(row.key, path)
        path.chmod(0o400)
        return check_file(scan, path, trust)


def check_file(scan: int, path: Path, trust: Trust | None = None) -> Checked:
    """`check` of a scan whose bytes lie at `path` already. They are only read."""
    row, known = _scan(scan), trust or trusting.known()
    if sha256_of(path) != row.sha256:
        raise StorageError(f"the file of scan {scan} is not the one that came in: restore it from another copy")
    found = _looked(row, path, known)
    if sha256_of(path) != row.sha256:
        raise StorageError(f"the file of scan {scan} was changed while its signatures were looked at: report this")
    return _keep(row, found, known)


@told_plainly()
def catch_up(store: ObjectStore, limit: int = _SOME, again: bool = False) -> int:
    """Look at scans that nobody looked at yet, and again at those that were looked at when the office trusted others;
    gives how many. Their bytes are fetched for it.

    `again`: at all that carry signatures, whatever was known of them. Raises as `check` does, but where the bytes of a
    scan are not what they should be: that is kept as its fault.
    """
    trust, done = trusting.known(), 0
    for scan in _due(trust.digest, limit, again):
        try:
            check(scan, store, trust)
        except (StorageError, NotFoundError) as error:  # kept as a fault, so that it bars no other from its turn
            _log.warning("scan %d: its signatures could not be looked at: %s", scan, error)
            with suppress(NotFoundError):  # disposed of meanwhile
                _keep(_scan(scan), Looked(fault="no-bytes"), trust)
        done += 1
    return done


class Sparing:
    """`catch_up` for a desk that asks every second: one file after the other for a moment, so that other work gets its
    turn, and with rests of twenty times as long as it took to see that there is nothing to do.
    """

    _MOMENT, _SHARE = 2.0, 20

    def __init__(self) -> None:
        self._rests_until = 0.0

    def catch_up(self, store: ObjectStore) -> int:
        """Look at what is due, unless it is time to rest; gives how many files were looked at. Raises as `catch_up`."""
        begun = last = time.monotonic()
        if begun < self._rests_until:
            return 0
        done = 0
        while last < begun + self._MOMENT:
            if not catch_up(store, 1):
                ended = time.monotonic()
                self._rests_until = ended + self._SHARE * (ended - last)
                break
            done, last = done + 1, time.monotonic()
        return done


def _due(digest: str, limit: int, again: bool) -> list[int]:
    stale = models.Check.objects.exclude(trust="").filter(scan__key__gt="")
    if not again:
        stale = stale.exclude(trust=digest)
    known = stale.order_by("scan_id").values_list("scan_id", flat=True)
    found = list(known if again else known[:limit])
    if len(found) < limit and not again:
        new = Scan.objects.filter(media_type=MediaType.PDF.value, key__gt="").exclude(state=ScanState.RECEIVING)
        new = new.exclude(pk__in=models.Check.objects.values("scan_id"))
        found += list(new.order_by("pk").values_list("pk", flat=True)[: limit - len(found)])
    return found


def _looked(row: Scan, path: Path, trust: Trust) -> Looked:
    """What is found in the file; of one without signatures no process is started."""
    scan = records.Scan(path, row.name, row.sha256, row.size, MediaType(row.media_type), row.pages)
    try:
        if not assemble.is_signed(scan):
            return Looked()
    except Exception:  # it may be made to break what reads it: the process with limits finds out
        _log.info("scan %d: whether it is signed is found out in a process of its own", row.pk)
    found = sandbox.look(path, trust)
    if trust.mode == "online" and found.wanted:
        crls, ocsps = asking.fetch(found.wanted)
        if crls or ocsps:
            return sandbox.look(path, trust.with_answers(crls, ocsps))
    return found


def _keep(row: Scan, found: Looked, trust: Trust) -> Checked:
    """Keep what was found, with an event where it is new or has changed."""
    told = [one.as_dict() for one in found.verdicts]
    something = bool(found.verdicts or found.fault)
    with transaction.atomic():
        if not Scan.objects.select_for_update().filter(pk=row.pk, key__gt="").exists():
            raise NotFoundError(f"scan {row.pk} was disposed of meanwhile")
        before = models.Check.objects.filter(pk=row.pk).first()
        values = {
            "sha256": row.sha256,
            "checked": now(),
            "trust": trust.digest if something else "",
            "count": len(found.verdicts),
            "good": sum(one.good for one in found.verdicts),
            "fault": found.fault,
            "verdicts": told,
        }
        kept, _new = models.Check.objects.update_or_create(scan_id=row.pk, defaults=values)
        signed.note_original(row.pk, _line(found))
        if something and not (before and _same(before, found)):
            data: dict[str, object] = {
                "signatures": [one.answers() for one in found.verdicts],
                "trust": trust.digest[:16],
                "sha256": row.sha256,
            }
            if found.fault:
                data["fault"] = found.fault
            events.append_to(row.unit_id, "signatures.checked", f"scan:{row.pk}", data, row.batch_id)
    return _row(kept)


def _same(before: models.Check, found: Looked) -> bool:
    past = [verdicts.of_dict(one).answers() for one in before.verdicts]
    return before.fault == found.fault and past == [one.answers() for one in found.verdicts]


def _line(found: Looked) -> str:
    """What is put into metadata: who signed, when, how, and the three answers; several in turn."""
    if found.fault:
        return f"not looked at: {found.fault}"
    return " | ".join(one.line() for one in _signers_first(found.verdicts))


def _signers_first(found: Iterable[Verdict]) -> list[Verdict]:
    return sorted(found, key=lambda one: one.level is verdicts.Level.STAMP)


@told_plainly()
def _scan(id: int) -> Scan:
    found = Scan.objects.filter(pk=id).first()
    if found is None or not found.key:
        raise NotFoundError(f"there is no scan {id}, or its bytes are not stored yet")
    return found


def _row(row: models.Check) -> Checked:
    made = tuple(verdicts.of_dict(one) for one in row.verdicts)
    return Checked(row.scan_id, row.checked.astimezone(UTC), row.trust, row.fault, made)


def _work() -> Path:
    folder = settings().work / "signatures"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise ServiceError(f"{folder} cannot be made ({error.strerror}): mend the rights of SOHOA_HOME") from error
    return folder
