"""The office's own OpenID Connect server, where the library does not do as the standard says, or fails loudly."""

from __future__ import annotations

import logging
from typing import Any

from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from requests import RequestException

from web.rights import public
from web.signing_in import refused

_log = logging.getLogger("sohoa.web")


class OfficeAdapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """Speaks with the server as its own description asks for."""

    @property
    def basic_auth(self) -> bool:
        """Whether our secret goes into the header: the rule where the server names no way.

        OpenID Connect Discovery 1.0, section 3: ``token_endpoint_auth_methods_supported``.
        """
        ways = self.openid_config.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        return "client_secret_post" not in ways and "client_secret_basic" in ways


@public
def start(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Lead to the server; 404 where none is set, 503 when it is away."""
    return _asked(OAuth2LoginView, request, provider_id)


@public
def back(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Come back from the server, with its word for somebody or without."""
    return _asked(OAuth2CallbackView, request, provider_id)


def _asked(view: Any, request: HttpRequest, provider_id: str) -> HttpResponse:
    try:
        answer: HttpResponse = view.adapter_view(OfficeAdapter(request, provider_id))(request)
    except SocialApp.DoesNotExist:
        raise Http404 from None
    except RequestException as error:
        _log.error("the office's sign-in (SOHOA_OIDC_URL) does not answer as it should: %s", error)
        text = _("The office's server does not answer. Sign in with a password, or try again later.")
        return refused(request, 503, text)
    return answer
