"""Who looked: each look at a result of the reader's units, by whom, when, and at what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts import looks
from accounts.access import Access
from accounts.looks import Asked, LookRow, What
from accounts.rights import Right
from catalog import results
from web import wording
from web.rights import access, needs
from web.units import held

PAGE = 50
"""Looks on a page."""
_MOST_DIGITS = 18
_WHAT = {
    What.PAGE: gettext_lazy("Its page"),
    What.PICTURE: gettext_lazy("A page as a picture"),
    What.ARCHIVE: gettext_lazy("Archive file"),
    What.WORDS: gettext_lazy("Words"),
    What.ORIGINAL: gettext_lazy("Original"),
    What.REVIEW: gettext_lazy("At the review desk"),
    What.RECORD: gettext_lazy("By a program"),
    What.SEARCH: gettext_lazy("Searched"),
}


class FilterForm(forms.Form):
    """Which looks are meant."""

    actor = forms.CharField(
        label=gettext_lazy("Who"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    result = forms.IntegerField(
        label=gettext_lazy("Number of the result"), required=False, min_value=1, max_value=10**_MOST_DIGITS
    )


@dataclass(frozen=True, slots=True)
class Shown:
    """A look for readers."""

    look: LookRow
    what: str
    about: str
    """What the result is called; empty where the reader may not see it, or it is gone."""


@needs(Right.MANAGE)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """The newest looks at results of the units that the reader manages; searches for who manages everything."""
    mine, form = held(request), FilterForm(request.GET)
    before = request.GET.get("before", "")
    after = int(before) if before.isdecimal() and len(before) <= _MOST_DIGITS else None
    found: tuple[LookRow, ...] = ()
    if form.is_valid():
        wanted = Asked(mine.reach.managed, form.cleaned_data["actor"].strip(), form.cleaned_data["result"])
        found = looks.listing(wanted, PAGE + 1, after)
    asked = {name: value for name, value in request.GET.items() if name != "before" and value}
    context = {
        "form": form,
        "looks": _shown(found[:PAGE], access(request)),
        "older": "?" + urlencode(asked | {"before": str(found[PAGE - 1].id)}) if len(found) > PAGE else "",
    }
    return render(request, "web/looks.html", context)


def _shown(found: Iterable[LookRow], known: Access) -> list[Shown]:
    found = list(found)
    rows = results.rows({look.result for look in found if look.result is not None})
    made = []
    for look in found:
        row = rows.get(look.result) if look.result is not None else None
        seen = row is not None and known.may(Right.SEE, row.unit, row.confidential)
        what = str(_WHAT[look.what])
        if look.what is What.SEARCH:
            what = _("%(what)s, %(rows)s shown") % {"what": what, "rows": look.shown}
        name = wording.result_name(row.document_type, row.number) if row is not None and seen else ""
        made.append(Shown(look, what, name))
    return made
