"""What the review desk kept about a result goes when the result is disposed of; counts of errors stay."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q

from review.models import Aside, Draft, Key, Lease, Pair, Sample
from review.states import SampleState


def forget(results: Collection[int], scans: Collection[int]) -> None:
    """Erase what was typed about these results, and pairs that they are of; inside the transaction in which they go."""
    ids = list(results)
    for rows in (Aside, Draft, Key, Lease):
        rows.objects.filter(result__in=ids).delete()
    Pair.objects.filter(Q(first__in=ids) | Q(second__in=ids)).delete()
    Sample.objects.filter(result__in=ids, state=SampleState.WAITING.value).delete()
