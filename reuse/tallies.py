"""How often results were used again, by type: what saves citizens most paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Sum

from catalog.configuration import told_plainly
from reuse.models import Reuse


@dataclass(frozen=True, slots=True)
class Tally:
    """Uses of results of one type in dossiers of one unit."""

    unit: str
    """Code of the unit that handles the dossiers: its citizens were not asked for the paper."""
    document_type: str
    """Empty: not known."""
    uses: int
    pages: int
    """Pages that nobody had to bring."""


@told_plainly()
def by_type(first: date, last: date) -> tuple[Tally, ...]:
    """Uses that stand, in dossiers received from `first` to `last`."""
    found = Reuse.objects.filter(undone__isnull=True, dossier_day__gte=first, dossier_day__lte=last)
    rows = (
        found.order_by()
        .values_list("unit_id", "result__document_type")
        .annotate(Count("pk"), Sum("result__document__pages"))
    )
    return tuple(Tally(*row) for row in rows)
