"""Which results came in which batch, in the order in which their papers were scanned."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Count

from catalog.configuration import told_plainly
from catalog.models import PageOrigin, Result, Scan
from catalog.models.scans import ScanState

_OVER = (ScanState.DONE, ScanState.FAILED)
_MANY = 500
"""Ids in one question: SQLite takes no list without end."""


@told_plainly()
def of_batches(batches: Collection[int]) -> dict[int, tuple[int, ...]]:
    """Batch → ids of its results in the order of the papers; batches without any are missing."""
    found: dict[int, list[int]] = {}
    for part in _parts(batches):
        rows = Result.objects.filter(document__scan__batch__in=part)
        order = ("document__scan__batch_id", "document__scan_id", "document__ordinal")
        for batch, id in rows.order_by(*order).values_list("document__scan__batch_id", "pk"):
            found.setdefault(batch, []).append(id)
    return {batch: tuple(ids) for batch, ids in found.items()}


@told_plainly()
def counts(batches: Collection[int]) -> dict[int, int]:
    """Batch → number of its results; batches without any are missing."""
    found: dict[int, int] = {}
    for part in _parts(batches):
        rows = Result.objects.filter(document__scan__batch__in=part).values_list("document__scan__batch_id")
        found |= dict(rows.annotate(number=Count("pk")).order_by())
    return found


@told_plainly()
def batches_of(results: Collection[int]) -> dict[int, int]:
    """Id → batch, for those results that exist."""
    found: dict[int, int] = {}
    for part in _parts(results):
        found |= dict(Result.objects.filter(pk__in=part).values_list("pk", "document__scan__batch_id"))
    return found


@told_plainly()
def read_from(scans: Collection[int]) -> dict[int, tuple[int, ...]]:
    """Scan → ids of the results that were read from its pages, also where those (or parts of them) went on in scans
    derived from it.

    Only of scans that nobody is at work on any more and that gave at least one result; in the order of the papers.
    """
    found: dict[int, tuple[int, ...]] = {}
    for part in _parts(scans):
        origins = PageOrigin.objects.filter(source__in=part).values_list("source_id", "scan_id").distinct()
        went_on: dict[int, set[int]] = {}
        for source, derived in origins:
            went_on.setdefault(source, set()).add(derived)
        arranged = Scan.objects.filter(pk__in=went_on, state=ScanState.ARRANGED).values_list("pk", flat=True)
        never_read = set(arranged)  # all others are read themselves, also where a part was cut out of a page
        involved = {scan: went_on.get(scan, set()) | ({scan} - never_read) for scan in part}
        every = sorted(set().union(*involved.values()))
        over = set(Scan.objects.filter(pk__in=every, state__in=_OVER).values_list("pk", flat=True))
        results: dict[int, list[int]] = {}
        rows = Result.objects.filter(document__scan__in=every).order_by("document__scan_id", "document__ordinal")
        for scan, id in rows.values_list("document__scan_id", "pk"):
            results.setdefault(scan, []).append(id)
        for scan, read in involved.items():
            ids = tuple(id for one in sorted(read) for id in results.get(one, ()))
            if ids and read <= over:
                found[scan] = ids
    return found


@told_plainly()
def made_here(batch: int) -> frozenset[int]:
    """Scans of a batch that did not come in but were made of pages of others."""
    return frozenset(PageOrigin.objects.filter(scan__batch_id=batch).values_list("scan_id", flat=True).distinct())


def _parts(ids: Collection[int]) -> list[list[int]]:
    wanted = sorted(set(ids))
    return [wanted[start : start + _MANY] for start in range(0, len(wanted), _MANY)]
