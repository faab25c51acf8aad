"""The ledger of reuse in a list, and what became of results after they were used."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.access import Access
from accounts.rights import Right
from catalog import results, units
from catalog.dossiers import local_day
from reuse import ledger, notices
from reuse.entries import Sight
from web import reuse_wording, unseen, wording
from web.result_forms import DayField
from web.result_opening import unopened
from web.reuse import mine, offered_units
from web.rights import access, needs

PAGE = 50
"""Entries on a page."""


class FilterForm(forms.Form):
    """Which entries are wanted."""

    dossier = forms.CharField(
        label=gettext_lazy("Code of the dossier, or its beginning"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    unit = forms.ChoiceField(label=gettext_lazy("Unit"), required=False)
    first = DayField(label=gettext_lazy("Used from"), required=False)
    last = DayField(label=gettext_lazy("until"), required=False)
    standing = forms.BooleanField(label=gettext_lazy("Without those taken back"), required=False)

    def __init__(self, known: Access, data: QueryDict) -> None:
        super().__init__(data)
        unit = self.fields["unit"]
        assert isinstance(unit, forms.ChoiceField)
        unit.choices = [("", _("All"))] + [(u.code, f"{u.name} ({u.code})") for u in offered_units(known)]


@needs(Right.REUSE)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """The entries of the reader's units, newest first, page by page."""
    known = access(request)
    form = FilterForm(known, request.GET)
    given: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    handled = known.where(Right.REUSE)
    wanted = ledger.Filter(
        units=_codes(given.get("unit", ""), handled),
        text=given.get("dossier", ""),
        first=given.get("first"),
        last=given.get("last"),
        standing=bool(given.get("standing")),
        sight=sight(known),
    )
    found = ledger.listing(wanted, PAGE + 1, _before(request)) if form.is_valid() else ()
    names = units.names()
    closed = unopened(results.rows({one.result for one in found[:PAGE]}).values(), known)
    shown = [
        (
            one,
            wording.result_name(one.vouched.document_type, one.vouched.number),
            names.get(one.unit, one.unit),
            one.result in closed,
        )
        for one in found[:PAGE]
    ]
    month = _this_month()
    context = {
        "form": form,
        "entries": shown,
        "older": _older(request, found[PAGE - 1].id) if len(found) > PAGE else "",
        "waiting": notices.count(handled, sight(known), PAGE),
        "many": PAGE,
        "counts": ledger.counts(_codes(given.get("unit", ""), handled), *month),
        "since": month[0],
    }
    return render(request, "web/reuse_ledger.html", context)


@needs(Right.REUSE)
@require_safe
def changed(request: HttpRequest) -> HttpResponse:
    """Entries whose result was revoked, replaced or corrected since, and that nobody has seen."""
    known = access(request)
    found = notices.of_units(known.where(Right.REUSE), PAGE + 1, _before(request), sight(known))
    shown = [
        (
            one,
            wording.result_name(one.reuse.vouched.document_type, one.reuse.vouched.number),
            reuse_wording.CHANGES[one.change],
        )
        for one in found[:PAGE]
    ]
    older = _older(request, found[PAGE - 1].reuse.id) if len(found) > PAGE else ""
    return render(request, "web/reuse_notices.html", {"notices": shown, "older": older})


@needs(Right.REUSE)
@require_POST
def seen(request: HttpRequest, number: int) -> HttpResponse:
    """Somebody has taken notice of what became of the result of an entry."""
    notices.seen(mine(request, number).id, access(request).actor)
    unseen.forget(request)
    messages.success(request, _("Noted that you have seen it."))
    return redirect("reuse_notices")


def sight(known: Access) -> Sight:
    """The results that somebody may see."""
    return Sight(known.where(Right.SEE), known.confidential)


def _codes(chosen: str, handled: Collection[str] | None) -> Collection[str] | None:
    """The unit that was chosen, out of those that the reader handles dossiers for."""
    return [chosen] if chosen else handled


def _before(request: HttpRequest) -> int | None:
    text = request.GET.get("before", "")
    return int(text) if text.isdecimal() and len(text) < 19 else None


def _older(request: HttpRequest, last: int) -> str:
    """The address of the next page: the same question, behind the entry `last`."""
    asked = {name: value for name, value in request.GET.items() if name != "before"}
    return "?" + urlencode(asked | {"before": str(last)})


def _this_month() -> tuple[date, date]:
    today = local_day()
    return today.replace(day=1), today
