"""Registers: which units have one, its lines, one line with all that is known of it; withdrawing and taking it back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import Access
from accounts.rights import Right
from catalog import results, units
from registers import listing, withdrawing
from registers.listing import Linked, Sight, Wanted
from registers.records import LineRow
from registers.refusals import RefusedRegisterError
from web import wording
from web.register_wording import LINKED, REFUSALS, meaning_name
from web.result_papers import as_written
from web.rights import access, needs

_FIELDS = (
    *(
        "number",
        "register_number",
        "document_type",
        "issue_date",
        "subject",
        "sector",
        "issuer",
        "procedure",
        "dossier",
    ),
    *("holder", "holder_id", "co_holder", "co_holder_id", "valid_from", "valid_to"),
)
_VALID_FROM, _VALID_TO = gettext_lazy("Valid from"), gettext_lazy("Valid until")


class WhyForm(forms.Form):
    """Why lines are withdrawn."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("For example: the number was left out, see the list of 3 March."),
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
    )


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line for readers."""

    row: LineRow
    state: str
    """One of `Linked`."""
    state_text: str
    title: str
    """Of its result; empty: it has none that the reader may see."""


@needs(Right.REGISTER)
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """The registers of the reader's units."""
    known = access(request)
    names = units.names()
    held = known.where(Right.REGISTER)
    found = [(row, names.get(row.unit, row.unit)) for row in listing.registers(held)]
    mine = sorted((name, code) for code, name in names.items() if held is None or code in held)
    return render(request, "web/registers.html", {"registers": found, "units": mine})


@needs(Right.REGISTER)
@require_safe
def register(request: HttpRequest, unit: str) -> HttpResponse:
    """The lines of a unit's register."""
    known = access(request)
    name = of_reader(known, unit)
    asked = request.GET
    linked, year, text = asked.get("state", ""), asked.get("year", ""), asked.get("q", "")[:200]
    wanted = Wanted(
        linked=Linked(linked) if linked in set(Linked) else Linked.ALL,
        year=int(year) if year.isascii() and year.isdigit() and 1900 <= int(year[:9]) <= 2200 else None,
        text=text,
    )
    page = listing.lines(unit, sight(known), wanted, asked.get("after", ""))
    kept = {"state": wanted.linked.value, "year": year if wanted.year else "", "q": text}
    context = {
        "unit": unit,
        "name": name,
        "lines": shown_lines(known, page.rows),
        "next": "?" + urlencode(kept | {"after": page.next}) if page.next else "",
        "begun": bool(asked.get("after")),
        "wanted": kept,
        "states": [(one.value, str(text)) for one, text in LINKED.items()],
        "years": listing.years(unit),
    }
    return render(request, "web/register.html", context)


@needs(Right.REGISTER)
@require_safe
def line(request: HttpRequest, number: int) -> HttpResponse:
    """One line: all it says, where it comes from, its result, what was done."""
    known = access(request)
    row = listing.line(number, sight(known))
    (shown,) = shown_lines(known, (row,))
    context = {
        "line": shown,
        "unit": units.names().get(row.unit, row.unit),
        "said": _said(row),
        "status": wording.validity_name(row.status.value) if row.status.value != "in_force" else "",
        "source": listing.source(row),
        "events": [(one, wording.event_name(one.kind)) for one in listing.history(number)],
        "together": withdrawing.withdrawn_together(number),
    }
    return render(request, "web/register_line.html", context)


@needs(Right.REGISTER)
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, number: int) -> HttpResponse:
    """Say that there is no such result."""
    known = access(request)
    row = listing.line(number, sight(known))
    form = WhyForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            withdrawing.withdraw(number, form.cleaned_data["reason"], known.actor)
        except RefusedRegisterError as error:
            messages.warning(request, str(REFUSALS.get(error.refusal, error)))
        else:
            messages.success(request, _("The line is withdrawn: it does not count any more."))
        return redirect("register_line", number)
    (shown,) = shown_lines(known, (row,))
    return render(request, "web/register_withdraw.html", {"line": shown, "form": form})


@needs(Right.REGISTER)
@require_POST
def restore(request: HttpRequest, number: int) -> HttpResponse:
    """Take that back; of all that were withdrawn with it, where asked for."""
    known = access(request)
    listing.line(number, sight(known))
    try:
        count = withdrawing.restore(number, known.actor, together="together" in request.POST)
    except RefusedRegisterError as error:
        messages.warning(request, str(REFUSALS.get(error.refusal, error)))
    else:
        messages.success(request, _("Lines that stand again: {count}").format(count=count))
    return redirect("register_line", number)


def of_reader(known: Access, unit: str) -> str:
    """The name of a unit, if the reader keeps its register; otherwise there is none (404)."""
    name = units.names().get(unit)
    if name is None or not known.may(Right.REGISTER, unit):
        raise Http404
    return name


def sight(known: Access) -> Sight:
    """Which lines somebody may see."""
    return Sight(known.where(Right.REGISTER), known.confidential)


def shown_lines(known: Access, rows: tuple[LineRow, ...]) -> list[ShownLine]:
    """Lines for readers; a result that they may not see has no name for them."""
    about = results.rows([row.result for row in rows if row.result])
    made = []
    for row in rows:
        result = about.get(row.result or 0)
        seen = result is not None and known.may(Right.SEE, result.unit, result.confidential)
        title = wording.result_name(result.document_type, result.number) if result is not None and seen else ""
        state = _state(row)
        made.append(ShownLine(row, state.value, str(LINKED[state]), title))
    return made


def _state(row: LineRow) -> Linked:
    if row.withdrawn:
        return Linked.WITHDRAWN
    return Linked.LINKED if row.result else Linked.MISSING


def _said(row: LineRow) -> list[tuple[str, str]]:
    """What a line says, as names and texts."""
    names: dict[str, Any] = {"valid_from": _VALID_FROM, "valid_to": _VALID_TO}
    found = []
    for name in _FIELDS:
        value = getattr(row, name)
        if value:
            text = value.strftime("%d/%m/%Y") if hasattr(value, "strftime") else value
            found.append((str(names.get(name, meaning_name(name))), text))
    shown = {name for name in _FIELDS if getattr(row, name)}
    found += [(meaning_name(name), as_written(name, text)) for name, text in row.values.items() if name not in shown]
    return found
