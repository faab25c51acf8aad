"""The files of a batch with what became of each: how it came in, and what the first look found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Count, Q

from catalog import scans
from catalog.configuration import told_plainly
from catalog.records import ScanRow
from pipeline.records import PageKind
from staging.models import Arrival, Look
from staging.states import Way

PAGE = 50
"""Files on one page of the list."""


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file that came into a batch."""

    scan: int
    name: str
    size: int
    """Bytes."""
    pages: int
    state: str
    """One of `catalog.models.scans.ScanState`."""
    reason: str
    """Why it could not be read; empty where it could."""
    way: Way
    actor: str
    time: datetime
    looked: bool
    """Whether all of its pages have been looked at."""
    look_fault: str
    """Why it could not be looked at; empty where it could."""
    sheets: int
    """Separators and covers among its pages."""
    flawed: int
    """Pages whose scan is not as good as it should be."""


@dataclass(frozen=True, slots=True)
class FilePage:
    """One page of the list of files."""

    rows: tuple[FileRow, ...]
    """The last one that came in first."""
    total: int
    """Files on all pages."""
    page: int
    """From 1."""
    pages: int
    """At least 1."""
    looking: int
    """Files, on all pages, that are still to be looked at."""


@told_plainly()
def of_batch(batch: int, page: int = 1) -> FilePage:
    """A page of the files of a batch. A page that does not exist is the nearest that does."""
    found = Arrival.objects.filter(batch_id=batch)
    total = found.count()
    pages = max(1, -(-total // PAGE))
    page = min(max(1, page), pages)
    shown = list(found.order_by("-pk")[(page - 1) * PAGE : page * PAGE])
    looked = Look.objects.filter(batch_id=batch).filter(Q(looked__isnull=False) | ~Q(fault="")).count()
    return FilePage(_rows(shown), total, page, pages, max(0, total - looked))


def _rows(shown: list[Arrival]) -> tuple[FileRow, ...]:
    ids = [row.scan_id for row in shown]
    known, looks = scans.rows(ids), _looks(ids)
    return tuple(_row(row, known[row.scan_id], looks.get(row.scan_id)) for row in shown)


def _looks(ids: Iterable[int]) -> dict[int, Look]:
    """With the numbers of their sheets and of their pages with findings."""
    sheets = Q(pages__kind__in=(PageKind.SEPARATOR.value, PageKind.COVER.value))
    counted = Look.objects.filter(pk__in=list(ids)).annotate(
        sheets=Count("pages", filter=sheets), flawed=Count("pages", filter=~Q(pages__findings=[]) & ~sheets)
    )
    return {look.pk: look for look in counted}


def _row(arrival: Arrival, scan: ScanRow, look: Look | None) -> FileRow:
    return FileRow(
        scan=scan.id,
        name=scan.name,
        size=scan.size,
        pages=scan.pages,
        state=scan.state,
        reason=scan.reason,
        way=Way(arrival.way),
        actor=arrival.actor,
        time=arrival.time.astimezone(UTC),
        looked=look is not None and look.looked is not None,
        look_fault=look.fault if look else "",
        sheets=look.sheets if look else 0,  # type: ignore[attr-defined]
        flawed=look.flawed if look else 0,  # type: ignore[attr-defined]
    )
