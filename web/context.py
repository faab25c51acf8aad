"""What every page knows: who is signed in, what they may do, and where they are."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from django.http import HttpRequest

from accounts.access import Access
from accounts.rights import Right
from core import outages
from reuse import notices
from web import places
from web.reuse_ledger import sight
from web.rights import access
from web.unseen import remembered

_TOLD: Final = (Right.ADD, Right.ARCHIVE, Right.CORRECT, Right.MANAGE)
"""Who holds one of these is told of what is away: their work waits for it."""
MOST: Final = 100
"""Unseen changes that are counted."""


def frame(request: HttpRequest) -> dict[str, Any]:
    """``may``: right → whether it is held anywhere; ``place``: name of the address; ``places`` and ``inner_places``:
    where one can go (`web.places`); ``signed_in``; ``changed_since_used``, how many results that were; and
    ``outages``: what work waits for, for staff.
    """
    known = access(request)
    match = request.resolver_match
    name = (match.url_name or "") if match else ""
    may = {right.value: known.anywhere(right) for right in Right}
    outer, inner = places.shown(may, name)
    return {
        "may": may,
        "place": name,
        "places": outer,
        "inner_places": inner,
        "signed_in": bool(known.actor),
        "changed_since_used": _changed(request),
        "outages": outages.current() if any(may[right.value] for right in _TOLD) else (),
    }


def _changed(request: HttpRequest) -> Callable[[], int]:
    """How many used results changed since, unseen: asked by the pages that show it alone."""
    known = access(request)
    if not known.anywhere(Right.REUSE):
        return int
    return lambda: remembered(request, partial(_count, known))


def _count(known: Access) -> int:
    return notices.count(known.where(Right.REUSE), sight(known), MOST)
