"""Reports that were given out: frozen with a digest, told in the unit's chain, and held against a count of today."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from catalog import events
from catalog.configuration import told_plainly
from catalog.values import digest
from core.errors import NotFoundError
from quotas import indicators, report_json
from quotas.dossier_facts import Figure
from quotas.models import IssuedReport
from quotas.periods import Period
from quotas.report_records import Report, UnitFigures

PAGE = 50
"""Reports in a list."""


@dataclass(frozen=True, slots=True)
class IssuedRow:
    """A report in a list."""

    id: int
    unit: str
    name: str
    """Of the unit, as it was when the report was given out."""
    first: date
    last: date
    code: str
    """Of the period."""
    digest: str
    actor: str
    time: datetime


@dataclass(frozen=True, slots=True)
class Issued:
    """A report as it was given out."""

    row: IssuedRow
    content: Mapping[str, Any]
    """See `quotas.report_json`."""
    report: Report
    """The same, read."""
    intact: bool
    """Whether the content still has the digest that it was given out with."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure of a report that a count of today finds otherwise."""

    unit: str
    name: str
    figure: Figure
    issued: int | None
    """With units below. None: the unit is not in the report."""
    now: int | None
    """None: the unit would not be in it today."""


@told_plainly()
def issue(root: str, period: Period, actor: str) -> Issued:
    """Count and freeze a report, which becomes the newest of its unit and period.

    Raises UsageError as `indicators.figures`.
    """
    report = indicators.figures(root, period)
    content = report_json.plain(report)
    with transaction.atomic(), events.acting(actor):
        row = IssuedReport.objects.create(
            unit_id=root,
            first=period.first,
            last=period.last,
            content=content,
            digest=digest(content),
            actor=actor,
            time=report.time,
        )
        data = {"period": period.code, "digest": row.digest, "units": len(report.units)}
        events.append(root, "report.issued", f"report:{row.pk}", data)
    return _issued(row)


@told_plainly()
def show(id: int) -> Issued:
    """A report as it was given out; raises NotFoundError."""
    row = IssuedReport.objects.filter(pk=id).first()
    if row is None:
        raise NotFoundError(f"there is no report {id}")
    return _issued(row)


@told_plainly()
def newest(unit: str, period: Period) -> Issued | None:
    """The newest report of a unit about a period; None: none was given out."""
    row = IssuedReport.objects.filter(unit_id=unit, first=period.first, last=period.last).order_by("-pk").first()
    return _issued(row) if row else None


@told_plainly()
def listing(units: Collection[str] | None, before: int | None = None, limit: int = PAGE) -> tuple[IssuedRow, ...]:
    """At most `limit` reports of these units (None: all), newest first; `before`: id of the last one seen."""
    found = IssuedReport.objects.order_by("-pk")
    if units is not None:
        found = found.filter(unit__in=list(units))
    if before is not None:
        found = found.filter(pk__lt=before)
    return tuple(_row(row) for row in found[:limit])


@told_plainly()
def compare(issued: Issued) -> tuple[Difference, ...]:
    """What a count of the same unit and period finds otherwise today, unit by unit; nothing: all is as it was.

    Raises UsageError where the unit has ended since.
    """
    now = indicators.figures(issued.row.unit, issued.report.period)
    return differences(issued.report, now)


def differences(before: Report, after: Report) -> tuple[Difference, ...]:
    """The figures that differ, in the order of `after`, and then of units that are in `before` alone."""
    old = {row.unit: row for row in before.units}
    new = {row.unit: row for row in after.units}
    units = [*new, *(unit for unit in old if unit not in new)]
    return tuple(one for unit in units for one in _of_unit(old.get(unit), new.get(unit)))


def _of_unit(before: UnitFigures | None, after: UnitFigures | None) -> list[Difference]:
    row = after or before
    assert row is not None
    found = []
    for figure in Figure:
        old, new = _number(before, figure), _number(after, figure)
        if old != new and (old or new):  # a unit without dossiers may come or go
            found.append(Difference(row.unit, row.name, figure, old, new))
    return found


def _number(row: UnitFigures | None, figure: Figure) -> int | None:
    return None if row is None else row.all.of(figure)


def _issued(row: IssuedReport) -> Issued:
    return Issued(_row(row), row.content, report_json.read(row.content), digest(row.content) == row.digest)


def _row(row: IssuedReport) -> IssuedRow:
    code = row.content["period"]["code"]
    name = row.content["unit"]["name"]
    return IssuedRow(row.pk, row.unit_id, name, row.first, row.last, code, row.digest, row.actor, row.time)
