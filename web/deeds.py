"""Who did what: the events of the units that the reader manages, all of them or one person's; and what was exported."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.access import Access
from accounts.people import PersonRow
from accounts.rights import Right
from catalog import deeds, exports, results
from catalog.deeds import Deed, Wanted
from catalog.values import HERE
from core.sheets import harmless
from web import deeds_wording, unit_wording, wording
from web.people import managed_person
from web.result_forms import DayField
from web.rights import access, needs
from web.units import Held, held

PAGE = 50
"""Deeds on a page."""
MOST = 20_000
"""Deeds in a table for spreadsheet programs."""
_PART = 1_000
_EXPORT = "export.made"


class FilterForm(forms.Form):
    """Which deeds are meant."""

    kind = forms.ChoiceField(label=gettext_lazy("What"), required=False)
    actor = forms.CharField(
        label=gettext_lazy("Who"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    unit = forms.ChoiceField(label=gettext_lazy("Unit"), required=False)
    first = DayField(label=gettext_lazy("From"), required=False)
    last = DayField(label=gettext_lazy("until"), required=False)

    def __init__(self, mine: Held, data: QueryDict) -> None:
        super().__init__(data)
        self._offer("kind", deeds_wording.kinds().items())
        rows = sorted(mine.mine.values(), key=lambda unit: unit.name)
        self._offer("unit", [(unit.code, f"{unit.name} ({unit.code})") for unit in rows])

    def _offer(self, name: str, choices: Iterable[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("All")), *choices]


@dataclass(frozen=True, slots=True)
class Shown:
    """A deed for readers."""

    deed: Deed
    actor: str
    what: str
    detail: str
    unit: str
    result: int | None
    """Number of the result that it is about, where the reader may see that."""
    about: str
    """What that result is called, or the plain reference to something else."""


@needs(Right.MANAGE)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """All deeds in one's units, newest first, page by page."""
    return _page(request, "", _("Who did what"))


@needs(Right.MANAGE)
@require_safe
def exported(request: HttpRequest) -> HttpResponse:
    """What was taken out of the program, by whom."""
    return _page(request, "", _("Lists taken out"), kind=_EXPORT)


@needs(Right.MANAGE)
@require_safe
def of_person(request: HttpRequest, number: int) -> HttpResponse:
    """What one person did in the reader's units."""
    person = managed_person(request, number)
    return _page(request, person.name, person.full_name or person.name, person=person)


@needs(Right.MANAGE)
@require_safe
def table(request: HttpRequest) -> HttpResponse:
    """The same as a table for spreadsheet programs; it is an export itself."""
    known, mine = access(request), held(request)
    form, wanted = _asked(mine, request.GET, "", request.GET.get("kind", ""))
    found: list[Deed] = []
    while len(found) <= MOST:
        part = deeds.listing(wanted, _PART, found[-1].id if found else None)
        found += part
        if len(part) < _PART:
            break
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow([_("Time"), _("Who"), _("What"), _("Unit"), _("Code"), _("About"), _("More")])
    for start in range(0, min(len(found), MOST), _PART):
        for one in _shown(found[start : min(start + _PART, MOST)], mine, known):
            day = one.deed.time.astimezone(HERE)
            cells = [one.actor, one.what, one.unit, one.deed.unit, one.about, one.detail]
            rows.writerow([f"{day:%Y-%m-%d %H:%M:%S}", *map(harmless, cells)])
    if len(found) > MOST:
        rows.writerow([_("There are more: ask for fewer days.")])
    content = ("\ufeff" + text.getvalue()).encode()  # the mark tells spreadsheet programs that it is UTF-8
    filters = {name: str(value) for name, value in form.cleaned_data.items() if value} if form.is_valid() else {}
    top = mine.reach.managed or ()
    exports.made(top, "deeds.csv", min(len(found), MOST), known.actor, filters, hashlib.sha256(content).hexdigest())
    headers = {"Content-Disposition": 'attachment; filename="sohoa-deeds.csv"'}
    return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)


def _page(
    request: HttpRequest, actor: str, title: str, *, kind: str = "", person: PersonRow | None = None
) -> HttpResponse:
    mine, known = held(request), access(request)
    form, wanted = _asked(mine, request.GET, actor, kind or request.GET.get("kind", ""))
    before = request.GET.get("before", "")
    after = int(before) if before.isdecimal() and len(before) < 19 else None
    found = deeds.listing(wanted, PAGE + 1, after) if form.is_valid() else ()
    if kind:
        del form.fields["kind"]
    if actor:
        del form.fields["actor"]
    asked = {name: value for name, value in request.GET.items() if name != "before" and value}
    same = asked | ({"kind": kind} if kind else {}) | ({"actor": actor} if actor else {})
    context = {
        "title": title,
        "form": form,
        "deeds": _shown(found[:PAGE], mine, known),
        "older": "?" + urlencode(asked | {"before": str(found[PAGE - 1].id)}) if len(found) > PAGE else "",
        "query": urlencode(same),
        "person": person,
        "exports": bool(kind),
    }
    return render(request, "web/deeds.html", context)


def _asked(mine: Held, data: QueryDict, actor: str, kind: str) -> tuple[FilterForm, Wanted]:
    """What is asked for, within what the reader manages; nothing where it makes no sense."""
    form = FilterForm(mine, data)
    given: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    wanted = Wanted(
        units=frozenset({given["unit"]}) if given.get("unit") else mine.reach.managed,
        actor=actor or given.get("actor", ""),
        kinds=frozenset({kind}) if kind in deeds_wording.kinds() else frozenset(),
        first=given.get("first"),
        last=given.get("last"),
    )
    return form, wanted


def _shown(found: Iterable[Deed], mine: Held, known: Access) -> list[Shown]:
    found = list(found)
    names = mine.names()
    rows = results.rows({number for deed in found if (number := _result(deed)) is not None})
    made = []
    for deed in found:
        number = _result(deed)
        row = rows.get(number) if number is not None else None
        seen = row is not None and known.may(Right.SEE, row.unit, row.confidential)
        about = "" if number is not None else deed.subject
        if row is not None and seen:
            about = f"{wording.result_name(row.document_type, row.number)} (result:{row.id})"
        made.append(
            Shown(
                deed=deed,
                actor=_actor(deed.actor),
                what=deeds_wording.name_of(deed.kind),
                detail=_detail(deed, names),
                unit=names.get(deed.unit, deed.unit),
                result=number if seen else None,
                about=about,
            )
        )
    return made


def _detail(deed: Deed, names: Mapping[str, str]) -> str:
    """What may be told of an event's data: of exports and of units, nothing of which is personal."""
    data: Mapping[str, Any] = deed.data
    if deed.kind == _EXPORT:
        filters = ", ".join(f"{name} = {value}" for name, value in data.get("filters", {}).items())
        rows = _("%(what)s, %(rows)s rows") % {"what": data["what"], "rows": data["rows"]}
        return f"{rows}; {filters}" if filters else rows
    if deed.kind.startswith("unit."):
        return unit_wording.detail(deed.kind, data, names)
    return ""


def _result(deed: Deed) -> int | None:
    kind, _colon, number = deed.subject.partition(":")
    return int(number) if kind == "result" and number.isdecimal() else None


def _actor(actor: str) -> str:
    """Who it was: a program is told from a person."""
    return _("the program “%(name)s”") % {"name": actor[6:]} if actor.startswith("token:") else actor
