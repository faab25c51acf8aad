"""What is sent to us is bounded while it comes in, not after: Django reads a request whole before any view sees it.

Threat model: a browser, or a program in its place, signed in or not, that sends a request without end and fills the
disk. Each address takes what its form can hold; the few that take files have larger bounds.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any

from core.settings import settings
from staging.upload_records import MOST_IN_A_PIECE

MOST_FILES = 20
"""Files that are handed in over the counter at once."""
LARGEST_INDEX = 20_000_000
"""Bytes of an index of bought-in work that is sent by a browser."""
LARGEST_REGISTER = 60_000_000
"""Bytes of a register that is sent by a browser: 300,000 rows as a workbook have some 30 million."""
_SMALL = 2_621_440
"""Bytes of a form without files, or of what a program asks: as many as Django takes of these."""
_BESIDE = 1_000_000
"""Bytes of what is sent along with a file, a long slip for instance."""
_PIECES = ("/uploads/", "/batches/")
_INTAKE, _INTAKE_OF_PROGRAMS, _INDEX = "/intake/", "/api/v1/results", "/bought-in/new/"
_REGISTER = "/registers/import/"
_PROBLEM = json.dumps(
    {
        "type": "urn:sohoa:problem:too-big",
        "title": HTTPStatus.REQUEST_ENTITY_TOO_LARGE.phrase,
        "status": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "code": "too-big",
        "detail": "the request is too big",
    }
).encode()
"""What programs are answered, as `web.api.problems` says it."""
_DROPPED = {"type": "http.disconnect"}

Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[dict[str, Any], Receive, Send], Awaitable[None]]


def bounded(application: Application) -> Application:
    """The application, which never gets more than its address takes; whoever sends more is answered 413 at once."""

    async def same(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await application(scope, receive, send)
            return
        exchange = _Exchange(str(scope["path"]), receive, send)
        if _declared(scope) > exchange.most:
            await exchange.refuse()
        else:
            await application(scope, exchange.receive, exchange.send)

    return same


def most(path: str) -> int:
    """Bytes that a request to this address may have."""
    if path.startswith(_PIECES):
        return MOST_IN_A_PIECE + _BESIDE
    file = settings().max_file_bytes
    return {
        _INTAKE: MOST_FILES * file + _BESIDE,
        _INTAKE_OF_PROGRAMS: file + _BESIDE,
        _INDEX: LARGEST_INDEX + _BESIDE,
        _REGISTER: LARGEST_REGISTER + _BESIDE,
    }.get(path, _SMALL)


class _Exchange:
    """A request whose bytes are counted, and its answer."""

    def __init__(self, path: str, receive: Receive, send: Send) -> None:
        self.most = most(path)
        self._text = _PROBLEM if path.startswith("/api/") else b""
        self._receive, self._send = receive, send
        self._count = 0
        self._answered = self._refused = False

    async def receive(self) -> Message:
        """The next message; the request breaks off when more comes than its address takes."""
        message = await self._receive()
        self._count += len(message.get("body", b""))
        if self._count <= self.most:
            return message
        if not self._answered:
            await self.refuse()
        return _DROPPED

    async def send(self, message: Message) -> None:
        """Pass the answer on, unless there was one already."""
        self._answered = True
        if not self._refused:
            await self._send(message)

    async def refuse(self) -> None:
        """Say that this is too much."""
        self._answered = self._refused = True
        kind = b"application/problem+json" if self._text else b"text/plain"
        length = str(len(self._text)).encode()
        headers = [(b"content-type", kind), (b"content-length", length), (b"connection", b"close")]
        status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE.value
        await self._send({"type": "http.response.start", "status": status, "headers": headers})
        await self._send({"type": "http.response.body", "body": self._text})


def _declared(scope: dict[str, Any]) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() else 0
    return 0
