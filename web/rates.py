"""Error rates, measured on samples, with their bounds; and what goes wrong most, found while people check."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.access import Access
from accounts.rights import Right
from catalog import exports, units
from catalog.values import today
from core.sheets import harmless
from review import calibration as calibrating
from review import rates as measured
from review.rates import By, Rate
from web import wording
from web.result_forms import DayField
from web.review_rights import sight
from web.rights import access, needs

_BY: Mapping[By, object] = {
    By.UNIT: gettext_lazy("unit"),
    By.OPERATOR: gettext_lazy("operator"),
    By.DOCUMENT_TYPE: gettext_lazy("type of document"),
    By.FIELD: gettext_lazy("field"),
}


class AskedForm(forms.Form):
    """Which rates are meant."""

    by = forms.ChoiceField(label=gettext_lazy("By"), choices=[(by.value, text) for by, text in _BY.items()])
    first = DayField(label=gettext_lazy("Judged from"))
    last = DayField(label=gettext_lazy("to"))


@dataclass(frozen=True, slots=True)
class Asked:
    """Which rates are meant."""

    by: By
    first: date
    last: date


@needs(Right.CORRECT)
@require_safe
def rates(request: HttpRequest) -> HttpResponse:
    """The rates by unit, operator, kind or field, of what one may check."""
    known, (form, asked) = access(request), _asked(request.GET)
    seen = sight(known)
    found = measured.rates(seen, asked.first, asked.last, asked.by)
    context = {
        "form": form,
        "by": _BY[asked.by],
        "rows": [(_label(asked.by, rate.key, units.names()), *_shown(rate)) for rate in found],
        "overall": _shown(measured.overall(seen, asked.first, asked.last)),
        "of_fields": asked.by is By.FIELD,
        "query": f"by={asked.by.value}&first={asked.first:%d/%m/%Y}&last={asked.last:%d/%m/%Y}",
        "place": "review",
    }
    return render(request, "web/rates.html", context)


@needs(Right.CORRECT)
@require_safe
def table(request: HttpRequest) -> HttpResponse:
    """The same as a table for spreadsheet programs."""
    known, (_form, asked) = access(request), _asked(request.GET)
    names = units.names()
    name = f"sohoa-{asked.by.value}-{asked.first}-{asked.last}.csv"
    response = HttpResponse(
        "\ufeff",  # by which spreadsheet programs know that it is UTF-8
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
    rows = csv.writer(response)
    rows.writerow([_BY[asked.by], _("name"), _("looked up"), _("wrong"), _("rate"), _("from"), _("to"), _("missing")])
    found = list(measured.rates(sight(known), asked.first, asked.last, asked.by))
    for rate in found:
        low, high = rate.bounds
        shares = [f"{share:.4f}" for share in (rate.rate, low, high)]
        label = _label(asked.by, rate.key, names)
        rows.writerow([harmless(rate.key), harmless(label), rate.checked, rate.wrong, *shares, rate.missing])
    days = {"by": asked.by.value, "first": asked.first.isoformat(), "last": asked.last.isoformat()}
    exports.made(known.where(Right.CORRECT) or (), "rates.csv", len(found), known.actor, days)
    return response


@needs(Right.CORRECT)
@require_safe
def calibration(request: HttpRequest) -> HttpResponse:
    """Which fields, sources, units and kinds go wrong most, and whether the program is as sure as it ought to be."""
    known: Access = access(request)
    told = calibrating.report(sight(known))
    names = units.names()
    unknown = _("nothing was found")
    context = {
        "told": told,
        "fields": [(wording.field_name(rate.key), *_shown(rate)) for rate in told.fields],
        "sources": [
            (wording.field_name(rate.key), str(wording.SOURCES.get(source, source)) or unknown, *_shown(rate))
            for source, rate in told.sources[:20]
        ],
        "units": [(names.get(rate.key, rate.key), *_shown(rate)) for rate in told.units[:20]],
        "kinds": [(rate.key or _("Unknown type"), *_shown(rate)) for rate in told.kinds[:20]],
        "bands": [(_percent(band.said), _percent(1 - band.found.rate), band.found) for band in told.bands],
        "place": "review",
    }
    return render(request, "web/calibration.html", context)


def _asked(data: QueryDict) -> tuple[AskedForm, Asked]:
    """What is asked for; the last 90 days by unit where nothing, or nothing that can be, is said."""
    default = {"by": By.UNIT.value, "first": today() - timedelta(days=90), "last": today()}
    form = AskedForm(data) if data else AskedForm(initial=default)
    given: dict[str, Any] = form.cleaned_data if data and form.is_valid() else default
    return form, Asked(By(given["by"]), given["first"], given["last"])


def _shown(rate: Rate) -> tuple[Rate, str, str]:
    """A rate with its share and bounds as people write them."""
    low, high = rate.bounds
    return rate, _percent(rate.rate) if rate.checked else "–", f"{_percent(low)} – {_percent(high)}"


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %".replace(".", ",")


def _label(by: By, key: str, names: Mapping[str, str]) -> str:
    if by is By.UNIT:
        return names.get(key, key)
    return str(wording.field_name(key)) if by is By.FIELD else key or _("not known")
