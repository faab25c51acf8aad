"""Results that may be the same paper: the list of pairs, and two side by side, to be decided with one key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import Access
from accounts.rights import Right
from catalog import readings
from catalog.life import Decision
from catalog.records import Shown
from catalog.refusals import RefusedChangeError
from core.errors import NotFoundError
from review import duplicates, pairs
from review.pairs import Comparison, PairRow
from review.refusals import RefusedReviewError
from review.states import Likeness, Verdict
from web import wording
from web.refusals import REFUSALS
from web.result_forms import DayField
from web.result_opening import door
from web.result_papers import as_written
from web.review_rights import sight
from web.review_wording import REASONS
from web.rights import access, needs

_PAGE = 25
_LAST_PAGE = 10_000
LIKENESSES: Mapping[Likeness, object] = {
    Likeness.BYTES: gettext_lazy("the same file"),
    Likeness.PAGES: gettext_lazy("pages look and read alike"),
    Likeness.IDENTITY: gettext_lazy("same issuer, number and year"),
}
VERDICTS: Mapping[Verdict, object] = {
    Verdict.OPEN: gettext_lazy("to be decided"),
    Verdict.SAME: gettext_lazy("one paper, scanned twice"),
    Verdict.NEW_VERSION: gettext_lazy("a new version"),
    Verdict.DIFFERENT: gettext_lazy("different papers"),
}


class VerdictForm(forms.Form):
    """What two results are to each other."""

    verdict = forms.ChoiceField(choices=[(v.value, v.value) for v in Verdict if v is not Verdict.OPEN])
    kept = forms.IntegerField(required=False)
    seen_first = forms.IntegerField(min_value=1)
    seen_second = forms.IntegerField(min_value=1)
    decision_number = forms.CharField(label=gettext_lazy("Number of the decision"), max_length=200, required=False)
    decision_date = DayField(label=gettext_lazy("Date of the decision"), required=False)
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=2000, required=False)

    @property
    def decision(self) -> Decision | None:
        """The decision, where all of it was given."""
        given = self.cleaned_data
        if not (given["decision_number"] and given["decision_date"] and given["reason"]):
            return None
        return Decision(given["decision_number"], given["decision_date"], given["reason"])


@needs(Right.CORRECT)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """The pairs that wait to be decided, or (``verdict``) those that people decided so."""
    seen = sight(access(request))
    try:
        verdict = Verdict(request.GET.get("verdict", "open"))
    except ValueError:
        verdict = Verdict.OPEN
    page = min(_number(request.GET.get("page", "")) or 1, _LAST_PAGE)
    rows = pairs.listing(seen, verdict, (page - 1) * _PAGE, _PAGE + 1)
    context = {
        "rows": [(row, _why(row), _title(row.first), _title(row.second)) for row in rows[:_PAGE]],
        "verdict": verdict.value,
        "verdicts": [(v.value, text) for v, text in VERDICTS.items()],
        "count": pairs.count(seen, verdict),
        "page": page,
        "next": len(rows) > _PAGE,
        "place": "review",
    }
    return render(request, "web/duplicates.html", context)


@needs(Right.CORRECT)
@require_http_methods(["GET", "POST"])
def duplicate(request: HttpRequest, number: int) -> HttpResponse:
    """Two results side by side; POST says what they are to each other, and leads on to the next pair."""
    row = _row(number)
    for result in (row.first, row.second):
        if closed := door(request, Right.CORRECT, result.id):
            return closed
    known = access(request)
    may_replace = all(known.may(Right.DECIDE, one.unit, one.confidential) for one in (row.first, row.second))
    form = VerdictForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _decide(row, form, known, may_replace):
        following = pairs.following(number, sight(known))
        if following is None:
            messages.success(request, _("Decided. No other pair waits."))
            return redirect("duplicate", number)
        return redirect(f"{reverse('duplicate', args=[following])}?before={number}")
    told = pairs.compare(number)
    context = {
        "told": told,
        "why": _why(row),
        "sides": [_side(told.first, told), _side(told.second, told)],
        "fields": [
            (wording.field_name(f.name), as_written(f.name, f.first), as_written(f.name, f.second), f.differs)
            for f in told.fields
        ],
        "verdict": VERDICTS[row.verdict],
        "form": form if request.method == "POST" else VerdictForm(initial=_proposed(told)),
        "faulty": request.method == "POST",
        "newer": _newer(told).row.id,
        "may_replace": may_replace,
        "before": _before(request, known),
        "place": "review",
    }
    return render(request, "web/duplicate.html", context)


@needs(Right.CORRECT)
@require_POST
def undo(request: HttpRequest, number: int) -> HttpResponse:
    """Take back what was said of a pair."""
    row = _row(number)
    for result in (row.first, row.second):
        if closed := door(request, Right.CORRECT, result.id):
            return closed
    known = access(request)
    needed = Right.DECIDE if row.verdict is Verdict.NEW_VERSION else Right.CORRECT
    if not all(known.may(needed, one.unit, one.confidential) for one in (row.first, row.second)):
        raise NotFoundError(f"there is no pair {number}")
    try:
        duplicates.undo(number, known.actor, _("Decided by mistake"))
        messages.success(request, _("Undone. The pair waits again."))
    except RefusedReviewError as error:
        messages.error(request, str(REASONS[error.reason]))
    except RefusedChangeError as error:
        messages.error(request, str(REFUSALS[error.refusal]))
    return redirect("duplicate", number)


def _decide(row: PairRow, form: VerdictForm, known: Access, may_replace: bool) -> bool:
    given = form.cleaned_data
    seen = (given["seen_first"], given["seen_second"])
    verdict = Verdict(given["verdict"])
    if verdict is Verdict.NEW_VERSION and not may_replace:
        raise NotFoundError(f"nothing may be replaced in pair {row.id}")
    try:
        duplicates.decide(row.id, verdict, known.actor, kept=given["kept"], decision=form.decision, seen=seen)
    except RefusedReviewError as error:
        form.add_error(None, str(REASONS[error.reason]))
        return False
    except RefusedChangeError as error:
        form.add_error(error.field if error.field in form.fields else None, str(REFUSALS[error.refusal]))
        return False
    return True


def _row(number: int) -> PairRow:
    try:
        return pairs.row(number)
    except RefusedReviewError as error:
        raise NotFoundError(str(error)) from None


def _before(request: HttpRequest, known: Access) -> PairRow | None:
    """The pair that was decided a moment ago, to be undone from here."""
    number = _number(request.GET.get("before", ""))
    if number is None:
        return None
    try:
        row = pairs.row(number)
    except RefusedReviewError:
        return None
    may = all(known.may(Right.CORRECT, one.unit, one.confidential) for one in (row.first, row.second))
    return row if may and row.undoable and row.verdict is not Verdict.OPEN else None


def _side(shown: Shown, told: Comparison) -> dict[str, Any]:
    """One of the two for the page."""
    return {
        "shown": shown,
        "title": _title(shown.row),
        "pages": len(readings.page_sizes(shown.row.id)),
        "better": shown.row.id == told.better,
    }


def _newer(told: Comparison) -> Shown:
    """The one that took the other's place, if it is a new version: issued later, or recorded later."""
    return max(told.first, told.second, key=lambda s: (s.row.issue_date is not None, s.row.issue_date, s.row.id))


def _proposed(told: Comparison) -> dict[str, Any]:
    """A new version says itself by which number and on which day it takes the old one's place."""
    newer = _newer(told).row
    return {"decision_number": newer.number, "decision_date": newer.issue_date}


def _why(row: PairRow) -> str:
    return ", ".join(str(LIKENESSES[kind]) for kind in row.likenesses)


def _title(row: Any) -> str:
    return wording.result_name(row.document_type, row.number)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 18 else None
