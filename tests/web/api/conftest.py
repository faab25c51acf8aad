"""Programs with tokens of several scopes, on the site of `tests.web`."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from accounts.rights import Right
from tests.web import library
from tests.web.api.listening import Listener
from tests.web.api.support import Program

EVERY = frozenset(Right) - {Right.MANAGE}


@pytest.fixture
def program(site: Path) -> Callable[..., Program]:
    """Makes a program with a token of its own."""
    from accounts import tokens

    made = iter(range(1, 100))

    def with_token(
        unit: str = "H61.12", rights: frozenset[Right] = EVERY, confidential: tuple[str, ...] = ()
    ) -> Program:
        scope = tokens.Scope((unit,) if unit else (), rights, confidential)
        return Program(tokens.add(f"phần mềm {next(made)}", scope, "test")[1])

    return with_token


@pytest.fixture
def one_stop(program: Callable[..., Program]) -> Program:
    """The one-stop software of the district and its commune."""
    return program()


@pytest.fixture
def elsewhere(program: Callable[..., Program]) -> Program:
    """That of another district."""
    return program("H61.13")


@pytest.fixture
def criminal_record(site: Path, tmp_path: Path) -> int:
    """Id of a confidential result of the district."""
    paper = library.Paper(
        values={
            "document_type": "Phiếu lý lịch tư pháp",
            "number": "12/STP-LLTP",
            "issue_date": "2024-02-01",
            "holder": "Lê Văn Tám",
            "holder_id": "087185001234",
        },
        text="PHIẾU LÝ LỊCH TƯ PHÁP SỐ 2",
        name="lltp.pdf",
    )
    return library.put(paper, tmp_path / "record")


@pytest.fixture
def listener(site: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Listener]:
    """Takes what is called back, until the end of the test."""
    from core.settings import settings

    there = Listener()
    there.hold.set()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            there.heard.append((dict(self.headers), body))
            there.called.set()
            there.hold.wait(30)
            self.send_response(there.status)
            for name, value in there.headers.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    there.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("SOHOA_WEBHOOK_NETWORKS", "127.0.0.1/32")
    settings.cache_clear()
    yield there
    there.hold.set()
    server.shutdown()
    server.server_close()
