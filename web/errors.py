"""The pages for what went wrong. None of them tells anything about the inside."""

from __future__ import annotations

import logging
import sys
from typing import Final

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import ServiceError, SohoaError, StorageError
from web.api.problems import away as problem

RETRY_SECONDS: Final = "30"
"""After how long a program may ask again, where something is away."""
_TITLES: Final = {
    "database": gettext_lazy("The database cannot be reached at the moment"),
    "storage": gettext_lazy("The store of the files cannot be reached, or is full, at the moment"),
    "search": gettext_lazy("Search cannot be reached at the moment"),
    "": gettext_lazy("Not available at the moment"),
}
_AWAY = (OperationalError, InterfaceError, ServiceError, StorageError)
_log = logging.getLogger("sohoa.web")


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The address of the page is not understood."""
    return _page(request, 400, _("This address is not understood"), _("Go back to the search and try again."))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """There is no such page or result."""
    return _page(
        request, 404, _("There is no such page"), _("The result may have another number. Search for it again.")
    )


def failed(request: HttpRequest) -> HttpResponse:
    """A fault of ours; or of what is away, where not a view but something around it has met that."""
    error = sys.exc_info()[1]
    if isinstance(error, _AWAY):
        return unavailable(request, error)
    return _page(
        request, 500, _("Something went wrong"), _("Try again. If it happens again, tell whoever runs this program.")
    )


def unavailable(request: HttpRequest, error: BaseException) -> HttpResponse:
    """Something that the pages need is away: which, that nothing is lost, and when to try again.

    The page asks the database for nothing, not even who is signed in: it may be what is away.
    """
    _log.error("%s", error)  # may name addresses, so it is for the operator alone
    what = away(error)
    if request.path.startswith("/api/"):
        return problem(what)
    html = render_to_string("web/away.html", {"title": _TITLES[what], "known": bool(what)})
    return HttpResponse(html, status=503, headers={"Retry-After": RETRY_SECONDS})


def away(error: BaseException) -> str:
    """What is away: ``database``, ``storage``, ``search``; empty where `error` does not tell."""
    if isinstance(error, SohoaError) and error.away in _TITLES and error.away:
        return error.away
    if isinstance(error, OperationalError | InterfaceError):
        return "database"
    return away(error.__cause__) if error.__cause__ else ""


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """What was sent does not come from a page of ours, or from one that is too old."""
    text = _("This page was open for too long, or cookies are forbidden. Go back, reload it and try again.")
    return _page(request, 403, _("What was sent was not accepted"), text)


def _page(request: HttpRequest, status: int, title: str, text: str) -> HttpResponse:
    # nothing is counted for the navigation: the catalog itself may be what is away
    told = {"title": title, "text": text, "changed_since_used": 0, "outages": ()}
    try:
        return render(request, "web/error.html", told, status=status)
    except _AWAY as error:
        return unavailable(request, error)
