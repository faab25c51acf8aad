"""Closing a batch, with a reason where what came in is not what was expected; opening it again."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts.rights import Right
from staging import batches, stuck, uploads
from staging.records import Fault, Severity
from staging.refusals import BatchError, BatchRefusal, ClosingError
from staging.states import BatchState
from web.batch import of_reader, shown_faults
from web.rights import access, needs
from web.wording_batches import BATCH_REFUSALS

_MOST = 200
"""Faults on the page."""


class ReasonForm(forms.Form):
    """Why a batch is closed although something is not as expected."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=2000,
        help_text=gettext_lazy("For example: two papers of the slip are lent, see the box's list."),
        widget=forms.Textarea({"rows": 3}),
    )


class NothingForm(forms.Form):
    """Where nothing has to be told."""


@needs(Right.ARCHIVE)
@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, number: int) -> HttpResponse:
    """What is not as expected, and closing all the same."""
    known = access(request)
    mine = of_reader(number, known)
    if mine.state is not BatchState.OPEN:
        messages.warning(request, str(BATCH_REFUSALS[BatchRefusal.CLOSED]))
        return redirect("batch", number)
    coming, first = uploads.unfinished(number)
    found = batches.faults(number)
    form = _form(found, request)
    seen = frozenset(request.POST.get("seen", "").split()) if request.method == "POST" else None
    if form.is_bound and form.is_valid() and not coming:
        try:
            batches.close(number, known.actor, form.cleaned_data.get("reason", ""), seen)
        except ClosingError as error:  # something came up since the form was shown: that has to be seen first
            found, form = error.faults, ReasonForm(initial={"reason": request.POST.get("reason", "")})
        except BatchError as error:
            messages.warning(request, str(BATCH_REFUSALS[error.refusal]))
            return redirect("batch", number)
        else:
            messages.success(request, _("The batch is closed; its documents are read now."))
            return redirect("batch", number)
    context = {
        "batch": mine,
        "form": form,
        "faults": shown_faults(mine, _fresh_first(found, seen)[:_MOST], seen),
        "fresh": seen is not None and any(fault.mark not in seen for fault in found),
        "marks": " ".join(fault.mark for fault in found),
        "more_faults": max(0, len(found) - _MOST),
        "coming": coming,
        "first": first,
        "barred": bool(coming) or any(fault.severity is Severity.BARS for fault in found),
    }
    return render(request, "web/batch_close.html", context)


@needs(Right.ARCHIVE)
@require_POST
def reopen(request: HttpRequest, number: int) -> HttpResponse:
    """Open a closed batch again, while nothing of it has been read."""
    known = access(request)
    of_reader(number, known)
    try:
        batches.reopen(number, known.actor)
        messages.success(request, _("The batch is open again."))
    except BatchError as error:
        messages.warning(request, str(BATCH_REFUSALS[error.refusal]))
    return redirect("batch", number)


@needs(Right.ARCHIVE)
@require_POST
def retry(request: HttpRequest, number: int) -> HttpResponse:
    """Hand a closed batch on that could not be."""
    known = access(request)
    of_reader(number, known)
    if stuck.try_again(number, known.actor):
        messages.success(request, _("It is tried again; that takes a moment."))
    return redirect("batch", number)


def _fresh_first(found: Sequence[Fault], seen: Collection[str] | None) -> list[Fault]:
    """What came up since the reader was shown the others stands before these."""
    return sorted(found, key=lambda fault: seen is not None and fault.mark in seen)


def _form(found: tuple[Fault, ...], request: HttpRequest | None = None) -> forms.Form:
    """What has to be told to close a batch with these faults; filled in, where it was sent."""
    kind = ReasonForm if found else NothingForm
    return kind(request.POST) if request is not None and request.method == "POST" else kind()
