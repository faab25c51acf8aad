"""Results of which a person must say which line of a register they are: the queue, and one beside the lines that could
be it, decided with one key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import Access
from accounts.rights import Right
from catalog import readings, results, units
from catalog.queue import Sight
from catalog.records import Shown
from core.errors import NotFoundError
from registers import unsure as waiting
from registers import verdicts
from registers.link_refusals import RefusedLinkError
from registers.records import LineRow
from registers.states import Outcome
from registers.unsure import Offer
from web import wording
from web.register_matching_wording import AGREEMENTS, GOOD, REASONS, field_name, notes, told
from web.registers import sight as line_sight
from web.result_opening import door
from web.result_papers import as_written
from web.rights import access, needs

_PAGE = 25
_COMPARED = (
    "number", "issue_date", "document_type", "holder", "holder_id", "co_holder", "co_holder_id", "register_number",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cell:
    """What a line says in one field."""

    text: str
    agreement: str
    good: bool


@dataclass(frozen=True, slots=True)
class Column:
    """A line that could be the result's."""

    key: int
    """1–5."""
    offer: Offer
    cells: tuple[Cell, ...]
    why: tuple[str, ...]


def sight(known: Access) -> Sight:
    """Results that somebody may say the line of: those that they see, in units whose registers they keep."""
    seen, kept = known.where(Right.SEE), known.where(Right.REGISTER)
    covered = kept if seen is None else seen if kept is None else seen & kept
    return Sight(covered, dict(known.confidential))


@needs(Right.REGISTER)
@require_safe
def unsure(request: HttpRequest) -> HttpResponse:
    """The results that wait for a person."""
    known = access(request)
    after = _number(request.GET.get("after", ""))
    ids = waiting.waiting(sight(known), after=after, limit=_PAGE + 1)
    rows = results.rows(ids[:_PAGE])
    context = {
        "rows": [(rows[id], wording.result_name(rows[id].document_type, rows[id].number)) for id in ids[:_PAGE]],
        "count": waiting.count(sight(known)),
        "next": ids[_PAGE - 1] if len(ids) > _PAGE else None,
        "names": units.names(),
        "place": "registers",
    }
    return render(request, "web/register_unsure.html", context)


@needs(Right.REGISTER)
@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, number: int) -> HttpResponse:
    """A result beside the lines that could be it; POST says which it is, and leads on to the next result."""
    if closed := door(request, Right.REGISTER, number):
        return closed
    known = access(request)
    if request.method == "POST" and _decide(request, number, known):
        following = _following(known, number)
        if following is None:
            messages.success(request, _("Decided. No other result waits."))
            return redirect("register_unsure_one", number)
        return redirect(f"{reverse('register_unsure_one', args=[following])}?{urlencode({'before': number})}")
    shown = results.show(number)
    looking = waiting.show(number, line_sight(known))
    line = waiting.line_of(number)
    context = {
        "shown": shown,
        "title": wording.result_name(shown.row.document_type, shown.row.number),
        "pages": len(readings.page_sizes(number)),
        "looking": looking,
        "open": looking.outcome is Outcome.UNSURE,
        "decided": _said(looking.outcome),
        "line": line if line and line_sight(known).sees(line.unit, line.confidential) else None,
        "fields": _fields(shown, looking.offers),
        "columns": _columns(shown, looking.offers),
        "notes": [note for offer in looking.offers[:1] for note in notes(offer.reasons)],
        "names": units.names(),
        "count": waiting.count(sight(known)),
        "following": _following(known, number),
        "before": _before(request, known),
        "place": "registers",
    }
    return render(request, "web/register_unsure_one.html", context)


@needs(Right.REGISTER)
@require_POST
def undo(request: HttpRequest, number: int) -> HttpResponse:
    """Take back what was said last of a result."""
    if closed := door(request, Right.REGISTER, number):
        return closed
    try:
        verdicts.undo(number, access(request).actor)
        messages.success(request, _("Undone. The result waits again."))
    except RefusedLinkError as error:
        messages.error(request, str(REASONS[error.reason]))
    return redirect("register_unsure_one", number)


@needs(Right.REGISTER)
@require_POST
def unlink(request: HttpRequest, number: int) -> HttpResponse:
    """A result is not the line that it is linked to."""
    if closed := door(request, Right.REGISTER, number):
        return closed
    try:
        verdicts.unlink(number, access(request).actor, _("not this one"))
        messages.success(request, _("The link is undone. Another line is looked for."))
    except RefusedLinkError as error:
        messages.error(request, str(REASONS[error.reason]))
    return redirect("result", number)


def linked_line(number: int, known: Access) -> LineRow | None:
    """The line that a result is linked to, if the reader may see it."""
    line = waiting.line_of(number)
    return line if line is not None and known.may(Right.SEE, line.unit, line.confidential) else None


def _decide(request: HttpRequest, number: int, known: Access) -> bool:
    """Do what was said; False, with a message, where that cannot be."""
    chosen = _number(request.POST.get("line", ""))
    offered = {offer.line.id for offer in waiting.show(number, line_sight(known)).offers}
    if chosen and chosen not in offered:
        raise NotFoundError(f"line {chosen} is not offered for result {number}")
    try:
        if chosen:
            verdicts.link(number, chosen, known.actor)
        elif request.POST.get("line") == "0":
            verdicts.not_listed(number, known.actor)
        else:
            messages.error(request, _("Choose a line, or say that it is in no register."))
            return False
    except RefusedLinkError as error:
        messages.error(request, str(REASONS[error.reason]))
        return False
    return True


def _following(known: Access, number: int) -> int | None:
    """The next result that waits, from the beginning again behind the last one."""
    found = waiting.waiting(sight(known), after=number) or waiting.waiting(sight(known))
    return next((id for id in found if id != number), None)


def _before(request: HttpRequest, known: Access) -> int | None:
    """The result that was decided a moment ago, to be undone from here."""
    number = _number(request.GET.get("before", ""))
    rows = results.rows([number]) if number else {}
    return number if any(known.may(Right.REGISTER, row.unit, row.confidential) for row in rows.values()) else None


def _fields(shown: Shown, offers: tuple[Offer, ...]) -> list[tuple[str, str, bool]]:
    """Label, value and whether it is doubted, for the fields that are compared."""
    doubted = set(shown.review)
    return [(field_name(n), as_written(n, shown.values.get(n, "")), n in doubted) for n in _rows(shown, offers)]


def _rows(shown: Shown, offers: tuple[Offer, ...]) -> list[str]:
    """The fields of which somebody says anything."""
    return [n for n in _COMPARED if shown.values.get(n) or any(_text(offer.line, n) for offer in offers)]


def _columns(shown: Shown, offers: tuple[Offer, ...]) -> list[Column]:
    names = _rows(shown, offers)
    made = []
    for key, offer in enumerate(offers, 1):
        how: Mapping[str, str] = dict(offer.reasons)
        cells = tuple(
            Cell(as_written(n, _text(offer.line, n)), str(AGREEMENTS.get(how.get(n, ""), "")), how.get(n, "") in GOOD)
            for n in names
        )
        made.append(Column(key, offer, cells, told(offer.reasons)))
    return made


def _text(line: LineRow, name: str) -> str:
    value: Any = getattr(line, name)
    return value.isoformat() if hasattr(value, "isoformat") else value or ""


def _said(outcome: Outcome | None) -> str:
    return {
        None: _("It is looked for again."),
        Outcome.LINKED: _("It is linked to a line."),
        Outcome.NOT_LISTED: _("It is in no register."),
        Outcome.NONE: _("No line could be it."),
    }.get(outcome, "")


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 18 else 0
