"""The public page of a certified copy: whether number, issuer and date are genuine, and valid now. Nothing else.

It needs no account, reads and sets no cookie but that of the language, and is to be kept by nobody: neither by caches
nor by search engines. What was asked for and does not exist answers like what never did. How often one address may ask
is counted in this process's memory; guessing is hopeless anyway (160 random bits), so this only spares the database.
"""

from __future__ import annotations

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from catalog.dossiers import local_day
from reuse import copies
from web.rights import public

PER_MINUTE = 60
"""Questions that one address may ask in a minute: a desk that checks a stack of copies needs fewer."""
_HEADERS = {"X-Robots-Tag": "noindex, nofollow, noarchive", "Referrer-Policy": "no-referrer"}


@public
@require_safe
def genuine(request: HttpRequest, token: str) -> HttpResponse:
    """What whoever holds a copy may know of it."""
    if _too_many(request.META.get("REMOTE_ADDR", "")):
        return _page({"busy": True}, 429, {"Retry-After": "60"})
    found = copies.genuine(token)
    if found is None:
        return _page({"unknown": True}, 404)
    if found.withdrawn:
        return _page({"withdrawn": True}, 200)
    return _page({"found": found, "today": local_day()}, 200)


def _page(context: dict[str, object], status: int, headers: dict[str, str] | None = None) -> HttpResponse:
    """The page, made without the request: so nothing in it can ask who is signed in, or set a cookie."""
    text = render_to_string("web/genuine.html", context)
    return HttpResponse(text, status=status, headers=_HEADERS | (headers or {}))


def _too_many(address: str) -> bool:
    key = f"genuine:{address}"
    if cache.add(key, 1, timeout=60):
        return False
    try:
        return cache.incr(key) > PER_MINUTE
    except ValueError:  # its minute has just ended
        return False
