"""Reports: the four indicators of a unit in a period on the screen, giving a report out, and those that were."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.access import Access
from accounts.rights import Right
from catalog import units
from catalog.values import today
from core.errors import UsageError
from quotas import indicators, periods, reports, responsibility
from quotas.dossier_facts import PARTS, Figure, Indicator
from quotas.periods import Period, Span
from quotas.report_records import Report, UnitFigures, points, rate
from web.quotas_wording import period_name
from web.reports_wording import FIGURES, INDICATORS, count, decimal
from web.rights import access, needs

_YEARS = 3
"""Years that reports are offered for, this one included."""


class AskedForm(forms.Form):
    """Which report is meant."""

    unit = forms.ChoiceField(label=gettext_lazy("Unit"))
    period = forms.ChoiceField(label=gettext_lazy("Period"))

    def __init__(self, known: Access, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["unit"].choices = choices(known)  # type: ignore[attr-defined]
        offered = [(one.code, period_name(one)) for one in offered_periods()]
        self.fields["period"].choices = offered  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Cell:
    """A number of dossiers, with the address of the list behind it."""

    text: str
    address: str


@dataclass(frozen=True, slots=True)
class Rate:
    """An indicator of a unit."""

    rate: str
    part: Cell
    whole: Cell
    points: str
    """Empty: it gives none."""


@dataclass(frozen=True, slots=True)
class Row:
    """A unit in the tables."""

    name: str
    code: str
    rates: tuple[Rate, ...]
    cells: tuple[Cell, ...]
    split: str
    """Dossiers that could not be apportioned; empty: none."""
    archive: tuple[str, ...]
    """Old results counted, digitized, share; empty: not counted."""


@needs(Right.REPORT)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """The figures of one unit and period, where these are chosen; and the reports that were given out."""
    known = access(request)
    offered = choices(known)
    default = {"period": periods.ended_before(today(), Span.MONTH).code, "unit": offered[0][0] if offered else ""}
    asked = "unit" in request.GET
    form = AskedForm(known, default | dict(request.GET.items()) if asked else None, initial=default)
    report, fault = None, ""
    if asked and form.is_valid():
        try:
            report = indicators.figures(form.cleaned_data["unit"], periods.parse(form.cleaned_data["period"]))
        except UsageError as error:
            fault = str(error)
    text = request.GET.get("before", "")
    before = int(text) if text.isdecimal() and len(text) < 19 else None
    issued = reports.listing(known.where(Right.REPORT), before, reports.PAGE + 1)
    context = {
        "form": form,
        "fault": fault,
        "offered": offered,
        "issued": [(row, period_name(periods.parse(row.code))) for row in issued[: reports.PAGE]],
        "older": f"?before={issued[reports.PAGE - 1].id}" if len(issued) > reports.PAGE else "",
        **(shown(report) if report else {}),
    }
    return render(request, "web/reports.html", context)


@needs(Right.REPORT)
@require_POST
def issue(request: HttpRequest) -> HttpResponse:
    """Count and freeze a report."""
    known = access(request)
    form = AskedForm(known, request.POST)
    if not form.is_valid():
        raise Http404
    try:
        issued = reports.issue(form.cleaned_data["unit"], periods.parse(form.cleaned_data["period"]), known.actor)
    except UsageError as error:
        messages.error(request, str(error))
        return redirect("reports")
    messages.success(request, _("The report was given out. Its figures do not change any more."))
    return redirect("report", issued.row.id)


def choices(known: Access) -> list[tuple[str, str]]:
    """The units that somebody may have reports of, those on top first; ended ones are in the reports of others."""
    covered = known.where(Right.REPORT)
    rows = {row.code: row for row in units.listing()}
    who = responsibility.on(today(), rows)
    own = [code for code in rows if who.answers[code].unit == code and (covered is None or code in covered)]
    depth = {code: sum(1 for _up in who.up(code)) for code in own}
    return [(code, f"{rows[code].name} ({code})") for code in sorted(own, key=lambda c: (depth[c], rows[c].name, c))]


def offered_periods() -> Iterable[Period]:
    """The periods that have begun, the newest years first."""
    day = today()
    for year in range(day.year, day.year - _YEARS, -1):
        for span in (Span.YEAR, Span.NINE_MONTHS, Span.SIX_MONTHS, Span.QUARTER, Span.MONTH):
            yield from (one for one in reversed(periods.of_year(year, span)) if one.first <= day)


def require_unit(known: Access, unit: str) -> None:
    """Return if somebody may have reports of `unit`; otherwise it does not exist (404)."""
    covered = known.where(Right.REPORT)
    if unit not in units.named([unit]) or (covered is not None and unit not in covered):
        raise Http404


def shown(report: Report) -> dict[str, Any]:
    """What the tables of a report need."""
    return {
        "report": report,
        "period": period_name(report.period),
        "heads": [(*INDICATORS[name], report.scales.get(name)) for name in Indicator],
        "figure_heads": [FIGURES[figure] for figure in Figure],
        "rows": [_row(report, row) for row in report.units],
    }


def _row(report: Report, row: UnitFigures) -> Row:
    def cell(figure: Figure) -> Cell:
        number = row.all.of(figure)
        asked = urlencode({"unit": row.unit, "period": report.period.code, "figure": figure.value})
        return Cell(count(number), f"{reverse('report_dossiers')}?{asked}" if number else "")

    def shown_rate(name: Indicator) -> Rate:
        part, whole = PARTS[name]
        marks = decimal(points(row.all, name, report.scales)) if name in report.scales else ""
        return Rate(decimal(rate(row.all, name)), cell(part), cell(whole), marks)

    split = row.unapportioned.received + row.unapportioned.resolved
    archive = row.archive
    return Row(
        row.name,
        row.unit,
        tuple(shown_rate(name) for name in Indicator),
        tuple(cell(figure) for figure in Figure),
        count(split) if split else "",
        (count(archive.counted), count(archive.digitized), decimal(archive.share)) if archive else (),
    )
