"""What went wrong, as ``application/problem+json`` (RFC 9457), from every fault: ours, Django's and ninja's.

A program decides by `code`, which is stable; `detail` is a line for people. What was sent is never repeated, since it
may hold names and numbers of people, and problems end up in logs.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from pydantic import ConfigDict, Field

from catalog.dossiers import DossierCodeError
from catalog.refusals import Refusal, RefusedChangeError
from core.errors import NotFoundError, ServiceError, SohoaError, StorageError, UsageError
from pipeline.intake import RefusedFile
from registers.refusals import Refusal as RegisterRefusal
from registers.refusals import RefusedRegisterError
from reuse.ledger import ConflictError, NotAllowedError
from reuse.records import Check
from web.taking_in import OnDeskError

MEDIA_TYPE = "application/problem+json"
_log = logging.getLogger("sohoa.web")


class Finding(Schema):
    """Something that speaks against what was asked for."""

    code: str
    detail: str = ""


class Place(Schema):
    """Where in a request something is wrong."""

    where: list[str]
    """Part of the request, then the names that lead there: ``["body", "person", "name"]``."""
    code: str
    detail: str


class ProblemOut(Schema):
    """What went wrong."""

    model_config = ConfigDict(extra="allow")
    type: str
    """``urn:sohoa:problem:`` and the code."""
    title: str
    status: int
    code: str
    detail: str = ""
    field: str = ""
    """The field that is meant, where one is."""
    errors: list[Place] = Field(default_factory=list)
    problems: list[Finding] = Field(default_factory=list)
    """What forbids the use of a result."""
    warnings: list[Finding] = Field(default_factory=list)
    """What needs a reason."""


class ProblemError(Exception):
    """Something to be answered instead; `code` is stable."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str = "",
        headers: Mapping[str, str] | None = None,
        more: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail = status, code, detail
        self.headers, self.more = dict(headers or {}), dict(more or {})


def answer(problem: ProblemError) -> HttpResponse:
    """The problem as it is sent."""
    told: dict[str, object] = {
        "type": f"urn:sohoa:problem:{problem.code}",
        "title": HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "code": problem.code,
        **({"detail": problem.detail} if problem.detail else {}),
        **{name: value for name, value in problem.more.items() if value},
    }
    content = json.dumps(told, ensure_ascii=False).encode()
    return HttpResponse(content, status=problem.status, content_type=MEDIA_TYPE, headers=problem.headers)


def not_there() -> ProblemError:
    """What is not there, or not for the caller: the same answer."""
    return ProblemError(404, "not-found", "there is no such thing, or none that this token may see")


def away(what: str) -> HttpResponse:
    """The answer while `what` (``database``, ``storage``, ``search``; empty: something) is away."""
    return answer(_away(what))


def install(api: NinjaAPI) -> None:
    """Let `api` answer every fault with a problem."""
    for kind, make in _MADE.items():
        api.add_exception_handler(kind, _handler(make))


def findings(check: Check) -> dict[str, list[dict[str, str]]]:
    """What a check found, as plain values."""
    return {
        name: [{"code": f.found.value, "detail": f.detail} for f in found]
        for name, found in (("problems", check.problems), ("warnings", check.warnings))
    }


def _handler(make: Callable[[Any], ProblemError]) -> Callable[[HttpRequest, Any], HttpResponse]:
    return lambda request, error: answer(make(error))


def _unauthenticated(error: Exception) -> ProblemError:
    detail = "send a token that is good: Authorization: Bearer sohoa_…"
    return ProblemError(401, "token", detail, {"WWW-Authenticate": 'Bearer realm="sohoa"'})


def _invalid(error: ValidationError) -> ProblemError:
    places = [
        {"where": [str(part) for part in one["loc"]], "code": str(one["type"]), "detail": str(one["msg"])}
        for one in error.errors
    ]
    return ProblemError(422, "invalid", "the request is not as it must be", more={"errors": places})


def _refused(error: RefusedChangeError) -> ProblemError:
    code = error.refusal.value.replace("_", "-")
    return ProblemError(409 if error.refusal is Refusal.STALE else 422, code, str(error), more={"field": error.field})


def _register(error: RefusedRegisterError) -> ProblemError:
    status = 409 if error.refusal in {RegisterRefusal.OTHER_UNIT, RegisterRefusal.AT_WORK} else 422
    return ProblemError(status, error.refusal.value.replace("_", "-"), str(error), more={"field": error.field})


def _not_allowed(error: NotAllowedError) -> ProblemError:
    return ProblemError(422, "not-usable", str(error), more=findings(error.check))


def _conflict(error: ConflictError) -> ProblemError:
    return ProblemError(409, error.conflict.value.replace("_", "-"), str(error))


def _unavailable(error: Exception) -> ProblemError:
    _log.error("%s", error)  # may name addresses, so it is for the operator alone
    return _away(error.away if isinstance(error, SohoaError) else "database")


def _away(what: str) -> ProblemError:
    detail = f"{what or 'catalog, search or storage'} cannot be used at the moment: try again"
    return ProblemError(503, "unavailable", detail, {"Retry-After": "30"})


def _failed(error: Exception) -> ProblemError:
    _log.error("the interface failed", exc_info=error)
    return ProblemError(500, "failed", "a fault of this program: tell whoever runs it")


_MADE: Mapping[type[Exception], Callable[[Any], ProblemError]] = {
    Exception: _failed,
    ProblemError: lambda error: error,
    AuthenticationError: _unauthenticated,
    ValidationError: _invalid,
    HttpError: lambda error: ProblemError(error.status_code, "malformed", "the request cannot be read"),
    Http404: lambda error: not_there(),
    RequestDataTooBig: lambda error: ProblemError(413, "too-big", "the request is too big"),
    SuspiciousOperation: lambda error: ProblemError(400, "malformed", "the request cannot be read"),
    BadRequest: lambda error: ProblemError(400, "malformed", "the request cannot be read"),
    MultiPartParserError: lambda error: ProblemError(400, "malformed", "the parts of the request cannot be read"),
    UnreadablePostError: lambda error: ProblemError(400, "malformed", "the request ended before its end"),
    NotFoundError: lambda error: not_there(),
    ServiceError: _unavailable,
    StorageError: _unavailable,
    OperationalError: _unavailable,
    InterfaceError: _unavailable,
    DossierCodeError: lambda error: ProblemError(422, "dossier", str(error), more={"field": "dossier"}),
    OnDeskError: lambda error: ProblemError(409, "on-desk", str(error), more={"field": "file", "batch": error.batch}),
    RefusedFile: lambda error: ProblemError(422, f"file-{error.reason}", str(error), more={"field": "file"}),
    RefusedChangeError: _refused,
    RefusedRegisterError: _register,
    NotAllowedError: _not_allowed,
    ConflictError: _conflict,
    UsageError: lambda error: ProblemError(422, "invalid", str(error)),
    SohoaError: _failed,
}
