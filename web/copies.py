"""Certified copies of a result: issuing one, which there are, and withdrawing one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.rights import Right
from catalog import results
from core.errors import NotFoundError
from core.settings import settings
from reuse import copies
from web import wording
from web.files import stem
from web.handing_out import handed_out
from web.result_forms import ReasonForm, Task
from web.result_opening import door
from web.reuse_wording import LACKS
from web.rights import access, needs
from web.services import store

_WITHDRAW = Task(
    heading=gettext_lazy("Withdraw a certified copy"),
    hint=gettext_lazy("Whoever scans its code is told that it counts no longer. This cannot be undone."),
    submit=gettext_lazy("Withdraw"),
    done=gettext_lazy("Withdrawn."),
)


@needs(Right.COPY)
@require_safe
def listing(request: HttpRequest, number: int) -> HttpResponse:
    """The copies of a result, and whether another can be made."""
    if closed := door(request, Right.COPY, number):
        return closed
    shown = results.show(number)
    lack = copies.lack_of(shown)
    context = {
        "shown": shown,
        "title": wording.result_name(shown.row.document_type, shown.row.number),
        "copies": copies.of_result(number),
        "lack": LACKS[lack] if lack else "",
        "here_alone": not settings().public_url,
    }
    return render(request, "web/copies.html", context)


@needs(Right.COPY)
@require_POST
def issue(request: HttpRequest, number: int) -> HttpResponseBase:
    """A new copy, to be kept by the reader: its address stands on it and nowhere else."""
    if closed := door(request, Right.COPY, number):
        return closed
    shown = results.show(number)
    try:
        with store().open(shown.archive.key) as archive:
            actor = access(request).actor
            name = f"{stem(shown)}-ban-sao.pdf"
            return handed_out(name, "application/pdf", lambda to: copies.issue(number, archive, to, actor))
    except copies.NoCopyError as error:
        messages.error(request, str(LACKS[error.lack]))
        return redirect("result_copies", number)


@needs(Right.COPY)
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, number: int) -> HttpResponse:
    """Let a copy count no longer."""
    found = copies.copy(number)
    unit, kind = results.place(found.result)
    if not access(request).may(Right.COPY, unit, kind):
        raise NotFoundError(f"there is no certified copy {number}")
    if closed := door(request, Right.COPY, found.result):
        return closed
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        copies.withdraw(number, access(request).actor, form.cleaned_data["reason"])
        messages.success(request, _("The copy %(serial)s is withdrawn.") % {"serial": found.serial})
        return redirect("result_copies", found.result)
    return render(request, "web/copy_withdraw.html", {"copy": found, "form": form, "task": _WITHDRAW})
