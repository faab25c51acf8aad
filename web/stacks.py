"""Fronts and backs that were scanned as two files: which two, and weaving them into one row of pages."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.rights import Right
from catalog import scans
from staging import operations
from staging.planned import Act, MisfitError, Operation, PageRef, Plan
from staging.refusals import BatchError
from staging.stacks import File, files, pair
from web import wording_staging
from web.batch import of_reader
from web.rights import access, needs
from web.wording_batches import BATCH_REFUSALS


class StacksForm(forms.Form):
    """Which file is which side."""

    fronts = forms.ChoiceField(label=gettext_lazy("Fronts"), help_text=gettext_lazy("First sheet first."))
    backs = forms.ChoiceField(
        label=gettext_lazy("Backs"), help_text=gettext_lazy("The whole stack turned over: last sheet first.")
    )

    def __init__(self, choices: Sequence[tuple[int, str]], **given: object) -> None:
        super().__init__(**given)  # type: ignore[arg-type]
        for name in ("fronts", "backs"):
            self.fields[name].choices = choices  # type: ignore[attr-defined]


@needs(Right.ARCHIVE)
@require_http_methods(["GET", "POST"])
def stacks(request: HttpRequest, number: int) -> HttpResponse:
    """The files of the batch that lie as they were scanned, two of them chosen already."""
    known = access(request)
    mine = of_reader(number, known)
    plan = operations.plan(number)
    found = files(plan)
    choices = _choices(found)
    given = {"data": request.POST} if request.method == "POST" else {"initial": _initial(found)}
    form = StacksForm(choices, **given)
    if form.is_bound and form.is_valid():
        chosen = [int(form.cleaned_data[name]) for name in ("fronts", "backs")]
        try:
            _weave(number, plan, chosen, known.actor)
        except MisfitError as error:
            form.add_error(None, wording_staging.misfit(error.misfit))
        except BatchError as error:
            form.add_error(None, str(BATCH_REFUSALS[error.refusal]))
        else:
            messages.success(request, _("Fronts and backs lie together now."))
            return redirect("staging", number)
    return render(request, "web/stacks.html", {"batch": mine, "form": form, "enough": len(found) > 1})


def _choices(found: Sequence[File]) -> list[tuple[int, str]]:
    names = scans.rows(file.scan for file in found)
    text = _("%(name)s (%(pages)s pages)")
    return [(file.scan, text % {"name": names[file.scan].name, "pages": file.pages}) for file in found]


def _initial(found: Sequence[File]) -> dict[str, int]:
    chosen = pair(found)
    return {"fronts": chosen[0], "backs": chosen[1]} if chosen else {}


def _weave(batch: int, plan: Plan, chosen: Sequence[int], actor: str) -> None:
    """Fronts first, whichever file came in first."""
    firsts = {page.ref.scan: page.ref for page in reversed(plan.pages)}
    pages: tuple[PageRef, ...] = tuple(firsts[scan] for scan in chosen)
    operations.do(batch, Operation(Act.WEAVE, pages), actor)
