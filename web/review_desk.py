"""One document on the review desk: its page, and what the page tells us while a person works on it.

The page (`static/web/review.js`) speaks to the addresses below in JSON: each key press is kept as a draft and checked,
and settling a document answers what became of it (``done``), or what is in the way, which is no fault of the request.
Nothing is decided in the browser: what must be looked at, what is wrong and what has to be confirmed is asked again
when a document is settled.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.rights import Right
from catalog import results
from catalog.records import Shown
from catalog.refusals import Refusal, RefusedChangeError
from pipeline.records import FIELD_NAMES
from review import asides, drafts, keys, leases, sampling, settling
from review.refusals import Reason, RefusedReviewError
from web import wording
from web.refusals import REFUSALS
from web.result_opening import door
from web.result_papers import as_written
from web.review import asked, one_address
from web.review_checks import Checked, check, understood
from web.review_sheet import about, sheet, wanted
from web.review_wording import OUTCOMES, REASONS
from web.rights import access, needs

_LONGEST = 4000
"""Characters of one field."""


@needs(Right.CORRECT)
@require_safe
def one(request: HttpRequest, number: int) -> HttpResponse:
    """The document with its pages and fields; while somebody else has it before them, who that is. Who entered it
    already does not see it again: what the others entered may stand there by now.
    """
    if closed := door(request, Right.CORRECT, number):
        return closed
    shown = results.show(number)
    row = shown.row
    if not row.in_review and not sampling.drawn(number):
        messages.info(request, _("Nothing is left to check in this document."))
        return redirect("result", number)
    known, queue = access(request), asked(request.GET)
    if not row.in_review and sampling.answers_for(number, known.actor):
        messages.info(request, str(REASONS[Reason.OWN_WORK]))
        return redirect("result", number)
    if keys.entered_by(number, shown.edition, known.actor):
        messages.info(request, str(REASONS[Reason.OWN_KEY]))
        return redirect("review")
    held = leases.take(number, known.actor)
    context: dict[str, Any] = {"queue": queue, "address": one_address(number, queue)}
    if held is None:
        context |= {"holder": leases.holder(number), "title": wording.result_name(row.document_type, row.number)}
        return render(request, "web/review_held.html", context)
    return render(request, "web/review_one.html", context | {"sheet": sheet(number, held, known)})


@needs(Right.CORRECT)
@require_POST
def typed(request: HttpRequest, number: int) -> HttpResponse:
    """Keep what was typed so far, and say what is to be said of the field that it was typed in."""
    if closed := door(request, Right.CORRECT, number):
        return closed
    values, actor = _values(request.POST), access(request).actor
    edition = _number(request.POST.get("seen", ""))
    shown = results.show(number)
    try:
        if edition == shown.edition:  # otherwise it is settled, or must be looked at anew
            drafts.save(number, actor, edition, values, request.POST.getlist("done"))
    except RefusedReviewError as error:
        return JsonResponse({"told": str(REASONS[error.reason])})
    name = request.POST.get("name", "")
    if name not in values:
        return JsonResponse({})
    found = check(name, values[name], values, about(shown))
    return JsonResponse({"name": name, "text": values[name], **_told(found)})


@needs(Right.CORRECT)
@require_POST
def settle(request: HttpRequest, number: int) -> HttpResponse:
    """The person is done with the document. What cannot stay so, or was not confirmed, comes back instead."""
    if closed := door(request, Right.CORRECT, number):
        return closed
    shown, values = results.show(number), _values(request.POST)
    sure = frozenset(request.POST.getlist("sure"))
    given = _given(shown, values)
    found = {name: check(name, text, values, about(shown)) for name, text in given.items()}
    open_ones = {name: _told(one) for name, one in found.items() if one.fault or (one.warnings and name not in sure)}
    if open_ones:
        return JsonResponse({"done": False, "fields": open_ones})
    kept = {name: understood(name, text) for name, text in given.items()}
    insisted = sure & {name for name, one in found.items() if one.warnings}
    try:
        done = settling.settle(number, kept, access(request).actor, _number(request.POST.get("seen", "")), insisted)
    except RefusedChangeError as error:
        told = {error.field: {"fault": str(REFUSALS[error.refusal])}} if error.field in values else {}
        return _refused(str(REFUSALS[error.refusal]), told, stale=error.refusal is Refusal.STALE)
    except RefusedReviewError as error:
        return _refused(str(REASONS[error.reason]), {}, stale=error.reason is not Reason.TOO_MUCH)
    name = wording.result_name(kept.get("document_type", shown.row.document_type), kept.get("number", shown.row.number))
    return JsonResponse({"done": True, "told": str(OUTCOMES[done.outcome]) % {"name": name}})


@needs(Right.CORRECT)
@require_POST
def aside(request: HttpRequest, number: int) -> HttpResponse:
    """The person cannot tell: a colleague is to look at it, and reads their note."""
    if closed := door(request, Right.CORRECT, number):
        return closed
    try:
        asides.put(number, access(request).actor, request.POST.get("note", ""))
    except RefusedReviewError as error:
        return _refused(str(REASONS[error.reason]), {}, stale=False)
    leases.give_back(number, request.POST.get("ticket", ""))
    return JsonResponse({"done": True, "told": _("Put aside for a colleague.")})


@needs(Right.CORRECT)
@require_POST
def leave(request: HttpRequest, number: int) -> HttpResponse:
    """The window is closed, or leads elsewhere: others may have the document."""
    if not access(request).may(Right.CORRECT, *results.place(number)):
        raise Http404
    leases.give_back(number, request.POST.get("ticket", "")[:64])
    return HttpResponse(status=204)


@needs(Right.CORRECT)
@require_POST
def stay(request: HttpRequest, number: int) -> HttpResponse:
    """A sign of life of the window, for the document and the one that it has ready (``next``)."""
    if closed := door(request, Right.CORRECT, number):
        return closed
    ready = _number(request.POST.get("next", ""))
    held = leases.renew([number, ready], access(request).actor)
    return JsonResponse({"held": number in held, "next": ready in held})


@needs(Right.CORRECT)
@require_POST
def undo(request: HttpRequest, number: int) -> HttpResponse:
    """Take back what the person settled about the document, and go back to it."""
    if closed := door(request, Right.CORRECT, number):
        return closed
    try:
        settling.undo(number, access(request).actor, _("Undone at the review desk"))
    except RefusedReviewError as error:
        messages.error(request, str(REASONS[error.reason]))
    except RefusedChangeError as error:
        messages.error(request, str(REFUSALS[error.refusal]))
    else:
        messages.success(request, _("Undone. What you had entered stands in the boxes."))
        return HttpResponseRedirect(one_address(number, asked(request.POST)))
    return redirect("review")


def _given(shown: Shown, values: Mapping[str, str]) -> dict[str, str]:
    """What the person settles: all that must be looked at, and what else they changed."""
    present = {row.name: as_written(row.name, row.value) for row in shown.fields}
    look_at = wanted(shown, not shown.row.in_review)
    return {
        name: values.get(name, present.get(name, ""))
        for name in FIELD_NAMES
        if name in look_at or (name in values and values[name] != present.get(name, ""))
    }


def _values(data: QueryDict) -> dict[str, str]:
    """The texts in the boxes, by field."""
    return {name: text[: _LONGEST + 1] for name in FIELD_NAMES if (text := data.get(f"f-{name}")) is not None}


def _told(found: Checked) -> dict[str, Any]:
    return {"shown": found.shown, "fault": found.fault, "warnings": list(found.warnings)}


def _refused(told: str, fields: Mapping[str, object], *, stale: bool) -> JsonResponse:
    """Why it cannot be. ``stale``: only looking at the document anew helps."""
    return JsonResponse({"done": False, "told": told, "fields": fields, "stale": stale})


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 9 else 0
