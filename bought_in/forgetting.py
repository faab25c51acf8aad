"""What lines of an index say about a result goes when the result is disposed of."""

from __future__ import annotations

from collections.abc import Collection

from bought_in.models import Delivery, IndexLine


def forget(results: Collection[int], scans: Collection[int]) -> None:
    """Erase what lines of indexes state about these results; inside the transaction in which they go.

    The file of the index stays as it came while other lines of it are about results that are kept (docs/retention.md).
    """
    IndexLine.objects.filter(result__in=list(results)).update(values={}, problems=[], different=[], file="")


def names(keys: Collection[str]) -> frozenset[str]:
    """Those of these objects that are files of indexes."""
    return frozenset(Delivery.objects.filter(index_key__in=list(keys)).values_list("index_key", flat=True))
