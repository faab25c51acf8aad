"""Prefect's server for runs that no other server was named for.

A run takes, in this order: the server of ``PREFECT_API_URL``; the one that ``sohoa serve`` keeps warm; one
of its own, which ends with the run. Servers of ours listen on loopback and ask for a secret, because who
may talk to one may start flows in our name.
"""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from catalog.locks import file_lock
from core.errors import ServiceError
from flows import child, prefect_home

START_SECONDS = 90.0
"""How long a server may take to answer; the very first start makes its database (about 10 s)."""
_ANSWER_SECONDS = 5.0
SOCKET = "FLOWS_SERVER_SOCKET"
"""Variable with the number of the listening socket that the server's process is handed."""
_WARM = "warm.json"
_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass(frozen=True, slots=True)
class Server:
    """Where a Prefect server answers."""

    url: str
    """The API, e.g. ``http://127.0.0.1:4200/api``."""
    auth: str = ""
    """``user:secret``; empty: as the environment says."""


def _nothing() -> None:
    """What is done meanwhile if nothing is asked for."""


@contextmanager
def server(meanwhile: Callable[[], None] = _nothing) -> Iterator[Server]:
    """A server to report to until the end of the block; raises ServiceError when there is none to be had.

    `meanwhile` is called while a server of our own starts.
    """
    if url := prefect_home.configured_api():
        _require(url)
        yield Server(url)
    elif (warm := _warm()) is not None:
        yield warm
    else:
        with own("server.log", {"PREFECT__SERVER_EPHEMERAL": "1"}, meanwhile) as started:
            yield started


@contextmanager
def own(log_name: str, variables: Mapping[str, str], meanwhile: Callable[[], None] = _nothing) -> Iterator[Server]:
    """A server of our own, started now and stopped at the end; `variables` are added to its environment."""
    folder = prefect_home.folder()
    auth = f"sohoa:{secrets.token_urlsafe(32)}"
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listening:
        port = listening.getsockname()[1]
        extra = {
            **prefect_home.environment(),
            **variables,
            "PREFECT_SERVER_API_AUTH_STRING": auth,
            SOCKET: str(listening.fileno()),
        }
        # One at a time, because two that make or change the database at once would trip over each other.
        with file_lock(folder / "start.lock"):
            process = child.start("flows.server_process", extra, folder / log_name, [listening.fileno()])
            listening.close()
            found = Server(f"http://127.0.0.1:{port}/api", auth)
            _wait(found, process, folder / log_name, meanwhile)
    try:
        yield found
    finally:
        child.stop(process)


def _wait(found: Server, process: subprocess.Popen[bytes], log: Path, meanwhile: Callable[[], None]) -> None:
    """Wait for the first answer. The socket listens already, so the question waits until the server takes it."""
    try:
        meanwhile()
        if _healthy(found.url, START_SECONDS):
            return
    except BaseException:
        child.stop(process)
        raise
    child.stop(process)
    raise ServiceError(f"Prefect's server did not start (in {START_SECONDS:.0f} s at most): see {log}, then try again")


def _healthy(url: str, seconds: float) -> bool:
    try:
        with _direct.open(f"{url}/health", timeout=seconds) as answer:
            return bool(json.load(answer) is True)
    except (OSError, ValueError):
        return False


def _require(url: str) -> None:
    """A server that was named must answer (through a proxy, where one is set)."""
    try:
        with urllib.request.urlopen(f"{url.rstrip('/')}/health", timeout=2 * _ANSWER_SECONDS):
            return
    except urllib.error.HTTPError:  # it answers; whether it lets us in, Prefect's client will tell
        return
    except (OSError, ValueError) as error:
        raise ServiceError(
            f"no Prefect server answers at PREFECT_API_URL={url} ({error}): start it, or unset PREFECT_API_URL"
        ) from error


@contextmanager
def announced(found: Server) -> Iterator[None]:
    """Let runs on this machine use the server until the end of the block."""
    path = prefect_home.folder() / _WARM
    aside = path.with_suffix(f".{os.getpid()}")
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        json.dump(asdict(found), out)
    aside.replace(path)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def _warm() -> Server | None:
    """The server that ``sohoa serve`` keeps, if it answers."""
    try:
        found = Server(**json.loads((prefect_home.folder() / _WARM).read_text()))
    except (OSError, ValueError, TypeError):
        return None
    return found if _healthy(found.url, _ANSWER_SECONDS) else None
