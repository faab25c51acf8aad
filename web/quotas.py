"""How far units are: those that the reader answers for, unit by unit down the tree, each with its charts and tables.

What is shown was counted at night (`quotas.snapshots`, `quotas.figures`), so that a page takes no longer where there
are millions of lines; a count made just now is shown where somebody asks for it, and marked as not recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import Access
from accounts.rights import Right
from catalog.values import today
from quotas import board
from quotas.charts import drawing
from quotas.forecast import Forecast
from quotas.records import Count, UnitCount
from quotas.selection import World
from web import quotas_figures, quotas_parts
from web.quotas_board import Asked, Board, percent, told
from web.quotas_part import Part
from web.quotas_wording import COUNTED, DIGITIZED, KINDS, outlook, period_name
from web.rights import access, needs

PARTS: Mapping[str, Callable[[Board], Part]] = {
    "units": quotas_parts.units,
    "trend": quotas_parts.trend,
    "months": quotas_parts.heat,
    "capacity": quotas_figures.capacity,
    "quality": quotas_figures.quality,
    "backlog": quotas_figures.backlog,
    "reuse": quotas_figures.reuse,
}
"""Last word of a chart's address → what makes its part."""


@dataclass(frozen=True, slots=True)
class Row:
    """How far a unit is, as it is shown."""

    name: str
    address: str
    """Of its own page; empty: this is it."""
    code: str
    target: str
    counted: str
    digitized: str
    share: str
    need: str
    """Results that are still to be digitized until the target is met."""
    done: float
    """Length of its bar, 0–100."""
    aim: float | None
    """Where the target's line stands, 0–100."""
    reached: bool | None
    """None: there is no target, or nothing counts."""
    missing: str
    """Results that count and are not digitized."""
    lists: str
    """End of the address of the lists behind the numbers (`quota_list`), without ``which``."""


@needs(Right.REPORT)
@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """The unit that the reader answers for; the list of them, where there are several."""
    known, there = access(request), board.world(today())
    tops = board.tops(there, known.where(Right.REPORT))
    if len(tops) == 1:
        return _page(request, tops[0], known, there)
    return _several(request, tops, known, there)


@needs(Right.REPORT)
@require_safe
def unit(request: HttpRequest, unit: str) -> HttpResponse:
    """One unit with those below it."""
    known, there = _found(request, unit)
    return _page(request, unit, known, there)


@needs(Right.REPORT)
@require_safe
def chart(request: HttpRequest, unit: str, name: str) -> HttpResponse:
    """One of its charts as an SVG picture, kept by its readers until its numbers change."""
    known, there = _found(request, unit)
    if name not in PARTS:
        raise Http404
    drawn = PARTS[name](Board(unit, request.GET, known, there)).chart
    if drawn is None:
        raise Http404
    etag = f'"{drawing.digest(drawn)}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
    if unchanged := get_conditional_response(request, etag=etag):
        return unchanged
    return HttpResponse(drawing.svg(drawn), content_type="image/svg+xml", headers=headers)


def _found(request: HttpRequest, unit: str) -> tuple[Access, World]:
    """Who asks, and the organisation; Http404 for a unit that there is not, or that is not theirs."""
    known, there = access(request), board.world(today())
    covered = known.where(Right.REPORT)
    if unit not in there.organisation.units or (covered is not None and unit not in covered):
        raise Http404
    return known, there


def _page(request: HttpRequest, unit: str, known: Access, there: World) -> HttpResponse:
    of = Board(unit, request.GET, known, there)
    standing = of.standing
    parts = [PARTS[name](of) for name in PARTS] if standing is not None or not of.asked.now else []
    context = {
        "board": of,
        "form": of.form,
        "kind": KINDS[of.asked.kind],
        "period": period_name(of.asked.period),
        "counted": COUNTED[of.asked.kind],
        "digitized": DIGITIZED,
        "standing": standing,
        "top": _row(standing.top, _longest(standing.units), of.asked) if standing else None,
        "basis": standing.top.target if standing else None,
        "rows": _rows(of),
        "outlook": _expected(of.forecast),
        "bars": parts[0] if parts else None,
        "parts": parts[1:],
        "query": of.asked.query(),
        "now": of.asked.query(now="1", on=""),
        "recorded": of.asked.query(now=""),
    }
    return render(request, "web/quota_unit.html", context)


def _expected(found: Forecast | None) -> list[str]:
    """What is to be expected, sentence by sentence."""
    if found is None:
        return []
    told_so = [outlook(found)]
    if found.rate:
        told_so.append(_("Results a working day lately: %(rate)s.") % {"rate": told(found.rate, 1)})
    if found.needed is not None:
        needed = _("Needed a working day from now on: %(results)s results") % {"results": told(found.needed, 1)}
        pages = _("%(pages)s pages") % {"pages": told(found.needed_pages)} if found.needed_pages is not None else ""
        told_so.append(", ".join(filter(None, (needed, pages))) + ".")
    if found.in_time is not None:
        told_so.append(_("Chance that it is met within the period: %(share)s.") % {"share": percent(found.in_time, 0)})
    return told_so


def _several(request: HttpRequest, tops: tuple[str, ...], known: Access, there: World) -> HttpResponse:
    """The units at the top, by the newest counts; none where there are no units."""
    if not tops:
        return render(request, "web/quotas.html", {"rows": []})
    of = Board(tops[0], request.GET, known, there)
    found = {row.unit: row for row in board.newest_rows(tops, of.asked.kind, of.asked.period)}
    longest = _longest(tuple(found.values()))
    empty = Count(0, 0, 0)
    rows = [
        found.get(code)
        or UnitCount(code, there.organisation.units[code].name, None, of.asked.kind, empty, empty, None, 0, 0)
        for code in tops
    ]
    context = {
        "form": of.form,
        "rows": [_row(row, longest, of.asked, inner=True) for row in rows],
        "counted": COUNTED[of.asked.kind],
        "digitized": DIGITIZED,
        "none": not found,
        "query": of.asked.query(),
    }
    return render(request, "web/quotas.html", context)


def _rows(of: Board) -> list[Row]:
    """The units right below, and what the unit answers for itself."""
    standing = of.standing
    if standing is None or not of.rows:
        return []
    longest = _longest(standing.units)
    rows = [_row(row, longest, of.asked, inner=True) for row in of.rows]
    if standing.top.own.frozen:
        own = UnitCount(
            of.code,
            _("%(unit)s itself") % {"unit": of.unit.name},
            None,
            of.asked.kind,
            standing.top.own,
            standing.top.own,
            standing.top.target,
            0,
            0,
        )
        rows.append(_row(own, longest, of.asked, own=True))
    return rows


def _row(row: UnitCount, longest: Decimal, asked: Asked, *, inner: bool = False, own: bool = False) -> Row:
    """`inner`: it has a page of its own to go to; `own`: without the units below."""
    share, target = row.all.share, row.target.share if row.target else None
    need = board.need(row)
    return Row(
        row.name,
        f"{reverse('quota_unit', args=[row.unit])}?{asked.query(now='')}" if inner else "",
        row.unit,
        percent(target) if target is not None else _("none"),
        told(row.all.counted),
        told(row.all.digitized),
        percent(share),
        "–" if need is None else told(need),
        float(100 * (share or 0) / longest),
        None if target is None else float(100 * target / longest),
        None if share is None or target is None else share >= target,
        told(row.all.counted - row.all.digitized),
        urlencode(
            {"unit": row.unit, "kind": asked.kind.value, "period": asked.period.code} | ({"own": "1"} if own else {})
        ),
    )


def _longest(rows: tuple[UnitCount, ...]) -> Decimal:
    """The greatest share or target among units, so that all bars fit."""
    shares = [row.all.share or Decimal(0) for row in rows]
    return max([Decimal(1), *shares, *(row.target.share for row in rows if row.target)])
