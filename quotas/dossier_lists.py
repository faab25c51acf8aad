"""The dossiers behind a figure of a report, page by page: codes and days, and no name of a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from catalog import units
from catalog.configuration import told_plainly
from catalog.models import Unit
from catalog.values import today
from core.errors import UsageError
from quotas import dossier_facts, responsibility
from quotas.dossier_facts import Figure
from quotas.periods import Period

PAGE = 50
"""Dossiers on a page."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which dossiers are meant."""

    unit: str
    """Code of the unit that answers for them."""
    period: Period
    figure: Figure
    own_only: bool = False
    """Whether those of units below it are left out."""


@dataclass(frozen=True, slots=True)
class DossierRow:
    """A dossier in a list."""

    id: int
    code: str
    unit: str
    """Code of the unit that received it, which may have ended since."""
    procedure: str
    received: date
    resolved: date | None


@told_plainly()
def listing(wanted: Wanted, after: int = 0, limit: int = PAGE) -> tuple[DossierRow, ...]:
    """At most `limit` dossiers that make up a figure, by id; `after`: the id of the last one of the page before.

    Raises UsageError for an unknown unit.
    """
    known = {row.code: row for row in units.listing()}
    if wanted.unit not in known:
        raise UsageError(f"unknown unit {wanted.unit}: see `sohoa units list`")
    codes = responsibility.on(today(), known).lines_of(wanted.unit, wanted.own_only)
    ids = list(Unit.objects.filter(code__in=codes).values_list("pk", flat=True))
    found = dossier_facts.within(wanted.figure, wanted.period).filter(unit__in=ids, pk__gt=after).order_by("pk")
    rows = found.values_list("pk", "code", "unit__code", "procedure", "received", "resolved")[:limit]
    return tuple(DossierRow(*row) for row in rows)
