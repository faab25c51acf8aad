"""Both ways: lines of registers that were never scanned, and scanned results that are in no register; as pages and as
tables for spreadsheet programs, whose taking out is noted.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import Access
from accounts.rights import Right
from catalog import exports, results, units
from core.sheets import harmless
from registers import listing
from registers import unsure as waiting
from registers.listing import Linked, Wanted
from registers.states import Outcome
from web import wording
from web.register_matching import sight
from web.registers import of_reader
from web.registers import sight as line_sight
from web.result_opening import unopened
from web.rights import access, needs

_PAGE = 50
_MOST = 50_000
"""Rows of a table."""
_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


@needs(Right.REGISTER)
@require_safe
def missing(request: HttpRequest) -> HttpResponse:
    """Lines of a unit's register that no digitized result is known of."""
    known = access(request)
    unit, choice = _unit(request, known)
    wanted = Wanted(Linked.MISSING, _year(request))
    page = listing.lines(unit, line_sight(known), wanted, request.GET.get("after", "")[:40]) if unit else None
    context = {
        "unit": unit,
        "units": choice,
        "rows": page.rows if page else (),
        "next": page.next if page else "",
        "year": wanted.year,
        "years": listing.years(unit) if unit else (),
        "place": "registers",
    }
    return render(request, "web/register_missing.html", context)


@needs(Right.REGISTER)
@require_safe
def missing_table(request: HttpRequest, kind: str) -> HttpResponse:
    """The same as a table: `kind` is xlsx or csv."""
    known = access(request)
    unit, _choice = _unit(request, known)
    if not unit:
        raise Http404
    wanted, after = Wanted(Linked.MISSING, _year(request)), ""
    rows: list[Sequence[Any]] = []
    while len(rows) < _MOST:
        page = listing.lines(unit, line_sight(known), wanted, after, 1_000)
        rows += [
            (one.number, one.issue_date, one.document_type, one.holder, one.holder_id, one.subject, one.dossier)
            for one in page.rows
        ]
        if not (after := page.next):
            break
    titles = (_("Number"), _("Date of issue"), _("Type"), _("Holder"), _("Identity number"), _("Subject"), _("Dossier"))
    return _handed_out(f"register-missing.{kind}", titles, rows[:_MOST], unit, known, {"year": str(wanted.year or "")})


@needs(Right.REGISTER)
@require_safe
def unlisted(request: HttpRequest) -> HttpResponse:
    """Results of a unit that are in no register."""
    known = access(request)
    unit, choice = _unit(request, known)
    asked = request.GET.get("after", "")
    after = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) <= 18 else 0
    found = waiting.unlisted(sight(known), [unit], after, _PAGE + 1) if unit else ()
    rows = results.rows([id for id, _outcome in found[:_PAGE]])
    closed = unopened(rows.values(), known)
    context = {
        "unit": unit,
        "units": choice,
        "rows": [
            (rows[id], wording.result_name(rows[id].document_type, rows[id].number), id in closed, _who(outcome))
            for id, outcome in found[:_PAGE]
        ],
        "count": waiting.count_unlisted(sight(known), [unit]) if unit else 0,
        "next": found[_PAGE - 1][0] if len(found) > _PAGE else None,
        "place": "registers",
    }
    return render(request, "web/register_unlisted.html", context)


@needs(Right.REGISTER)
@require_safe
def unlisted_table(request: HttpRequest, kind: str) -> HttpResponse:
    """The same as a table (`kind`: xlsx or csv); of confidential results not opened today no names."""
    known = access(request)
    unit, _choice = _unit(request, known)
    if not unit:
        raise Http404
    after, made = 0, list[Sequence[Any]]()
    while len(made) < _MOST and (found := waiting.unlisted(sight(known), [unit], after, 1_000)):
        rows = results.rows([id for id, _outcome in found])
        closed = unopened(rows.values(), known)
        for id, outcome in found:
            row = rows[id]
            holder = "" if id in closed else row.holder
            made.append((row.id, row.number, row.issue_date, row.document_type, holder, row.source, _who(outcome)))
        after = found[-1][0]
    titles = (_("Result"), _("Number"), _("Date of issue"), _("Type"), _("Holder"), _("File"), _("Who says so"))
    return _handed_out(f"register-unlisted.{kind}", titles, made[:_MOST], unit, known, {})


def _unit(request: HttpRequest, known: Access) -> tuple[str, list[tuple[str, str]]]:
    """The unit that is asked for (else the first of the reader's that has a register), and all to choose among."""
    names = units.names()
    choice = [(row.unit, names.get(row.unit, row.unit)) for row in listing.registers(known.where(Right.REGISTER))]
    unit = request.GET.get("unit", "")[:64]
    if unit:
        of_reader(known, unit)
        if unit not in dict(choice):
            choice.append((unit, names[unit]))
        return unit, choice
    return (choice[0][0] if choice else ""), choice


def _year(request: HttpRequest) -> int | None:
    text = request.GET.get("year", "")
    return (
        int(text) if text.isascii() and text.isdecimal() and 1900 <= int(text[:4]) <= 2200 and len(text) == 4 else None
    )


def _who(outcome: Outcome) -> str:
    return _("a person") if outcome is Outcome.NOT_LISTED else _("the program")


def _handed_out(
    name: str, titles: Sequence[str], rows: Sequence[Sequence[Any]], unit: str, known: Access, filters: dict[str, str]
) -> HttpResponse:
    """A table, of the kind that `name` ends in, once it is noted that it was taken out."""
    kind = name.rpartition(".")[2]
    content = _csv(titles, rows) if kind == "csv" else _xlsx(titles, rows)
    sha256 = hashlib.sha256(content).hexdigest()
    exports.made([unit], name, len(rows), known.actor, {"unit": unit} | filters, sha256)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=_TYPES[kind], headers=headers)


def _csv(titles: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """UTF-8 with the mark by which spreadsheet programs know it; days as people here write them."""
    target = io.StringIO(newline="")
    written = csv.writer(target)
    written.writerow(titles)
    for row in rows:
        cells = (f"{one:%d/%m/%Y}" if isinstance(one, date) else one for one in row)
        written.writerow([harmless(one) if isinstance(one, str) else one for one in cells])
    return target.getvalue().encode("utf-8-sig")


def _xlsx(titles: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    import xlsxwriter

    target = io.BytesIO()
    with xlsxwriter.Workbook(
        target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "dd/mm/yyyy"})
        sheet = book.add_worksheet()
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(titles) - 1, 22)
        for column, title in enumerate(titles):
            sheet.write_string(0, column, title, bold)
        for place, row in enumerate(rows, 1):
            for column, value in enumerate(row):
                if isinstance(value, date):
                    sheet.write_datetime(place, column, value, day)
                elif isinstance(value, int):
                    sheet.write_number(place, column, value)
                elif value:
                    sheet.write_string(place, column, harmless(value))
    return target.getvalue()
