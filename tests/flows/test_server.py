"""The server that runs are reported to: which answers are good, and what is told where there is none."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from core import disk
from core.errors import ServiceError, StorageError
from flows import server
from tests.catalog.support import run_python
from tests.flows.support import UNIT, tiff

COMMAND = """
import catalog, sys
catalog.setup()
from flows import work
from tests.flows.support import plain_process
work.process = plain_process
from cli.main import main
sys.argv = ["sohoa", *sys.stdin.readline().split()]
main()
"""
"""The command itself, with a quick reader in place of the pipeline; its words on standard input."""


@contextmanager
def answering(status: int, body: bytes) -> Iterator[str]:
    """The API of a server that answers everything in the same way."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Not told."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        threading.Thread(target=http.serve_forever, args=(0.02,)).start()
        try:
            yield f"http://127.0.0.1:{http.server_port}/api"
        finally:
            http.shutdown()


def sohoa(words: str, **variables: str) -> tuple[int, str]:
    """How the command ended, and what it wrote on standard error."""
    process = run_python(COMMAND, LANGUAGE="en", **variables)
    _, err = process.communicate(words + "\n", timeout=240)
    return process.returncode, err


@pytest.mark.parametrize(
    ("status", "body", "why"),
    [
        (503, b"", "status 503"),
        (404, b'{"detail":"Not Found"}', "status 404"),
        (500, b"true", "status 500"),
        (200, b"<html>true</html>", "not Prefect's"),
        (200, b"false", "not Prefect's"),
        (200, b"", "not Prefect's"),
        (204, b"", "not Prefect's"),
        (200, b"true" * 1000, "not Prefect's"),
    ],
)
def test_a_server_that_is_not_prefects_or_not_well_is_refused(status: int, body: bytes, why: str) -> None:
    with answering(status, body) as url:
        assert why in server.fault_of(url)
        assert why in server.fault_of(url + "/")


@pytest.mark.parametrize(("status", "body"), [(200, b"true"), (200, b"true\n"), (401, b""), (403, b"who are you?")])
def test_a_server_that_is_well_or_wants_to_know_who_asks_will_do(status: int, body: bytes) -> None:
    with answering(status, body) as url:
        assert server.fault_of(url) == ""
        assert server.fault_of(url.replace("//", "//user:secret@")) == ""


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/api", "127.0.0.1:4200/api", "http://127.0.0.1:x/api", "http://"])
def test_an_address_at_which_nobody_answers_has_a_fault(url: str) -> None:
    assert server.fault_of(url)


def test_a_server_that_speaks_no_http_has_a_fault() -> None:
    code = (
        "import socket; s = socket.create_server(('127.0.0.1', 0)); print(s.getsockname()[1], flush=True); "
        "c = s.accept()[0]; c.recv(9999); c.sendall(b'SSH-2.0-OpenSSH\\r\\n'); c.close()"
    )
    process = run_python(code)
    assert process.stdout is not None
    assert server.fault_of(f"http://127.0.0.1:{process.stdout.readline().strip()}/api")
    process.communicate(timeout=30)


def test_the_secret_of_an_address_is_not_told(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://user:secret@127.0.0.1:9/api")
    with pytest.raises(ServiceError, match=r"PREFECT_API_URL=http://127\.0\.0\.1:9/api \(.+\): start it") as told:
        server.server().__enter__()
    assert "secret" not in str(told.value)


def test_a_run_that_is_to_report_to_a_sick_server_ends_at_once(installed: Path, inbox: Path) -> None:
    tiff(inbox / "a.tif")
    with answering(503, b"") as url:
        code, err = sohoa(f"ingest {inbox} --unit {UNIT}", PREFECT_API_URL=url)
    assert code == ServiceError.exit_code, err
    assert "status 503" in err
    assert "unset PREFECT_API_URL" in err


def test_a_full_home_is_told_before_a_server_is_started(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    monkeypatch.setattr(disk, "TOO_LITTLE", 2**62)
    with pytest.raises(StorageError, match=f"no room in {home}: .* make room there"):
        server.server().__enter__()
    assert not (home / "prefect" / "server.log").exists()


def test_a_server_that_ends_as_it_starts_is_said_to_have_ended(home: Path) -> None:
    with pytest.raises(ServiceError, match=r"ended as it started \(code \d+\): see .*own\.log") as told:
        server.own("own.log", {"PREFECT_LOGGING_LEVEL": "no such level"}).__enter__()
    assert "90 s" not in str(told.value)
    assert "no such level" in (home / "prefect" / "own.log").read_text().lower()


def test_search_that_is_away_costs_one_line_and_no_traceback(installed: Path, inbox: Path) -> None:
    tiff(inbox / "a.tif", pages=2)
    away = "http://127.0.0.1:1"
    code, err = sohoa(f"ingest {inbox} --unit {UNIT} --json", SOHOA_SEARCH_URL=away)
    assert code == 0, err
    assert len(err.splitlines()) <= 5, err
    assert err.count("search is not up to date: no Elasticsearch answers") == 1, err
    code, err = sohoa("reindex", SOHOA_SEARCH_URL=away)
    assert code == ServiceError.exit_code, err
    assert len(err.splitlines()) <= 5, err
    assert "no Elasticsearch answers" in err


def test_who_looks_for_a_fault_still_hears_prefect(installed: Path, inbox: Path) -> None:
    tiff(inbox / "a.tif")
    code, err = sohoa(f"ingest {inbox} --unit {UNIT} --json", PREFECT_LOGGING_LEVEL="INFO")
    assert code == 0, err
    assert "Flow run" in err
