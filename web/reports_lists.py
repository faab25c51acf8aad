"""The dossiers behind a figure of a report, and the flags of dossiers for the public service portal."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import Access
from accounts.rights import Right
from catalog import exports, units
from catalog.values import today
from core.errors import UsageError
from core.text import slug
from quotas import dossier_lists, periods, portal
from quotas.dossier_facts import Figure
from quotas.periods import Period, Span
from quotas.portal import Form
from web.handing_out import handed_out
from web.quotas_wording import period_name
from web.reports import AskedForm, choices, require_unit
from web.reports_wording import FIGURES
from web.rights import access, needs

_TYPES = {Form.JSONL: "application/x-ndjson", Form.CSV: "text/csv; charset=utf-8"}


class FlagsForm(AskedForm):
    """Which flags, and how they are written."""

    form = forms.ChoiceField(
        label=gettext_lazy("Written as"),
        choices=[(Form.JSONL.value, gettext_lazy("JSON, a line for each")), (Form.CSV.value, gettext_lazy("CSV"))],
    )


@needs(Right.REPORT)
@require_safe
def dossiers(request: HttpRequest) -> HttpResponse:
    """A page of the dossiers that make up a figure: codes and days, nobody's name."""
    unit, figure, period = request.GET.get("unit", ""), request.GET.get("figure", ""), _period(request)
    require_unit(access(request), unit)
    if figure not in tuple(Figure):
        raise Http404
    wanted = dossier_lists.Wanted(unit, period, Figure(figure), request.GET.get("own") == "1")
    text = request.GET.get("after", "")
    after = int(text) if text.isdecimal() and len(text) < 19 else 0
    found = dossier_lists.listing(wanted, after, dossier_lists.PAGE + 1)
    rows, names = found[: dossier_lists.PAGE], units.names()
    asked = {"unit": unit, "figure": figure, "period": period.code, **({"own": "1"} if wanted.own_only else {})}
    more = urlencode(asked | {"after": str(rows[-1].id)}) if len(found) > len(rows) else ""
    context = {
        "rows": [(row, names.get(row.unit, row.unit)) for row in rows],
        "figure": FIGURES[wanted.figure],
        "unit": names[unit],
        "period": period_name(period),
        "back": urlencode({"unit": unit, "period": period.code}),
        "more": more,
    }
    return render(request, "web/report_dossiers.html", context)


@needs(Right.REPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def flags(request: HttpRequest) -> HttpResponseBase:
    """Ask which flags are wanted; hand them out."""
    known = access(request)
    offered = choices(known)
    default = {"period": periods.ended_before(today(), Span.MONTH).code, "unit": offered[0][0] if offered else ""}
    form = FlagsForm(known, request.POST or None, initial=default)
    if request.method == "POST" and form.is_valid():
        return _handed_out(known, form.cleaned_data)
    return render(request, "web/portal_flags.html", {"form": form, "offered": offered})


def _handed_out(known: Access, given: dict[str, Any]) -> HttpResponseBase:
    unit, period, form = given["unit"], periods.parse(given["period"]), Form(given["form"])

    def write(to: Path) -> None:
        made = portal.write(unit, period, form, to)
        exports.made([unit], f"flags.{form.value}", made.rows, known.actor, {"period": period.code}, made.sha256)

    return handed_out(f"co-cong-dvc-{slug(unit)}-{period.code}.{form.value}", _TYPES[form], write)


def _period(request: HttpRequest) -> Period:
    try:
        return periods.parse(request.GET.get("period", ""))
    except UsageError:
        raise Http404 from None
