"""How fast reading goes, how much of it is left, and what came of each batch on a day."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Min, Q, Sum

from catalog.configuration import told_plainly
from catalog.models import Document, Result, Scan
from catalog.models.results import DocumentState
from catalog.models.scans import ScanState
from catalog.queue import counts_for_itself
from catalog.values import HERE, now

WINDOW = timedelta(minutes=10)
"""What "lately" is."""
_LEAST = timedelta(seconds=30)
"""The first results of a run say little before so much time has gone by."""


@dataclass(frozen=True, slots=True)
class Read:
    """What reading made of a batch."""

    documents: int
    pages: int
    doubts: int
    """Documents of which a person must look at a field."""


@told_plainly()
def rate() -> float:
    """Pages an hour that were recorded lately, of all batches together; 0 where none was."""
    end = now()
    lately = Result.objects.filter(recorded__gte=end - WINDOW)
    found = lately.aggregate(pages=Sum("document__pages"), first=Min("recorded"))
    if not found["pages"]:
        return 0.0
    return float(found["pages"] * 3600 / max(end - found["first"], _LEAST).total_seconds())


@told_plainly()
def pages_left(batch: int | None = None) -> int:
    """Pages of stored scans (of a batch) that are not recorded yet; sheets between documents count as pages."""
    waiting = Scan.objects.filter(state=ScanState.STORED)
    read = Document.objects.filter(scan__state=ScanState.STORED, state=DocumentState.RECORDED)
    if batch is not None:
        waiting, read = waiting.filter(batch_id=batch), read.filter(scan__batch_id=batch)
    there, done = (found.aggregate(sum=Sum("pages"))["sum"] or 0 for found in (waiting, read))
    return max(0, int(there) - int(done))


@told_plainly()
def of_batches(ids: Collection[int] | None = None, day: date | None = None) -> dict[int, Read]:
    """Batch → what was recorded of it (on that day), of the batches `ids` (None: of all); empty ones are left out.

    Without a day and ids this goes through the whole catalog.
    """
    found = Result.objects.all()
    if day is not None:
        first = datetime.combine(day, time(), HERE)
        found = found.filter(recorded__gte=first, recorded__lt=first + timedelta(days=1))
    if ids is not None:
        found = found.filter(document__scan__batch__in=list(ids))
    rows = (
        found.order_by()
        .values_list("document__scan__batch")
        .annotate(
            documents=Count("pk"),
            pages=Sum("document__pages"),
            doubts=Count("pk", filter=Q(in_review=True) & counts_for_itself()),
        )
    )
    return {batch: Read(documents, pages, doubts) for batch, documents, pages, doubts in rows}
