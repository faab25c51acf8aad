"""One result, its files, and how it was handed over."""

from __future__ import annotations

from datetime import date
from typing import Literal

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.http import content_disposition_header
from ninja import Router
from pydantic import Field

from accounts.looks import What
from accounts.rights import Right
from catalog import deliveries, results
from catalog.states import Manner
from web import files
from web.api.asking import Reason, caller
from web.api.once import Answer, Key, once
from web.api.problems import not_there
from web.api.records import Asked, Delivery, Id, ResultOut, delivery, whole

router = Router(tags=["results"])

_BINARY = {"schema": {"type": "string", "format": "binary"}}


def _file_of(*media_types: str) -> dict[str, object]:
    """What the OpenAPI says of an answer that is a file, or a part of one."""
    content = dict.fromkeys(media_types, _BINARY)
    part = {"description": "The part that the header Range asks for", "content": content}
    return {
        "responses": {
            200: {"description": "The file", "content": content},
            206: part,
            304: {"description": "It is the one of If-None-Match"},
            416: {"description": "The file has no such part"},
        }
    }


_PDF = _file_of("application/pdf")
_XML = _file_of("application/xml")
_ANY = _file_of("application/pdf", "image/tiff", "image/jpeg", "image/png", "application/octet-stream")


@router.get("/results/{id}", response=ResultOut, summary="A result")
def result(request: HttpRequest, id: Id, reason: Reason) -> ResultOut:
    """All of a result. A confidential one asks once a day for a reason (header `Sohoa-Reason`), which is kept."""
    asking = caller(request)
    asking.open(id, reason)
    return whole(results.show(id), asking)


@router.api_operation(["HEAD"], "/results/{id}/archive.pdf", include_in_schema=False)
@router.get("/results/{id}/archive.pdf", openapi_extra=_PDF, summary="The searchable PDF/A")
def archive(request: HttpRequest, id: Id, reason: Reason) -> HttpResponseBase:
    """Whole, or the part that a `Range` asks for."""
    caller(request).open(id, reason, what=What.ARCHIVE)
    shown = results.show(id)
    return files.answer(request, shown.archive, content_disposition_header(True, f"{files.stem(shown)}.pdf"))


@router.api_operation(["HEAD"], "/results/{id}/words.xml", include_in_schema=False)
@router.get("/results/{id}/words.xml", openapi_extra=_XML, summary="The words with their places (ALTO)")
def words(request: HttpRequest, id: Id, reason: Reason) -> HttpResponseBase:
    """404 where a result has none."""
    caller(request).open(id, reason, what=What.WORDS)
    shown = results.show(id)
    if shown.words is None:
        raise not_there()
    return files.answer(request, shown.words, content_disposition_header(True, f"{files.stem(shown)}.alto.xml"))


@router.api_operation(["HEAD"], "/results/{id}/original", include_in_schema=False)
@router.get("/results/{id}/original", openapi_extra=_ANY, summary="The file as it came in")
def original(request: HttpRequest, id: Id, reason: Reason) -> HttpResponseBase:
    """404 where it holds other results that are closed to the token."""
    asking = caller(request)
    asking.open(id, reason, what=What.ORIGINAL)
    asking.require_whole_file(id)
    shown = results.show(id)
    return files.answer(request, shown.original, content_disposition_header(True, files.original_name(shown)))


class Delivered(Asked):
    """That a result was handed over."""

    manner: Literal["counter", "post", "electronic"]
    tracking: str = Field("", max_length=100, description="Number of the public post; for `post` alone")
    day: date
    to: str = Field("", max_length=400, description="Who took it")


@router.post("/results/{id}/deliveries", response={201: Delivery}, summary="Hand a result over")
def deliver(request: HttpRequest, id: Id, body: Delivered, key: Key, why: Reason) -> HttpResponse:
    """Note how a result reached the citizen. The very same a second time changes nothing."""
    asking = caller(request)
    asking.open(id, why, Right.DELIVER)

    def act() -> Answer:
        made = deliveries.deliver(id, Manner(body.manner), body.tracking, body.day, body.to, asking.actor)
        row = next(row for row in deliveries.listing(id) if row.id == made)
        return Answer(201, Delivery.model_validate(delivery(row)))

    return once(asking, key, ["deliver", id, body.model_dump(mode="json")], act)
