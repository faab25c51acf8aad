"""Disposals: proposed by one administrator, decided by another, withdrawn by either; and what is left to be told."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.rights import Right
from catalog import graves, units
from catalog.queue import Sight
from catalog.refusals import DisposedError
from catalog.values import today
from core.errors import NotFoundError, UsageError
from core.settings import settings
from core.text import squeeze
from preservation.retention import disposals
from preservation.retention.records import DisposalRow
from preservation.retention.states import Stage
from web import errors
from web.retention import asked_for, managed, place
from web.retention_holds import numbers
from web.retention_wording import GROUNDS, ITEMS, KEPT, STAGES
from web.rights import access, needs
from web.wording import result_name

_SHOWN = 100
_WRITTEN = {"autocomplete": "off"}


class PickForm(forms.Form):
    """Results that are proposed one by one."""

    results = forms.CharField(
        label=gettext_lazy("Numbers of results here"),
        help_text=gettext_lazy("As their pages show them, parted by spaces."),
        max_length=5000,
        widget=forms.TextInput(attrs=_WRITTEN),
    )
    reason = forms.CharField(
        label=gettext_lazy("Why are they to be disposed of?"),
        help_text=gettext_lazy("Of a citizen's request: where it is filed. Do not write who asked: this stays."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class DecisionForm(forms.Form):
    """The decision."""

    number = forms.CharField(
        label=gettext_lazy("Number of the decision"), max_length=200, widget=forms.TextInput(attrs=_WRITTEN)
    )
    date = forms.DateField(label=gettext_lazy("Date of the decision"), widget=forms.DateInput(attrs={"type": "date"}))
    signer = forms.CharField(label=gettext_lazy("Signed by"), max_length=200, widget=forms.TextInput(attrs=_WRITTEN))


@needs(Right.MANAGE)
@require_http_methods(["GET", "POST"])
def listing(request: HttpRequest) -> HttpResponse:
    """The disposals of a unit; and proposing results one by one."""
    unit, known = place(request), access(request)
    form = PickForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            ids = numbers(given["results"])
            made = disposals.propose_these(unit, ids, known.confidential, known.actor, given["reason"])
        except UsageError:
            text = _(
                "Some of these results are not there, are held, or stand on another open list. Nothing was proposed."
            )
            form.add_error("results", text)
        else:
            return redirect("disposal", made.id)
    context = {
        "unit": units.require(unit),
        "units": sorted(managed(request).items(), key=lambda one: one[1]),
        "rows": [(row, STAGES[row.stage]) for row in disposals.listing([unit])],
        "form": form,
    }
    return render(request, "web/disposals.html", context, status=422 if form.is_bound else 200)


@needs(Right.MANAGE)
@require_POST
def propose(request: HttpRequest) -> HttpResponse:
    """Propose all that is due."""
    asked, known = asked_for(request), access(request)
    try:
        made = disposals.propose(asked, known.confidential, known.actor, request.POST.get("reason", ""))
    except UsageError:
        messages.error(request, _("Nothing is due that is not held or on another list."))
        return redirect("retention_due")
    messages.success(request, _("The list is frozen. A second administrator has to record the decision."))
    return redirect("disposal", made.id)


@needs(Right.MANAGE)
@require_safe
def show(request: HttpRequest, number: int) -> HttpResponse:
    """One disposal: its results, who did what, and what can be done."""
    return _page(request, _found(request, number))


@needs(Right.MANAGE)
@require_POST
def decide(request: HttpRequest, number: int) -> HttpResponse:
    """Record the decision."""
    found, form = _found(request, number), DecisionForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        wish = disposals.Decision(given["number"], given["date"], given["signer"])
        try:
            disposals.decide(number, wish, access(request).actor)
        except disposals.SamePersonError:
            form.add_error(None, _("You proposed it: a second administrator has to record the decision."))
        except disposals.StageError:
            form.add_error(None, _("Somebody else was quicker: look at what it is now."))
        except UsageError:
            form.add_error("date", _("The day of the decision lies in the future."))
        else:
            messages.success(request, _("The decision is recorded. It waits, and can be withdrawn meanwhile."))
            return redirect("disposal", number)
    return _page(request, found, form)


@needs(Right.MANAGE)
@require_POST
def withdraw(request: HttpRequest, number: int) -> HttpResponse:
    """Take it back."""
    _found(request, number)
    reason = squeeze(request.POST.get("reason", ""))
    try:
        if not reason:
            messages.error(request, _("Say why it is withdrawn."))
        else:
            disposals.withdraw(number, access(request).actor, reason)
            messages.success(request, _("It is withdrawn: all of its results stay."))
    except disposals.StageError:
        messages.error(request, _("It is being carried out, or was: that cannot be taken back."))
    return redirect("disposal", number)


def gone(request: HttpRequest, error: DisposedError) -> HttpResponse:
    """The page in place of a result that was disposed of; for those who might not have seen it, there never was one."""
    if not access(request).may(Right.SEE, error.unit, error.confidential):
        return errors.not_found(request)
    grave = graves.find(error.result)
    context = {"grave": grave, "name": result_name(grave.document_type, ""), "office": units.require(grave.unit).name}
    return render(request, "web/result_gone.html", context, status=410)


def _found(request: HttpRequest, number: int) -> DisposalRow:
    """A disposal of a unit that the reader manages."""
    try:
        found = disposals.find(number)
    except NotFoundError:
        raise Http404 from None
    if found.unit not in managed(request):
        raise Http404
    return found


def _page(request: HttpRequest, found: DisposalRow, form: DecisionForm | None = None) -> HttpResponse:
    known = access(request)
    text = request.GET.get("after", "")
    after = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
    sight = Sight(known.where(Right.SEE), known.confidential)
    items = disposals.items(found.id, sight, after, _SHOWN)
    context: dict[str, Any] = {
        "found": found,
        "office": units.require(found.unit).name,
        "stage": STAGES[found.stage],
        "ground": GROUNDS[found.ground],
        "items": [(one, ITEMS[one.state], KEPT[one.kept] if one.kept else "") for one in items],
        "next": items[-1].id if len(items) == _SHOWN else None,
        "may_decide": found.stage is Stage.PROPOSED and found.proposed_by.casefold() != known.actor.casefold(),
        "own": found.stage is Stage.PROPOSED and found.proposed_by.casefold() == known.actor.casefold(),
        "may_withdraw": found.stage in (Stage.PROPOSED, Stage.DECIDED),
        "days": settings().disposal_wait_days,
        "form": form or DecisionForm(initial={"date": today()}),
    }
    return render(request, "web/disposal.html", context, status=422 if form else 200)
