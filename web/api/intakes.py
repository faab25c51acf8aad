"""New results, sent as each dossier ends: a file with its dossier's code, and what became of it."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import File, Form, Router, Schema, UploadedFile
from pydantic import Field

from accounts.rights import Right
from catalog import arrivals, results
from catalog.arrivals import Arrival
from catalog.states import Origin
from web.api.asking import Caller, caller
from web.api.once import Answer, Key, once
from web.api.records import Id
from web.taking_in import Upload, take_in

router = Router(tags=["new results"])


class Sent(Schema):
    """What is known of a new result."""

    unit: str = Field(max_length=64, description="Code of the unit that issued it, and keeps it")
    dossier: str = Field(max_length=200, description="Code of the dossier that ended in it")
    procedure: str = Field("", max_length=64, pattern=r"^([0-9A-Za-z][0-9A-Za-z._-]*)?$", description="Its code")


class IntakeOut(Schema):
    """A file, and what became of it."""

    id: int
    state: Literal["receiving", "waiting", "working", "done", "failed"]
    unit: str
    dossier: str
    procedure: str
    name: str
    pages: int
    received: datetime
    reason: str = Field(description="Why it failed; the bytes are kept")
    results: list[int] = Field(description="Ids of the results that the token may see")


@router.post("/results", response={202: IntakeOut}, summary="Bring a new result in")
def bring(request: HttpRequest, sent: Form[Sent], file: Annotated[UploadedFile, File()], key: Key) -> HttpResponse:
    """A signed PDF or a scan (PDF, TIFF, JPEG, PNG). With the answer its bytes are safe; it is read ahead of the
    backlog. The same bytes of the same unit a second time give the intake that is there.
    """
    asking = caller(request)
    asking.require_in(Right.ADD, sent.unit)
    asked = ["bring", sent.model_dump(), file.name, _sha256(file)]

    def act() -> Answer:
        taken = take_in(Upload(file, sent.unit, sent.dossier, sent.procedure, Origin.API), asking.actor)
        return Answer(202, _out(taken.arrival, asking), f"/api/v1/intakes/{taken.arrival.id}")

    return once(asking, key, asked, act)


@router.get("/intakes/{id}", response=IntakeOut, summary="What became of it")
def show(request: HttpRequest, id: Id) -> IntakeOut:
    """Ask every few seconds until `done` or `failed`."""
    asking = caller(request)
    arrival = arrivals.show(id)
    asking.require_in(Right.ADD, arrival.unit)
    return _out(arrival, asking)


def _out(arrival: Arrival, asking: Caller) -> IntakeOut:
    rows = results.rows(arrival.results)
    return IntakeOut(
        id=arrival.id,
        state=arrival.stage.value,
        unit=arrival.unit,
        dossier=arrival.dossier,
        procedure=arrival.procedure,
        name=arrival.name,
        pages=arrival.pages,
        received=arrival.received.replace(microsecond=0),
        reason=arrival.reason,
        results=[id for id, row in rows.items() if asking.access.may(Right.SEE, row.unit, row.confidential)],
    )


def _sha256(file: UploadedFile) -> str:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()
