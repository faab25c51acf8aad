"""The lines behind a number of quotas: a page, and the same as a table to take along."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.access import Access
from accounts.rights import Right
from catalog import exports, units
from catalog.states import Standing
from catalog.values import today
from core.errors import NotFoundError, UsageError
from quotas import baselines, lists, periods, snapshots
from quotas.lists import Asked, LineRow
from quotas.states import Kind, Which, Why
from web import table_files
from web.quotas_wording import KINDS, period_name
from web.rights import access, needs

_PAGE = 50
WHICH: Mapping[Which, object] = {
    Which.FROZEN: gettext_lazy("Frozen"),
    Which.COUNTED: gettext_lazy("Counted"),
    Which.DIGITIZED: gettext_lazy("Digitized"),
    Which.MISSING: gettext_lazy("Not digitized yet"),
    Which.FALLEN: gettext_lazy("Do not count any more"),
}
MEANINGS: Mapping[Which, object] = {
    Which.FROZEN: gettext_lazy(
        "What the denominator began with: old results as they were frozen for the period; new ones as they were issued."
    ),
    Which.COUNTED: gettext_lazy("The denominator: what of that still counts today."),
    Which.DIGITIZED: gettext_lazy(
        "The numerator: what of the denominator is in the repository, with nothing left to be checked."
    ),
    Which.MISSING: gettext_lazy("What of the denominator is still to be digitized or to be checked."),
    Which.FALLEN: gettext_lazy("What was frozen (or issued) and was withdrawn, revoked, replaced or expired since."),
}
WHY: Mapping[Why, object] = {
    Why.WITHDRAWN: gettext_lazy("Withdrawn from the register"),
    Why.REVOKED: gettext_lazy("Revoked"),
    Why.REPLACED: gettext_lazy("Replaced"),
    Why.EXPIRED: gettext_lazy("Expired"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A line for readers."""

    line: LineRow
    unit: str
    state: str


@needs(Right.REPORT)
@require_safe
def lines(request: HttpRequest) -> HttpResponse:
    """The lines, a page at a time."""
    known, asked = access(request), _asked(request)
    page = lists.lines(asked, known.confidential, _number(request.GET, "after"), _PAGE)
    names = units.names()
    standing = None if asked.baseline else snapshots.newest(asked.root, asked.kind, asked.period)
    context: dict[str, Any] = {
        "asked": asked,
        "unit": names[asked.root],
        "period_name": period_name(asked.period),
        "kind": KINDS[asked.kind],
        "title": WHICH[asked.which],
        "meaning": MEANINGS[asked.which],
        "why": WHY[asked.why] if asked.why else "",
        "tabs": [(one, text, _query(asked, which=one.value, why="")) for one, text in WHICH.items()],
        "reasons": [(one, text, _query(asked, why=one.value)) for one, text in WHY.items()],
        "rows": [Shown(row, names.get(row.unit, row.unit), _state(row, asked.kind)) for row in page.rows],
        "query": _query(asked),
        "own_query": _query(asked, own="" if asked.own_only else "1"),
        "next": _query(asked, after=str(page.after)) if page.after else "",
        "count": lists.count(asked) if request.GET.get("count") else None,
        "then": _then(asked, standing),
        "first_page": not request.GET.get("after"),
    }
    return render(request, "web/quota_list.html", context)


@needs(Right.REPORT)
@require_safe
def table(request: HttpRequest) -> HttpResponseBase:
    """All of the lines as a table: xlsx, or csv with ``format=csv``."""
    known, asked = access(request), _asked(request)
    kind = table_files.kind(request.GET.get("format", ""))
    rows = lists.every(asked, known.confidential)
    names = units.names()
    cells = ([*_cells(row, names), _state(row, asked.kind), row.result] for row in rows)
    told = {"kind": asked.kind.value, "period": asked.period.code, "which": asked.which.value}
    told |= {"why": asked.why.value if asked.why else "", "own": "1" if asked.own_only else ""}
    told |= {"baseline": str(asked.baseline or "")}
    name = f"sohoa-{asked.root}-{asked.kind.value}-{asked.period.code}-{asked.which.value}-{today()}.{kind}"
    noted = partial(exports.made, [asked.root], f"quota_lines.{kind}")
    return table_files.answer(name, _heads(), cells, lambda count, digest: noted(count, known.actor, told, digest))


def _asked(request: HttpRequest) -> Asked:
    """What the address asks for; Http404 where it is none, or about a unit that the reader does not report on."""
    data, known = request.GET, access(request)
    try:
        baseline = _number(data, "baseline")
        frozen = baselines.find(baseline) if baseline else None
        said = periods.parse(data["period"]) if data.get("period") else periods.year(today().year)
        asked = Asked(
            root=frozen.unit if frozen else data.get("unit", ""),
            kind=Kind.OLD if frozen else Kind(data.get("kind", Kind.OLD.value)),
            period=periods.between(frozen.first, frozen.last) if frozen else said,
            which=Which(data.get("which", Which.COUNTED.value)),
            own_only=data.get("own") == "1",
            why=Why(data["why"]) if data.get("why") else None,
            baseline=baseline or None,
        )
    except (ValueError, UsageError, NotFoundError):
        raise Http404 from None
    if not _covers(known, asked.root):
        raise Http404
    return asked


def _covers(known: Access, unit: str) -> bool:
    covered = known.where(Right.REPORT)
    return unit in (units.named([unit]) if covered is None else covered)


def _number(data: QueryDict, name: str) -> int:
    """A number in the address; 0 for none. Http404 for anything else."""
    text = data.get(name, "")
    if text and not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Http404
    return int(text or 0)


def _query(asked: Asked, **changed: str) -> str:
    told = {
        "unit": asked.root,
        "kind": asked.kind.value,
        "period": asked.period.code,
        "which": asked.which.value,
        "own": "1" if asked.own_only else "",
        "why": asked.why.value if asked.why else "",
        "baseline": str(asked.baseline or ""),
    }
    return urlencode({name: value for name, value in (told | changed).items() if value})


def _then(asked: Asked, standing: Any) -> Mapping[str, object] | None:
    """The number in the last snapshot."""
    if standing is None or asked.why:
        return None
    count = standing.top.own if asked.own_only else standing.top.all
    numbers = {
        Which.FROZEN: count.frozen,
        Which.COUNTED: count.counted,
        Which.DIGITIZED: count.digitized,
        Which.MISSING: count.counted - count.digitized,
        Which.FALLEN: count.frozen - count.counted,
    }
    return {"number": numbers[asked.which], "day": standing.day}


def _state(row: LineRow, kind: Kind) -> str:
    """Why it does or does not count, and whether it is digitized, in a word or two."""
    if row.withdrawn:
        return str(WHY[Why.WITHDRAWN])
    if row.status != Standing.IN_FORCE.value:
        return str(WHY[Why.REVOKED if row.status == Standing.REVOKED.value else Why.REPLACED])
    if kind is Kind.OLD and row.last_day is not None and row.last_day < today():
        return str(WHY[Why.EXPIRED])
    if row.digitized:
        return _("Digitized")
    return _("To be checked") if row.in_review else _("Not digitized yet")


def _heads() -> list[str]:
    return [
        _("Unit"),
        _("Code of the unit"),
        _("Number"),
        _("Number in the register"),
        _("Type"),
        _("Subject"),
        _("Date of issue"),
        _("Holder"),
        _("Dossier"),
        _("Last day of validity"),
        _("State"),
        _("Result"),
    ]


def _cells(row: LineRow, names: Mapping[str, str]) -> list[Any]:
    return [
        names.get(row.unit, row.unit),
        row.unit,
        row.number,
        row.register_number,
        row.document_type,
        row.subject,
        row.issue_date,
        row.holder,
        row.dossier,
        row.last_day,
    ]
