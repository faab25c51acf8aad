"""Servers of a test's own, which it may stop and start again: MinIO and PostgreSQL on free ports."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg

ROOT = Path(__file__).parents[2]
MINIO = ROOT / ".services" / "minio" / "bin" / "minio"
_SECRET = "only-of-this-test"


class Server:
    """A server that can be stopped and started again with what it holds."""

    def __init__(self, command: Sequence[str], env: dict[str, str], url: str, answers: Callable[[], object]) -> None:
        self.url = url
        self._command, self._env, self._answers = command, env, answers
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, and wait until it answers."""
        self._process = subprocess.Popen(
            self._command, env=self._env, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until = time.monotonic() + 30
        while True:
            try:
                self._answers()
            except (OSError, psycopg.Error):
                assert time.monotonic() < until, f"{self._command[0]} does not start"
                time.sleep(0.1)
            else:
                return

    def stop(self) -> None:
        """End at once, as when the power goes."""
        if self._process is not None:
            # PostgreSQL's "immediate" shutdown: no checkpoint, no leave taken, its children end as well
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(30)
            self._process = None


def free_port() -> int:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return int(bound.getsockname()[1])


@contextmanager
def minio(folder: Path) -> Iterator[Server]:
    """A MinIO of the test's own; its URL is that of a bucket."""
    port = free_port()
    env = {"MINIO_ROOT_USER": "sohoa", "MINIO_ROOT_PASSWORD": _SECRET, "MINIO_UPDATE": "off", "HOME": str(folder)}
    command = [str(MINIO), "server", "--quiet", "--address", f"127.0.0.1:{port}", str(folder / "minio")]
    alive = f"http://127.0.0.1:{port}/minio/health/live"

    def answers() -> None:
        urllib.request.urlopen(alive, timeout=2).close()

    url = f"s3://sohoa:{_SECRET}@127.0.0.1:{port}/sohoa?secure=false"
    server = Server(command, {**os.environ, **env}, url, answers)
    try:
        server.start()
        yield server
    finally:
        server.stop()


def postgresql_bin() -> Path | None:
    """Where PostgreSQL's programs are; None: not on this machine."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


@contextmanager
def postgresql(bin: Path) -> Iterator[Server]:
    """A PostgreSQL of the test's own; its URL is that of an empty database. It refuses to run as root."""
    as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
    folder = Path(tempfile.mkdtemp(prefix="sohoa-pg-"))  # that user may not enter the test's own folder
    try:
        if as_user:
            shutil.chown(folder, "postgres", "postgres")
        data, port = folder / "data", free_port()
        made = [str(bin / "initdb"), "-D", str(data), "-U", "sohoa", "--auth", "trust", "--encoding", "UTF8", "-N"]
        subprocess.run([*as_user, *made], cwd="/", check=True, stdout=subprocess.DEVNULL)
        options = ["-p", str(port), "-h", "127.0.0.1", "-k", ""]
        url = f"postgresql://sohoa@127.0.0.1:{port}/postgres"
        command = [*as_user, str(bin / "postgres"), "-D", str(data), *options]
        server = Server(command, dict(os.environ), url, lambda: psycopg.connect(url, connect_timeout=2).close())
        try:
            server.start()
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
