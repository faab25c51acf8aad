"""How long somebody stays signed in: a working day at most, less without a sign of them, and no longer than they want.

Threat model: a desk that its clerk left; a session that was stolen; somebody who was suspended. The key of a session is
new after each signing in (Django), sessions that were begun before somebody signed out everywhere, or was suspended,
are over at their next request, and a changed password ends all others (Django). Accepted: a page that follows a batch
by itself is a sign of somebody.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final

from django.conf import settings as django_settings
from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts import people
from core.settings import settings
from web.rights import access, signed_in

SHIFT: Final = 10 * 3600
"""Seconds after which one has to sign in again, whatever one does: a working day."""
_BEGUN, _SEEN = "sohoa_begun", "sohoa_seen"
_NOTED_EVERY = 60.0
"""Seconds between two notes of a sign of life: each is a write."""


def begin(sender: object, request: HttpRequest, **more: Any) -> None:
    """Note when a session began; to be told of each signing in."""
    request.session[_BEGUN] = request.session[_SEEN] = time.time()


user_logged_in.connect(begin, dispatch_uid="sohoa.sessions")


class Sessions:
    """Signs out whose session is over, before anything else looks at who asks."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer as to somebody who is signed in, or is not any more."""
        # who sends no cookie has no session: pages for everybody are the same for all, and may be kept by proxies
        if django_settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            moment = time.time()
            if _over(request, moment):
                logout(request)
            elif moment - request.session.get(_SEEN, 0.0) > _NOTED_EVERY:
                request.session.setdefault(_BEGUN, moment)
                request.session[_SEEN] = moment
        return self._get_response(request)


def _over(request: HttpRequest, moment: float) -> bool:
    begun = float(request.session.get(_BEGUN, moment))
    seen = float(request.session.get(_SEEN, moment))
    ended = getattr(request.user, "sessions_from", None)
    if ended is not None and begun < ended.timestamp():
        return True
    return moment - begun > SHIFT or moment - seen > settings().idle_minutes * 60


@signed_in
@require_POST
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    """End all sessions of the person who asks, this one too."""
    people.end_sessions(int(request.user.pk or 0), access(request).actor)
    logout(request)
    return redirect("account_login")
