"""Boxes of paper: a list to find them in, and what belongs in each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import Access
from accounts.rights import Right
from catalog import results, units
from catalog.records import ResultRow, UnitRow
from catalog.values import today
from core.errors import UsageError
from paper import boxes, labels, loans
from paper.records import BoxRow, LoanRow, PaperPlace
from web import paper_follow, wording
from web.result_opening import unopened
from web.rights import access, needs

PAPERS = 100
"""Papers on one page of a box."""


class FindForm(forms.Form):
    """Which boxes are wanted. A hand scanner types the code of a label here, and Enter behind it."""

    q = forms.CharField(
        label=gettext_lazy("Box or shelf"),
        required=False,
        max_length=1000,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    unit = forms.ChoiceField(label=gettext_lazy("Unit"), required=False)

    def __init__(self, offered: list[UnitRow], data: QueryDict) -> None:
        super().__init__(data)
        unit = self.fields["unit"]
        assert isinstance(unit, forms.ChoiceField)
        unit.choices = [("", _("All")), *((u.code, f"{u.name} ({u.code})") for u in offered)]


class BoxForm(forms.Form):
    """What is written on a box, and where it stands."""

    name = forms.CharField(label=gettext_lazy("What is written on the box"), max_length=100)
    shelf = forms.CharField(label=gettext_lazy("Shelf"), max_length=100, required=False)


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper in a box, as its page shows it."""

    place: PaperPlace
    row: ResultRow
    title: str
    loan: LoanRow | None
    late: bool
    closed: bool
    """Whether it is confidential and was not opened with a reason today: holder and subject stay away."""


@needs(Right.ARCHIVE)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """The boxes of the reader's units; the code of a box's label leads to the box itself."""
    paper_follow.follow()
    known = access(request)
    offered = kept_units(known)
    form = FindForm(offered, request.GET)
    given: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    if code := labels.parse(given.get("q", "")):
        box = boxes.find(*code)
        if box is not None and known.may(Right.ARCHIVE, box.unit):
            return redirect("paper_box", box.id)
    handled = known.where(Right.ARCHIVE)
    found = boxes.listing([given["unit"]] if given.get("unit") else handled, given.get("q", ""), _page(request))
    names = {unit.code: unit.name for unit in offered}
    context = {
        "form": form,
        "found": found,
        "rows": [(box, names.get(box.unit, box.unit)) for box in found.rows],
        "overdue": loans.count_overdue(handled),
        "earlier": _address(request, found.page - 1) if found.page > 1 else "",
        "later": _address(request, found.page + 1) if found.page < found.pages else "",
        "asked": bool(given.get("q") or given.get("unit")),
    }
    return render(request, "web/paper_boxes.html", context)


@needs(Right.ARCHIVE)
@require_safe
def box(request: HttpRequest, number: int) -> HttpResponse:
    """One box with its papers in their order."""
    paper_follow.follow()
    known = access(request)
    shown = kept(known, number)
    every = boxes.papers(number)
    pages = max(1, -(-len(every) // PAPERS))
    page = min(_page(request), pages)
    context = {
        "box": shown,
        "unit": units.names().get(shown.unit, shown.unit),
        "papers": _papers(known, every[(page - 1) * PAPERS : page * PAPERS]),
        "page": page,
        "pages": pages,
        "earlier": _address(request, page - 1) if page > 1 else "",
        "later": _address(request, page + 1) if page < pages else "",
    }
    return render(request, "web/paper_box.html", context)


@needs(Right.ARCHIVE)
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, number: int) -> HttpResponse:
    """Another name or another shelf for a box."""
    known = access(request)
    shown = kept(known, number)
    form = BoxForm(request.POST or None, initial={"name": shown.name, "shelf": shown.shelf})
    if request.method == "POST" and form.is_valid():
        try:
            boxes.change(number, form.cleaned_data["name"], form.cleaned_data["shelf"], known.actor)
        except UsageError:
            form.add_error("name", _("The unit has another box of this name."))
        else:
            messages.success(request, _("Changed."))
            return redirect("paper_box", number)
    return render(request, "web/paper_box_change.html", {"box": shown, "form": form})


def kept(known: Access, number: int) -> BoxRow:
    """The box, if the person keeps those of its unit; otherwise it does not exist."""
    shown = boxes.show(number)
    if not known.may(Right.ARCHIVE, shown.unit):
        raise Http404
    return shown


def kept_units(known: Access) -> list[UnitRow]:
    """The units whose boxes the person keeps."""
    return [unit for unit in units.listing() if known.may(Right.ARCHIVE, unit.code)]


def _papers(known: Access, places: tuple[PaperPlace, ...]) -> list[Paper]:
    """Those that the person may see: what one may not see does not exist."""
    ids = [place.result for place in places]
    rows, out, day = results.rows(ids), loans.out(ids), today()
    closed = unopened(rows.values(), known)
    return [
        Paper(
            place=place,
            row=row,
            title=wording.result_name(row.document_type, row.number),
            loan=out.get(place.result),
            late=_late(out.get(place.result), day),
            closed=row.id in closed,
        )
        for place in places
        if (row := rows.get(place.result)) and known.may(Right.SEE, row.unit, row.confidential)
    ]


def _late(loan: LoanRow | None, day: date) -> bool:
    return loan is not None and loan.overdue(day)


def _page(request: HttpRequest) -> int:
    asked = request.GET.get("page", "")
    return max(int(asked), 1) if asked.isdecimal() and len(asked) < 9 else 1


def _address(request: HttpRequest, page: int) -> str:
    asked = {name: value for name, value in request.GET.items() if name != "page"}
    return "?" + urlencode(asked | {"page": str(page)})
