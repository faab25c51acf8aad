"""Where the pages of a derived scan come from. An original came in as a file and has no such rows.

A derived scan is made of pages of others: put in order, turned, cut out. Its bytes can be made again from its sources,
which are kept; it never stands in for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count

from catalog import events
from catalog.confidential import Confidential
from catalog.configuration import told_plainly
from catalog.models import Document, PageOrigin, Result, Scan
from catalog.models.results import DocumentState
from catalog.models.scans import ScanState
from catalog.records import StoredObject
from catalog.states import Lane
from core.errors import NotFoundError
from ocr.records import Box
from pipeline.records import PageKind


@dataclass(frozen=True, slots=True)
class PageSource:
    """One page of a derived scan."""

    page: int
    """Its number in the derived scan, from 1."""
    scan: int
    """Id of the scan that it comes from."""
    source_page: int
    """Its number there, from 1."""
    rotation: int = 0
    """Degrees clockwise by which people turned it."""
    box: Box | None = None
    """The part of it that was cut out, pixels of the upright page; None: all of it."""
    kind: PageKind | None = None
    """What it is, as people saw it on the desk; None: whatever the first look finds."""


@dataclass(frozen=True, slots=True)
class Origin:
    """A file that came in, of which pages went into a derived scan."""

    scan: int
    name: str
    stored: StoredObject
    pages: tuple[int, ...]
    """Numbers of its pages that are in the derived scan, ascending."""


@told_plainly()
def note(scan_id: int, sources: Sequence[PageSource]) -> None:
    """Write down where the pages of a scan come from; a second time changes nothing.

    Raises NotFoundError for an unknown scan.
    """
    with transaction.atomic():
        scan = Scan.objects.select_for_update().filter(pk=scan_id).first()
        if scan is None:
            raise NotFoundError(f"there is no scan {scan_id}")
        if PageOrigin.objects.filter(scan=scan).exists():
            return
        PageOrigin.objects.bulk_create([_row(scan, source) for source in sources], batch_size=500)
        Scan.objects.filter(pk=scan_id, lane__gt=Lane.NORMAL.value).update(lane=Lane.NORMAL.value)
        data = {"sources": sorted({source.scan for source in sources}), "pages": len(sources)}
        events.append_to(scan.unit_id, "scan.derived", f"scan:{scan.pk}", data, scan.batch_id)


@told_plainly()
def sources(scan_id: int) -> tuple[PageSource, ...]:
    """Where the pages of a scan come from, in its order; empty: it is an original."""
    return tuple(map(_source, PageOrigin.objects.filter(scan_id=scan_id).order_by("page")))


@told_plainly()
def stated_kinds(scan_id: int) -> dict[int, PageKind]:
    """Page → what it is, as people saw it on the desk, where they did."""
    rows = PageOrigin.objects.filter(scan_id=scan_id).exclude(kind="")
    return {page: PageKind(kind) for page, kind in rows.values_list("page", "kind")}


@told_plainly()
def origins(scan_id: int) -> tuple[Origin, ...]:
    """The files that a derived scan was made of; empty: it is an original itself."""
    found: dict[int, tuple[Scan, set[int]]] = {}
    for row in PageOrigin.objects.filter(scan_id=scan_id).select_related("source").order_by("page"):
        found.setdefault(row.source_id, (row.source, set()))[1].add(row.source_page)
    return tuple(Origin(scan.pk, scan.name, _stored(scan), tuple(sorted(pages))) for scan, pages in found.values())


@told_plainly()
def of_result(result_id: int) -> tuple[Origin, ...]:
    """The files that a result's scan was made of; empty: it is the file that came in. Raises NotFoundError."""
    scan = Document.objects.filter(result=result_id).values_list("scan_id", flat=True).first()
    if scan is None:
        raise NotFoundError(f"there is no result {result_id}")
    return origins(scan)


@told_plainly()
def secrets_in(source_id: int) -> dict[int, Confidential] | None:
    """The confidential results that stand on pages of a file, id → kind: who gets the file gets them too. They were
    read from the file itself, or from what was made of its pages, in one step or several.

    None: nobody knows how secret it is, since pages of it are still to be read, could not be, or never will be (the
    bin). A part cut out of a page tells nothing about the rest of that page.
    """
    return secrets_in_each([source_id])[source_id]


@told_plainly()
def secrets_in_each(source_ids: Iterable[int]) -> dict[int, dict[int, Confidential] | None]:
    """File → what `secrets_in` tells of it; asks no oftener for many files than for one."""
    made = _made_of(source_ids)
    parts = set().union(*made.values())
    read = set(Scan.objects.filter(pk__in=parts, state=ScanState.DONE).values_list("pk", flat=True))
    failed = Document.objects.filter(scan__in=parts, state=DocumentState.FAILED).values_list("scan_id", flat=True)
    known = (read | _went_on_whole(made)) - set(failed)
    found = Result.objects.filter(document__scan__in=parts).exclude(confidential="").order_by("pk")
    secrets = list(found.values_list("document__scan_id", "pk", "confidential"))
    return {
        source: {id: Confidential(kind) for scan, id, kind in secrets if scan in mine} if mine <= known else None
        for source, mine in made.items()
    }


@told_plainly()
def derived_from(scan_id: int) -> tuple[int, ...]:
    """Ids of the scans that pages of this one went into, ascending."""
    found = PageOrigin.objects.filter(source_id=scan_id).values_list("scan_id", flat=True)
    return tuple(sorted(set(found)))


@told_plainly()
def went_into(scan_ids: Iterable[int]) -> dict[tuple[int, int], int]:
    """Page (scan and number) of these scans → the scan that it went into as a whole, for those that did."""
    wanted = sorted(set(scan_ids))
    parts = [wanted[i : i + 500] for i in range(0, len(wanted), 500)]  # SQLite takes no list without end
    found: dict[tuple[int, int], int] = {}
    for part in parts:
        rows = PageOrigin.objects.filter(source__in=part, left=None).order_by("-scan_id")
        found |= {
            (source, page): scan for source, page, scan in rows.values_list("source_id", "source_page", "scan_id")
        }
    return found


@told_plainly()
def cut_out_unfinished() -> frozenset[int]:
    """The scans that were cut out of pages and are still to be read."""
    found = PageOrigin.objects.filter(scan__state=ScanState.STORED, left__isnull=False)
    return frozenset(found.values_list("scan_id", flat=True))


def _made_of(scan_ids: Iterable[int]) -> dict[int, set[int]]:
    """Scan → itself, and all scans that were made of its pages, of pages of those, and so on."""
    wanted = set(scan_ids)
    below: dict[int, set[int]] = {id: set() for id in wanted}
    new = wanted
    while new:
        for source, scan in PageOrigin.objects.filter(source__in=new).values_list("source_id", "scan_id").distinct():
            below[source].add(scan)
        new = set().union(*(below[id] for id in new)) - below.keys()
        below |= {id: set() for id in new}
    return {id: _reached(id, below) for id in wanted}


def _reached(scan_id: int, below: Mapping[int, set[int]]) -> set[int]:
    found, new = {scan_id}, {scan_id}
    while new:
        new = set().union(*(below[id] for id in new)) - found
        found |= new
    return found


def _went_on_whole(scan_ids: Iterable[int]) -> set[int]:
    """Those of these scans that are not to be read themselves, and each of whose pages went whole into another one."""
    whole = PageOrigin.objects.filter(source__in=list(scan_ids), source__state=ScanState.ARRANGED, left=None)
    pages = whole.values("source_id", "source__pages").annotate(went=Count("source_page", distinct=True))
    return {row["source_id"] for row in pages if row["went"] == row["source__pages"]}


def _stored(scan: Scan) -> StoredObject:
    return StoredObject(scan.key, scan.sha256, scan.size, scan.media_type)


def _row(scan: Scan, source: PageSource) -> PageOrigin:
    box = source.box
    return PageOrigin(
        scan=scan,
        page=source.page,
        source_id=source.scan,
        source_page=source.source_page,
        rotation=source.rotation,
        left=box.left if box else None,
        top=box.top if box else None,
        right=box.right if box else None,
        bottom=box.bottom if box else None,
        kind=source.kind.value if source.kind else "",
    )


def _source(row: PageOrigin) -> PageSource:
    edges = (row.left, row.top, row.right, row.bottom)
    left, top, right, bottom = (edge if edge is not None else 0.0 for edge in edges)
    return PageSource(
        page=row.page,
        scan=row.source_id,
        source_page=row.source_page,
        rotation=row.rotation,
        box=None if row.left is None else Box(left, top, right, bottom),
        kind=PageKind(row.kind) if row.kind else None,
    )
