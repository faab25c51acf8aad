"""Prefect's server for runs that no other server was named for.

A run takes, in this order: the server of ``PREFECT_API_URL``; the one that ``sohoa serve`` keeps warm; one
of its own, which ends with the run. Servers of ours listen on loopback and ask for a secret, because who
may talk to one may start flows in our name.
"""

from __future__ import annotations

import http.client
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
from core import disk
from core.errors import ServiceError, StorageError
from flows import child, prefect_home

START_SECONDS = 90.0
"""How long a server may take to answer; the very first start makes its database (about 10 s)."""
_ANSWER_SECONDS = 5.0
_ENDING_SECONDS = 1.0
"""How long a process that answers no more may take to be gone."""
_LOCKED = (401, 403)
"""Statuses of a server that wants to know who asks. Prefect's client has the secrets, we have not."""
_ANSWER_BYTES = 64
"""What is read of an answer that should be ``true``."""
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

    Raises StorageError when one of our own has no room to work in. `meanwhile` is called while that one starts.
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
    """A server of our own, started now and stopped at the end; `variables` are added to its environment.

    Raises StorageError when the disk is full, ServiceError when the server does not start.
    """
    folder = prefect_home.folder()
    _require_room(folder)
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
    code = _ended(process)
    child.stop(process)
    what = f"did not answer within {START_SECONDS:.0f} s" if code is None else f"ended as it started (code {code})"
    raise ServiceError(f"Prefect's server {what}: see {log} for the reason, then try again")


def _ended(process: subprocess.Popen[bytes]) -> int | None:
    """The code that the process ended with; None: it is alive."""
    try:
        return process.wait(_ENDING_SECONDS)
    except subprocess.TimeoutExpired:
        return None


def _require_room(folder: Path) -> None:
    free = disk.free(folder)
    if free < disk.TOO_LITTLE:
        raise StorageError(
            f"no room in {folder.parent}: {free / 1024**2:.0f} MiB are free, {disk.TOO_LITTLE / 1024**2:.0f} MiB are "
            "needed; make room there, or set SOHOA_HOME to a larger disk"
        )


def _healthy(url: str, seconds: float) -> bool:
    try:
        with _direct.open(f"{url}/health", timeout=seconds) as answer:
            return bool(json.load(answer) is True)
    except (OSError, ValueError, http.client.HTTPException):
        return False


def fault_of(url: str) -> str:
    """Why no Prefect server can be reported to at `url` (asked through a proxy, where one is set); empty: it answers.

    A server that wants to know who asks counts as there: whether it lets us in, Prefect's client will tell.
    """
    try:
        with urllib.request.urlopen(f"{shown(url).rstrip('/')}/health", timeout=2 * _ANSWER_SECONDS) as answer:
            healthy = answer.read(_ANSWER_BYTES).strip() == b"true"
    except urllib.error.HTTPError as error:
        error.close()
        return "" if error.code in _LOCKED else f"/health answers with status {error.code}"
    except (OSError, ValueError, http.client.HTTPException) as error:
        return str(getattr(error, "reason", error)) or type(error).__name__
    return "" if healthy else "what /health answers is not Prefect's"


def _require(url: str) -> None:
    """A server that was named must answer."""
    if why := fault_of(url):
        raise ServiceError(
            f"no Prefect server answers at PREFECT_API_URL={shown(url)} ({why}): start it, mend the address "
            "(it ends in /api), or unset PREFECT_API_URL"
        )


def shown(url: str) -> str:
    """`url` without user and secret, for people."""
    scheme, mark, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}{mark}{host.rpartition('@')[2]}{slash}{path}" if mark else url


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
