"""The indexes that came in, and what came of each of their rows."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC

from django.db.models import Count

from bought_in.models import Delivery, IndexLine
from bought_in.records import DeliveryRow, LineRow, Outcome, Problem, Trouble
from catalog import batches, contents, scans
from catalog.configuration import told_plainly
from core.errors import NotFoundError

PAGE = 50


@dataclass(frozen=True, slots=True)
class LinePage:
    """One page of the rows of an index."""

    rows: tuple[LineRow, ...]
    total: int
    page: int
    """From 1."""
    pages: int
    """At least 1."""


@told_plainly()
def listing(units: Collection[str] | None, before: int | None = None, limit: int = PAGE) -> tuple[DeliveryRow, ...]:
    """Indexes of these units (None: all), newest first, from behind the one with the id `before`."""
    found = Delivery.objects.order_by("-pk")
    if units is not None:
        found = found.filter(unit__in=list(units))
    if before is not None:
        found = found.filter(pk__lt=before)
    return _rows(list(found[:limit]))


@told_plainly()
def show(id: int) -> DeliveryRow:
    """One index; raises NotFoundError."""
    found = Delivery.objects.filter(pk=id).first()
    if found is None:
        raise NotFoundError(f"there is no bought-in work {id}")
    return _rows([found])[0]


@told_plainly()
def of_batch(batch: int) -> DeliveryRow | None:
    """The index that came in with a batch."""
    found = Delivery.objects.filter(batch_id=batch).first()
    return _rows([found])[0] if found else None


@told_plainly()
def lines(id: int, outcomes: Collection[Outcome] = (), page: int = 1) -> LinePage:
    """Rows of an index, in its order; of these outcomes alone, where any are named."""
    found = IndexLine.objects.filter(delivery_id=id)
    if outcomes:
        found = found.filter(outcome__in=[outcome.value for outcome in outcomes])
    total = found.count()
    pages = max(1, -(-total // PAGE))
    page = min(max(1, page), pages)
    rows = found.order_by("number")[(page - 1) * PAGE : page * PAGE]
    return LinePage(tuple(map(_line, rows)), total, page, pages)


@told_plainly()
def troubled(id: int) -> int:
    """How many rows of an index have values that were not taken."""
    return IndexLine.objects.filter(delivery_id=id).exclude(problems=[]).count()


@told_plainly()
def files_alone(id: int, most: int = 500) -> tuple[tuple[str, ...], int]:
    """Names of the batch's files that no row is about (at most `most`), and how many there are."""
    batch = show(id).batch
    named = set(IndexLine.objects.filter(delivery_id=id, scan__isnull=False).values_list("scan_id", flat=True))
    passed = named | contents.made_here(batch)
    alone = [scan.name for scan in scans.of_batch(batch) if scan.id not in passed]
    return tuple(alone[:most]), len(alone)


def _rows(found: list[Delivery]) -> tuple[DeliveryRow, ...]:
    named = batches.rows([row.batch_id for row in found])
    counted: dict[int, dict[Outcome, int]] = {}
    grouped = IndexLine.objects.filter(delivery__in=[row.pk for row in found]).order_by()
    for delivery, outcome, number in grouped.values_list("delivery_id", "outcome").annotate(number=Count("pk")):
        counted.setdefault(delivery, {})[Outcome(outcome)] = number
    return tuple(
        DeliveryRow(
            id=row.pk,
            batch=row.batch_id,
            unit=row.unit_id,
            name=named[row.batch_id].name,
            contractor=row.contractor,
            index=row.index_name,
            actor=row.actor,
            time=row.time.astimezone(UTC),
            lines=sum(counted.get(row.pk, {}).values()),
            outcomes=counted.get(row.pk, {}),
        )
        for row in found
    )


def _line(row: IndexLine) -> LineRow:
    return LineRow(
        number=row.number,
        file=row.file,
        values=row.values,
        problems=tuple(Problem(name, raw, Trouble(trouble)) for name, raw, trouble in row.problems),
        outcome=Outcome(row.outcome),
        scan=row.scan_id,
        result=row.result_id,
        different=tuple(row.different),
    )
