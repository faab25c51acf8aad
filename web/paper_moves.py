"""Papers are put into boxes, lent, and taken back."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import Access
from accounts.rights import Right
from catalog import results
from catalog.records import ResultRow, UnitRow
from catalog.values import today
from core.errors import UsageError
from paper import boxes, loans, places
from paper.loans import Wish
from paper.places import Target
from web import paper_follow, wording
from web.paper import kept, kept_units
from web.result_forms import DayField
from web.rights import access, needs

_DAYS = 14
"""How long papers are lent where nobody says anything else."""
_SHOWN = 20
"""Titles that are shown over a form about many papers."""


class ResultsField(forms.CharField):
    """Numbers of results, as people list them: ``17 18 20-25``."""

    def __init__(self, **options: Any) -> None:
        widget = forms.Textarea(attrs={"rows": 2, "inputmode": "numeric"})
        super().__init__(
            label=gettext_lazy("Numbers of the results"),
            help_text=gettext_lazy("As on their pages; also from–to: 17 18 20-25."),
            max_length=100_000,
            widget=widget,
            **options,
        )

    def clean(self, value: Any) -> list[int]:
        """The numbers, each once, in the order in which they were written."""
        found: dict[int, None] = {}
        for word in re.split(r"[\s,;]+", super().clean(value).strip()):
            span = re.fullmatch(r"(\d{1,18})(?:[-–](\d{1,18}))?", word)
            if span is None:
                raise forms.ValidationError(_("%(word)s is no number of a result.") % {"word": word[:40]})
            first, last = int(span[1]), int(span[2] or span[1])
            if last < first or last - first >= places.MOST or len(found) > places.MOST:
                raise forms.ValidationError(_("At most %(most)s papers at once.") % {"most": places.MOST})
            found.update(dict.fromkeys(range(first, last + 1)))
        return list(found)


class PutForm(forms.Form):
    """Which papers go into which box."""

    results = ResultsField()
    box = forms.CharField(
        label=gettext_lazy("Into the box"),
        help_text=gettext_lazy("What is written on it. A new one is made where there is none of this name."),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    shelf = forms.CharField(label=gettext_lazy("Shelf"), max_length=100, required=False)
    position = forms.IntegerField(
        label=gettext_lazy("From position"),
        help_text=gettext_lazy("Empty: behind those that were put there before."),
        required=False,
        min_value=1,
        max_value=999_999,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    unit = forms.ChoiceField(label=gettext_lazy("Unit whose box it is"))

    def __init__(self, offered: list[UnitRow], data: Any, initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        unit = self.fields["unit"]
        assert isinstance(unit, forms.ChoiceField)
        unit.choices = [(u.code, f"{u.name} ({u.code})") for u in offered]
        if len(offered) == 1:
            unit.widget = forms.HiddenInput()
            self.initial["unit"] = offered[0].code


class LendForm(forms.Form):
    """Which papers are lent to whom."""

    results = ResultsField()
    who = forms.CharField(label=gettext_lazy("Who takes them?"), max_length=400)
    why = forms.CharField(label=gettext_lazy("What for?"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
    until = DayField(label=gettext_lazy("Back by"))


class ReturnForm(forms.Form):
    """What was seen when a paper came back."""

    note = forms.CharField(required=False, max_length=2000)


@needs(Right.ARCHIVE)
@require_http_methods(["GET", "POST"])
def put(request: HttpRequest) -> HttpResponse:
    """Put papers into a box: those named in the address (``?result=``, ``?box=``), or typed."""
    known = access(request)
    asked = _asked(request, known)
    offered = kept_units(known)
    first = next(iter(results.rows(asked[:1]).values()), None)
    initial = {"results": _numbers(asked), "unit": first.unit if first else ""}
    form = PutForm(offered, request.POST or None, initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if _all_kept(form, known):
            target = Target(given["unit"], given["box"], given["shelf"])
            try:
                done = places.put(given["results"], target, known.actor, given["position"])
            except UsageError:
                form.add_error(None, _("Somebody else is putting these papers elsewhere: look where they are now."))
            else:
                undo = reverse("paper_put_undo", args=[done.id])
                text = _("Put into box %(box)s: %(count)s.") % {"box": done.box.name, "count": done.papers}
                messages.success(request, format_html('{} <a href="{}">{}</a>', text, undo, _("Undo")))
                return redirect("paper_box", done.box.id)
    form.fields["box" if asked else "results"].widget.attrs["autofocus"] = True
    return render(request, "web/paper_put.html", {"form": form, "titles": _titles(known, asked), "many": len(asked)})


@needs(Right.ARCHIVE)
@require_http_methods(["GET", "POST"])
def put_undo(request: HttpRequest, number: int) -> HttpResponse:
    """Take back what was put at one go."""
    known = access(request)
    done = places.putting(number)
    rows = results.rows(places.put_together(number)).values()
    if not known.may(Right.ARCHIVE, done.box.unit) or not all(_may(known, row) for row in rows):
        raise Http404
    if request.method == "POST":
        try:
            places.undo(number, known.actor)
        except UsageError:
            messages.error(request, _("Some of these papers were put elsewhere since: put them back one by one."))
        else:
            messages.success(request, _("They belong where they did before."))
        return redirect("paper_box", done.box.id)
    return render(request, "web/paper_put_undo.html", {"done": done})


@needs(Right.ARCHIVE)
@require_http_methods(["GET", "POST"])
def lend(request: HttpRequest) -> HttpResponse:
    """Hand papers out: those named in the address, or typed."""
    known = access(request)
    asked = _asked(request, known)
    initial = {"results": _numbers(asked), "until": today() + timedelta(days=_DAYS)}
    form = LendForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if _all_kept(form, known) and not _out_already(form):
            try:
                done = loans.lend(given["results"], Wish(given["who"], given["why"], given["until"]), known.actor)
            except UsageError:
                form.add_error("until", _("A day from today on, within a year."))
            else:
                messages.success(request, _("Lent: %(count)s.") % {"count": len(done)})
                return redirect("paper_loans") if len(done) > 1 else redirect("result", given["results"][0])
    form.fields["who" if asked else "results"].widget.attrs["autofocus"] = True
    return render(request, "web/paper_lend.html", {"form": form, "titles": _titles(known, asked), "many": len(asked)})


@needs(Right.ARCHIVE)
@require_safe
def lent(request: HttpRequest) -> HttpResponse:
    """What is out, those due first before the others; ``?late=1``: only what should be back."""
    known = access(request)
    late = request.GET.get("late") == "1"
    after = request.GET.get("after", "")
    start = int(after) if after.isdecimal() and len(after) < 19 else None
    handled = known.where(Right.ARCHIVE)
    found = loans.listing(handled, overdue=late, after=start, limit=loans.PAGE + 1)
    rows = results.rows([loan.result for loan in found])
    at = places.where([loan.result for loan in found])
    day = today()
    shown = [
        (loan, wording.result_name(row.document_type, row.number), at[loan.result].box, loan.overdue(day))
        for loan in found[: loans.PAGE]
        if (row := rows.get(loan.result)) and known.may(Right.SEE, row.unit, row.confidential)
    ]
    more = f"?after={found[loans.PAGE - 1].id}{'&late=1' if late else ''}" if len(found) > loans.PAGE else ""
    context = {"loans": shown, "late": late, "more": more, "overdue": loans.count_overdue(handled)}
    return render(request, "web/paper_loans.html", context)


@needs(Right.ARCHIVE)
@require_POST
def take_back(request: HttpRequest, number: int) -> HttpResponse:
    """A paper is back."""
    known = access(request)
    loan = loans.show(number)
    row = results.rows([loan.result]).get(loan.result)
    if row is None or not known.may(Right.ARCHIVE, row.unit, row.confidential):
        raise Http404
    form = ReturnForm(request.POST)
    loans.return_(number, known.actor, form.cleaned_data["note"] if form.is_valid() else "")
    at = places.where([loan.result])[loan.result]
    belongs = _("It belongs in box %(box)s.") % {"box": at.box.name} if at.box else ""
    messages.success(request, " ".join(filter(None, (_("Taken back."), belongs))))
    return redirect("result", loan.result) if request.POST.get("from") == "result" else redirect("paper_loans")


def _asked(request: HttpRequest, known: Access) -> list[int]:
    """The results that the address names."""
    named = [int(text) for text in request.GET.getlist("result") if text.isdecimal() and len(text) < 19]
    box = request.GET.get("box", "")
    if box.isdecimal() and len(box) < 19:
        paper_follow.follow()
        named.extend(place.result for place in boxes.papers(kept(known, int(box)).id))
    rows = results.rows(named[: places.MOST])
    return [id for id in dict.fromkeys(named[: places.MOST]) if id in rows and _may(known, rows[id])]


def _all_kept(form: forms.Form, known: Access) -> bool:
    """Whether all results of the form are the person's to keep; otherwise the form says which is none."""
    wanted = form.cleaned_data["results"]
    rows = results.rows(wanted)
    for id in wanted:
        if id not in rows or not _may(known, rows[id]):
            form.add_error("results", _("There is no result %(number)s.") % {"number": id})
            return False
    return True


def _may(known: Access, row: ResultRow) -> bool:
    return known.may(Right.ARCHIVE, row.unit, row.confidential)


def _out_already(form: forms.Form) -> bool:
    out = loans.out(form.cleaned_data["results"])
    if out:
        id, loan = next(iter(out.items()))
        told = {"number": id, "who": loan.who}
        form.add_error("results", _("The paper of result %(number)s is with %(who)s: take it back first.") % told)
    return bool(out)


def _titles(known: Access, asked: list[int]) -> list[str]:
    rows = results.rows(asked[:_SHOWN])
    return [wording.result_name(rows[id].document_type, rows[id].number) for id in asked[:_SHOWN] if id in rows]


def _numbers(asked: list[int]) -> str:
    """The numbers, runs of them shortened."""
    runs: list[list[int]] = []
    for id in asked:
        if runs and runs[-1][-1] + 1 == id:
            runs[-1][1:] = [id]
        else:
            runs.append([id])
    return " ".join("-".join(map(str, run)) for run in runs)
