"""The forms by which a result is changed, and the one way in which they are carried out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog import checks, results
from catalog.confidential import Confidential
from catalog.records import Shown
from catalog.refusals import Refusal, RefusedChangeError
from catalog.states import Manner
from catalog.values import iso_date
from pipeline.records import FIELD_NAMES
from review.refusals import RefusedReviewError
from web import result_papers, wording
from web.refusals import put_on
from web.review_wording import REASONS

_DAYS = ["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d"]
_DATES = frozenset({"issue_date", "expiry_date", "holder_birth_date"})


class DayField(forms.DateField):
    """A day, typed as on papers: browsers' own date boxes follow the browser's language, where 5/3 may be May."""

    def __init__(self, **options: Any) -> None:
        hints = {"inputmode": "numeric", "autocomplete": "off", "placeholder": gettext_lazy("day/month/year")}
        widget = forms.DateInput(format="%d/%m/%Y", attrs=hints)
        super().__init__(input_formats=_DAYS, widget=widget, **options)


class ReasonForm(forms.Form):
    """Why something is taken back."""

    reason = forms.CharField(
        label=gettext_lazy("Why?"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3, "autofocus": True})
    )


class DecisionForm(forms.Form):
    """The decision by which a result is changed."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    decision_number = forms.CharField(label=gettext_lazy("Number of the decision"), max_length=200)
    decision_date = DayField(label=gettext_lazy("Date of the decision"))
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class ReplaceForm(DecisionForm):
    """Which result takes the place of this one."""

    by = forms.IntegerField(
        label=gettext_lazy("Replaced by the result with the number"),
        help_text=gettext_lazy("The number in the address of its page, like 1234 in /results/1234/."),
        min_value=1,
        max_value=10**18 - 1,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    field_order = ("by", "decision_number", "decision_date", "reason")


class CorrectForm(DecisionForm):
    """Every field and fact of a result, and the decision. What the reader saw travels along in hidden fields."""

    def __init__(self, shown: Shown, data: QueryDict | None = None) -> None:
        super().__init__(data, initial={"seen": shown.edition})
        present = values(shown)
        for name in (*FIELD_NAMES, *checks.FACTS):
            self.fields[name] = _input(name)
            day = iso_date(present[name]) if name in _DATES else None
            self.initial[name] = day or present[name]
        self.order_fields([*FIELD_NAMES, *checks.FACTS, "decision_number", "decision_date", "reason"])

    def changes(self) -> dict[str, str]:
        """What the reader put in the place of what they saw."""
        touched = [name for name in self.changed_data if name in FIELD_NAMES or name in checks.FACTS]
        return {name: _text(self.cleaned_data[name]) for name in touched}


class DeliveryForm(forms.Form):
    """How a result was handed over."""

    manner = forms.ChoiceField(label=gettext_lazy("How?"), widget=forms.RadioSelect)
    tracking = forms.CharField(
        label=gettext_lazy("Tracking number of the post"),
        required=False,
        max_length=64,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    date = DayField(label=gettext_lazy("When?"))
    to = forms.CharField(label=gettext_lazy("Who took it?"), required=False, max_length=400)

    def __init__(self, data: Mapping[str, Any] | None = None, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        manner = self.fields["manner"]
        assert isinstance(manner, forms.ChoiceField)
        manner.choices = [(kind.value, str(wording.MANNERS[kind])) for kind in Manner]


class LinkForm(forms.Form):
    """Two identity numbers of one person."""

    number = forms.ChoiceField(label=gettext_lazy("Number in this result"))
    other = forms.CharField(
        label=gettext_lazy("Another number of the same person"),
        help_text=gettext_lazy("An old CMND (9 digits) or a CCCD (12 digits)."),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    why = forms.CharField(
        label=gettext_lazy("How do you know?"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, numbers: list[str], data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        number = self.fields["number"]
        assert isinstance(number, forms.ChoiceField)
        number.choices = [(n, n) for n in numbers]


@dataclass(frozen=True, slots=True)
class Task:
    """What a form is for, as its page says it."""

    heading: object
    hint: object
    submit: object
    done: object
    wide: bool = False
    """Whether the papers stand beside the form."""


def carry_out(
    request: HttpRequest, shown: Shown, form: forms.Form, task: Task, act: Callable[[dict[str, Any]], object]
) -> HttpResponse:
    """Show the form; when it comes back filled in, `act` and go back to the result. Refusals stand in the form."""
    if request.method == "POST" and form.is_valid():
        try:
            act(form.cleaned_data)
        except RefusedChangeError as error:
            form = _newer(form, request, shown.row.id) if error.refusal is Refusal.STALE else form
            put_on(form, error)
        except RefusedReviewError as error:
            form.add_error(None, str(REASONS[error.reason]))
        else:
            messages.success(request, str(task.done))
            return redirect("result", shown.row.id)
    context = {
        "shown": shown,
        "title": wording.result_name(shown.row.document_type, shown.row.number),
        "task": task,
        "form": form,
        "pages": result_papers.pages(shown.row.id, shown.fields) if task.wide else (),
    }
    return render(request, "web/result_form.html", context)


def values(shown: Shown) -> dict[str, str]:
    """All that can be corrected, empty where there is nothing."""
    row = shown.row
    return dict.fromkeys(FIELD_NAMES, "") | shown.values | {"dossier": row.dossier, "confidential": row.confidential}


def _newer(form: forms.Form, request: HttpRequest, number: int) -> forms.Form:
    """The same form over the result as it stands now: what the reader typed stays, what they left alone is renewed."""
    shown = results.show(number)
    data = request.POST.copy()
    data["seen"] = str(shown.edition)
    if not isinstance(form, CorrectForm):
        return _validated(type(form)(data))
    present, touched = values(shown), form.changes()
    clashes = {}
    for name, value in present.items():
        if name not in touched:
            data[name] = result_papers.as_written(name, value)
        elif data.get(f"initial-{name}", "") != value:
            clashes[name] = value
        data[f"initial-{name}"] = value
    renewed = CorrectForm(shown, data)
    for name, value in clashes.items():
        there = result_papers.as_written(name, value) or _("nothing")
        renewed.add_error(name, _("Meanwhile somebody put here: %(value)s") % {"value": there})
    return renewed


def _validated(form: forms.Form) -> forms.Form:
    form.is_valid()
    return form


def _input(name: str) -> forms.Field:
    label = wording.field_name(name)
    if name in _DATES:
        return DayField(label=label, required=False, show_hidden_initial=True)
    if name == "confidential":
        kinds = [("", _("open")), *((kind.value, str(wording.CONFIDENTIAL[kind])) for kind in Confidential if kind)]
        return forms.ChoiceField(label=label, required=False, choices=kinds, show_hidden_initial=True)
    widget = forms.Textarea(attrs={"rows": 3}) if name == "subject" else forms.TextInput(attrs={"autocomplete": "off"})
    return forms.CharField(label=label, required=False, max_length=4000, widget=widget, show_hidden_initial=True)


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value or "")
