"""The whole organisation at once, and what each unit has in the repository: for whoever counts over all units."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count, Sum

from catalog import units
from catalog.configuration import told_plainly
from catalog.models import Result, Unit
from catalog.queue import counts_for_itself
from catalog.records import UnitRow


@dataclass(frozen=True, slots=True)
class Organisation:
    """All units there are, ended ones too."""

    units: Mapping[str, UnitRow]
    """Code → unit, by code."""
    ids: Mapping[str, int]
    """Code → row id, for conditions on rows that name a unit."""


@dataclass(frozen=True, slots=True)
class Holding:
    """What a unit has in the repository."""

    results: int
    pages: int


@told_plainly()
def whole() -> Organisation:
    """The organisation: three queries, however many units there are."""
    found = units.listing()
    ids = dict(Unit.objects.values_list("code", "pk"))
    return Organisation({unit.code: unit for unit in found}, ids)


@told_plainly()
def holdings() -> dict[str, Holding]:
    """Code of each unit that has any → its results that count for themselves and are kept, and their pages."""
    grouped = Result.objects.filter(counts_for_itself(), disposed=None).order_by().values_list("unit__code")
    rows = grouped.annotate(Count("pk"), Sum("document__pages"))
    return {unit: Holding(results, pages or 0) for unit, results, pages in rows}


@told_plainly()
def results_in(codes: Iterable[str] | None = None) -> dict[str, int]:
    """Code → how many results count for themselves there, of these units (None: of all) that have any."""
    found = Result.objects.filter(counts_for_itself(), disposed=None)
    if codes is not None:
        found = found.filter(unit__in=list(Unit.objects.filter(code__in=list(codes)).values_list("pk", flat=True)))
    return dict(found.order_by().values_list("unit__code").annotate(Count("pk")))
