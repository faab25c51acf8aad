"""Using a result in a dossier: the check, the entry that comes of it, its package, and taking it back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import Access
from accounts.rights import Right
from catalog import procedures, results, units
from catalog.dossiers import local_day
from catalog.records import Shown, UnitRow
from core.errors import NotFoundError, UsageError
from reuse import ledger, notices, package
from reuse.records import Check, Person, Reuse
from web import reuse_wording, wording
from web.handing_out import handed_out
from web.result_forms import ReasonForm, Task
from web.result_opening import door
from web.rights import access, needs
from web.services import store

_LAST_UNIT = "reuse_unit"
"""Where the session keeps for which unit somebody used a result last: mostly it is the same one all day."""
_UNDO = Task(
    heading=gettext_lazy("Take the use back"),
    hint=gettext_lazy("The dossier has the result no longer. That it had it stays in the ledger, with your reason."),
    submit=gettext_lazy("Take the use back"),
    done=gettext_lazy("Taken back."),
)


class UseForm(forms.Form):
    """The dossier, and whom it is of."""

    dossier = forms.CharField(
        label=gettext_lazy("Code of the dossier"),
        help_text=gettext_lazy("Like H61.12.3-230420-0001"),
        max_length=200,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "autofocus": True}
        ),
    )
    person = forms.CharField(label=gettext_lazy("Name of the person in the dossier"), max_length=400)
    person_id = forms.CharField(
        label=gettext_lazy("Identity number of the person"),
        help_text=gettext_lazy("CCCD, CMND or tax code. It is compared, not kept."),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    procedure = forms.CharField(
        label=gettext_lazy("Code of the procedure"),
        required=False,
        max_length=64,
        widget=forms.TextInput(attrs={"autocomplete": "off", "list": "procedures"}),
    )
    unit = forms.ChoiceField(label=gettext_lazy("Unit that handles the dossier"))

    def __init__(self, offered: list[tuple[str, str]], data: Any = None, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        unit = self.fields["unit"]
        assert isinstance(unit, forms.ChoiceField)
        unit.choices = offered
        if len(offered) == 1:
            unit.widget = forms.HiddenInput()
            self.initial["unit"] = offered[0][0]


@dataclass(frozen=True, slots=True)
class Told:
    """A check as the page shows it."""

    check: Check
    problems: list[str]
    warnings: list[str]
    codes: str
    """Codes of all that was found, to be sent back by the reader who has read it."""
    replaced_by: int | None
    """The result that took the place of this one, where the reader may see it."""


@needs(Right.REUSE)
@require_http_methods(["GET", "POST"])
def use(request: HttpRequest, number: int) -> HttpResponse:
    """Check whether a result may be used in a dossier; once the reader knows what speaks against it, use it."""
    if closed := door(request, Right.REUSE, number):
        return closed
    shown, known = results.show(number), access(request)
    offered = _offered(known)
    initial = {"unit": request.session.get(_LAST_UNIT)}
    form = UseForm(offered, request.POST or None, initial)
    reason, fault, check = request.POST.get("reason", ""), "", None
    if request.method == "POST" and form.is_valid():
        wish = _wish(number, form, reason, "override" in request.POST and _may_override(known, shown))
        request.session[_LAST_UNIT] = wish.unit
        try:
            check = ledger.check(number, wish.dossier, wish.person, wish.procedure, local_day())
            if request.POST.get("act") == "use" and _read(check, request):
                used = ledger.use(wish, known.actor)
                if not known.may(Right.REUSE, used.unit):
                    messages.warning(request, _("Another unit has used this result in this dossier already."))
                    return redirect("result", number)
                messages.success(request, _("Used in the dossier. It can be taken back until midnight."))
                return redirect("reuse_entry", used.id)
        except ledger.NotAllowedError as error:
            check = error.check
            fault = _("Say why it is used all the same.") if check.allowed or check.overridable else ""
        except ledger.ConflictError:
            fault = _("Others are writing into this dossier. Try again.")
        except UsageError:
            fault = _("This is not understood. Check what you typed.")
    if check is not None:
        form.fields["dossier"].widget.attrs.pop("autofocus")
    context = {
        "shown": shown,
        "title": wording.result_name(shown.row.document_type, shown.row.number),
        "form": form,
        "told": _told(check, known, shown) if check else None,
        "fault": fault,
        "reason": reason,
        "may_override": _may_override(known, shown),
        "procedures": procedures.listing(),
        "validity": wording.VALIDITIES[shown.row.validity(local_day())],
    }
    return render(request, "web/reuse_use.html", context)


@needs(Right.REUSE)
@require_safe
def entry(request: HttpRequest, number: int) -> HttpResponse:
    """One entry of the ledger, its package, and what became of its result."""
    found = mine(request, number)
    names = units.names()
    changed = [n for n in notices.of_dossier(found.dossier) if n.reuse.id == found.id]
    context = {
        "entry": found,
        "title": wording.result_name(found.vouched.document_type, found.vouched.number),
        "unit": names.get(found.unit, found.unit),
        "keeper": names.get(found.vouched.unit, found.vouched.unit),
        "warnings": [reuse_wording.short(code) for code in found.warnings],
        "state": wording.STATES.get(found.vouched.state, ""),
        "change": reuse_wording.CHANGES[changed[0].change] if changed else "",
        "undoable": undoable(found),
        "file": package.file_name(found),
    }
    return render(request, "web/reuse_entry.html", context)


@needs(Right.REUSE)
@require_safe
def fetch(request: HttpRequest, number: int) -> HttpResponseBase:
    """The package of an entry; there is none of one that was taken back."""
    found = mine(request, number)
    if found.undone:
        raise NotFoundError(f"entry {number} of the ledger was taken back")
    if closed := door(request, Right.REUSE, found.result):
        return closed
    with store().open(found.vouched.archive_key) as archive:
        name = package.file_name(found)
        return handed_out(name, "application/zip", lambda to: package.write(found, archive, to))


@needs(Right.REUSE)
@require_http_methods(["GET", "POST"])
def undo(request: HttpRequest, number: int) -> HttpResponse:
    """Take an entry of today back."""
    found = mine(request, number)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            ledger.undo(number, access(request).actor, form.cleaned_data["reason"])
        except ledger.ConflictError:
            form.add_error(None, _("It can be taken back only on the day on which it was used."))
        else:
            messages.success(request, str(_UNDO.done))
            return redirect("reuse_entry", number)
    return render(request, "web/reuse_undo.html", {"entry": found, "form": form, "task": _UNDO})


def mine(request: HttpRequest, number: int) -> Reuse:
    """An entry of a dossier of the reader's units, about a result that they may use; NotFoundError for any other."""
    found, known = ledger.entry(number), access(request)
    unit, kind = results.place(found.result)
    handled = known.where(Right.REUSE)
    if not known.may(Right.REUSE, unit, kind) or (handled is not None and found.unit not in handled):
        raise NotFoundError(f"there is no entry {number} in the ledger of reuse")
    return found


def undoable(found: Reuse) -> bool:
    """Whether an entry can still be taken back."""
    return found.undone is None and local_day(found.time) == local_day()


def offered_units(known: Access) -> list[UnitRow]:
    """The units for whose dossiers somebody may use results."""
    handled = known.where(Right.REUSE)
    return [unit for unit in units.listing() if handled is None or unit.code in handled]


def _offered(known: Access) -> list[tuple[str, str]]:
    return [(unit.code, f"{unit.name} ({unit.code})") for unit in offered_units(known)]


def _wish(number: int, form: UseForm, reason: str, override: bool) -> ledger.Wish:
    given = form.cleaned_data
    ids = (given["person_id"],) if given["person_id"] else ()
    return ledger.Wish(
        result=number,
        dossier=given["dossier"],
        unit=given["unit"],
        person=Person(given["person"], ids),
        procedure=given["procedure"],
        reason=reason,
        override=override,
    )


def _codes(check: Check) -> set[str]:
    return {found.found.value for found in (*check.problems, *check.warnings)}


def _read(check: Check, request: HttpRequest) -> bool:
    """Whether the reader has seen all that speaks against it: no reason counts for what one was not told."""
    return _codes(check) <= set(request.POST.get("read", "").split(","))


def _may_override(known: Access, shown: Shown) -> bool:
    """Whether somebody may use a result that has expired."""
    return known.may(Right.DECIDE, shown.row.unit, shown.row.confidential)


def _told(check: Check, known: Access, shown: Shown) -> Told:
    by = shown.replaced_by
    if by is not None and not known.may(Right.SEE, *results.place(by)):
        by = None
    problems = [reuse_wording.finding(found) for found in check.problems]
    warnings = [reuse_wording.finding(found) for found in check.warnings]
    return Told(check, problems, warnings, ",".join(sorted(_codes(check))), by)
