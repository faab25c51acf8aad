"""What holds for every page: safe headers, the reader's language, and faults told plainly."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation

from catalog.refusals import DisposedError
from core.errors import NotFoundError, ServiceError, SohoaError, StorageError
from core.settings import settings
from web import errors, retention_disposals
from web.settings import LANGUAGES

LANGUAGE_COOKIE = "sohoa_language"
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'{elsewhere}; base-uri 'none'; frame-ancestors 'none'"
)
_PDF_POLICY = "frame-ancestors 'none'"
"""Browsers draw a PDF with a page of their own, whose styles the strict policy would forbid."""
_PERMISSIONS = ", ".join(
    f"{name}=()"
    for name in (
        "camera",
        "display-capture",
        "geolocation",
        "microphone",
        "payment",
        "publickey-credentials-get",
        "usb",
    )
)
"""What scripts of our pages may never ask a browser for."""
_UNAVAILABLE = (ServiceError, StorageError, OperationalError, InterfaceError)

GetResponse = Callable[[HttpRequest], HttpResponseBase]


def _policy() -> str:
    """The policy; forms may lead to the office's own sign-in, where there is one (browsers look at redirects, too)."""
    office = urlsplit(settings().oidc_url)
    return _POLICY.format(elsewhere=f" {office.scheme}://{office.netloc}" if office.netloc else "")


class SafetyHeaders:
    """Only our own scripts, styles and images; no frames; nothing kept by caches between reader and us."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Add the headers that are not there yet."""
        response = self._get_response(request)
        pdf = response.headers.get("Content-Type", "").startswith("application/pdf")
        response.headers.setdefault("Content-Security-Policy", _PDF_POLICY if pdf else _policy())
        response.headers.setdefault("X-Frame-Options", "DENY")
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", _PERMISSIONS)
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response


class Language:
    """Vietnamese, unless the reader chose another language by the switch."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer in the language of the cookie."""
        chosen = request.COOKIES.get(LANGUAGE_COOKIE, "")
        with translation.override(chosen if chosen in dict(LANGUAGES) else "vi"):
            response = self._get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or "vi")
        return response


class Faults:
    """Turns our errors into pages: what is not there is 404, a service that is away 503."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer as usual."""
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        """The page for one of our errors; None (Django's own way) for any other."""
        if isinstance(exception, DisposedError):
            return retention_disposals.gone(request, exception)
        if isinstance(exception, NotFoundError):
            return errors.not_found(request)
        if isinstance(exception, _UNAVAILABLE):
            return errors.unavailable(request, exception)
        if isinstance(exception, SohoaError):
            return errors.bad_request(request)
        return None
