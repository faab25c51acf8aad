"""What is sent is bounded while it comes in: nobody fills the disk with a piece without end."""

from __future__ import annotations

import asyncio
import json
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
        self.body = b""
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
        self.body += message.get("body", b"")


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


def test_the_counter_and_its_programs_bring_whole_files() -> None:
    for path in ("/intake/", "/api/v1/results"):
        asked = Asked(path, 40, 40 * CHUNK)
        assert (asked.seen, asked.status) == (40 * CHUNK, 200)
    assert Asked("/bought-in/new/", 20, 20 * CHUNK).status == 200
    assert Asked("/bought-in/new/", 22, 22 * CHUNK).status == 413


@pytest.mark.parametrize("path", ["/", "/sign-in/", "/api/v1/results/search", "/intake/1/", "/no/such/address", ""])
def test_every_other_address_takes_no_more_than_a_form(path: str) -> None:
    endless = Asked(path, 10_000)
    assert (endless.status, endless.broken) == (413, True) and endless.seen <= 3 * CHUNK
    declared = Asked(path, 1, 3 * CHUNK)
    assert (declared.status, declared.seen) == (413, 0)
    assert Asked(path, 2, 2 * CHUNK).status == 200


def test_programs_are_told_as_of_every_other_problem() -> None:
    assert json.loads(Asked("/api/v1/reuses", 10).body)["code"] == "too-big"


def test_a_request_over_the_wire_is_answered_before_it_ends() -> None:
    """A server of our own kind; it must say 413 while the request still goes on."""
    import socket
    import threading

    import uvicorn

    async def reader(scope: dict[str, Any], receive: Any, send: Any) -> None:
        while (message := await receive())["type"] != "http.disconnect":
            if not message["more_body"]:
                await send({"type": "http.response.start", "status": 200})
                await send({"type": "http.response.body", "body": b""})
                return

    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(bounded(reader), lifespan="off", log_level="warning", ws="none"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            with socket.create_connection(listening.getsockname(), timeout=20) as client:
                client.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
                for _chunk in range(3):
                    client.sendall(f"{CHUNK:x}\r\n".encode() + bytes(CHUNK) + b"\r\n")
                assert client.recv(100).startswith(b"HTTP/1.1 413")
        finally:
            server.should_exit = True
            thread.join()
