"""The page of one result: its papers beside what was read on them, what it is worth, and what can be done with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import Access
from accounts.rights import Right
from catalog import decisions, deliveries, openings, procedures, provenance, results, versions
from catalog.life import ChangeRow
from catalog.records import Shown
from catalog.states import Standing
from core.text import nfc
from pipeline import sheet_codes
from preservation.retention import holds
from reuse import entries
from review import beside
from web import paper_line, register_matching, result_history, result_standing, wording, wording_signatures
from web.regions import parts
from web.result_changes import RIGHTS
from web.result_opening import door
from web.result_papers import pages, shown_field
from web.rights import access, needs
from web.whole_files import open_sources, original_open

_LONGEST = 500
_RECENT = 12
"""Events that are shown at once; older ones unfold."""


@needs(Right.SEE)
@require_safe
def result(request: HttpRequest, number: int) -> HttpResponse:
    """All that is known about result `number`; words searched for (``?q=``) are drawn on its pages."""
    if closed := door(request, Right.SEE, number):
        return closed
    shown = results.show(number)
    query = nfc(request.GET.get("q", "")[:_LONGEST])
    made = decisions.changes(number)
    known = access(request)
    names = _names_beside(shown, made, known)
    sources = provenance.of_result(number)
    fetchable = open_sources(known, shown.row.unit, [one.scan for one in sources])
    context = {
        "shown": shown,
        "title": wording.result_name(shown.row.document_type, shown.row.number),
        "query": query,
        "fields": [shown_field(row) for row in shown.fields],
        "pages": pages(number, shown.fields, query),
        "original": original_open(known, number),
        "sources": [(one, one.scan in fetchable) for one in sources],
        "paper": paper_line.line(number),
        "signatures": wording_signatures.of_result(number),
        "filed": _filed(shown),
        "line": register_matching.linked_line(number, known),
        **_worth(shown, made, names),
        **_life(shown, made, known, frozenset(names)),
    }
    return render(request, "web/result.html", context)


def _names_beside(shown: Shown, made: tuple[ChangeRow, ...], known: Access) -> dict[int, str]:
    """Id → name of the results that this one has to do with and that the reader may see: others do not exist."""
    others = {*shown.duplicates, *shown.replaces, shown.replaced_by, *(change.by for change in made)}
    return {
        id: wording.result_name(other.document_type, other.number)
        for id, other in results.rows(id for id in others if id).items()
        if known.may(Right.SEE, other.unit, other.confidential)
    }


def _filed(shown: Shown) -> dict[str, str]:
    """The procedure and the line of the register under which it was scanned: the cover sheet knows better than the
    batch.
    """
    cover = sheet_codes.parse(shown.cover) if shown.cover else None
    code = (cover.procedure if cover else "") or shown.procedure
    name = procedures.names([code]).get(code, "") if code else ""
    return {"procedure": f"{code} {name}".strip(), "register_line": cover.register_line if cover else ""}


def _worth(shown: Shown, made: tuple[ChangeRow, ...], names: Mapping[int, str]) -> dict[str, Any]:
    """What the result is worth, and to whom it belongs. `names`: of other results that the reader may see."""
    row, by = shown.row, shown.replaced_by
    return {
        "standing": result_standing.standing(shown, made, names),
        "state": wording.STATES[row.state],
        "kind": wording.CONFIDENTIAL[row.confidential] if row.confidential else "",
        "origin": wording.ORIGINS[row.origin],
        "office": result_standing.office(row.unit),
        "duplicates": [(id, names[id]) for id in shown.duplicates if id in names],
        "replaces": [(id, names[id]) for id in shown.replaces if id in names],
        "replaced_by": (by, names[by]) if by and by in names else None,
    }


def _life(shown: Shown, made: tuple[ChangeRow, ...], known: Access, others: frozenset[int]) -> dict[str, Any]:
    """What happened to the result, and what the reader may do with it."""
    row = shown.row
    can = {right.value: known.may(right, row.unit, row.confidential) for right in Right}
    handed = deliveries.listing(row.id)
    undoable = frozenset(change.id for change in made if can[RIGHTS[change.kind].value])
    history = result_history.told(shown.events, made, handed, undoable, can[Right.DELIVER.value], others)
    return {
        "can": can,
        "at_desk": can[Right.CORRECT.value] and beside.two_wanted(shown),
        "in_force": row.status is Standing.IN_FORCE,
        "taken": sum(seen for _part, seen in parts(row.id, known)),
        "recent": history[:_RECENT],
        "older": history[_RECENT:],
        "versions": versions.listing(row.id),
        "deliveries": [(d, result_history.handed_over(d)) for d in handed if d.undone is None],
        "openings": openings.listing(row.id) if row.confidential else (),
        "uses": entries.of_result(row.id),
        "holds": holds.of_result(row.id),
    }
