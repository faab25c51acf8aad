"""The door to a result: who may not see it finds nothing; a confidential one asks why it is opened, once a day.

Threat model: somebody with the right to a confidential kind looks into papers of neighbours. That cannot be forbidden
without stopping work, so each look is given a reason beforehand and stands in the result's history, where all who see
the result can read it. Accepted risk: a reason may be made up.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts import looks
from accounts.access import Access
from accounts.looks import What
from accounts.rights import Right
from catalog import openings, results
from catalog.records import ResultRow
from catalog.refusals import RefusedChangeError
from core.errors import NotFoundError
from web.refusals import put_on
from web.rights import access, needs
from web.wording import CONFIDENTIAL

_WHAT = {
    "picture": What.PICTURE,
    "thumbnail": None,
    "archive": What.ARCHIVE,
    "words": What.WORDS,
    "original": What.ORIGINAL,
    "result_source": What.ORIGINAL,
    "review_one": What.REVIEW,
    "review_crop": None,
    "review_typed": None,
    "review_stay": None,
    "review_leave": None,
}
"""Name of an address → what is looked at there; None: a part of what was noted already. All others: its page."""


class OpeningForm(forms.Form):
    """Why somebody looks."""

    reason = forms.CharField(
        label=gettext_lazy("Why do you open it?"),
        help_text=gettext_lazy("For example the dossier that it is needed for. Your name and this reason are kept."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "autofocus": True}),
    )


def door(request: HttpRequest, right: Right, number: int) -> HttpResponse | None:
    """None: come in. Otherwise what is answered instead: the question why.

    Raises NotFoundError where the person who asks does not hold `right` for the result.
    """
    unit, kind = results.place(number)
    known = access(request)
    if not known.may(right, unit, kind):
        raise NotFoundError(f"there is no result {number}")
    if not kind or openings.opened(number, known.actor):
        _note(request, known.actor, unit, number)
        return None
    wanted = request.get_full_path() if request.method in {"GET", "HEAD"} else reverse("result", args=[number])
    return HttpResponseRedirect(f"{reverse('result_open', args=[number])}?{urlencode({'next': wanted})}")


def _note(request: HttpRequest, actor: str, unit: str, number: int) -> None:
    """Write the look down, but for what shows no more than the page or list that it stands on."""
    match = request.resolver_match
    what = _WHAT.get((match.url_name or "") if match else "", What.PAGE)
    if what is not None and request.method != "HEAD":
        looks.note(actor, unit, number, what)


def unopened(rows: Iterable[ResultRow], known: Access) -> frozenset[int]:
    """Ids of the confidential ones of these results that the reader did not open with a reason today.

    Lists show no more of them than kind, number, issuer and days. One query at most.
    """
    secret = {row.id for row in rows if row.confidential}
    return frozenset(secret - openings.opened_among(secret, known.actor)) if secret else frozenset()


@needs(Right.SEE)
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, number: int) -> HttpResponse:
    """Ask why a confidential result is opened, write it down, and go on to what was wanted."""
    unit, kind = results.place(number)
    known = access(request)
    if not known.may(Right.SEE, unit, kind):
        raise NotFoundError(f"there is no result {number}")
    wanted = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(wanted, None) or not wanted.startswith(f"/results/{number}/"):
        wanted = reverse("result", args=[number])
    if not kind:
        return redirect("result", number)
    form = OpeningForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            openings.open_for(number, known.actor, form.cleaned_data["reason"])
        except RefusedChangeError as error:
            put_on(form, error)
        else:
            return HttpResponseRedirect(wanted)
    return render(request, "web/result_open.html", {"number": number, "kind": CONFIDENTIAL[kind], "form": form})
