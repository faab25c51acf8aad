"""Whether two people have to enter the same, by unit: for administrators to say."""

from __future__ import annotations

from collections.abc import Mapping
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
from review import policies
from review.refusals import RefusedReviewError
from review.states import Second
from web.review_wording import REASONS, SECONDS
from web.rights import access, needs


class PolicyForm(forms.Form):
    """What a unit wants."""

    unit = forms.ChoiceField(label=gettext_lazy("Unit"))
    second = forms.ChoiceField(
        label=gettext_lazy("Who enters a document?"),
        widget=forms.RadioSelect,
        choices=[(second.value, SECONDS[second]) for second in Second],
        initial=Second.ALL.value,
    )
    share = forms.IntegerField(
        label=gettext_lazy("Share in percent"),
        help_text=gettext_lazy("For “a share of the documents” alone."),
        required=False,
        min_value=1,
        max_value=100,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def __init__(self, known: Access, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        unit = self.fields["unit"]
        assert isinstance(unit, forms.ChoiceField)
        held = [row for row in units.listing() if known.may(Right.MANAGE, row.code)]
        unit.choices = [(row.code, f"{row.name} ({row.code})") for row in held]


@needs(Right.MANAGE)
@require_http_methods(["GET", "POST"])
def policy(request: HttpRequest) -> HttpResponse:
    """The policies of one's units, and a form for one more; ``drop`` names a unit that is to follow the one above."""
    known = access(request)
    if request.method == "POST" and (unit := request.POST.get("drop", "")):
        if known.may(Right.MANAGE, unit) and policies.drop(unit, known.actor):
            messages.success(request, _("The unit follows the one above it again."))
        return redirect("review_policy")
    form = PolicyForm(known, request.POST or None)
    if request.method == "POST" and form.is_valid() and _put(form, known.actor):
        messages.success(request, _("This holds from the next document on."))
        return redirect("review_policy")
    names = units.names()
    rows = [row for row in policies.listing() if known.may(Right.MANAGE, row.unit)]
    shown = [(row, names[row.unit], SECONDS[row.second]) for row in rows]
    return render(request, "web/review_policy.html", {"form": form, "rows": shown})


def _put(form: PolicyForm, actor: str) -> bool:
    given = form.cleaned_data
    try:
        policies.put(given["unit"], Second(given["second"]), given["share"] or 0, actor)
    except RefusedReviewError as error:
        form.add_error("share", str(REASONS[error.reason]))
        return False
    return True
