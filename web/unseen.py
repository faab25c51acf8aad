"""How many changes somebody has not seen yet is remembered for a moment, since every page tells it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, cast

from django.core.cache import cache
from django.http import HttpRequest

KEPT: Final = 30
"""Seconds for which the number is taken from memory: to count it goes through the ledger."""


def remembered(request: HttpRequest, count: Callable[[], int]) -> int:
    """The number for who asks; counted where it is not remembered."""
    return cast("int", cache.get_or_set(_key(request), count, KEPT))


def forget(request: HttpRequest) -> None:
    """They took notice of a change: it is counted anew on their next page."""
    cache.delete(_key(request))


def _key(request: HttpRequest) -> str:
    return f"unseen-changes-{request.user.pk}"
