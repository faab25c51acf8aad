"""Procedures: what administrators know of each, and what follows from it for results that say nothing themselves.

They hold for the whole installation: whoever manages all of it changes them, other administrators read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.rights import Right
from catalog import procedures
from catalog.procedures import RefusedProcedureError
from catalog.records import ProcedureRow
from core.errors import UsageError
from registers import official_procedures
from web.people import page_of
from web.result_forms import DayField
from web.rights import access, needs

PAGE = 100
"""Procedures on a page."""
_LONGEST = 200
_TEXT = {"autocomplete": "off", "spellcheck": "false"}
_LINES = {"rows": 4, "spellcheck": "false"}
FAULTS: Mapping[str, object] = {
    "code": gettext_lazy("This is no code of a procedure: letters, digits, dots and dashes, like 1.004873."),
    "name": gettext_lazy("A procedure needs a name of at most 1000 characters."),
    "sector": gettext_lazy("A sector has at most 200 characters."),
    "validity": gettext_lazy("This is no period: write it like 12 tháng, 5 năm, 90 ngày or không thời hạn."),
    "document_types": gettext_lazy("At most 50 types of document, of at most 200 characters each."),
    "yields": gettext_lazy("At most 50 types of document, of at most 200 characters each."),
}


class ProcedureForm(forms.Form):
    """All that is known of a procedure."""

    name = forms.CharField(label=gettext_lazy("Name"), widget=forms.Textarea(attrs={"rows": 2}))
    sector = forms.CharField(
        label=gettext_lazy("Sector"), required=False, widget=forms.TextInput(attrs={**_TEXT, "list": "sectors"})
    )
    document_types = forms.CharField(
        label=gettext_lazy("Documents that an application needs"),
        help_text=gettext_lazy("One a line."),
        required=False,
        widget=forms.Textarea(attrs=_LINES),
    )
    yields = forms.CharField(
        label=gettext_lazy("Documents that it ends in"),
        help_text=gettext_lazy("One a line."),
        required=False,
        widget=forms.Textarea(attrs=_LINES),
    )
    validity = forms.CharField(
        label=gettext_lazy("Its results are valid for"),
        help_text=gettext_lazy("Where they say nothing themselves: 12 tháng, 5 năm, không thời hạn. Empty: not known."),
        required=False,
        widget=forms.TextInput(attrs=_TEXT),
    )
    returns_paper = forms.BooleanField(label=gettext_lazy("It returns a result on paper"), required=False)
    valid_to = DayField(
        label=gettext_lazy("Last day of applications"), help_text=gettext_lazy("Empty: it is in use."), required=False
    )

    def row(self, code: str) -> ProcedureRow:
        """The procedure as it was filled in."""
        given: dict[str, Any] = dict(self.cleaned_data)
        for name in ("document_types", "yields"):
            given[name] = tuple(given[name].splitlines())
        return ProcedureRow(**{**given, "code": code})


class NewForm(ProcedureForm):
    """A new one."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=64,
        help_text=gettext_lazy("The official one, like 1.004873."),
        widget=forms.TextInput(attrs=_TEXT),
    )
    field_order = ("code",)


@needs(Right.MANAGE)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """The procedures of a sector, or of which code or name holds the words, page by page."""
    words, sector = (request.GET.get(name, "").strip()[:_LONGEST] for name in ("q", "sector"))
    page = page_of(request.GET.get("page", ""))
    found = procedures.page(words, sector, offset=(page - 1) * PAGE, limit=PAGE)
    context = {
        "procedures": found.rows,
        "total": found.total,
        "q": words,
        "sector": sector,
        "sectors": procedures.sectors(),
        "page": page,
        "previous": page - 1,
        "next": page + 1 if page * PAGE < found.total else 0,
        "whole": whole(request),
    }
    return render(request, "web/procedures.html", context)


@needs(Right.MANAGE)
@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, code: str) -> HttpResponse:
    """One procedure: to be changed by whoever manages the whole installation, to be read by others."""
    row = _known(code)
    if not whole(request):
        if request.method == "POST":
            raise Http404
        return render(request, "web/procedure.html", {"procedure": row})
    form = ProcedureForm(request.POST or None, initial=_filled(row))
    if request.method == "POST" and form.is_valid() and _kept(request, form, code):
        return redirect("procedure", code)
    return render(request, "web/procedure.html", {"procedure": row, "form": form, "sectors": procedures.sectors()})


@needs(Right.MANAGE)
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """A new procedure."""
    if not whole(request):
        raise Http404
    form = NewForm(request.POST or None, initial={"returns_paper": True})
    if request.method == "POST" and form.is_valid():
        code = form.cleaned_data["code"]
        if procedures.names([code]):
            form.add_error("code", _("There is a procedure with this code already."))
        elif _kept(request, form, code):
            return redirect("procedure", code)
    return render(request, "web/procedure_add.html", {"form": form, "sectors": procedures.sectors()})


def whole(request: HttpRequest) -> bool:
    """Whether the reader manages the whole installation."""
    return access(request).where(Right.MANAGE) is None


def _kept(request: HttpRequest, form: ProcedureForm, code: str) -> bool:
    try:
        official_procedures.change(form.row(code), access(request).actor)
    except RefusedProcedureError as error:
        form.add_error(error.field if error.field in form.fields else None, str(FAULTS[error.field]))
        return False
    messages.success(request, _("Kept."))
    return True


def _known(code: str) -> ProcedureRow:
    try:
        return procedures.require(code)
    except UsageError:
        raise Http404 from None


def _filled(row: ProcedureRow) -> dict[str, Any]:
    return {
        "name": row.name,
        "sector": row.sector,
        "document_types": _lines(row.document_types),
        "yields": _lines(row.yields),
        "validity": row.validity,
        "returns_paper": row.returns_paper,
        "valid_to": row.valid_to,
    }


def _lines(names: Iterable[str]) -> str:
    return "\n".join(names)
