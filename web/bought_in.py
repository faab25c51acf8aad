"""Bought-in work: the indexes that came in, and what came of comparing them with what was read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.access import Access
from accounts.rights import Right
from bought_in import deliveries
from bought_in.records import DeliveryRow, LineRow, Outcome, Trouble
from catalog import confidential, contents, results, scans, statements, units
from catalog.statements import INDEX, StatementRow, Verdict
from web import wording
from web.result_papers import as_written
from web.rights import access, needs

OUTCOMES: Mapping[Outcome, object] = {
    Outcome.DIFFERENT: gettext_lazy("differs"),
    Outcome.FAULTY: gettext_lazy("could not be taken over"),
    Outcome.UNSURE: gettext_lazy("several results in the file"),
    Outcome.NO_FILE: gettext_lazy("no file"),
    Outcome.ELSEWHERE: gettext_lazy("file came before, in another batch"),
    Outcome.WAITING: gettext_lazy("not read yet"),
    Outcome.SAME: gettext_lazy("agrees"),
}
"""In the order in which people want to see them."""
TROUBLES: Mapping[Trouble, object] = {
    Trouble.DATE: gettext_lazy("no date that can be"),
    Trouble.IDENTITY: gettext_lazy("no identity number"),
    Trouble.OTHER: gettext_lazy("cannot stand there"),
    Trouble.TOO_MANY_CELLS: gettext_lazy("more cells than columns: a separator stands inside of a value"),
}
_ON_THE_DESK = frozenset({"receiving", "staged"})
"""States of files whose pages are seen by all who keep batches: nothing is known of them yet."""
_ALONE = 50
"""Files without a row that are named on the page."""


@dataclass(frozen=True, slots=True)
class Said:
    """A field of which the index says something else than the result."""

    label: str
    stated: str
    now: str


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A row of an index for readers."""

    row: LineRow
    file: str
    """As the row names it."""
    outcome: str
    title: str
    """Of the result; empty: there is none that the reader may see."""
    differences: tuple[Said, ...]
    problems: tuple[tuple[str, str, str], ...]
    """Field, what stands there, why it is not taken."""
    said: str
    """What the row states, in short."""


@needs(Right.ARCHIVE)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """The indexes of the reader's units, newest first."""
    known = access(request)
    text = request.GET.get("before", "")
    before = int(text) if text.isdecimal() and len(text) < 19 else None
    found = deliveries.listing(known.where(Right.ARCHIVE), before, deliveries.PAGE + 1)
    names = units.names()
    shown = [
        (one, names.get(one.unit, one.unit), _counts(one), one.outcomes.get(Outcome.DIFFERENT, 0))
        for one in found[: deliveries.PAGE]
    ]
    older = f"?before={found[deliveries.PAGE - 1].id}" if len(found) > deliveries.PAGE else ""
    return render(request, "web/bought_in_list.html", {"deliveries": shown, "older": older})


@needs(Right.ARCHIVE)
@require_safe
def one(request: HttpRequest, number: int) -> HttpResponse:
    """One index with its rows, those of some outcomes alone where any are chosen (``?outcome=``)."""
    known = access(request)
    delivery = kept(known, number)
    chosen = [outcome for outcome in Outcome if outcome.value in request.GET.getlist("outcome")]
    asked = request.GET.get("page", "")
    page = deliveries.lines(number, chosen, int(asked) if asked.isdecimal() and len(asked) < 9 else 1)
    alone, many = deliveries.files_alone(number, _ALONE)
    context = {
        "delivery": delivery,
        "unit": units.names().get(delivery.unit, delivery.unit),
        "counts": [(o.value, str(text), delivery.outcomes.get(o, 0), o in chosen) for o, text in OUTCOMES.items()],
        "lines": shown_lines(known, delivery.unit, page.rows),
        "page": page,
        "earlier": _address(chosen, page.page - 1) if page.page > 1 else "",
        "later": _address(chosen, page.page + 1) if page.page < page.pages else "",
        "alone": alone,
        "alone_many": many,
        "troubled": deliveries.troubled(number),
    }
    return render(request, "web/bought_in_one.html", context)


def kept(known: Access, number: int) -> DeliveryRow:
    """The index, if the person keeps batches of its unit; otherwise it does not exist."""
    delivery = deliveries.show(number)
    if not known.may(Right.ARCHIVE, delivery.unit):
        raise Http404
    return delivery


def shown_lines(known: Access, unit: str, rows: tuple[LineRow, ...]) -> list[ShownLine]:
    """The rows of an index of `unit`; what they state about results that the reader may not see is left out."""
    ids = [row.result for row in rows if row.result]
    about, stated = results.rows(ids), statements.of_results(ids)
    shut = _closed(known, unit, rows)
    made = []
    for row in rows:
        result, closed = about.get(row.result or 0), row.number in shut
        said = [s for s in stated.get(row.result or 0, ()) if s.verdict is Verdict.DIFFERENT and s.source == INDEX]
        made.append(
            ShownLine(
                row=row,
                file="" if closed else row.file,
                outcome=str(OUTCOMES[row.outcome]),
                title=wording.result_name(result.document_type, result.number) if result and not closed else "",
                differences=() if closed else tuple(map(_said, said)),
                problems=() if closed else _problems(row),
                said="" if closed else _short(row),
            )
        )
    return made


def _closed(known: Access, unit: str, rows: tuple[LineRow, ...]) -> frozenset[int]:
    """Numbers of the rows that the reader may not read: by what they state, or by what was read from their files.

    Where nobody can say which result a row is about, it may be any of its file; where a file was taken from the desk
    and not all of it is read, it may be of any kind.
    """
    files = {row.scan for row in rows if row.scan and not row.result}
    read, at = contents.read_from(files), scans.rows(files)
    meant = {row.number: (row.result,) if row.result else read.get(row.scan or 0, ()) for row in rows}
    about = results.rows({id for ids in meant.values() for id in ids})
    open_to = {id: known.may(Right.SEE, row.unit, row.confidential) for id, row in about.items()}
    found = set()
    for row in rows:
        file = at.get(row.scan or 0)
        unknown = file is not None and not meant[row.number] and file.state not in _ON_THE_DESK
        stated = confidential.of(row.values, "")
        if (
            not all(open_to[id] for id in meant[row.number])
            or (stated and not known.may(Right.SEE, unit, stated))
            or (unknown and not known.may_all(Right.SEE, unit, confidential.Confidential))
        ):
            found.add(row.number)
    return frozenset(found)


def _said(row: StatementRow) -> Said:
    return Said(wording.field_name(row.name), as_written(row.name, row.value), as_written(row.name, row.present))


def _problems(row: LineRow) -> tuple[tuple[str, str, str], ...]:
    return tuple((wording.field_name(p.name) if p.name else "", p.raw, str(TROUBLES[p.trouble])) for p in row.problems)


def _short(row: LineRow) -> str:
    names = ("number", "issue_date", "holder", "subject")
    return " · ".join(as_written(name, row.values[name]) for name in names if row.values.get(name))


def _counts(delivery: DeliveryRow) -> str:
    return " · ".join(
        f"{text}: {delivery.outcomes[outcome]}" for outcome, text in OUTCOMES.items() if delivery.outcomes.get(outcome)
    )


def _address(chosen: list[Outcome], page: int) -> str:
    return "?" + urlencode([*(("outcome", outcome.value) for outcome in chosen), ("page", str(page))])
