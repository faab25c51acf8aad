"""Several results on one page: parts are drawn on it, or given by numbers, and become results of their own."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import Access
from accounts.rights import Right
from catalog import carriers, results
from catalog.carriers import PagePlace
from core.errors import RefusedError
from ocr.records import Box
from staging import regions
from web import wording
from web.result_opening import door
from web.rights import access, needs
from web.services import store

_LEAST = 2.0
"""Percent of the page that a part measures at least on each side."""
_PAGE = re.compile(r"([0-9]{1,15}):([0-9]{1,6})")


@needs(Right.CORRECT)
@require_http_methods(["GET", "POST"])
def page_regions(request: HttpRequest, number: int, page: int) -> HttpResponse:
    """A page on which parts are drawn; POST (``box``: left, top, right, bottom in percent) makes them results."""
    if closed := door(request, Right.CORRECT, number):
        return closed
    place = carriers.place(number, page)
    given, fault = request.POST.getlist("box")[: regions.MOST + 1], ""
    if request.method == "POST":
        boxes = [_box(text, place) for text in given]
        if not boxes or None in boxes or len(boxes) > regions.MOST:
            fault = _("Draw at least one part, each at least 2 percent of the page wide and high, and at most 30.")
        else:
            fault = _take(request, number, page, [box for box in boxes if box])
        if not fault:
            return redirect("regions", number, page)
    row = results.rows([number])[number]
    taken = [(one, seen) for one, seen in parts(number, access(request)) if one.page == page]
    none = carriers.among([number, *(one.result for one, _seen in taken if one.result)])
    context = {
        "id": number,
        "title": wording.result_name(row.document_type, row.number),
        "page": page,
        "pages": list(range(1, row.last_page - row.first_page + 2)),
        "place": "result",
        "size": place,
        "given": given,
        "fault": fault,
        "taken": [_shown(one, seen, place) | {"none": one.result in none} for one, seen in taken],
        "carrier": number in none,
    }
    return render(request, "web/regions.html", context)


def parts(number: int, known: Access) -> list[tuple[carriers.Taken, bool]]:
    """The parts that were taken from pages of a result, each with whether what became of it is open to the reader."""
    found = carriers.taken(number)
    rows = results.rows(one.result for one in found if one.result)
    seen = {id for id, row in rows.items() if known.may(Right.SEE, row.unit, row.confidential)}
    return [(one, one.result is None or one.result in seen) for one in found]


@needs(Right.CORRECT)
@require_POST
def carrier(request: HttpRequest, number: int) -> HttpResponse:
    """Say that a result is none (``carrier``: the sheet that others stand on, or a part drawn wrongly), or that it is
    one after all; back to the page that ``back`` (RESULT:PAGE) names.
    """
    if closed := door(request, Right.CORRECT, number):
        return closed
    carries = bool(request.POST.get("carrier"))
    carriers.mark(number, carries, access(request).actor)
    told = _("It is not counted as a result any more.") if carries else _("It is counted as a result again.")
    messages.success(request, told)
    back = _PAGE.fullmatch(request.POST.get("back", ""))
    return redirect("regions", *map(int, back.groups())) if back else redirect("regions", number, 1)


def _take(request: HttpRequest, number: int, page: int, boxes: list[Box]) -> str:
    """Make the parts results; gives what is wrong, if anything is."""
    try:
        made = regions.take(number, page, boxes, access(request).actor, store())
    except RefusedError:
        return _("A part is too small, or the page cannot be read. Draw it larger.")
    told = {"number": len(made)}
    messages.success(request, _("%(number)s parts become results of their own. They are read within a minute.") % told)
    return ""


def _box(text: str, place: PagePlace) -> Box | None:
    """The part that four percentages mean; None: none that can be."""
    try:
        left, top, right, bottom = (float(part) for part in text.split(","))
    except ValueError:
        return None
    if not all(0 <= edge <= 100 for edge in (left, top, right, bottom)):
        return None
    if not (right - left >= _LEAST and bottom - top >= _LEAST):
        return None
    across, down = place.width / 100, place.height / 100
    return Box(left * across, top * down, right * across, bottom * down)


def _shown(one: carriers.Taken, seen: bool, place: PagePlace) -> dict[str, Any]:
    """A part that was taken, for the page: where it is, and, where that is open to the reader, what became of it."""
    return {
        "seen": seen,
        "result": one.result if seen else None,
        "failed": one.state == "failed",
        "x": round(one.box.left),
        "y": round(one.box.top),
        "width": round(one.box.width),
        "height": round(one.box.height),
        "edges": [
            f"{100 * edge / whole:.1f}"
            for edge, whole in (
                (one.box.left, place.width),
                (one.box.top, place.height),
                (one.box.right, place.width),
                (one.box.bottom, place.height),
            )
        ],
    }
