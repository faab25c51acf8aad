"""The persons of a result: which other identity numbers are theirs."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.rights import Right
from catalog import checks, persons, results
from catalog.life import LinkRow
from catalog.records import Shown
from catalog.refusals import RefusedChangeError
from web import wording
from web.refusals import REFUSALS, put_on
from web.result_forms import LinkForm
from web.result_opening import door
from web.rights import access, needs

_IDS = ("holder_id", "co_holder_id")
_FIELDS = {"first": "number", "second": "other", "reason": "why"}
"""What the catalog calls it → what the form does."""


@dataclass(frozen=True, slots=True)
class Linked:
    """A number of this result, and the links that lead from it."""

    number: str
    others: tuple[str, ...]
    links: tuple[LinkRow, ...]


@needs(Right.CORRECT)
@require_http_methods(["GET", "POST"])
def numbers(request: HttpRequest, number: int) -> HttpResponse:
    """The numbers of the holders, what they are linked to, and a form to link one more."""
    if closed := door(request, Right.CORRECT, number):
        return closed
    shown = results.show(number)
    mine = _numbers(shown)
    form = LinkForm(mine, request.POST or None)
    if request.method == "POST" and form.is_valid() and _link(request, shown, form):
        return redirect("result_persons", number)
    linked = [Linked(one, tuple(sorted(persons.linked([one]))), persons.links([one])) for one in mine]
    title = wording.result_name(shown.row.document_type, shown.row.number)
    return render(request, "web/result_persons.html", {"shown": shown, "title": title, "linked": linked, "form": form})


@needs(Right.CORRECT)
@require_POST
def unlink(request: HttpRequest, number: int) -> HttpResponse:
    """Two numbers are not one person's after all."""
    if closed := door(request, Right.CORRECT, number):
        return closed
    shown = results.show(number)
    first, second = request.POST.get("first", ""), request.POST.get("second", "")
    if not any({first, second} & {one, *persons.linked([one])} for one in _numbers(shown)):
        raise Http404
    try:
        why = request.POST.get("why", "")
        persons.unlink(first, second, access(request).actor, shown.row.unit, why)
        messages.success(request, _("The link was ended."))
    except RefusedChangeError as error:
        messages.error(request, str(REFUSALS[error.refusal]))
    return redirect("result_persons", number)


def _link(request: HttpRequest, shown: Shown, form: forms.Form) -> bool:
    given = form.cleaned_data
    try:
        persons.link(given["number"], given["other"], access(request).actor, shown.row.unit, given["why"])
    except RefusedChangeError as error:
        error.field = _FIELDS.get(error.field, error.field)
        put_on(form, error)
        return False
    messages.success(request, _("Linked: all results of the person are found by either number."))
    return True


def _numbers(shown: Shown) -> list[str]:
    """The personal numbers that the result names, as they are linked by."""
    found = []
    for name in _IDS:
        try:
            found.append(checks.personal_number(shown.values.get(name, ""), name))
        except RefusedChangeError:  # none, or a tax code, which is no person's
            continue
    return list(dict.fromkeys(found))
