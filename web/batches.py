"""Batches in a list, and opening one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import Access
from accounts.rights import Right
from catalog import procedures, units
from catalog.values import HERE, now, today
from pipeline.records import SplitRule
from staging import batches, progress
from staging.records import DeskBatch, NewBatch
from staging.refusals import BatchError, BatchRefusal
from staging.states import BatchState, Sides
from web.rights import access, needs
from web.wording_batches import BATCH_REFUSALS, SIDES, SPLITS, STATES, state_text

FIELD_OF = {
    BatchRefusal.NAME: "name",
    BatchRefusal.TAKEN: "name",
    BatchRefusal.SLIP: "slip",
    BatchRefusal.TOO_LONG: "box",
    BatchRefusal.NUMBER: "expected_documents",
}
"""The field of the form that a refusal is about."""
_ALL = "all"
OPERATORS = 20
"""Operators in the table of the day: those who did most."""
_PLAIN = {"autocomplete": "off", "spellcheck": "false"}


@dataclass(frozen=True, slots=True)
class Row:
    """A batch in the list."""

    batch: DeskBatch
    unit: str
    state: str
    open: bool


class OpenForm(forms.Form):
    """What is told of a batch when it is opened."""

    unit = forms.ChoiceField(label=gettext_lazy("Unit"))
    name = forms.CharField(label=gettext_lazy("Name of the batch"), max_length=200, widget=forms.TextInput(_PLAIN))
    procedure = forms.ChoiceField(
        label=gettext_lazy("Procedure"),
        required=False,
        help_text=gettext_lazy("Of all its results; mixed, where they differ."),
    )
    box = forms.CharField(label=gettext_lazy("Box"), required=False, max_length=100, widget=forms.TextInput(_PLAIN))
    shelf = forms.CharField(label=gettext_lazy("Shelf"), required=False, max_length=100, widget=forms.TextInput(_PLAIN))
    operator = forms.CharField(
        label=gettext_lazy("Operator"),
        max_length=200,
        help_text=gettext_lazy("User name of the person at the scanner."),
        widget=forms.TextInput(_PLAIN | {"autocapitalize": "none"}),
    )
    expected_documents = forms.IntegerField(
        label=gettext_lazy("Documents expected"), required=False, min_value=0, max_value=1_000_000
    )
    expected_pages = forms.IntegerField(
        label=gettext_lazy("Pages expected"),
        required=False,
        min_value=0,
        max_value=1_000_000,
        help_text=gettext_lazy("Pages with writing on them: neither sheets between documents nor blank backs."),
    )
    slip = forms.CharField(
        label=gettext_lazy("Slip"),
        required=False,
        max_length=2_000_000,
        help_text=gettext_lazy(
            "The papers in the box, one on a line: code of the dossier or line of the register, as pasted from a table."
        ),
        widget=forms.Textarea({"rows": 5, **_PLAIN}),
    )
    split = forms.ChoiceField(
        label=gettext_lazy("Where documents are cut"),
        choices=[(rule.value, SPLITS[rule]) for rule in SplitRule],
        initial=SplitRule.SEPARATOR.value,
    )
    sides = forms.ChoiceField(
        label=gettext_lazy("Sides of the paper"),
        choices=[(sides.value, SIDES[sides]) for sides in Sides],
        initial=Sides.FRONT.value,
    )

    def __init__(self, known: Access, data: Mapping[str, Any] | None = None, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        held = [unit for unit in units.listing() if known.may(Right.ARCHIVE, unit.code)]
        self._offer("unit", [(unit.code, f"{unit.name} ({unit.code})") for unit in held])
        named = [(row.code, f"{row.code} {row.name}".strip()) for row in procedures.listing()]
        self._offer("procedure", [("", _("mixed")), *named])

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def told(self) -> NewBatch:
        """What was filled in."""
        given = self.cleaned_data
        return NewBatch(
            unit=given["unit"],
            name=given["name"],
            procedure=given["procedure"] or None,
            box=given["box"],
            shelf=given["shelf"],
            operator=given["operator"],
            expected_documents=given["expected_documents"],
            expected_pages=given["expected_pages"],
            slip=tuple(given["slip"].splitlines()),
            split=SplitRule(given["split"]),
            sides=Sides(given["sides"]),
        )


@needs(Right.ARCHIVE)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """The batches of the reader's units, those that are open unless others are asked for, page by page."""
    known = access(request)
    state = request.GET.get("state", BatchState.OPEN.value)
    if state not in {*BatchState, _ALL}:
        state = BatchState.OPEN.value
    wanted = None if state == _ALL else BatchState(state)
    found = batches.listing(known.where(Right.ARCHIVE), wanted, page_asked(request))
    names = units.names()
    context = {
        "rows": [
            Row(row, names.get(row.unit, row.unit), state_text(row), row.state is BatchState.OPEN) for row in found.rows
        ],
        "tabs": [*((one.value, STATES[one]) for one in BatchState), (_ALL, _("All"))],
        "state": state,
        "today": progress.of_operators(known.where(Right.ARCHIVE), today())[:OPERATORS],
        "page": found.page,
        "pages": found.pages,
        "previous": found.page - 1 if found.page > 1 else None,
        "next": found.page + 1 if found.page < found.pages else None,
    }
    return render(request, "web/batches.html", context)


@needs(Right.ARCHIVE)
@require_http_methods(["GET", "POST"])
def open_one(request: HttpRequest) -> HttpResponse:
    """The form for a new batch, filled in as far as the last one tells."""
    known = access(request)
    if request.method != "POST":
        return render(request, "web/batch_open.html", {"form": OpenForm(known, initial=_usual(known))})
    form = OpenForm(known, request.POST)
    if form.is_valid():
        try:
            return redirect("batch", batches.open_batch(form.told(), known.actor))
        except BatchError as error:
            form.add_error(FIELD_OF.get(error.refusal), str(BATCH_REFUSALS[error.refusal]))
    return render(request, "web/batch_open.html", {"form": form})


def page_asked(request: HttpRequest) -> int:
    """Number of the page that is asked for; 1 where it makes no sense."""
    asked = request.GET.get("page", "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1


def _usual(known: Access) -> dict[str, Any]:
    """A name that is free, and the unit, procedure and shelf of the batch that was opened last."""
    usual: dict[str, Any] = {
        "name": _("Batch of %(time)s") % {"time": f"{now().astimezone(HERE):%d/%m/%Y %H:%M}"},
        "operator": known.actor,
    }
    last = batches.listing(known.where(Right.ARCHIVE)).rows[:1]
    for row in last:
        usual |= {"unit": row.unit, "procedure": row.procedure or "", "shelf": row.shelf}
        usual |= {"split": row.split.value, "sides": row.sides.value}
    return usual
