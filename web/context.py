"""What every page knows: who is signed in, what they may do, and where they are."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from accounts.rights import Right
from web.rights import access


def frame(request: HttpRequest) -> dict[str, Any]:
    """``may``: right → whether it is held anywhere; ``place``: name of the address; ``signed_in``."""
    known = access(request)
    match = request.resolver_match
    return {
        "may": {right.value: known.anywhere(right) for right in Right},
        "place": match.url_name if match else "",
        "signed_in": bool(known.actor),
    }
