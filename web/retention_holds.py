"""Legal holds: placed on results by number, by a holder's identity number, or by days of issue; listed and lifted."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import Access
from accounts.rights import Right
from catalog import results, units
from core.errors import NotFoundError, UsageError
from core.text import squeeze
from preservation.retention import holds
from web.retention import managed, place
from web.rights import access, needs

_WRITTEN = {"autocomplete": "off"}
_DAY = {"type": "date"}


class HoldForm(forms.Form):
    """On which results, and why."""

    results = forms.CharField(
        label=gettext_lazy("Numbers of results here"),
        help_text=gettext_lazy("As their pages show them, parted by spaces."),
        max_length=5000,
        required=False,
        widget=forms.TextInput(attrs=_WRITTEN),
    )
    holder = forms.CharField(
        label=gettext_lazy("Or all that name this identity number"),
        max_length=64,
        required=False,
        widget=forms.TextInput(attrs=_WRITTEN),
    )
    first = forms.DateField(
        label=gettext_lazy("Or all issued from"), required=False, widget=forms.DateInput(attrs=_DAY)
    )
    last = forms.DateField(label=gettext_lazy("to"), required=False, widget=forms.DateInput(attrs=_DAY))
    reason = forms.CharField(
        label=gettext_lazy("Why must they be kept?"),
        help_text=gettext_lazy("For example the number of the court's case. It is shown to administrators alone."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


@needs(Right.MANAGE)
@require_http_methods(["GET", "POST"])
def listing(request: HttpRequest) -> HttpResponse:
    """The holds of a unit; and placing one."""
    unit, known = place(request), access(request)
    form = HoldForm(request.POST or None, initial={"results": request.GET.get("result", "")[:200]})
    if request.method == "POST" and form.is_valid():
        try:
            made = holds.place(unit, _meant(form, unit, known), form.cleaned_data["reason"], known.actor)
        except UsageError:
            text = _("Some of these results are not there, none was found, or they are too many. Nothing was held.")
            form.add_error(None, text)
        else:
            messages.success(
                request, _("%(count)s results are held until somebody lifts the hold.") % {"count": made.results}
            )
            return redirect(f"{request.path}?unit={unit}")
    past = request.GET.get("past") == "1"
    context = {
        "unit": units.require(unit),
        "units": sorted(managed(request).items(), key=lambda one: one[1]),
        "holds": holds.listing([unit], lifted=past),
        "past": past,
        "form": form,
        "came_from": int(asked) if (asked := request.GET.get("result", "")).isdecimal() and len(asked) < 16 else None,
    }
    return render(request, "web/retention_holds.html", context, status=422 if form.is_bound else 200)


@needs(Right.MANAGE)
@require_POST
def lift(request: HttpRequest, number: int) -> HttpResponse:
    """End a hold, with a reason."""
    try:
        held = holds.find(number)
    except NotFoundError:
        raise Http404 from None
    if held.unit not in managed(request):
        raise Http404
    reason = squeeze(request.POST.get("reason", ""))
    if reason:
        holds.lift(number, reason, access(request).actor)
        messages.success(request, _("The hold is lifted."))
    else:
        messages.error(request, _("Say why the hold is lifted."))
    return redirect("retention_holds")


def numbers(text: str) -> list[int]:
    """Numbers of results out of what somebody typed; UsageError for anything else."""
    words = text.replace(",", " ").replace(";", " ").split()
    if not all(word.isascii() and word.isdigit() and len(word) < 19 for word in words):
        raise UsageError("numbers of results, parted by spaces")
    return [int(word) for word in words]


def _meant(form: HoldForm, unit: str, known: Access) -> set[int]:
    """The results that are meant; those that the person may not see are not there."""
    given = form.cleaned_data
    ids = set(numbers(given["results"]))
    rows = results.rows(sorted(ids)[:1000])
    if len(ids) > 1000 or any(id not in rows for id in ids):
        raise UsageError("some are not there")
    if not all(known.may(Right.MANAGE, row.unit, row.confidential) for row in rows.values()):
        raise UsageError("some are not there")
    # Of what is found by person or period, secret ones are held as well: it tells no more of them than that they stay.
    if given["holder"]:
        ids |= set(holds.of_holder([given["holder"]], unit))
    if given["first"] and given["last"]:
        ids |= set(holds.of_period(unit, given["first"], given["last"]))
    return ids
