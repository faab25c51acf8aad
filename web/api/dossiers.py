"""Dossiers as they happen, with their components and what they ended in; and lines of registers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router, Schema
from pydantic import Field

from accounts.rights import Right
from catalog import checks, dossiers, results
from catalog.refusals import RefusedChangeError
from catalog.states import Standing
from catalog.values import today
from core.errors import NotFoundError
from registers import dossiers as kept
from registers import listing, making, pushing
from registers.dossiers import MOST_COMPONENTS
from registers.listing import Sight
from registers.making import Facts
from registers.pushing import MOST_LINES
from registers.records import DossierRow, NewComponent, NewDossier
from registers.refusals import Refusal, RefusedRegisterError
from registers.rows import EARLIEST
from registers.states import ComponentState
from web.api.asking import Caller, caller
from web.api.once import Answer, Key, once
from web.api.records import Asked

router = Router(tags=["registers"])
Code = Annotated[str, Path(max_length=200, description="Code of the dossier, like H61.12.3-230420-0001")]
UnitCode = Annotated[str, Path(max_length=64, description="Code of the unit")]
_PROCEDURE = r"^([0-9A-Za-z][0-9A-Za-z._-]*)?$"


class ComponentIn(Asked):
    """One of the papers that make up a dossier."""

    name: str = Field(min_length=1, max_length=1000)
    state: Literal["none", "digitized", "reused", "reused_portal"] = Field(
        "none", description="`reused_portal`: taken from the national portal's repository"
    )
    result: int | None = Field(None, ge=1, le=2**53, description="The result that was re-used, where it is one of ours")


class LineIn(Asked):
    """One issued result. Empty: not known."""

    number: str = Field("", max_length=200)
    register_number: str = Field("", max_length=200, description="Number in the book of certificates")
    document_type: str = Field("", max_length=1000)
    subject: str = Field("", max_length=4000)
    sector: str = Field("", max_length=400)
    issuer: str = Field("", max_length=400, description="Where it is not the unit itself")
    procedure: str = Field("", max_length=64, pattern=_PROCEDURE)
    dossier: str = Field("", max_length=100)
    issue_date: date | None = None
    holder: str = Field("", max_length=4000)
    co_holder: str = Field("", max_length=4000)
    holder_id: str = Field("", max_length=40)
    co_holder_id: str = Field("", max_length=40)
    valid_from: date | None = Field(None, description="Without it, its day of issue")
    expiry_date: date | None = Field(None, description="Last day of validity")
    validity: str = Field("", max_length=200, description="In words, like `12 tháng`")
    status: Literal["in_force", "revoked", "replaced"] = "in_force"


class DossierIn(Asked):
    """A dossier as it is now: what is left out is not known."""

    unit: str = Field(max_length=64, description="Code of the unit that received it")
    procedure: str = Field("", max_length=64, pattern=_PROCEDURE)
    received: date
    resolved: date | None = None
    returns_paper: bool | None = Field(None, description="Whether it ends in a paper; null: as its procedure says")
    result_digitized: bool = Field(False, description="A result file is attached in the one-stop software")
    shared: bool = Field(False, description="The result's link was synchronised to the national repository")
    applicant: str = Field("", max_length=1000)
    applicant_id: str = Field("", max_length=40)
    components: list[ComponentIn] | None = Field(
        None, max_length=MOST_COMPONENTS, description="All of them in their order; null: they stay as they are"
    )
    lines: list[LineIn] = Field([], max_length=50, description="The results that it ended in")
    withdrawn: bool = Field(False, description="Taken in by mistake: it counts as never received")


class LinesIn(Asked):
    """Lines of a register."""

    lines: list[LineIn] = Field(min_length=1, max_length=MOST_LINES)


class ComponentOut(Schema):
    """A component."""

    ordinal: int
    name: str
    state: Literal["none", "digitized", "reused", "reused_portal"]
    result: int | None


class EndedOut(Schema):
    """A line of the register that a dossier ended in."""

    id: int
    number: str
    document_type: str
    issue_date: date | None
    result: int | None = Field(description="Id of the digitized result; null: none is known")
    withdrawn: bool


class DossierOut(Schema):
    """A dossier."""

    code: str
    unit: str
    procedure: str
    received: date
    resolved: date | None
    returns_paper: bool
    result_digitized: bool
    shared: bool
    applicant: str = Field(description="Empty where it ended in something confidential that the token may not see")
    applicant_id: str
    withdrawn: bool
    components: list[ComponentOut]
    lines: list[EndedOut]


class LinesOut(Schema):
    """What became of lines."""

    new: int
    changed: int
    same: int


@router.put("/dossiers/{code}", response=DossierOut, summary="Tell of a dossier")
def put(request: HttpRequest, code: Code, body: DossierIn, key: Key) -> HttpResponse:
    """Sent whenever something about the dossier changes, all of it each time; the same again changes nothing.

    The lines that it ended in come into the unit's register. 409 `other-unit` where another unit received it.
    """
    asking = caller(request)
    asking.require_in(Right.REGISTER, body.unit)
    parsed = dossiers.parse(code).code

    def act() -> Answer:
        facts = _facts(body.lines, body.unit, parsed, body.procedure)
        pushing.put(_dossier(parsed, body, asking), facts, asking.actor)
        return Answer(200, _out(kept.show(parsed), asking))

    return once(asking, key, ["dossier", parsed, body.model_dump(mode="json")], act)


@router.get("/dossiers/{code}", response=DossierOut, summary="A dossier")
def show(request: HttpRequest, code: Code) -> DossierOut:
    """Of a unit for whose register the token is good."""
    asking = caller(request)
    found = kept.show(dossiers.tidied(code))
    asking.require_in(Right.REGISTER, found.unit)
    return _out(found, asking)


@router.post("/registers/{unit}/lines", response=LinesOut, summary="Tell of issued results")
def lines(request: HttpRequest, unit: UnitCode, body: LinesIn, key: Key) -> HttpResponse:
    """At most 1,000 lines, all or none of which are taken; lines that are known already are updated."""
    asking = caller(request)
    asking.require_in(Right.REGISTER, unit)

    def act() -> Answer:
        pushed = pushing.push(unit, _facts(body.lines, unit, "", ""), asking.actor)
        return Answer(200, LinesOut(new=pushed.new, changed=pushed.changed, same=pushed.same))

    return once(asking, key, ["lines", unit, body.model_dump(mode="json")], act)


def _dossier(code: str, body: DossierIn, asking: Caller) -> NewDossier:
    for name in ("received", "resolved"):
        day = getattr(body, name)
        if day is not None and not EARLIEST <= day <= today():
            raise RefusedRegisterError(Refusal.DAYS, f"{name}: {day} cannot be", name)
    for at, one in enumerate(body.components or ()):
        if one.result is not None and not _sees(asking, one.result):
            message = f"there is no result {one.result}, or none that this token may see"
            raise RefusedRegisterError(Refusal.RESULT, message, f"components.{at}.result")
    procedures = making.procedures()
    procedure = procedures.find(body.procedure) or body.procedure
    paper = body.returns_paper if body.returns_paper is not None else procedures.returns_paper.get(procedure)
    return NewDossier(
        code=code,
        unit=body.unit,
        received=body.received,
        resolved=body.resolved,
        procedure=procedure,
        returns_paper=paper,
        result_digitized=body.result_digitized,
        shared=body.shared,
        applicant=checks.typed(body.applicant),
        applicant_id=checks.typed(body.applicant_id),
        components=None if body.components is None else tuple(map(_component, body.components)),
        withdrawn=body.withdrawn,
    )


def _component(one: ComponentIn) -> NewComponent:
    return NewComponent(checks.typed(one.name), ComponentState(one.state), one.result)


def _sees(asking: Caller, result: int) -> bool:
    try:
        unit, confidential = results.place(result)
    except NotFoundError:
        return False
    return asking.access.may(Right.SEE, unit, confidential)


def _facts(given: Sequence[LineIn], unit: str, dossier: str, procedure: str) -> list[Facts]:
    """The lines, checked; those of a dossier take its code and procedure."""
    found = []
    for at, one in enumerate(given):
        told: dict[str, Any] = {
            name: checks.typed(text)
            for name, text in one.model_dump().items()
            if isinstance(text, str) and name not in {"status", "holder_id", "co_holder_id"}
        }
        _days(one, at)
        told["dossier"] = dossier or dossiers.tidied(told["dossier"])
        told["procedure"] = told["procedure"] or procedure
        ids: dict[str, Any] = {
            name: _identity(getattr(one, name), f"lines.{at}.{name}") for name in ("holder_id", "co_holder_id")
        }
        dated: dict[str, Any] = {name: getattr(one, name) for name in ("issue_date", "valid_from", "expiry_date")}
        found.append(Facts(unit=unit, **told, **ids, **dated, status=Standing(one.status)))
    return found


def _days(one: LineIn, at: int) -> None:
    issued, start = one.issue_date, one.valid_from or one.issue_date
    if issued and not EARLIEST <= issued <= today():
        raise RefusedRegisterError(Refusal.DAYS, f"{issued} cannot be its day of issue", f"lines.{at}.issue_date")
    if one.expiry_date and start and one.expiry_date < start:
        raise RefusedRegisterError(Refusal.DAYS, "it expires before it begins", f"lines.{at}.expiry_date")


def _identity(text: str, field: str) -> str:
    if not text.strip():
        return ""
    try:
        return checks.identity_number(checks.typed(text), field)
    except RefusedChangeError:
        # The number itself is not repeated: problems end up in logs.
        message = "neither a CMND (9 digits), a CCCD (12 digits) nor a tax code"
        raise RefusedRegisterError(Refusal.VALUE, message, field) from None


def _out(row: DossierRow, asking: Caller) -> DossierOut:
    sight = Sight(asking.access.where(Right.REGISTER), asking.access.confidential)
    ended, hidden = listing.of_dossier(row.code, row.unit, sight)
    return DossierOut(
        code=row.code,
        unit=row.unit,
        procedure=row.procedure,
        received=row.received,
        resolved=row.resolved,
        returns_paper=row.returns_paper,
        result_digitized=row.result_digitized,
        shared=row.shared,
        applicant="" if hidden else row.applicant,
        applicant_id="" if hidden else row.applicant_id,
        withdrawn=row.withdrawn is not None,
        components=[
            ComponentOut(ordinal=one.ordinal, name=one.name, state=one.state.value, result=one.result)
            for one in row.components
        ],
        lines=[
            EndedOut(
                id=one.id,
                number=one.number,
                document_type=one.document_type,
                issue_date=one.issue_date,
                result=one.result,
                withdrawn=one.withdrawn is not None,
            )
            for one in ended
        ],
    )
