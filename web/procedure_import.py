"""Procedures taken over from a spreadsheet: shown first, then taken as a whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.rights import Right
from core.errors import UsageError
from registers import official_procedures
from registers.official_procedures import Checked, RefusedListError
from spreadsheets.records import RefusedSheetError
from web import list_files
from web.bought_in_new import REFUSALS
from web.list_files import ListForm
from web.procedures import FAULTS, whole
from web.rights import access, needs

_SALT = "list of procedures"
_SHOWN = 200
"""Rows of each kind on the page."""
_FAULTS: Mapping[str, object] = {
    **FAULTS,
    "twice": gettext_lazy("Its code stands in the list twice."),
    "returns_paper": gettext_lazy("Whether it returns a paper: write có or không."),
    "valid_to": gettext_lazy("This is no day: write it like 01/07/2025."),
}
MEANINGS: Mapping[str, object] = {
    "code": gettext_lazy("Code"),
    "name": gettext_lazy("Name"),
    "sector": gettext_lazy("Sector"),
    "validity": gettext_lazy("Its results are valid for"),
    "document_types": gettext_lazy("Documents that an application needs"),
    "yields": gettext_lazy("Documents that it ends in"),
    "returns_paper": gettext_lazy("It returns a result on paper"),
    "valid_to": gettext_lazy("Last day of applications"),
}


@needs(Right.MANAGE)
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Choose a list; `step` says how far one is."""
    if not whole(request):
        raise Http404
    step = request.POST.get("step", "")
    if step in {"check", "take"}:
        return _check(request, request.POST.get("list", ""), take=step == "take")
    form = ListForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        signed = list_files.keep(form.cleaned_data["list"], _SALT)
        try:
            with list_files.fetched(signed, _SALT) as (path, _name):
                official_procedures.read(path, {})
        except RefusedSheetError as error:
            form.add_error("list", str(REFUSALS[error.refusal]))
        except UsageError:
            pass  # a column is missing: the next page asks for it
        if not form.errors:
            return _check(request, signed, take=False)
    return render(request, "web/procedure_import.html", {"form": form})


def _check(request: HttpRequest, signed: str, *, take: bool) -> HttpResponse:
    """What the list would change, and taking it over."""
    meanings = [("", _("left out")), *((name, str(text)) for name, text in MEANINGS.items())]
    context: dict[str, Any] = {"signed": signed, "meanings": meanings}
    with list_files.fetched(signed, _SALT) as (path, name):
        try:
            sheet = official_procedures.read(path, list_files.said(request.POST))
        except RefusedSheetError:
            raise Http404 from None
        except UsageError:
            columns = official_procedures.columns(path)
            fault = _("Code and name are needed: say which columns they are in.")
            context |= {"name": name, "fault": fault, "columns": [(column, "") for column in columns]}
            return render(request, "web/procedure_import_check.html", context)
        if take:
            try:
                official_procedures.take(sheet.rows, access(request).actor)
            except RefusedListError:
                pass  # somebody changed procedures meanwhile: the page shows what is wrong now
            else:
                messages.success(request, _("The list was taken over."))
                return redirect("procedures")
        checked = official_procedures.check(sheet.rows)
    context |= {"name": name, "columns": [(c, sheet.meanings.get(c.index, "")) for c in sheet.columns]}
    return render(request, "web/procedure_import_check.html", context | _told(checked))


def _told(checked: Checked) -> dict[str, Any]:
    """What is shown of a list that was checked."""
    return {
        "new": checked.new[:_SHOWN],
        "new_many": len(checked.new),
        "changed": [
            (new, [MEANINGS[name] for name in MEANINGS if getattr(old, name) != getattr(new, name)])
            for old, new in checked.changed[:_SHOWN]
        ],
        "changed_many": len(checked.changed),
        "same": checked.same,
        "bad": [(one, _FAULTS[one.field]) for one in checked.bad[:_SHOWN]],
        "bad_many": len(checked.bad),
        "nothing": not (checked.new or checked.changed or checked.bad),
    }
