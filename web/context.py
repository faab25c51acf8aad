"""What every page knows: who is signed in, what they may do, and where they are."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, Final

from django.http import HttpRequest

from accounts.rights import Right
from reuse import notices
from web.reuse_ledger import sight
from web.rights import access

MOST: Final = 100
"""Unseen changes that are counted."""
_CHANGED = "_sohoa_changed"


def frame(request: HttpRequest) -> dict[str, Any]:
    """``may``: right → whether it is held anywhere; ``place``: name of the address; ``signed_in``; and
    ``changed_since_used``, how many results that were.
    """
    known = access(request)
    match = request.resolver_match
    return {
        "may": {right.value: known.anywhere(right) for right in Right},
        "place": match.url_name if match else "",
        "signed_in": bool(known.actor),
        "changed_since_used": _changed(request),
    }


def _changed(request: HttpRequest) -> Callable[[], int]:
    """How many used results changed since, unseen: asked by the pages that show it alone, once a request."""
    if not hasattr(request, _CHANGED):
        known = access(request)
        count = cache(lambda: notices.count(known.where(Right.REUSE), sight(known), MOST))
        setattr(request, _CHANGED, count if known.anywhere(Right.REUSE) else int)
    counted: Callable[[], int] = getattr(request, _CHANGED)
    return counted
