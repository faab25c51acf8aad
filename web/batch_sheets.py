"""Separator and cover sheets of a batch, as PDF to be printed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.rights import Right
from catalog import procedures, units
from core.errors import UsageError
from staging import codes, sheets
from staging.records import DeskBatch
from web.batch import of_reader
from web.rights import access, needs


class SeparatorsForm(forms.Form):
    """How many separators."""

    count = forms.IntegerField(label=gettext_lazy("How many"), min_value=1, max_value=sheets.MOST_SHEETS, initial=20)


class CoversForm(forms.Form):
    """For which papers."""

    papers = forms.CharField(
        label=gettext_lazy("Papers"),
        max_length=500_000,
        help_text=gettext_lazy(
            "Code of the dossier or line of the register, one on a line; those of the slip stand there."
        ),
        widget=forms.Textarea({"rows": 8, "autocomplete": "off", "spellcheck": "false"}),
    )

    procedure = forms.ChoiceField(
        label=gettext_lazy("Procedure"),
        required=False,
        help_text=gettext_lazy("Stands on these sheets. Papers of several procedures are printed one after the other."),
    )

    def __init__(self, mine: DeskBatch, data: Mapping[str, Any] | None = None) -> None:
        initial = {"papers": "\n".join(mine.slip), "procedure": mine.procedure or ""}
        super().__init__(data, initial=initial)
        if mine.procedure:
            del self.fields["procedure"]
            return
        field = self.fields["procedure"]
        assert isinstance(field, forms.ChoiceField)
        named = [(row.code, f"{row.code} {row.name}".strip()) for row in procedures.listing()]
        field.choices = [("", _("not told")), *named]

    def clean_papers(self) -> list[str]:
        """The lines, without empty ones, each once."""
        lines = [line.strip() for line in self.cleaned_data["papers"].splitlines()]
        return list(dict.fromkeys(line for line in lines if line))


@needs(Right.ARCHIVE)
@require_http_methods(["GET", "POST"])
def sheets_of(request: HttpRequest, number: int) -> HttpResponse:
    """What can be printed for a batch; what is asked for as PDF."""
    mine = of_reader(number, access(request))
    kind = request.POST.get("kind", "")
    separators = SeparatorsForm(request.POST if kind == "separators" else None)
    covers = CoversForm(mine, request.POST if kind == "covers" else None)
    if separators.is_bound and separators.is_valid():
        return _pdf(sheets.separators(separators.cleaned_data["count"]), "to-phan-cach.pdf")
    if covers.is_bound and covers.is_valid():
        try:
            return _pdf(_covers(mine, **covers.cleaned_data), f"to-bia-{mine.id}.pdf")
        except UsageError:
            covers.add_error("papers", _TOO_MUCH)
    return render(request, "web/batch_sheets.html", {"batch": mine, "separators": separators, "covers": covers})


_TOO_MUCH = gettext_lazy("At most 1,000 sheets at once, of at most 200 characters a line.")


def _covers(mine: DeskBatch, papers: list[str], procedure: str = "") -> bytes:
    names = units.names() | {row.code: row.name for row in procedures.listing()}
    return sheets.covers(codes.covers(mine.unit, mine.procedure or procedure, papers), names)


def _pdf(made: bytes, name: str) -> HttpResponse:
    return HttpResponse(
        made,
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
