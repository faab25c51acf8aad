"""Which results came in which batch, in the order in which their papers were scanned."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Count

from catalog.configuration import told_plainly
from catalog.models import Result

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
def of_scans(scans: Collection[int]) -> dict[int, tuple[int, ...]]:
    """Scan → ids of its results in the order of its pages; scans without any are missing."""
    found: dict[int, list[int]] = {}
    for part in _parts(scans):
        rows = Result.objects.filter(document__scan__in=part).order_by("document__scan_id", "document__ordinal")
        for scan, id in rows.values_list("document__scan_id", "pk"):
            found.setdefault(scan, []).append(id)
    return {scan: tuple(ids) for scan, ids in found.items()}


def _parts(ids: Collection[int]) -> list[list[int]]:
    wanted = sorted(set(ids))
    return [wanted[start : start + _MANY] for start in range(0, len(wanted), _MANY)]
