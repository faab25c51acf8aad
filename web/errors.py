"""The pages for what went wrong. None of them tells anything about the inside."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The address of the page is not understood."""
    return _page(request, 400, _("This address is not understood"), _("Go back to the search and try again."))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """There is no such page or result."""
    return _page(
        request, 404, _("There is no such page"), _("The result may have another number. Search for it again.")
    )


def failed(request: HttpRequest) -> HttpResponse:
    """A fault of ours."""
    return _page(
        request, 500, _("Something went wrong"), _("Try again. If it happens again, tell whoever runs this program.")
    )


def unavailable(request: HttpRequest) -> HttpResponse:
    """A service that the pages need is away."""
    text = _("Search or storage cannot be reached. Whoever runs this program finds out more with: sohoa doctor")
    return _page(request, 503, _("Not available at the moment"), text)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """What was sent does not come from a page of ours, or from one that is too old."""
    text = _("This page was open for too long, or cookies are forbidden. Go back, reload it and try again.")
    return _page(request, 403, _("What was sent was not accepted"), text)


def _page(request: HttpRequest, status: int, title: str, text: str) -> HttpResponse:
    # nothing is counted for the navigation: the catalog itself may be what is away
    return render(request, "web/error.html", {"title": title, "text": text, "changed_since_used": 0}, status=status)
