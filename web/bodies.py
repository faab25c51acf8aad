"""What is sent to us is bounded while it comes in, not after: Django reads a request whole before any view sees it.

Threat model: a browser, or a program in its place, that sends a piece of a file without end and fills the disk. Pages
that take files in one go (new results from the counter) have bounds of their own.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from staging.upload_records import MOST_IN_A_PIECE

_PATHS = ("/uploads/", "/batches/")
_MOST = MOST_IN_A_PIECE + 1_000_000
"""Bytes of a piece, or of a form with a long slip in it."""
_DROPPED = {"type": "http.disconnect"}

Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[dict[str, Any], Receive, Send], Awaitable[None]]


def bounded(application: Application) -> Application:
    """The application, which never gets more than a piece of a file at those addresses that take pieces."""

    async def same(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not str(scope["path"]).startswith(_PATHS):
            await application(scope, receive, send)
        elif _declared(scope) > _MOST:
            await send({"type": "http.response.start", "status": 413, "headers": [(b"content-length", b"0")]})
            await send({"type": "http.response.body", "body": b""})
        else:
            await application(scope, _counted(receive), send)

    return same


def _counted(receive: Receive) -> Receive:
    """The same, which breaks off when more comes than was to be expected."""
    count = 0

    async def counted() -> Message:
        nonlocal count
        message = await receive()
        count += len(message.get("body", b""))
        return _DROPPED if count > _MOST else message

    return counted


def _declared(scope: dict[str, Any]) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() else 0
    return 0
