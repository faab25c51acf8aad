"""Several results on one page: where on which page they were cut out, what became of them, and whether the page itself
counts as a result.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from catalog import editing
from catalog.configuration import told_plainly
from catalog.models import Carrier, Document, PageOrigin, PageReading, Result
from catalog.values import clip, now
from core.errors import NotFoundError
from ocr.records import Box


@dataclass(frozen=True, slots=True)
class PagePlace:
    """A page of a result, and where it is in its file."""

    scan: int
    """Id of the scan."""
    page: int
    """Number of the page there, from 1."""
    batch: int
    rotation: int
    """Degrees clockwise by which it is turned to stand upright."""
    width: int
    """Pixels of the upright page."""
    height: int


@dataclass(frozen=True, slots=True)
class Taken:
    """A part of a page that became a document of its own."""

    page: int
    """Number of the page in the result that it was taken from, from 1."""
    box: Box
    """Pixels of the upright page."""
    result: int | None
    """What was read in it; None: it waits to be read, or could not be."""
    state: str
    """State of its scan (`ScanState`)."""


@told_plainly()
def place(result: int, page: int) -> PagePlace:
    """Where page `page` (from 1) of a result is. Raises NotFoundError."""
    document = Document.objects.select_related("scan").filter(result=result).first()
    if document is None or not 1 <= page <= len(document.page_kinds):
        raise NotFoundError(f"result {result} has no page {page}")
    number = document.page_kinds[page - 1][0]
    read = PageReading.objects.filter(scan=document.scan, page=number).only("rotation", "width", "height").first()
    if read is None:
        raise NotFoundError(f"nothing was read on page {page} of result {result}")
    return PagePlace(document.scan_id, number, document.scan.batch_id, read.rotation, read.width, read.height)


@told_plainly()
def taken(result: int) -> tuple[Taken, ...]:
    """The parts of its pages that became documents of their own, in the order in which they were taken."""
    document = Document.objects.filter(result=result).first()
    if document is None:
        raise NotFoundError(f"there is no result {result}")
    numbers = {kind[0]: page for page, kind in enumerate(document.page_kinds, 1)}
    found = PageOrigin.objects.filter(source=document.scan_id, source_page__in=list(numbers), left__isnull=False)
    rows = list(found.select_related("scan").order_by("pk"))
    made = Result.objects.filter(document__scan__in=[row.scan_id for row in rows])
    results = dict(made.values_list("document__scan_id", "pk"))
    return tuple(
        Taken(
            page=numbers[row.source_page],
            box=Box(row.left or 0.0, row.top or 0.0, row.right or 0.0, row.bottom or 0.0),
            result=results.get(row.scan_id),
            state=row.scan.state,
        )
        for row in rows
    )


@told_plainly()
def mark(result: int, carrier: bool, actor: str) -> None:
    """Say that a result is none (only the sheet that others stand on, or a part that was drawn wrongly) and counts for
    none, or that it is one after all.
    """
    with transaction.atomic(), editing.locked(result, actor) as row:
        if carrier == Carrier.objects.filter(result=row).exists():
            return
        if carrier:
            Carrier.objects.create(result=row, actor=clip(actor, 200), time=now())
        else:
            Carrier.objects.filter(result=row).delete()
        editing.tell(row, "result.carrier_marked" if carrier else "result.carrier_unmarked", {})


@told_plainly()
def among(ids: Iterable[int]) -> frozenset[int]:
    """Those of these results that count for none."""
    return frozenset(Carrier.objects.filter(result__in=list(ids)).values_list("result_id", flat=True))
