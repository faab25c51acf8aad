"""What is printed for a box: its label, the list of its papers, the record of handing it over."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from accounts.access import Access
from accounts.rights import Right
from catalog import exports, results, units
from catalog.values import today
from core.settings import settings
from core.text import slug
from paper import boxes, loans, printed
from paper.records import BoxRow
from web import paper_follow
from web.paper import kept
from web.result_opening import unopened
from web.rights import access, needs


@needs(Right.ARCHIVE)
@require_safe
def file_list(request: HttpRequest, number: int) -> HttpResponse:
    """The list of a box's papers (PDF)."""
    known = access(request)
    box = kept(known, number)
    listed = lines(known, number)
    content = printed.file_list(_head(box), listed)
    _taken(known, box, "paper-list.pdf", listed)
    return _pdf(content, f"muc-luc-{slug(box.name)}")


@needs(Right.ARCHIVE)
@require_safe
def handover(request: HttpRequest, number: int) -> HttpResponse:
    """The record of handing a box over (PDF)."""
    known = access(request)
    box = kept(known, number)
    listed = lines(known, number)
    content = printed.handover(_head(box), listed)
    _taken(known, box, "paper-handover.pdf", listed)
    return _pdf(content, f"bien-ban-{slug(box.name)}")


@needs(Right.ARCHIVE)
@require_safe
def label(request: HttpRequest, number: int) -> HttpResponse:
    """The label of a box (PDF)."""
    box = kept(access(request), number)
    public = settings().public_url
    address = public.rstrip("/") + reverse("paper_box", args=[number]) if public else ""
    return _pdf(printed.label(_head(box), box.unit, address), f"nhan-{slug(box.name)}")


def lines(known: Access, box: int) -> list[printed.Line]:
    """The papers of a box; of those that the person may not see, no more than that they are there."""
    paper_follow.follow()
    places = boxes.papers(box)
    out = loans.out([place.result for place in places])
    rows = {id: row for part in _parts([p.result for p in places]) for id, row in results.rows(part).items()}
    unread, made = unopened(rows.values(), known), []
    for position, place in enumerate(places, start=1):
        row = rows[place.result]
        pages = row.last_page - row.first_page + 1
        lent = out[place.result].until if place.result in out else None
        if not known.may(Right.SEE, row.unit, row.confidential):
            made.append(printed.Line(position, pages=pages, lent=lent, closed=True))
            continue
        subject, holder = ("", "") if row.id in unread else (row.subject, row.holder)
        what = ": ".join(filter(None, (row.document_type, subject)))
        made.append(printed.Line(position, row.number, row.issue_date, what, holder, pages, lent))
    return made


def _parts(ids: list[int]) -> list[list[int]]:
    return [ids[start : start + 500] for start in range(0, len(ids), 500)]


def _taken(known: Access, box: BoxRow, what: str, listed: list[printed.Line]) -> None:
    """Note that a list of papers was taken out."""
    exports.made([box.unit], what, len(listed), known.actor, {"box": str(box.id)})


def _head(box: BoxRow) -> printed.Head:
    unit = units.require(box.unit)
    above = units.names().get(unit.parent, "") if unit.parent else ""
    return printed.Head(unit.name, box.name, box.shelf, today(), above)


def _pdf(content: bytes, name: str) -> HttpResponse:
    disposition = content_disposition_header(False, f"{name}.pdf") or "inline"
    return HttpResponse(content, content_type="application/pdf", headers={"Content-Disposition": disposition})
