"""Mending what was told of a batch, while it is open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import Access
from accounts.rights import Right
from staging import changing
from staging.records import DeskBatch, NewBatch
from staging.refusals import BatchError
from web import paper_follow
from web.batch import of_reader
from web.batches import FIELD_OF, OpenForm
from web.rights import access, needs
from web.wording_batches import BATCH_REFUSALS

_FIXED = ("unit", "name", "procedure", "split", "sides")


class ChangeForm(OpenForm):
    """What may be told anew of an open batch."""

    def __init__(self, known: Access, data: Mapping[str, Any] | None = None, initial: Any = None) -> None:
        super().__init__(known, data, initial)
        for name in _FIXED:
            del self.fields[name]

    def told_of(self, batch: DeskBatch) -> NewBatch:
        """What was filled in."""
        given = self.cleaned_data | {"slip": tuple(self.cleaned_data["slip"].splitlines())}
        return NewBatch(unit=batch.unit, name=batch.name, **given)


@needs(Right.ARCHIVE)
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, number: int) -> HttpResponse:
    """The form with what is known of the batch."""
    known = access(request)
    mine = of_reader(number, known)
    if request.method != "POST":
        return _page(request, mine, ChangeForm(known, initial=_present(mine)))
    form = ChangeForm(known, request.POST)
    if form.is_valid():
        try:
            changed = changing.change(number, form.told_of(mine), known.actor)
        except BatchError as error:
            form.add_error(FIELD_OF.get(error.refusal), str(BATCH_REFUSALS[error.refusal]))
        else:
            paper_follow.moved(number, known.actor, changed)
            messages.success(
                request, _("What is known of the batch was changed.") if changed else _("Nothing changed.")
            )
            return redirect("batch", number)
    return _page(request, mine, form)


def _page(request: HttpRequest, mine: DeskBatch, form: ChangeForm) -> HttpResponse:
    return render(request, "web/batch_change.html", {"batch": mine, "form": form})


def _present(mine: DeskBatch) -> dict[str, Any]:
    return {
        "box": mine.box,
        "shelf": mine.shelf,
        "operator": mine.operator,
        "expected_documents": mine.expected_documents,
        "expected_pages": mine.expected_pages,
        "slip": "\n".join(mine.slip),
    }
