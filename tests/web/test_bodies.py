"""What is sent is bounded while it comes in: nobody fills the disk with a piece without end."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from staging.upload_records import MOST_IN_A_PIECE
from web.bodies import bounded

CHUNK = 1_000_000


class Asked:
    """One request of `chunks` megabytes, and what the application behind saw of it."""

    def __init__(self, path: str, chunks: int, declared: int | None = None) -> None:
        headers = [] if declared is None else [(b"content-length", str(declared).encode())]
        self._scope: dict[str, Any] = {"type": "http", "path": path, "headers": headers}
        self._left = chunks
        self.seen = 0
        self.broken = False
        self.status = 0
        asyncio.run(bounded(self._application)(self._scope, self._receive, self._send))

    async def _application(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                self.broken = True
                return
            self.seen += len(message["body"])
            more = message["more_body"]
        await send({"type": "http.response.start", "status": 200})

    async def _receive(self) -> Mapping[str, Any]:
        self._left -= 1
        return {"type": "http.request", "body": bytes(CHUNK), "more_body": self._left > 0}

    async def _send(self, message: Mapping[str, Any]) -> None:
        self.status = message.get("status", self.status)


def test_a_piece_comes_through() -> None:
    asked = Asked("/uploads/1/", MOST_IN_A_PIECE // CHUNK, MOST_IN_A_PIECE)
    assert (asked.status, asked.broken) == (200, False)


def test_what_says_that_it_is_too_big_is_not_even_read() -> None:
    asked = Asked("/uploads/1/", 1, 10**12)
    assert (asked.status, asked.seen) == (413, 0)


@pytest.mark.parametrize("path", ["/uploads/1/", "/batches/1/uploads/"])
def test_what_does_not_say_so_is_broken_off_on_its_way(path: str) -> None:
    asked = Asked(path, 10_000)
    assert asked.broken and asked.seen <= MOST_IN_A_PIECE + 2 * CHUNK


def test_other_addresses_have_bounds_of_their_own() -> None:
    assert Asked("/intake/", 40, 40 * CHUNK).seen == 40 * CHUNK
