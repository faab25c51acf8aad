"""Forms by which administrators change the organisation: a new unit, another name or place, an end, a merger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts.rights import Right
from catalog import events, organisation, unit_changes, units
from catalog.records import UnitRow
from catalog.unit_rules import Fault, RefusedUnitError
from catalog.values import today
from core.errors import UsageError
from registers import unit_counts
from web.result_forms import DayField
from web.rights import access, needs
from web.unit_wording import FAULTS
from web.units import Held, ended, held, one_of

_TEXT = {"autocomplete": "off", "spellcheck": "false"}


class NewForm(forms.Form):
    """A new unit."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=64,
        help_text=gettext_lazy("The official one, like H61.12.3; it stays for good."),
        widget=forms.TextInput(attrs=_TEXT),
    )
    name = forms.CharField(label=gettext_lazy("Name"), max_length=400, widget=forms.TextInput(attrs=_TEXT))
    parent = forms.ChoiceField(label=gettext_lazy("Stands below"), required=False)
    valid_from = DayField(label=gettext_lazy("First day"), required=False, help_text=gettext_lazy("Empty: not known."))

    def __init__(self, mine: Held, data: Mapping[str, Any] | None = None, initial: Mapping[str, Any] | None = None):
        super().__init__(data, initial=dict(initial or {}))
        offer(self, "parent", below(mine))
        self.fields["parent"].required = not mine.whole


class NameForm(forms.Form):
    """What a unit is called from a day on; or what was always its name and first day."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=400, widget=forms.TextInput(attrs=_TEXT))
    from_day = DayField(label=gettext_lazy("Has this name since"), required=False)
    decision = forms.CharField(label=gettext_lazy("Number of the decision"), max_length=200, required=False)
    only = forms.BooleanField(
        label=gettext_lazy("The name was only written wrongly: keep no former name"), required=False
    )
    valid_from = DayField(label=gettext_lazy("First day of the unit"), required=False)

    def clean(self) -> dict[str, Any]:
        """A renaming needs its day."""
        given = super().clean() or {}
        if not given.get("only") and not given.get("from_day") and given.get("name") != self.initial.get("name"):
            self.add_error("from_day", _("Say since when, or that the name was only written wrongly."))
        return given


class MoveForm(forms.Form):
    """Where a unit stands."""

    parent = forms.ChoiceField(label=gettext_lazy("Stands below"), required=False)

    def __init__(self, mine: Held, unit: UnitRow, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial={"parent": unit.parent or ""})
        offer(self, "parent", below(mine, but=unit.code))
        self.fields["parent"].required = not mine.whole


class EndForm(forms.Form):
    """Since when there is a unit no more, and who took over."""

    last_day = DayField(label=gettext_lazy("Last day"))
    successors = forms.MultipleChoiceField(
        label=gettext_lazy("Taken over by"),
        required=False,
        help_text=gettext_lazy("Several with Ctrl, where it was split. None: its results count for the unit above it."),
        widget=forms.SelectMultiple(attrs={"size": 8}),
    )
    also = forms.MultipleChoiceField(
        label=gettext_lazy("Merged with"),
        required=False,
        help_text=gettext_lazy("Units that end on the same day and go into the same ones; several with Ctrl."),
        widget=forms.SelectMultiple(attrs={"size": 6}),
    )
    decision = forms.CharField(label=gettext_lazy("Number of the decision"), max_length=200, required=False)

    def __init__(self, mine: Held, unit: UnitRow, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        others = [other for other in mine.mine.values() if other.code != unit.code and other.valid_to is None]
        listed = [(other.code, f"{other.name} ({other.code})") for other in sorted(others, key=lambda u: u.name)]
        offer(self, "successors", listed)
        offer(self, "also", listed)


@needs(Right.MANAGE)
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """A new unit below one of the reader's; below none for those who manage the whole installation."""
    mine = held(request)
    above = request.GET.get("parent", "")
    form = NewForm(mine, request.POST or None, {"parent": above})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if given["code"] in mine.all:
            form.add_error("code", _("There is a unit with this code already."))
        else:
            try:
                with events.acting(access(request).actor):
                    units.add(given["code"], given["name"], given["parent"] or None, valid_from=given["valid_from"])
            except UsageError:
                form.add_error("code", str(FAULTS[Fault.CODE]))
            else:
                messages.success(request, _("The unit was added."))
                return redirect("unit", given["code"])
    return render(request, "web/unit_add.html", {"form": form})


@needs(Right.MANAGE)
@require_http_methods(["GET", "POST"])
def rename(request: HttpRequest, code: str) -> HttpResponse:
    """Another name from a day on, or what was written wrongly put right."""
    _mine, unit = one_of(request, code)
    form = NameForm(request.POST or None, initial={"name": unit.name, "valid_from": unit.valid_from})
    if request.method == "POST" and form.is_valid():
        given, actor = form.cleaned_data, access(request).actor
        try:
            if given["only"] or given["name"] == unit.name:
                unit_changes.change(code, given["name"], given["valid_from"], actor)
            else:
                unit_changes.rename(code, given["name"], given["from_day"], given["decision"], actor)
        except RefusedUnitError as error:
            form.add_error("name" if error.fault is Fault.NAME else "from_day", str(FAULTS[error.fault]))
        else:
            messages.success(request, _("Kept."))
            return redirect("unit", code)
    return render(request, "web/unit_rename.html", {"form": form, "unit": unit})


@needs(Right.MANAGE)
@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, code: str) -> HttpResponse:
    """Another place in the tree."""
    mine, unit = one_of(request, code)
    form = MoveForm(mine, unit, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            unit_changes.move(code, form.cleaned_data["parent"] or None, access(request).actor)
        except RefusedUnitError as error:
            form.add_error("parent", str(FAULTS[error.fault]))
        else:
            messages.success(request, _("Kept."))
            return redirect("unit", code)
    return render(request, "web/unit_move.html", {"form": form, "unit": unit})


@needs(Right.MANAGE)
@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, code: str) -> HttpResponse:
    """The end of a unit, alone or merged with others: first shown with what follows from it, then done (`sure`)."""
    mine, unit = one_of(request, code)
    form = EndForm(mine, unit, request.POST or None)
    context: dict[str, Any] = {"form": form, "unit": unit}
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        codes = [code, *given["also"]]
        try:
            if request.POST.get("sure"):
                actor = access(request).actor
                unit_changes.merge(codes, given["successors"], given["last_day"], given["decision"], actor)
                messages.success(request, _("Kept."))
                return redirect("unit", code)
            unit_changes.check_ends(codes, given["successors"], given["last_day"])
        except RefusedUnitError as error:
            form.add_error(_END_FIELDS.get(error.fault, "successors"), str(FAULTS[error.fault]))
        else:
            context |= _consequences(mine, codes, given["successors"])
    return render(request, "web/unit_end.html", context)


_END_FIELDS = {Fault.BACKWARDS: "last_day", Fault.ENDED: "last_day"}


@needs(Right.MANAGE)
@require_POST
def reopen(request: HttpRequest, code: str) -> HttpResponse:
    """The end of a unit is taken back: without more ado on the same day, later by a decision."""
    _mine, unit = one_of(request, code)
    if unit.valid_to is None:
        raise Http404
    try:
        unit_changes.reopen(code, access(request).actor, request.POST.get("decision", ""))
    except UsageError as error:
        why = FAULTS[error.fault] if isinstance(error, RefusedUnitError) else _("This number is too long.")
        messages.error(request, str(why))
    else:
        messages.success(request, _("The end was taken back."))
    return redirect("unit", code)


def below(mine: Held, but: str = "") -> list[tuple[str, str]]:
    """The living units that one may stand below, by name; none as well, for whoever manages the whole installation."""
    rows = sorted(mine.mine.values(), key=lambda unit: unit.name)
    top = [("", _("no unit"))] if mine.whole else []
    return top + [(unit.code, f"{unit.name} ({unit.code})") for unit in rows if unit.code != but and not ended(unit)]


def offer(form: forms.Form, name: str, choices: Iterable[tuple[str, str]]) -> None:
    """Let a field offer these."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = list(choices)


def _consequences(mine: Held, codes: list[str], successors: list[str]) -> dict[str, Any]:
    """What follows from an end: whose results and lines count elsewhere then, and who stands below it and lives on."""
    results, lines = organisation.results_in(codes), unit_counts.lines_in(codes)
    living = [unit for unit in mine.all.values() if unit.parent in codes and not ended(unit) and unit.code not in codes]
    return {
        "sure": True,
        "moved": [(mine.all[code], results.get(code, 0), lines.get(code, 0)) for code in codes],
        "after": [mine.all[code] for code in successors],
        "living": [unit for unit in living if unit.valid_to is None or unit.valid_to >= today()],
    }
