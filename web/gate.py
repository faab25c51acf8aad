"""The gate before every page: nothing opens that does not say to whom.

Threat model: a page that somebody forgot to protect, an address that is guessed, a session that outlived the right.
So views are closed unless they say otherwise, rights are looked up at each request, and what one may not see answers
like what is not there. Static files come before the gate and are public.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlencode

from django.conf import settings as django_conf
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from accounts.rights import Right
from core.settings import settings
from web import errors, first
from web.rights import PUBLIC, SIGNED_IN, View, access, need_of

SECOND_FACTOR_PAGES: Final = frozenset(
    {"mfa_activate_totp", "mfa_index", "mfa_view_recovery_codes", "mfa_generate_recovery_codes"}
    | {"mfa_download_recovery_codes", "account_reauthenticate", "mfa_reauthenticate", "account_logout", "language"}
)
"""Where somebody who still has to set up a second factor may go."""
_log = logging.getLogger("sohoa.web")


class Gate:
    """Asks each view who may call it, and whether the person who asks may."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer as usual."""
        return self._get_response(request)

    def process_view(
        self, request: HttpRequest, view: View, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        """None: go on; otherwise what is answered instead."""
        need = need_of(view)
        if need == PUBLIC:
            return None
        if need is None:
            _log.error("the view %s does not say who may call it", getattr(view, "__qualname__", view))
            return errors.not_found(request)
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        if need != SIGNED_IN and not access(request).anywhere(Right(need)):
            return errors.not_found(request)
        if _lacks_second_factor(request):
            return HttpResponseRedirect(reverse("mfa_activate_totp"))
        return None


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """Signing in, and back to where one wanted to go; on a new installation, to the hint how to begin."""
    wanted = request.get_full_path() if request.method in {"GET", "HEAD"} else "/"
    page = reverse("first") if first.wanted() else str(django_conf.LOGIN_URL)
    address = page if wanted == "/" or first.wanted() else f"{page}?{urlencode({'next': wanted})}"
    if getattr(request, "htmx", False):  # a part of a page cannot show the form: the whole page goes there
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)


def _lacks_second_factor(request: HttpRequest) -> bool:
    """Whether a second factor is asked for and this person has set none up yet."""
    asked = settings().second_factor
    if asked == "offered" or (asked == "administrators" and not access(request).anywhere(Right.MANAGE)):
        return False
    match = request.resolver_match
    if match is not None and match.url_name in SECOND_FACTOR_PAGES:
        return False
    from allauth.mfa.utils import is_mfa_enabled

    return not is_mfa_enabled(request.user)
