"""Files sent in pieces, as scripts of our pages ask for it (`static/web/upload.js`).

Threat model: a person who may fill batches of their units, with a browser that may be broken or somebody else's
program. Each piece says where it begins and what its checksum is, and is bounded before it is read; names, sizes and
times are the browser's word and decide nothing but which file is gone on with. What comes in is looked at by the door.
Accepted risk: who may fill a batch of a unit may give up what others send into it.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import Access
from accounts.rights import Right
from core.errors import ServiceError, StorageError
from staging import batches, uploads
from staging.pieces import NoRoomError
from staging.states import UploadState
from staging.upload_records import MOST_IN_A_PIECE, Fault, NewUpload, UploadError, UploadRow
from web.rights import access, needs
from web.wording_batches import UPLOAD_AWAY, UPLOAD_FAULTS, UPLOAD_NO_ROOM, told_of

_MOST_TOLD = 8_000
"""Bytes that telling of a file may take."""
_STATUS: Mapping[Fault, int] = {
    Fault.GAP: 409,
    Fault.CLOSED: 410,
    Fault.DAMAGED: 422,
    Fault.TOO_MUCH: 413,
    Fault.NOT_UNDERSTOOD: 400,
    Fault.NO_PAGE: 400,
}
_log = logging.getLogger("sohoa.web")

View = Callable[..., HttpResponse]


def _told(view: View) -> View:
    """What goes wrong is told as JSON: a stable code, and a line for the reader."""

    @wraps(view)
    def told(request: HttpRequest, number: int) -> HttpResponse:
        try:
            return view(request, number)
        except UploadError as error:
            return _fault(error.fault.value, UPLOAD_FAULTS[error.fault], _STATUS[error.fault])
        except NoRoomError as error:
            _log.error("%s", error)
            return _fault("no-room", UPLOAD_NO_ROOM, 507)
        except (StorageError, ServiceError) as error:
            _log.error("%s", error)  # may name addresses, so it is for the operator alone
            return _fault("away", UPLOAD_AWAY, 503)

    return told


@needs(Right.ARCHIVE)
@require_POST
@_told
def begin(request: HttpRequest, number: int) -> HttpResponse:
    """A browser tells of a file that it wants to send into a batch, and is told how much of it is here already."""
    known = access(request)
    if not known.may(Right.ARCHIVE, batches.show(number).unit):
        raise Http404
    new = NewUpload(number, *_told_by(request))
    row = uploads.begin(new, known.actor, anew=request.GET.get("anew") == "1")
    return _answer(row, known_before=row.state is UploadState.DONE)


@needs(Right.ARCHIVE)
@require_http_methods(["GET", "PATCH", "DELETE"])
@_told
def upload(request: HttpRequest, number: int) -> HttpResponse:
    """How far a file has come; its next piece; giving it up, or putting away what is told of it."""
    known = access(request)
    row = _mine(number, known)
    if request.method == "PATCH":
        offset, checksum = request.headers.get("Upload-Offset", ""), request.headers.get("Upload-Checksum", "")
        if not (offset.isascii() and offset.isdigit() and len(offset) < 16):
            raise UploadError(Fault.NOT_UNDERSTOOD, "Upload-Offset must be a number of bytes")
        return _answer(uploads.write(number, int(offset), _piece(request), checksum, known.actor))
    if request.method == "DELETE":
        uploads.drop(number, known.actor)
        return HttpResponse(status=200)  # htmx swaps nothing on 204
    return _answer(row)


@needs(Right.ARCHIVE)
@require_POST
@_told
def finish(request: HttpRequest, number: int) -> HttpResponse:
    """All pieces are here: the file goes through the door."""
    known = access(request)
    _mine(number, known)
    return _answer(uploads.finish(number, known.actor))


def _mine(number: int, known: Access) -> UploadRow:
    row = uploads.show(number)
    if not known.may(Right.ARCHIVE, row.unit):
        raise Http404
    return row


def _told_by(request: HttpRequest) -> tuple[str, int, int, str, str]:
    """Name, size, time, mark and what is replaced; raises UploadError."""
    try:
        told: Any = json.loads(_body(request, _MOST_TOLD))
        name, mark, replaces = told["name"], told["mark"], told.get("replaces", "")
        size, modified = told["size"], told["modified"]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise UploadError(Fault.NOT_UNDERSTOOD, "not understood") from error
    if not all(isinstance(text, str) for text in (name, mark, replaces)) or not all(
        type(number) is int for number in (size, modified)
    ):
        raise UploadError(Fault.NOT_UNDERSTOOD, "not understood")
    return name, size, modified, mark, replaces


def _piece(request: HttpRequest) -> bytes:
    data = _body(request, MOST_IN_A_PIECE)
    if not data:
        raise UploadError(Fault.GAP, "an empty piece")
    return data


def _body(request: HttpRequest, most: int) -> bytes:
    """What was sent, when it is no longer than `most`; raises UploadError."""
    data: bytes = request.read(most + 1)
    if len(data) > most:
        raise UploadError(Fault.TOO_MUCH, f"more than {most} bytes")
    return data


def _answer(row: UploadRow, *, known_before: bool = False) -> JsonResponse:
    return JsonResponse(
        {
            "id": row.id,
            "state": row.state.value,
            "size": row.size,
            "received": row.received,
            "checksum": row.checksum,
            "again": row.again,
            "said": told_of(row, known_before=known_before),
        }
    )


def _fault(code: str, said: object, status: int) -> JsonResponse:
    return JsonResponse({"fault": code, "said": str(said)}, status=status)
