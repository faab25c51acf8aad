"""Correcting, confirming, replacing and revoking a result, and taking that back within the day."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts.rights import Right
from catalog import decisions, results
from catalog.life import ChangeKind, Decision
from catalog.refusals import RefusedChangeError
from core.errors import NotFoundError
from review import beside
from review.refusals import RefusedReviewError
from web.refusals import REFUSALS
from web.result_forms import CorrectForm, DecisionForm, ReasonForm, ReplaceForm, Task, carry_out
from web.result_opening import door
from web.review_wording import REASONS
from web.rights import access, needs

RIGHTS = {
    ChangeKind.CORRECT: Right.CORRECT,
    ChangeKind.CONFIRM: Right.CORRECT,
    ChangeKind.REVIEW: Right.CORRECT,
    ChangeKind.REPLACE: Right.DECIDE,
    ChangeKind.REVOKE: Right.DECIDE,
    ChangeKind.SET_ASIDE: Right.CORRECT,
}
"""Which right a kind of change needs, and taking it back too."""
_CORRECT = Task(
    heading=gettext_lazy("Correct by a decision"),
    hint=gettext_lazy("Change what is wrong. The version before stays readable, and whoever used it is told."),
    submit=gettext_lazy("Correct"),
    done=gettext_lazy("Corrected. It can be undone until midnight."),
    wide=True,
)
_REPLACE = Task(
    heading=gettext_lazy("Replace by another result"),
    hint=gettext_lazy("From now on the other result counts; whoever used this one is told."),
    submit=gettext_lazy("Replace"),
    done=gettext_lazy("Replaced. It can be undone until midnight."),
)
_REVOKE = Task(
    heading=gettext_lazy("Revoke"),
    hint=gettext_lazy("From now on the result holds no longer; whoever used it is told."),
    submit=gettext_lazy("Revoke"),
    done=gettext_lazy("Revoked. It can be undone until midnight."),
)
_UNDO = Task(
    heading=gettext_lazy("Undo"),
    hint=gettext_lazy("The result becomes what it was before. That this was done and undone stays in the history."),
    submit=gettext_lazy("Undo"),
    done=gettext_lazy("Undone."),
)


@needs(Right.CORRECT)
@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, number: int) -> HttpResponse:
    """Put other values in the place of wrong ones."""
    if closed := door(request, Right.CORRECT, number):
        return closed
    shown = results.show(number)
    form = CorrectForm(shown, request.POST if request.method == "POST" else None)

    def act(given: dict[str, Any]) -> None:
        changes = form.changes()
        beside.correct(number, changes, _decision(given), access(request).actor, given["seen"])

    return carry_out(request, shown, form, _CORRECT, act)


@needs(Right.CORRECT)
@require_POST
def confirm(request: HttpRequest, number: int) -> HttpResponse:
    """Say that fields are right as they stand. Where two people have to say so, the review desk is where they do."""
    if closed := door(request, Right.CORRECT, number):
        return closed
    seen = request.POST.get("seen", "")
    try:
        names = request.POST.getlist("field")
        if names:
            edition = int(seen) if seen.isdecimal() and len(seen) < 10 else 0
            beside.confirm(number, names, access(request).actor, edition)
            messages.success(request, _("Confirmed."))
        else:
            messages.warning(request, _("Mark the fields that you found right."))
    except RefusedChangeError as error:
        messages.error(request, str(REFUSALS[error.refusal]))
    except RefusedReviewError as error:
        messages.warning(request, str(REASONS[error.reason]))
        return redirect("review_one", number)
    return redirect("result", number)


@needs(Right.DECIDE)
@require_http_methods(["GET", "POST"])
def replace(request: HttpRequest, number: int) -> HttpResponse:
    """Let another result take the place of this one."""
    if closed := door(request, Right.DECIDE, number):
        return closed
    shown = results.show(number)
    form = ReplaceForm(request.POST or None, initial={"seen": shown.edition})

    def act(given: dict[str, Any]) -> None:
        by = given["by"] if _seen(request, given["by"]) else 0  # what one may not see does not exist
        decisions.replace(number, by, _decision(given), access(request).actor, seen=given["seen"])

    return carry_out(request, shown, form, _REPLACE, act)


@needs(Right.DECIDE)
@require_http_methods(["GET", "POST"])
def revoke(request: HttpRequest, number: int) -> HttpResponse:
    """Let the result hold no longer."""
    if closed := door(request, Right.DECIDE, number):
        return closed
    shown = results.show(number)
    form = DecisionForm(request.POST or None, initial={"seen": shown.edition})

    def act(given: dict[str, Any]) -> None:
        decisions.revoke(number, _decision(given), access(request).actor, seen=given["seen"])

    return carry_out(request, shown, form, _REVOKE, act)


@needs(Right.SEE)
@require_http_methods(["GET", "POST"])
def undo(request: HttpRequest, number: int, change: int) -> HttpResponse:
    """Take a change of today back."""
    made = next((c for c in decisions.changes(number) if c.id == change), None)
    if made is None:
        raise NotFoundError(f"result {number} has no change {change}")
    if closed := door(request, RIGHTS[made.kind], number):
        return closed
    form = ReasonForm(request.POST or None)

    def act(given: dict[str, Any]) -> None:
        decisions.undo(number, change, access(request).actor, given["reason"])

    return carry_out(request, results.show(number), form, _UNDO, act)


def _decision(given: dict[str, Any]) -> Decision:
    return Decision(given["decision_number"], given["decision_date"], given["reason"])


def _seen(request: HttpRequest, number: int) -> bool:
    try:
        unit, kind = results.place(number)
    except NotFoundError:
        return False
    return access(request).may(Right.SEE, unit, kind)
