"""Using a result in a dossier: check first, write it into the ledger, fetch the package, take it back the same day."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from ninja import Router, Schema
from pydantic import Field

from accounts.rights import Right
from catalog.dossiers import local_day
from reuse import entries, ledger, metadata, package
from reuse.records import Person, Reuse
from web.api.asking import Caller, Reason, caller
from web.api.once import Answer, Key, once
from web.api.problems import Finding, ProblemError, findings, not_there
from web.api.records import Asked, Id, Portal
from web.handing_out import handed_out
from web.services import store

router = Router(tags=["reuses"])


class PersonAsked(Asked):
    """Whom a dossier is of."""

    name: str = Field(max_length=400)
    ids: list[Annotated[str, Field(max_length=64)]] = Field(
        [], max_length=10, description="Identity numbers; compared, and not kept"
    )


class CheckAsked(Asked):
    """A result and the dossier that it might be used in."""

    result: int = Field(ge=1, le=2**53)
    dossier: str = Field(max_length=200, description="Code of the dossier, like H61.12.3-230420-0001")
    person: PersonAsked
    procedure: str = Field("", max_length=64, description="Code of the procedure that the dossier is for")


class ReuseAsked(CheckAsked):
    """The same, to be done."""

    unit: str = Field(max_length=64, description="Code of the unit that handles the dossier")
    reason: str = Field("", max_length=2000, description="Needed where the check warns")
    override: bool = Field(False, description="Use one that has expired; needs the right `decide`, and a reason")


class UndoAsked(Asked):
    """Why it is taken back."""

    reason: str = Field(min_length=1, max_length=2000)


class CheckOut(Schema):
    """Whether a result may be used."""

    allowed: bool
    overridable: bool = Field(description="All that forbids it is that it has expired")
    day: date
    problems: list[Finding]
    warnings: list[Finding]


class ReuseOut(Schema):
    """An entry of the ledger."""

    id: int
    state: Literal["used", "undone"]
    result: int
    edition: int
    dossier: str
    ordinal: int = Field(description="Running number of the component in its dossier")
    unit: str
    procedure: str
    person: str
    warnings: list[str]
    reason: str
    actor: str
    time: datetime
    undone: datetime | None
    package: str = Field(description="Where the package is: archive PDF, metadata, provenance, checksums")
    portal: Portal


@router.post("/reuses/check", response=CheckOut, summary="May it be used?")
def check(request: HttpRequest, body: CheckAsked, why: Reason) -> dict[str, object]:
    """What speaks against using a result in a dossier today. Nothing is written."""
    asking = caller(request)
    asking.open(body.result, why, Right.REUSE)
    day = local_day()
    found = ledger.check(body.result, body.dossier, _person(body), body.procedure, day)
    return {"allowed": found.allowed, "overridable": found.overridable, "day": day, **findings(found)}


@router.post("/reuses", response={201: ReuseOut}, summary="Use a result in a dossier")
def use(request: HttpRequest, body: ReuseAsked, key: Key, why: Reason) -> HttpResponse:
    """Write into the ledger that a dossier takes a result. The same result in the same dossier is written once.

    422 `not-usable` where something forbids it, or a warning asks for a reason; it names what.
    """
    asking = caller(request)
    asking.require_in(Right.REUSE, body.unit)
    if body.override:
        asking.require(Right.DECIDE, body.result)
    asking.open(body.result, why, Right.REUSE)

    def act() -> Answer:
        wish = ledger.Wish(
            result=body.result,
            dossier=body.dossier,
            unit=body.unit,
            person=_person(body),
            procedure=body.procedure,
            reason=body.reason,
            override=body.override,
            key=key,
        )
        entry = ledger.use(wish, asking.actor)
        if not asking.access.may(Right.REUSE, entry.unit):
            raise ProblemError(409, "used-elsewhere", "another unit has used this result in this dossier")
        return Answer(201, _out(entry), f"/api/v1/reuses/{entry.id}")

    return once(asking, key, ["use", body.model_dump(mode="json")], act)


@router.get("/reuses/{id}", response=ReuseOut, summary="An entry of the ledger")
def show(request: HttpRequest, id: Id) -> ReuseOut:
    """Of a dossier that one of the token's units handles."""
    return _out(_mine(caller(request), id))


@router.post("/reuses/{id}/undo", response=ReuseOut, summary="Take it back")
def undo(request: HttpRequest, id: Id, body: UndoAsked, key: Key) -> HttpResponse:
    """On the day on which it was written (409 `day-over` later). A second time changes nothing."""
    asking = caller(request)
    _mine(asking, id)
    asked = ["undo", id, body.model_dump(mode="json")]
    return once(asking, key, asked, lambda: Answer(200, _out(ledger.undo(id, asking.actor, body.reason))))


_ZIP = {
    "responses": {
        200: {
            "description": "The package",
            "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
        }
    }
}


@router.get("/reuses/{id}/package.zip", openapi_extra=_ZIP, summary="The package of a component")
def fetch(request: HttpRequest, id: Id, why: Reason) -> HttpResponseBase:
    """Archive PDF, metadata as JSON and XML, certificate of provenance and checksums; the same bytes each time."""
    asking = caller(request)
    entry = _mine(asking, id)
    asking.open(entry.result, why, Right.REUSE)
    if entry.undone is not None:
        raise not_there()
    with store().open(entry.vouched.archive_key) as archive:
        return handed_out(package.file_name(entry), "application/zip", lambda to: package.write(entry, archive, to))


def _mine(asking: Caller, id: int) -> Reuse:
    """An entry of a dossier of the caller's units, whose result they may use; otherwise it is not there (404)."""
    entry = entries.entry(id)
    asking.require_in(Right.REUSE, entry.unit)
    asking.require(Right.REUSE, entry.result)
    return entry


def _person(body: CheckAsked) -> Person:
    return Person(body.person.name, tuple(body.person.ids))


def _out(entry: Reuse) -> ReuseOut:
    return ReuseOut(
        id=entry.id,
        state="undone" if entry.undone else "used",
        result=entry.result,
        edition=entry.vouched.edition,
        dossier=entry.dossier,
        ordinal=entry.ordinal,
        unit=entry.unit,
        procedure=entry.procedure,
        person=entry.person,
        warnings=list(entry.warnings),
        reason=entry.reason,
        actor=entry.actor,
        time=entry.time.replace(microsecond=0),
        undone=entry.undone.replace(microsecond=0) if entry.undone else None,
        package=f"/api/v1/reuses/{entry.id}/package.zip",
        portal=Portal.model_validate(metadata.portal_flags(entry)),
    )
