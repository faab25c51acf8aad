"""Units taken over from a list: a spreadsheet of one's own, or the official lists of places before and since 2025.

Each is shown first with what would become of it, and taken as a whole or not at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.rights import Right
from catalog import unit_lists
from catalog.records import UnitRow
from catalog.unit_lists import Checked, RefusedListError
from catalog.values import today
from core.errors import UsageError
from registers import official_places, official_units
from registers.official_places import Plan
from spreadsheets.records import RefusedSheetError
from web import list_files
from web.bought_in_new import REFUSALS
from web.list_files import ListForm
from web.result_forms import DayField
from web.rights import access, needs
from web.unit_changing import below, offer
from web.unit_wording import FAULTS
from web.units import Held, held

_SALT = "list of units"
_SHOWN = 200
"""Rows of each kind on the page."""
ALL, MAIN = "all", "main"
MEANINGS: Mapping[str, object] = {
    "code": gettext_lazy("Code"),
    "name": gettext_lazy("Name"),
    "parent": gettext_lazy("Stands below"),
    "valid_from": gettext_lazy("First day"),
    "valid_to": gettext_lazy("Last day"),
    "successors": gettext_lazy("Taken over by"),
    "decision": gettext_lazy("Number of the decision"),
}


class FileForm(ListForm):
    """A spreadsheet of units."""

    renamed = DayField(
        label=gettext_lazy("Units that are called otherwise in the list are called so since"), required=False
    )


class PlacesForm(forms.Form):
    """Which province of the official lists, and which unit here it is."""

    province = forms.ChoiceField(label=gettext_lazy("Province"))
    root = forms.ChoiceField(label=gettext_lazy("Its unit here"))
    decision = forms.CharField(label=gettext_lazy("Number of the decision"), max_length=200, required=False)

    def __init__(self, mine: Held, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        offer(self, "province", official_places.provinces())
        offer(self, "root", [choice for choice in below(mine) if choice[0]])


@needs(Right.MANAGE)
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Choose a list; `step` says how far one is."""
    mine = held(request)
    if not mine.whole:
        raise Http404
    step = request.POST.get("step", "")
    if step in {"check", "take"}:
        return _check(request, take=step == "take")
    if step in {"places", "take-places"}:
        return _places(request, mine, take=step == "take-places")
    form = FileForm(request.POST or None, request.FILES or None, initial={"renamed": today()})
    if step == "file" and form.is_valid():
        signed = list_files.keep(form.cleaned_data["list"], _SALT)
        try:
            with list_files.fetched(signed, _SALT) as (path, _name):
                official_units.read(path, {})
        except RefusedSheetError as error:
            form.add_error("list", str(REFUSALS[error.refusal]))
        except UsageError:
            pass  # a column is missing: the next page asks for it
        if not form.errors:
            return _check(request, take=False, signed=signed)
    return render(request, "web/unit_import.html", {"form": form, "places_form": PlacesForm(mine)})


def _check(request: HttpRequest, *, take: bool, signed: str = "") -> HttpResponse:
    """What a spreadsheet would change, and taking it over."""
    signed = signed or request.POST.get("list", "")
    renamed = _day(request.POST.get("renamed", ""))
    context: dict[str, Any] = {"signed": signed, "renamed": renamed, "meanings": _meanings()}
    with list_files.fetched(signed, _SALT) as (path, name):
        try:
            sheet, entries = official_units.read(path, list_files.said(request.POST))
        except RefusedSheetError:
            raise Http404 from None
        except UsageError:
            columns = official_units.columns(path)
            fault = _("Code and name are needed: say which columns they are in.")
            context |= {"name": name, "fault": fault, "columns": [(column, "") for column in columns]}
            return render(request, "web/unit_import_check.html", context)
        if take:
            try:
                unit_lists.take(entries, renamed, access(request).actor)
            except RefusedListError:
                pass  # somebody changed the units meanwhile: the page shows what is wrong now
            else:
                messages.success(request, _("The list was taken over."))
                return redirect("units")
        checked = unit_lists.check(entries, renamed)
    context |= {"name": name, "columns": [(c, sheet.meanings.get(c.index, "")) for c in sheet.columns]}
    return render(request, "web/unit_import_check.html", context | _told(checked))


def _places(request: HttpRequest, mine: Held, *, take: bool) -> HttpResponse:
    """What the official lists would change, with the communes that were split; and taking them over."""
    form = PlacesForm(mine, request.POST)
    if not form.is_valid():
        return render(
            request, "web/unit_import.html", {"form": FileForm(initial={"renamed": today()}), "places_form": form}
        )
    given = form.cleaned_data
    plan = official_places.plan(given["province"], given["root"], mine.all.values())
    chosen = _chosen(request, plan)
    answered = {split.code: chosen.get(split.code) or _all(plan, split.code) for split in plan.splits}
    entries = official_places.decided(plan, answered, given["decision"])
    open_ones = [split for split in plan.splits if not chosen.get(split.code)]
    if take and not open_ones:
        try:
            unit_lists.take(entries, today(), access(request).actor)
        except RefusedListError:
            pass  # shown below
        else:
            messages.success(request, _("The list was taken over."))
            return redirect("units")
    names = {code: name for code, name in official_places.provinces()}
    context = {
        "given": given,
        "province": names[given["province"]],
        "root": mine.all[given["root"]],
        "splits": [(split, chosen.get(split.code, ())) for split in plan.splits],
        "districts": len(plan.districts),
        "open": len(open_ones) if take else 0,
        "all": request.POST.get("splits", ""),
    }
    checked = unit_lists.check(entries, today())
    return render(request, "web/unit_import_places.html", context | _told(checked))


def _chosen(request: HttpRequest, plan: Plan) -> dict[str, tuple[str, ...]]:
    """Code of a split commune → who takes over, as far as that was said: one by one, or for all the rest."""
    rest, found = request.POST.get("splits", ""), {}
    for split in plan.splits:
        said = request.POST.get(f"split-{split.code}", "") or rest
        if said == ALL:
            found[split.code] = tuple(code for code, _name in split.candidates)
        elif said == MAIN:
            found[split.code] = (split.main,)
        elif said in {code for code, _name in split.candidates}:
            found[split.code] = (said,)
    return found


def _all(plan: Plan, code: str) -> tuple[str, ...]:
    return next(tuple(c for c, _name in split.candidates) for split in plan.splits if split.code == code)


def _told(checked: Checked) -> dict[str, Any]:
    """What is shown of a list that was checked."""
    return {
        "new": checked.new[:_SHOWN],
        "new_many": len(checked.new),
        "changed": [(old, new, _changes(old, new)) for old, new in checked.changed[:_SHOWN]],
        "changed_many": len(checked.changed),
        "same": checked.same,
        "bad": [(one, FAULTS[one.fault]) for one in checked.bad[:_SHOWN]],
        "bad_many": len(checked.bad),
        "nothing": not (checked.new or checked.changed or checked.bad),
    }


def _changes(old: UnitRow, new: UnitRow) -> list[tuple[object, str, str]]:
    """Which columns change, with what stood and what will stand there."""
    pairs = {name: (_said(getattr(old, name)), _said(getattr(new, name))) for name in MEANINGS if hasattr(old, name)}
    return [(MEANINGS[name], before, after) for name, (before, after) in pairs.items() if before != after]


def _said(value: object) -> str:
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return ", ".join(value) or "–" if isinstance(value, tuple) else str(value or "–")


def _meanings() -> list[tuple[str, str]]:
    return [("", _("left out")), *((name, str(text)) for name, text in MEANINGS.items())]


def _day(text: str) -> date:
    """The day since when names hold; today where nothing that can be is said."""
    try:
        return DayField().clean(text) or today()
    except forms.ValidationError:
        return today()
