"""Samples: which share of new results is looked up again, in which units, and drawings by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.access import Access
from accounts.rights import Right
from catalog import units
from catalog.values import today
from review import samples as drawn
from review import sampling
from review.refusals import RefusedReviewError
from web.result_forms import DayField
from web.review_rights import sight
from web.review_wording import REASONS
from web.rights import access, needs


class ShareForm(forms.Form):
    """Which share of new results is drawn in a unit."""

    prefix = "share"
    unit = forms.ChoiceField(label=gettext_lazy("Unit"))
    share = forms.FloatField(
        label=gettext_lazy("Share in percent"),
        help_text=gettext_lazy("Of new results that nobody had to check. 0: none."),
        min_value=0,
        max_value=100,
        localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )

    def __init__(self, known: Access, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        _choices(self, known)


class DrawForm(forms.Form):
    """One drawing."""

    prefix = "draw"
    unit = forms.ChoiceField(label=gettext_lazy("Unit"))
    share = forms.FloatField(
        label=gettext_lazy("Share in percent"),
        min_value=0.01,
        max_value=100,
        initial=2,
        localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    first = DayField(label=gettext_lazy("Recorded from"))
    last = DayField(label=gettext_lazy("to"))
    seed = forms.CharField(
        label=gettext_lazy("Seed"),
        help_text=gettext_lazy("To draw the same ones again; otherwise leave it empty."),
        max_length=64,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, known: Access, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial={"first": today() - timedelta(days=30), "last": today()})
        _choices(self, known)


@needs(Right.CORRECT)
@require_http_methods(["GET", "POST"])
def samples(request: HttpRequest) -> HttpResponse:
    """What is drawn where, and how much of it waits. Who may manage a unit says its share and draws by hand."""
    known = access(request)
    manages = known.anywhere(Right.MANAGE)
    share, draw = (
        form(known, request.POST if manages and name in request.POST else None)
        for form, name in ((ShareForm, "put"), (DrawForm, "draw"))
    )
    if manages and ((share.is_bound and _put(share, request)) or (draw.is_bound and _draw(draw, request))):
        return redirect("samples")
    names = units.names()
    covered = known.where(Right.CORRECT)
    context = {
        "waiting": sampling.count(sight(known)),
        "shares": [
            (row, names.get(row.unit, row.unit)) for row in drawn.shares() if known.may(Right.CORRECT, row.unit)
        ],
        "draws": [(row, names.get(row.unit, row.unit)) for row in drawn.draws(covered)],
        "share_form": share,
        "draw_form": draw,
        "manages": manages,
        "place": "review",
    }
    return render(request, "web/samples.html", context)


def _put(form: forms.Form, request: HttpRequest) -> bool:
    if not form.is_valid():
        return False
    try:
        drawn.put(form.cleaned_data["unit"], form.cleaned_data["share"], access(request).actor)
    except RefusedReviewError as error:
        form.add_error("share", str(REASONS[error.reason]))
        return False
    messages.success(request, _("This holds from the next result on."))
    return True


def _draw(form: forms.Form, request: HttpRequest) -> bool:
    if not form.is_valid():
        return False
    given = form.cleaned_data
    try:
        row = drawn.draw(
            given["unit"], given["share"], given["first"], given["last"], access(request).actor, given["seed"]
        )
    except RefusedReviewError as error:
        form.add_error(None, str(REASONS[error.reason]))
        return False
    told = {"drawn": row.drawn, "population": row.population}
    messages.success(request, _("%(drawn)s of %(population)s were drawn. They wait at the review desk.") % told)
    return True


def _choices(form: forms.Form, known: Access) -> None:
    unit = form.fields["unit"]
    assert isinstance(unit, forms.ChoiceField)
    held = [row for row in units.listing() if known.may(Right.MANAGE, row.code)]
    unit.choices = [(row.code, f"{row.name} ({row.code})") for row in held]
