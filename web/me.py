"""What a person sees of themselves: what they may do, and the ways to change password and second factor."""

from __future__ import annotations

from allauth.mfa.adapter import get_adapter
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY
from allauth.mfa.utils import is_mfa_enabled
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts import people
from catalog import units
from web.people import shown
from web.rights import signed_in


@signed_in
@require_safe
def me(request: HttpRequest) -> HttpResponse:
    """Name, roles, password, second factor."""
    person = people.show(int(request.user.pk or 0))
    context = {
        "person": person,
        "memberships": shown(person.memberships, units.names()),
        "second_factor": is_mfa_enabled(request.user),
    }
    return render(request, "web/me.html", context)


@signed_in
@require_safe
def app_picture(request: HttpRequest) -> HttpResponse:
    """The QR code that an authenticator app takes its secret from; only while one is being set up."""
    secret = request.session.get(SECRET_SESSION_KEY)
    if not secret:
        raise Http404
    adapter = get_adapter()
    return HttpResponse(adapter.build_totp_svg(adapter.build_totp_url(request.user, secret)), "image/svg+xml")
