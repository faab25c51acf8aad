"""How signing in works here, where it differs from what the library does: nobody signs up by themselves."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import Fernet
from django.conf import settings as django_conf
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.encoding import force_bytes
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core.settings import settings
from web.rights import public

_TOLD = {
    "account/messages/password_changed.txt": gettext_lazy("The password was changed."),
    "account/messages/password_set.txt": gettext_lazy("The password was changed."),
    "mfa/messages/totp_activated.txt": gettext_lazy("The second factor is set up. Keep the recovery codes safe."),
    "mfa/messages/totp_deactivated.txt": gettext_lazy("The second factor was removed."),
    "mfa/messages/recovery_codes_generated.txt": gettext_lazy("New recovery codes were made."),
}


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """People are invited."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Wrong passwords are counted by axes, across processes; the library counts wrong codes."""

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **kwargs: Any
    ) -> None:
        """Told in our own words, and only where something changed."""
        if text := _TOLD.get(message_template or ""):
            messages.add_message(request, level, text)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Nothing is sent: no address is asked for."""


class SocialAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Whoever the office's server vouches for signs in as the person of that user name, who has to be invited first."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Never."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Tie a first sign-in to the invited person whose user name the server tells."""
        if sociallogin.is_existing:
            return
        data = sociallogin.account.extra_data
        claims = (data.get("id_token") or {}) | (data.get("userinfo") or {}) or data
        name = str(claims.get("preferred_username", "")).casefold()
        user = User.objects.filter(username=name, is_active=True).first() if name else None
        if user is None:
            raise ImmediateHttpResponse(refused(request, 403, _("Nobody was invited here under your user name.")))
        sociallogin.connect(request, user)


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets of second factors lie in the catalog under a key that does not: a stolen copy of it opens nothing."""

    def encrypt(self, text: str) -> str:
        """As it is stored."""
        return _safe().encrypt(text.encode()).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        """As it is used."""
        return _safe().decrypt(encrypted_text.encode("ascii")).decode()


def _safe() -> Fernet:
    key = hashlib.sha256(b"sohoa second factors " + force_bytes(django_conf.SECRET_KEY)).digest()
    return Fernet(base64.urlsafe_b64encode(key))


@public
def no_sign_up(request: HttpRequest) -> HttpResponse:
    """The address that the library links to for signing up: not there."""
    raise Http404


def locked_out(request: HttpRequest, credentials: dict[str, Any] | None = None, *args: Any) -> HttpResponse:
    """Told to who gave too many wrong passwords."""
    minutes = round(settings().lock_out_minutes)
    text = _("Too many wrong passwords. Try again in {minutes} minutes.").format(minutes=max(minutes, 1))
    return refused(request, 429, text)


def refused(request: HttpRequest, status: int, text: str) -> HttpResponse:
    """The page that says why nobody was signed in."""
    return render(request, "web/error.html", {"title": _("Signing in was refused"), "text": text}, status=status)
