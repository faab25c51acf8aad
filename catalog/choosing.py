"""Which results there are of which units, days and dossiers: what packages for transfer are made of."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from catalog.configuration import told_plainly
from catalog.models import Result
from catalog.queue import counts_for_itself


@told_plainly()
def issued(units: Collection[str], first: date | None, last: date | None, limit: int) -> tuple[int, ...]:
    """Ids of at most `limit` results of these units, issued from `first` to `last` (None: whenever), by id.

    Those whose day of issue is not known are among them where neither is given.
    """
    found = Result.objects.filter(counts_for_itself(), unit__code__in=list(units), disposed=None)
    if first is not None:
        found = found.filter(issue_date__gte=first)
    if last is not None:
        found = found.filter(issue_date__lte=last)
    return tuple(found.order_by("pk").values_list("pk", flat=True)[:limit])


@told_plainly()
def in_dossiers(codes: Collection[str]) -> dict[str, tuple[int, ...]]:
    """Code of a dossier → ids of all results that it ended in, by id."""
    rows = Result.objects.filter(dossier__in=[code for code in codes if code], disposed=None)
    found: dict[str, tuple[int, ...]] = {}
    for dossier, pk in rows.order_by("pk").values_list("dossier", "pk"):
        found[dossier] = (*found.get(dossier, ()), pk)
    return found
