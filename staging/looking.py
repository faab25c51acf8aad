"""The first look at the files of a batch, soon after they came in: what each page is, and whether its scan is good.

Files are looked at one by one under a claim, page after page, and what was told of a page is kept at once: whoever
goes on after a kill goes on behind the last page. A page that cannot be read is told as a finding, and a file that
several looks died of is laid before a person as one that cannot be read.
"""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet

from catalog import events, scans
from catalog.configuration import told_plainly
from catalog.records import ScanRow
from catalog.values import clip, now
from core.errors import RefusedError
from core.settings import settings
from pipeline import assemble, scan_quality
from pipeline.pages import Pages
from pipeline.records import PageKind, Scan
from pipeline.scan_quality import Finding, Flaw
from pipeline.split import survey_page
from staging import thumbnails
from staging.models import Arrival, Look, StagedPage
from storage import ObjectStore

ATTEMPTS = 3
"""Looks that died in a row after which a file is not looked at again."""
_AT_ONCE = 8
"""Pages of which what was told is kept together."""
_JUDGES = {PageKind.TEXT: scan_quality.judge, PageKind.BLANK: scan_quality.judge_blank}


@told_plainly()
def waiting() -> tuple[int, ...]:
    """Ids of the scans on the desk that nobody has looked at or is looking at, in the order in which they came."""
    free = Q(scan__look__isnull=True) | Q(scan__look__looked__isnull=True) & (
        Q(scan__look__until__isnull=True) | Q(scan__look__until__lte=now())
    )
    found = Arrival.objects.filter(free, scan__state="staged").order_by("scan_id")
    return tuple(found.values_list("scan_id", flat=True))


@told_plainly()
def left_of(batch: int) -> int:
    """How many files of a batch were not looked at yet."""
    return Arrival.objects.filter(batch=batch, scan__state="staged").exclude(scan__look__looked__isnull=False).count()


def work_off(stop: threading.Event, store: ObjectStore, worker: str) -> int:
    """Look at all files that wait; gives how many. What waits when `stop` is set is left for the next call.

    Raises ServiceError and StorageError where database or store are away.
    """
    done = 0
    with ThreadPoolExecutor(settings().workers, thread_name_prefix="look") as pool:
        for id in waiting():
            if stop.is_set():
                break
            done += _one(id, store, worker, pool, stop)
    return done


def _one(id: int, store: ObjectStore, worker: str, pool: Executor, stop: threading.Event) -> bool:
    """Look at one file; False where another is at it."""
    if not claim(id, worker):
        return False
    row = scans.rows([id])[id]
    above = settings().work / "looks"
    above.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=above, prefix="look-") as folder:
        copy = Path(folder) / "scan"
        store.fetch(row.key, copy)
        look(_scan(row, copy), id, worker, pool, stop)
    return True


@told_plainly()
def claim(id: int, worker: str) -> bool:
    """Take a file to look at; of several at once exactly one gets it. A claim without a sign of life runs out."""
    arrival = Arrival.objects.filter(scan_id=id, scan__state="staged").first()
    if arrival is None:
        return False
    try:
        with transaction.atomic():
            if not Look.objects.filter(pk=id).exists():
                Look.objects.create(scan_id=id, batch_id=arrival.batch_id)
    except IntegrityError:  # somebody else made the row this moment: one of the two gets it
        pass
    free = Q(until__isnull=True) | Q(until__lte=now())
    mine = Look.objects.filter(free, pk=id, looked__isnull=True)
    return bool(mine.update(worker=worker, until=_until(), attempts=F("attempts") + 1))


@told_plainly()
def held() -> tuple[tuple[int, str], ...]:
    """The files that somebody holds, with the name of who does."""
    rows = Look.objects.filter(looked__isnull=True, until__gt=now()).order_by("pk")
    return tuple(rows.values_list("pk", "worker"))


@told_plainly()
def evict(id: int, worker: str) -> None:
    """End the claim of a worker that is known to be dead."""
    _mine(id, worker).update(until=None)


def look(scan: Scan, id: int, worker: str, pool: Executor, stop: threading.Event) -> None:
    """Look at all pages of a file that is claimed, those left out that were looked at already."""
    held = Look.objects.get(pk=id)
    if held.attempts > ATTEMPTS:
        _give_up(scan, id, worker, f"{held.attempts - 1} looks at it died in a row")
        return
    try:
        signed = assemble.is_signed(scan)
        with Pages(scan) as pages:
            for numbers in _portions(_left(scan, id)):
                if stop.is_set():
                    _give_back(id, worker)
                    return
                found = list(pool.map(lambda number: _page(pages, id, number), numbers))
                if not _keep(id, worker, found):
                    return
    except RefusedError as error:
        _give_up(scan, id, worker, str(error))
        return
    _finish(id, worker, signed=signed)


def _page(pages: Pages, id: int, number: int) -> StagedPage:
    """What is told of one page (60–200 ms)."""
    try:
        seen = survey_page(pages, number)
        size = pages.size(number)
        thumbnails.make(pages, number)
        findings = _JUDGES[seen.kind](pages, number) if seen.kind in _JUDGES else ()
    except RefusedError:
        return _unreadable(id, number)
    code = seen.code.text if seen.code else ""
    row = StagedPage(look_id=id, number=number, kind=seen.kind.value, code=code, fingerprint=seen.fingerprint)
    row.width, row.height, row.dpi = size.width, size.height, size.dpi
    row.findings = _kept(findings)
    return row


def _unreadable(id: int, number: int) -> StagedPage:
    """As text, so that nothing is left out unread, and with a finding, so that somebody asks for another scan."""
    findings = _kept([Finding(Flaw.UNREADABLE, 0)])
    kind = PageKind.TEXT.value
    return StagedPage(look_id=id, number=number, kind=kind, width=0, height=0, dpi=0, findings=findings)


def _kept(findings: Iterable[Finding]) -> list[list[object]]:
    return [[finding.flaw.value, float(finding.value)] for finding in findings]


@told_plainly()
def _left(scan: Scan, id: int) -> list[int]:
    told = set(StagedPage.objects.filter(look_id=id).values_list("number", flat=True))
    return [number for number in range(1, scan.pages + 1) if number not in told]


def _portions(numbers: Sequence[int]) -> Iterable[list[int]]:
    left = iter(numbers)
    while portion := list(islice(left, _AT_ONCE)):
        yield portion


@told_plainly()
def _keep(id: int, worker: str, found: Sequence[StagedPage]) -> bool:
    """Keep what was told of some pages; False where the claim was lost to somebody else."""
    with transaction.atomic():
        if not _mine(id, worker).update(until=_until(), attempts=1):
            return False
        StagedPage.objects.bulk_create(found, ignore_conflicts=True)
        return True


@told_plainly()
def _give_back(id: int, worker: str) -> None:
    _mine(id, worker).update(until=None, worker="", attempts=0)


@told_plainly()
def _give_up(scan: Scan, id: int, worker: str, why: str) -> None:
    """All pages that are left cannot be read: people see them so, and the batch goes on."""
    rows = [_unreadable(id, number) for number in _left(scan, id)]
    with transaction.atomic():
        StagedPage.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)
        _finish(id, worker, fault=clip(why, 500))


@told_plainly()
def _finish(id: int, worker: str, *, signed: bool = False, fault: str = "") -> None:
    """All pages were looked at; nothing where the claim was lost."""
    with transaction.atomic():
        done = _mine(id, worker).update(until=None, worker="", looked=now(), signed=signed, fault=fault)
        if done:
            row = Look.objects.select_related("scan").get(pk=id)
            data = {"pages": row.scan.pages, "signed": signed, "fault": bool(fault)}
            events.append_to(row.scan.unit_id, "scan.looked_at", f"scan:{id}", data, row.batch_id)


def _mine(id: int, worker: str) -> QuerySet[Look]:
    return Look.objects.filter(pk=id, worker=worker, looked__isnull=True)


def _until() -> datetime:
    return now() + timedelta(seconds=settings().lease_seconds)


def _scan(row: ScanRow, path: Path) -> Scan:
    return Scan(path, row.name, row.sha256, row.size, row.media_type, row.pages)
