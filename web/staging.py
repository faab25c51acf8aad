"""The desk before reading: the pages of a batch as small pictures, put in order with keys or buttons.

A part of the row is shown at a time (`SHOWN` pages), so that a batch of thousands stays quick. What is done comes back
as that part anew; without a script the buttons post the same form, and the whole page comes back.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.rights import Right
from pipeline.records import PageKind
from staging import batches, operations
from staging.planned import Act, Misfit, MisfitError, Operation, PageRef
from staging.refusals import BatchError
from staging.states import BatchState
from web import wording_staging
from web.batch import of_reader
from web.rights import access, needs
from web.staging_rows import SHOWN, Board, board, part_of
from web.wording_batches import BATCH_REFUSALS

_PART = "X-Desk-Part"
"""Header by which the script asks for the changing part alone."""
_MOST_CHOSEN = 5 * SHOWN


@dataclass(frozen=True, slots=True)
class _Button:
    """What a button or key asks for."""

    act: Act
    degrees: int = 0
    kind: PageKind = PageKind.TEXT
    after: bool = True
    apart: bool = False


BUTTONS = {
    "rotate_right": _Button(Act.ROTATE, degrees=90),
    "rotate_left": _Button(Act.ROTATE, degrees=270),
    "split": _Button(Act.SPLIT),
    "join": _Button(Act.JOIN),
    "blank": _Button(Act.MARK, kind=PageKind.BLANK),
    "text": _Button(Act.MARK, kind=PageKind.TEXT),
    "separator": _Button(Act.MARK, kind=PageKind.SEPARATOR),
    "weave": _Button(Act.WEAVE),
    "bin": _Button(Act.BIN),
    "restore": _Button(Act.RESTORE),
    "ask": _Button(Act.ASK_RESCAN),
    "let_be": _Button(Act.LET_BE),
    "replace": _Button(Act.RESCAN),
    "move_behind": _Button(Act.MOVE),
    "move_before": _Button(Act.MOVE, after=False),
    "move_apart": _Button(Act.MOVE, apart=True),
}


@needs(Right.ARCHIVE)
@require_safe
def staging(request: HttpRequest, number: int) -> HttpResponse:
    """The desk of a batch; ``?at=SCAN:PAGE`` opens the part with that page, ``?bin=1`` what is in the bin."""
    known = access(request)
    shown = board(of_reader(number, known), request.GET, known)
    return _answer(request, shown, "")


@needs(Right.ARCHIVE)
@require_POST
def act(request: HttpRequest, number: int) -> HttpResponse:
    """Do something to the chosen pages, or take it back."""
    known = access(request)
    mine = of_reader(number, known)
    wanted, told, failed = request.POST.get("act", ""), "", False
    try:
        told = _do(mine.id, wanted, request.POST, known.actor)
    except MisfitError as error:
        told, failed = wording_staging.misfit(error.misfit), True
    except BatchError as error:
        told, failed = str(BATCH_REFUSALS[error.refusal]), True
    if _PART not in request.headers:
        (messages.warning if failed else messages.success)(request, told)
        return redirect(f"{reverse('staging', args=[number])}?{part_of(request.POST)}")
    return _answer(request, board(batches.show(number), request.POST, known), told, failed)


def _do(batch: int, wanted: str, given: QueryDict, actor: str) -> str:
    """Do it; gives the line that tells of it."""
    if wanted == "undo":
        undone = operations.undo(batch, actor)
        return wording_staging.taken_back(undone) if undone else _("There is nothing to take back.")
    if wanted == "redo":
        again = operations.redo(batch, actor)
        return wording_staging.done_again(again) if again else _("There is nothing to do again.")
    button = BUTTONS.get(wanted)
    if button is None:
        raise MisfitError(Misfit.UNKNOWN_PAGE, f"{wanted[:40]!r} is nothing that can be done")
    chosen = given.getlist("pages")
    if len(chosen) > _MOST_CHOSEN:
        raise MisfitError(Misfit.UNKNOWN_PAGE, f"not more than {_MOST_CHOSEN} pages at once")
    pages = tuple(PageRef.of(text) for text in chosen)
    place = given.get("to")
    to = PageRef.of(place) if place else None
    operation = Operation(button.act, pages, button.degrees, button.kind, to, button.after, button.apart)
    operations.do(batch, operation, actor)
    return wording_staging.done(button.act, len(pages))


def _answer(request: HttpRequest, shown: Board, told: str, failed: bool = False) -> HttpResponse:
    part = _PART in request.headers
    context = {"board": shown, "batch": shown.batch, "open": shown.batch.state is BatchState.OPEN}
    context |= {"told": told, "failed": failed}
    return render(request, "web/staging_part.html" if part else "web/staging.html", context)
