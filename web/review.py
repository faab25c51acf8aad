"""The queue of the review desk: how much there is to check, where, and the next document."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import Access
from accounts.rights import Right
from catalog import queue as waiting
from catalog import results
from catalog.queue import Wanted
from review import asides, queue
from web import wording
from web.review_rights import handed, sight
from web.review_sheet import sheet
from web.rights import access, needs

_BATCHES = 25
"""On one page of the overview."""
_LAST_PAGE = 10_000
_COUNTED = 20_000
"""Documents of which the types are counted; of more, once a unit or batch is chosen (docs/measurements.md)."""
_LONGEST = 300


@needs(Right.CORRECT)
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """How much there is to check, by unit, batch and kind, and where to begin."""
    known, seen, wanted = access(request), sight(access(request)), asked(request.GET)
    page = min(_number(request.GET.get("page", "")) or 1, _LAST_PAGE)
    batches = waiting.by_batch(seen, wanted, (page - 1) * _BATCHES, _BATCHES + 1)
    units, counts = waiting.by_unit(seen), queue.counts(seen, wanted)
    few = wanted.unit or wanted.batch or counts.waiting <= _COUNTED
    kinds = waiting.kinds(seen, wanted) if few else ()
    context = {
        "counts": counts,
        "most": queue.MOST,
        "wanted": wanted,
        "unit": next((row for row in units if row.unit == wanted.unit), None),
        "units": [(row, _address(Wanted(unit=row.unit))) for row in units],
        "batches": [(row, Wanted(batch=row.batch, kind=wanted.kind)) for row in batches[:_BATCHES]],
        "kinds": [(kind, count, _address(_with_kind(wanted, kind))) for kind, count in kinds],
        "without_kind": _address(_with_kind(wanted, "")),
        "asides": _asides(known),
        "page": page,
        "previous": _address(wanted, page - 1) if page > 1 else "",
        "next": _address(wanted, page + 1) if len(batches) > _BATCHES else "",
    }
    return render(request, "web/review.html", context)


@needs(Right.CORRECT)
@require_POST
def take_next(request: HttpRequest) -> HttpResponse:
    """Hand the next document out: its page, or (``part``) what of it takes the place of the one before.

    ``but``: documents that are not meant, since the person is about to settle them.
    """
    known, wanted = access(request), asked(request.POST)
    but = [number for text in request.POST.getlist("but")[:10] if (number := _number(text))]
    held = queue.hand_out(known.actor, sight(known), wanted, but)
    part = "part" in request.POST
    if held is None:
        if part:
            return HttpResponse(status=204)
        messages.info(request, _("Nothing is left for you to check here."))
        return redirect("review")
    handed(held, known)
    if not part:
        return HttpResponseRedirect(one_address(held.result, wanted))
    context = {"sheet": sheet(held.result, held, known), "address": one_address(held.result, wanted)}
    return render(request, "web/review_sheet.html", context)


def asked(data: QueryDict) -> Wanted:
    """What of the queue is meant, by what stands in an address or a form."""
    unit, kind = data.get("unit", "")[:_LONGEST], data.get("kind", "")[:_LONGEST]
    return Wanted(unit=unit.replace("\0", ""), batch=_number(data.get("batch", "")), kind=kind.replace("\0", ""))


def one_address(result: int, wanted: Wanted) -> str:
    """The page of a document, that leads on to the next one that is meant."""
    return reverse("review_one", args=[result]) + _query(wanted)


def _address(wanted: Wanted, page: int = 1) -> str:
    more = {"page": str(page)} if page > 1 else {}
    return reverse("review") + _query(wanted, more)


def _query(wanted: Wanted, more: dict[str, str] | None = None) -> str:
    batch = "" if wanted.batch is None else str(wanted.batch)
    given = {"unit": wanted.unit, "batch": batch, "kind": wanted.kind, **(more or {})}
    told = {name: text for name, text in given.items() if text}
    return f"?{urlencode(told)}" if told else ""


def _with_kind(wanted: Wanted, kind: str) -> Wanted:
    return Wanted(wanted.unit, wanted.batch, kind)


def _asides(known: Access) -> list[dict[str, Any]]:
    """What the reader put aside and nobody has settled since, of what they may still see."""
    rows = asides.listing(known.actor)
    found = results.rows([row.result for row in rows])
    return [
        {"row": row, "title": wording.result_name(about.document_type, about.number)}
        for row in rows
        if (about := found.get(row.result)) and known.may(Right.CORRECT, about.unit, about.confidential)
    ]


def _number(text: str) -> int | None:
    """A number in an address or a form, as long as a database key may be; None: none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 18 else None
