"""One batch: files are dropped here; what came in, what is wrong with it and how far it is follow by themselves."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import Access
from accounts.rights import Right
from catalog import procedures, scans, units
from staging import batches, files, operations, progress, uploads
from staging.files import FileRow
from staging.planned import MisfitError, PageRef
from staging.progress import BatchProgress
from staging.records import DeskBatch, Fault, FaultKind, Severity
from staging.states import BatchState, UploadState
from staging.upload_records import PIECE, UploadRow
from web import wording_signatures
from web.batches import page_asked
from web.rights import access, needs
from web.wording_batches import SCANS, SIDES, SPLITS, WAYS, fault_text, state_text, told_of
from web.wording_signatures import ShownSignatures

FAULTS = 12
"""Faults that the page of a batch shows; closing shows more."""
LEFT = 50
"""Files on their way that the page tells of."""
_SOON, _LATER = 2, 15
"""Seconds until the page looks again: while something is going on, and otherwise."""


@dataclass(frozen=True, slots=True)
class ShownFault:
    """A fault for readers."""

    text: str
    where: str
    """File and page; empty where it is about the batch as a whole."""
    address: str
    """Where that can be mended; empty where it is nowhere."""
    bars: bool
    fresh: bool
    """Whether it came up since the reader was shown the others."""


@dataclass(frozen=True, slots=True)
class ShownFile:
    """A file for readers."""

    row: FileRow
    state: str
    way: str
    signatures: ShownSignatures | None
    """What is said of the signatures in it; None: there are none, or nobody looked yet."""


@dataclass(frozen=True, slots=True)
class ShownUpload:
    """A file on its way, or one of which there is something to tell."""

    row: UploadRow
    said: str
    coming: bool


@needs(Right.ARCHIVE)
@require_safe
def batch(request: HttpRequest, number: int) -> HttpResponse:
    """The batch; asked for by its own page, the part of it that changes."""
    mine = of_reader(number, access(request))
    live = bool(getattr(request, "htmx", False))
    context = {"batch": mine, "open": mine.state is BatchState.OPEN} | _live(mine, page_asked(request))
    if not live:
        context |= _told(mine) | sending(request, mine)
    return render(request, "web/batch_live.html" if live else "web/batch.html", context)


def of_reader(number: int, known: Access) -> DeskBatch:
    """The batch, for those who may fill batches of its unit; Http404 for others."""
    found = batches.show(number)
    if not known.may(Right.ARCHIVE, found.unit):
        raise Http404
    return found


def sending(request: HttpRequest, mine: DeskBatch) -> dict[str, object]:
    """What `web/upload_zone.html` wants. ``?replaces=SCAN:PAGE`` asks for that page, scanned again."""
    asked = request.GET.get("replaces", "")
    replaces, replaced = "", ""
    if asked:
        try:
            ref = operations.plan(mine.id).page(PageRef.of(asked)).ref
            replaces, replaced = str(ref), _page_of(scans.rows([ref.scan])[ref.scan].name, ref.page)
        except MisfitError as error:
            raise Http404 from error
    return {
        "upload_address": reverse("upload", args=[0]),
        "piece": PIECE,
        "replaces": replaces,
        "replaced": replaced,
    }


def shown_faults(mine: DeskBatch, found: Sequence[Fault], seen: Collection[str] | None = None) -> list[ShownFault]:
    """`found`, for readers, who were shown those with the marks `seen` before; None: nothing."""
    staging = reverse("staging", args=[mine.id])
    shown = []
    for fault in found:
        page = f"?at={fault.scan}:{fault.page}#page-{fault.scan}-{fault.page}" if fault.page else ""
        address = reverse("batch_stacks", args=[mine.id]) if fault.kind is FaultKind.STACKS else staging + page
        shown.append(
            ShownFault(
                fault_text(fault),
                _page_of(fault.name, fault.page),
                address if fault.scan else "",
                fault.severity is Severity.BARS,
                seen is not None and fault.mark not in seen,
            )
        )
    return shown


def time_left(numbers: BatchProgress) -> str:
    """How long it takes until all of a batch is read."""
    if numbers.seconds_left is None:
        return "–"
    minutes = round(numbers.seconds_left / 60)
    if numbers.seconds_left == 0:
        return _("done")
    if minutes < 1:
        return _("less than a minute")
    if minutes < 90:
        return _("about %(minutes)s minutes") % {"minutes": minutes}
    return _("about %(hours)s hours") % {"hours": round(minutes / 60)}


def _live(mine: DeskBatch, page: int) -> dict[str, object]:
    """All that changes while paper comes in."""
    shown = files.of_batch(mine.id, page)
    signed = wording_signatures.of_scans([row.scan for row in shown.rows])
    coming = uploads.of_batch(mine.id, LEFT + 1)
    faults = batches.faults(mine.id) if mine.state is BatchState.OPEN else ()
    numbers = progress.of_batch(mine.id)
    closing = mine.state is BatchState.CLOSED and not mine.stuck
    going_on = shown.looking > 0 or closing or any(row.moving for row in coming)
    return {
        "state": state_text(mine),
        "desk": reverse("staging", args=[mine.id]),
        "progress": numbers,
        "time_left": time_left(numbers),
        "expected": mine.expected_documents if mine.expected_documents is not None else len(mine.slip) or None,
        "every": _SOON if going_on else _LATER,
        "faults": shown_faults(mine, faults[:FAULTS]),
        "more_faults": max(0, len(faults) - FAULTS),
        "left": [ShownUpload(row, told_of(row), _coming(row)) for row in coming[:LEFT]],
        "more_left": len(coming) > LEFT,
        "files": [ShownFile(row, _state(row), str(WAYS[row.way]), signed.get(row.scan)) for row in shown.rows],
        "found": shown,
        "previous": shown.page - 1 if shown.page > 1 else None,
        "next": shown.page + 1 if shown.page < shown.pages else None,
    }


def _told(mine: DeskBatch) -> dict[str, object]:
    """What was told when the batch was opened."""
    named = {row.code: row.name for row in procedures.listing()} if mine.procedure else {}
    return {
        "unit": units.names().get(mine.unit, mine.unit),
        "procedure": f"{mine.procedure} {named.get(mine.procedure, '')}".strip() if mine.procedure else "",
        "split": SPLITS[mine.split],
        "sides": SIDES[mine.sides],
    }


def _coming(row: UploadRow) -> bool:
    return row.state in (UploadState.RECEIVING, UploadState.WHOLE)


def _state(row: FileRow) -> str:
    """How far a file is. While it lies on the desk: whether its pages have been looked at."""
    if row.state != "staged":
        return str(SCANS.get(row.state, row.state))
    if row.look_fault:
        return _("Could not be looked at")
    return str(SCANS["staged"]) if row.looked else _("Is looked at")


def _page_of(name: str, page: int | None) -> str:
    """A file, or a page of it; empty where neither is told."""
    return _("%(name)s, page %(page)s") % {"name": name, "page": page} if page else name
