"""Targets of a unit in a period, and the baseline of its old results: shown, set, ended, frozen."""

from __future__ import annotations

from collections.abc import Mapping
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
from core.errors import NotFoundError, UsageError
from quotas import baselines, periods, snapshots, targets, verification
from quotas.periods import Period, Span
from quotas.records import BaselineRow, Standing
from quotas.states import Kind, Which
from web.quotas_wording import COUNTED, KINDS, period_name
from web.rights import access, needs

_SHOWN = 20
_WRITTEN = {"autocomplete": "off"}


class TargetForm(forms.Form):
    """A target."""

    kind = forms.ChoiceField(label=gettext_lazy("Results"), choices=[(k.value, t) for k, t in KINDS.items()])
    share = forms.CharField(
        label=gettext_lazy("Share in percent"),
        max_length=10,
        widget=forms.TextInput(attrs=_WRITTEN | {"inputmode": "decimal"}),
    )
    basis = forms.CharField(
        label=gettext_lazy("Legal basis"),
        help_text=gettext_lazy("It is printed beside the number. The one offered was not checked against the texts."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class FreezeForm(forms.Form):
    """Freezing a baseline."""

    why = forms.CharField(
        label=gettext_lazy("Why is it frozen anew?"),
        help_text=gettext_lazy("Needed where it was frozen before."),
        max_length=1000,
        required=False,
        widget=forms.TextInput(attrs=_WRITTEN),
    )


@needs(Right.REPORT)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """The targets and the baseline of a unit in a period."""
    return _page(request, *_place(request, Right.REPORT))


@needs(Right.MANAGE)
@require_POST
def put(request: HttpRequest) -> HttpResponse:
    """Set a target for a unit and those below it."""
    unit, period = _place(request, Right.MANAGE)
    form = TargetForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            targets.put(unit, Kind(given["kind"]), period, given["share"], given["basis"], access(request).actor)
        except UsageError:
            form.add_error("share", _("Write a number from 0 to 100, with at most two decimals."))
        else:
            messages.success(request, _("The target holds from now on."))
            return _back(unit, period)
    return _page(request, unit, period, form=form)


@needs(Right.MANAGE)
@require_POST
def end(request: HttpRequest, number: int) -> HttpResponse:
    """End a target, with a reason."""
    try:
        held = targets.find(number).target
    except NotFoundError:
        raise Http404 from None
    covered = access(request).where(Right.MANAGE)
    if covered is not None and held.unit not in covered:
        raise Http404
    reason = request.POST.get("reason", "").strip()
    if reason:
        targets.end(number, access(request).actor, reason)
        messages.success(request, _("The target has ended; that of the unit above holds, where there is one."))
    else:
        messages.error(request, _("Say why the target ends."))
    return _back(held.unit, periods.between(held.first, held.last))


@needs(Right.MANAGE)
@require_POST
def freeze(request: HttpRequest) -> HttpResponse:
    """Freeze the old results of the period for a unit and those below it."""
    unit, period = _place(request, Right.MANAGE)
    form = FreezeForm(request.POST)
    if form.is_valid():
        try:
            made = baselines.freeze(unit, period, access(request).actor, form.cleaned_data["why"])
        except UsageError:
            form.add_error("why", _("This period is frozen for the unit already: say why it is frozen anew."))
        else:
            messages.success(request, _("%(count)s old results are frozen.") % {"count": made.lines})
            return _back(unit, period)
    return _page(request, unit, period, freeze_form=form)


def _page(
    request: HttpRequest,
    unit: str,
    period: Period,
    form: TargetForm | None = None,
    freeze_form: FreezeForm | None = None,
) -> HttpResponse:
    known = access(request)
    manages = known.where(Right.MANAGE)
    holding = targets.holding(unit, period)
    applying = baselines.applying(unit, period)
    suggested = targets.SUGGESTED[Kind.OLD]
    context: dict[str, Any] = {
        "unit": units.require(unit),
        "period": period,
        "period_name": period_name(period),
        "units": sorted(_units(known, Right.REPORT).items(), key=lambda one: one[1]),
        "periods": [(one.code, period_name(one)) for one in _periods()],
        "held": [(kind, KINDS[kind], COUNTED[kind], holding.get((unit, kind))) for kind in Kind],
        "names": units.names(),
        "history": targets.listing(frozenset({unit}), period, limit=_SHOWN),
        "kinds": KINDS,
        "applying": applying,
        "baselines": baselines.listing(frozenset({unit}), period, limit=_SHOWN),
        "drift": _drift(request, known, applying),
        "compared": _compared(unit, period) if request.GET.get("compare") else None,
        "manages": manages is None or unit in manages,
        "form": form or TargetForm(initial={"kind": "old", "share": suggested[0], "basis": suggested[1]}),
        "freeze_form": freeze_form or FreezeForm(),
        "which": tuple(Which),
    }
    return render(request, "web/quota_targets.html", context, status=422 if form or freeze_form else 200)


def _drift(request: HttpRequest, known: Access, applying: BaselineRow | None) -> object:
    """What became of the baseline, where somebody asks for it: all its lines are looked at, which takes seconds."""
    covered = known.where(Right.REPORT)
    if not request.GET.get("drift") or applying is None or (covered is not None and applying.unit not in covered):
        return None
    return baselines.drift(applying.id)


def _compared(unit: str, period: Period) -> Mapping[str, object]:
    """The last snapshot beside a count of the same day by what is known now."""
    found: dict[str, object] = {"rows": []}
    rows = []
    for kind in Kind:
        then: Standing | None = snapshots.newest(unit, kind, period)
        if then is not None:
            found["day"] = then.day
            rows += [(KINDS[kind], one) for one in verification.differences(unit, kind, period, then.day)]
    return found | {"rows": rows}


def _place(request: HttpRequest, right: Right) -> tuple[str, Period]:
    """Unit and period that are meant; Http404 where the reader does not hold `right` there."""
    data = request.POST if request.method == "POST" else request.GET
    there = _units(access(request), right)
    unit = data.get("unit", "") or _top(there)
    if unit not in there:
        raise Http404
    try:
        return unit, periods.parse(data["period"]) if data.get("period") else periods.year(today().year)
    except UsageError:
        raise Http404 from None


def _units(known: Access, right: Right) -> dict[str, str]:
    """Code → name of the units where somebody holds a right."""
    covered = known.where(right)
    return {code: name for code, name in units.names().items() if covered is None or code in covered}


def _top(there: Mapping[str, str]) -> str:
    """The unit that is shown where none is named: one that stands below no other of these."""
    rows = units.named(there)
    tops = [row for row in rows.values() if row.parent not in there]
    living = [row for row in tops if row.valid_to is None or row.valid_to >= today()]
    return min((row.code for row in living or tops), default="")


def _periods() -> list[Period]:
    year = today().year
    return [
        *(periods.year(number) for number in (year + 1, year, year - 1)),
        *(one for span in (Span.SIX_MONTHS, Span.NINE_MONTHS, Span.QUARTER) for one in periods.of_year(year, span)),
    ]


def _back(unit: str, period: Period) -> HttpResponse:
    return redirect(f"{reverse('quota_targets')}?{urlencode({'unit': unit, 'period': period.code})}")
