"""Periods of retention of a unit, and what is due there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.rights import Right
from catalog import exports, units
from catalog.values import iso_date, today
from core.errors import NotFoundError, UsageError
from core.text import squeeze
from preservation.retention import due, schedules
from preservation.retention.due import Asked
from preservation.retention.records import DueRow
from preservation.retention.states import Clock
from web import table_files
from web.retention_wording import CLOCKS
from web.rights import access, needs

_SHOWN = 100
_MOST = 100_000
"""Rows of a table for spreadsheet programs at most."""
_WRITTEN = {"autocomplete": "off"}


class PeriodForm(forms.Form):
    """How long results of a type are kept."""

    type = forms.CharField(
        label=gettext_lazy("Type of document"),
        help_text=gettext_lazy("As it stands on results; empty: all types for which nothing else is said."),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs=_WRITTEN),
    )
    years = forms.IntegerField(
        label=gettext_lazy("Years"),
        help_text=gettext_lazy("Empty: permanently."),
        min_value=1,
        max_value=schedules.MOST_YEARS,
        required=False,
    )
    clock = forms.ChoiceField(
        label=gettext_lazy("The period runs"), choices=[(one.value, text) for one, text in CLOCKS.items()]
    )
    basis = forms.CharField(
        label=gettext_lazy("Legal basis"),
        help_text=gettext_lazy("It is printed beside the period. The one offered was not checked against the texts."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


@needs(Right.MANAGE)
@require_safe
def periods(request: HttpRequest) -> HttpResponse:
    """The periods that hold in a unit, and what can be set."""
    return _periods(request, place(request))


@needs(Right.MANAGE)
@require_POST
def put(request: HttpRequest) -> HttpResponse:
    """Set a period for a unit and those below it."""
    unit, form = place(request), PeriodForm(request.POST)
    if not form.is_valid():
        return _periods(request, unit, form)
    given = form.cleaned_data
    wish = schedules.Wish(unit, given["type"], given["years"], Clock(given["clock"]), given["basis"])
    try:
        schedules.put(wish, access(request).actor)
    except UsageError:
        form.add_error(None, _("Somebody else set this period just now: look at it, and try again."))
        return _periods(request, unit, form)
    messages.success(request, _("The period holds from now on."))
    return redirect(f"{reverse('retention')}?{urlencode({'unit': unit})}")


@needs(Right.MANAGE)
@require_POST
def end(request: HttpRequest, number: int) -> HttpResponse:
    """End a period, with a reason."""
    try:
        held = schedules.find(number)
    except NotFoundError:
        raise Http404 from None
    if held.unit not in managed(request):
        raise Http404
    reason = squeeze(request.POST.get("reason", ""))
    if reason:
        schedules.end(number, access(request).actor, reason)
        messages.success(request, _("The period has ended; that of the unit above holds, where there is one."))
    else:
        messages.error(request, _("Say why the period ends."))
    return redirect(f"{reverse('retention')}?{urlencode({'unit': held.unit})}")


@needs(Right.MANAGE)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """What is due in a unit, oldest first, page by page."""
    asked = asked_for(request)
    found = due.page(asked, access(request).confidential, _after(request), _SHOWN)
    query = {"unit": asked.unit, "type": asked.document_type}
    after = {"after": f"{found.after[0]}:{found.after[1]}"} if found.after else {}
    names = units.names()
    context: dict[str, Any] = {
        "unit": units.require(asked.unit),
        "units": _choices(request),
        "type": asked.document_type,
        "rows": [(one, names[one.row.unit]) for one in found.rows],
        "query": urlencode({name: value for name, value in query.items() if value}),
        "next": urlencode(query | after) if after else "",
        "first_page": not request.GET.get("after"),
        "count": due.count(asked, access(request).confidential) if request.GET.get("count") else None,
    }
    return render(request, "web/retention_due.html", context)


@needs(Right.MANAGE)
@require_safe
def table(request: HttpRequest) -> HttpResponseBase:
    """The same as a table: xlsx, or csv with ``format=csv``; noted as an export."""
    asked, known = asked_for(request), access(request)
    kind = table_files.kind(request.GET.get("format", ""))
    names = units.names()
    cells = (_cells(one, names) for one in _cut(due.every(asked, known.confidential)))
    noted = partial(exports.made, [asked.unit], f"retention_due.{kind}")
    told = {"type": asked.document_type}
    name = f"sohoa-due-{asked.unit}-{today()}.{kind}"
    return table_files.answer(name, _heads(), cells, lambda count, digest: noted(count, known.actor, told, digest))


def place(request: HttpRequest) -> str:
    """The unit that is meant; Http404 where the reader does not manage it."""
    data = request.POST if request.method == "POST" else request.GET
    there = managed(request)
    unit = data.get("unit", "") or _top(there)
    if unit not in there:
        raise Http404
    return unit


def managed(request: HttpRequest) -> Mapping[str, str]:
    """Code → name of the units that the reader manages."""
    covered = access(request).where(Right.MANAGE)
    return {code: name for code, name in units.names().items() if covered is None or code in covered}


def asked_for(request: HttpRequest) -> Asked:
    """Which due results are meant."""
    data = request.POST if request.method == "POST" else request.GET
    return Asked(place(request), squeeze(data.get("type", ""))[:300])


def _periods(request: HttpRequest, unit: str, form: PeriodForm | None = None) -> HttpResponse:
    holding = schedules.holding([unit])[unit]
    names = units.names()
    held = [(one, CLOCKS[one.clock], names[one.unit]) for _type, one in sorted(holding.items())]
    context = {
        "unit": units.require(unit),
        "units": _choices(request),
        "held": held,
        "rest": "" not in holding,
        "past": [one for one in schedules.listing([unit], ended=True, limit=20) if one.ended],
        "form": form or PeriodForm(initial={"basis": schedules.SUGGESTED_BASIS}),
    }
    return render(request, "web/retention.html", context, status=422 if form else 200)


def _choices(request: HttpRequest) -> list[tuple[str, str]]:
    return sorted(managed(request).items(), key=lambda one: one[1])


def _top(there: Mapping[str, str]) -> str:
    """The unit that is shown where none is named: one that stands below no other of these, and lives."""
    tops = [row for row in units.named(there).values() if row.parent not in there]
    living = [row for row in tops if row.valid_to is None or row.valid_to >= today()]
    return min((row.code for row in living or tops), default="")


def _after(request: HttpRequest) -> tuple[date, int] | None:
    text = request.GET.get("after", "")
    if not text:
        return None
    day, _colon, id = text.partition(":")
    found = iso_date(day)
    if found is None or not (id.isascii() and id.isdigit() and len(id) < 19):
        raise Http404
    return found, int(id)


def _cut(rows: Iterator[DueRow]) -> Iterator[DueRow]:
    for _count, row in zip(range(_MOST), rows, strict=False):
        yield row


def _heads() -> list[str]:
    titles = (_("Result"), _("Unit"), _("Code of the unit"), _("Type"), _("Number"), _("Date of issue"))
    return [*titles, _("Last day of validity"), _("Years"), _("Legal basis"), _("Legal hold")]


def _cells(one: DueRow, names: Mapping[str, str]) -> list[Any]:
    row, schedule = one.row, one.schedule
    held = _("yes") if one.held else ""
    days = [row.issue_date, row.valid_to]
    return [
        row.id,
        names[row.unit],
        row.unit,
        row.document_type,
        row.number,
        *days,
        schedule.years,
        schedule.basis,
        held,
    ]
