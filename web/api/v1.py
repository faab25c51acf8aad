"""Version 1 of the interface: its parts, its OpenAPI, its addresses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import URLPattern, path
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from web.api import dossiers, holders, intakes, problems, reports, results, reuses, search, webhooks
from web.api.asking import Bearer
from web.api.problems import MEDIA_TYPE, ProblemError, ProblemOut
from web.rights import public

_ABOUT = (
    "Results of administrative procedures: find them, use them in dossiers, bring new ones in. "
    "Calls carry a token (`Authorization: Bearer sohoa_…`); what it may not see answers 404. "
    "Errors are problems (RFC 9457) with a stable `code`."
)
_ALWAYS = {400: "Malformed", 401: "No good token", 404: "Not there", 405: "Method", 429: "Too often", 503: "Away"}
_SOMETIMES = {403: "A reason is needed", 413: "Too big", 422: "Not as it must be"}
_WRITES = {409: "Conflict"}


class Api(NinjaAPI):
    """The interface, whose OpenAPI names the problems of every operation."""

    def get_openapi_schema(self, *args: Any, **kwargs: Any) -> OpenAPISchema:
        """The OpenAPI of all operations."""
        schema = super().get_openapi_schema(*args, **kwargs)
        problem = ProblemOut.model_json_schema(ref_template="#/components/schemas/{model}")
        schema["components"]["schemas"] |= problem.pop("$defs", {}) | {"Problem": problem}
        content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        for operations in schema["paths"].values():
            for method, operation in operations.items():
                told = _ALWAYS | _SOMETIMES | (_WRITES if method != "get" else {})
                for status, text in told.items():
                    operation["responses"].setdefault(status, {"description": text, "content": content})
        return schema


api = Api(
    title="sohoa",
    version="1",
    description=_ABOUT,
    auth=Bearer(),
    docs_url=None,
    urls_namespace="api",
    servers=[{"url": "/"}],
)
problems.install(api)
for part in (search, results, holders, reuses, intakes, dossiers, webhooks, reports):
    api.add_router("", part.router)


def _opened(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """`view` for everybody, since tokens are looked at inside; a method that it lacks is a problem as well."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            response = view(request, *args, **kwargs)
        except Http404:  # of ninja's own views, which are not operations
            return problems.answer(problems.not_there())
        if response.status_code != 405:
            return response
        allowed = {"Allow": response.headers.get("Allow", "")}
        return problems.answer(ProblemError(405, "method", "this address does not know that method", allowed))

    return public(answered)


def _unknown(request: HttpRequest, rest: str = "") -> HttpResponseBase:
    return problems.answer(problems.not_there())


_unknown.csrf_exempt = True  # type: ignore[attr-defined]


def _patterns() -> Iterator[URLPattern]:
    for pattern in api.urls[0]:
        assert isinstance(pattern, URLPattern) and pattern.callback is not None
        pattern.callback = _opened(pattern.callback)
        yield pattern
    yield path("<path:rest>", public(_unknown), name="unknown")


patterns: list[URLPattern] = list(_patterns())
"""To be included under ``api/v1/``."""
