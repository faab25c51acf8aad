"""How much stands in the registers of units: for who decides what becomes of a unit."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count

from catalog.configuration import told_plainly
from registers.models import Line


@told_plainly()
def lines_in(codes: Iterable[str]) -> dict[str, int]:
    """Code → lines that stand (not withdrawn) in the registers of these units; those without any are missing."""
    found = Line.objects.filter(unit__code__in=list(codes), withdrawn=None)
    return dict(found.order_by().values_list("unit__code").annotate(Count("pk")))
