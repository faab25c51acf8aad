"""The switch of language."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

from web.middleware import LANGUAGE_COOKIE
from web.rights import public
from web.settings import LANGUAGES

_YEAR = 365 * 24 * 3600


@public
@require_safe
def switch(request: HttpRequest, code: str) -> HttpResponse:
    """Remember the language `code` and go back to the page in ``next``, which must be one of ours."""
    if code not in dict(LANGUAGES):
        raise Http404
    wanted = request.GET.get("next", "/")
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    response = HttpResponseRedirect(wanted if safe else "/")
    response.set_cookie(LANGUAGE_COOKIE, code, max_age=_YEAR, httponly=True, samesite="Lax")
    return response
