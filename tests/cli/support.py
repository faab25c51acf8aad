"""The command as its users run it: a process of its own, with a home of its own."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from core.settings import settings
from tests.catalog.support import use_database

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Run:
    """How one call of the command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output, which must be JSON and nothing else."""
        return json.loads(self.out)


class Sohoa:
    """Runs the command."""

    def __init__(self, home: Path) -> None:
        self.home = home
        variables = {name: value for name, value in os.environ.items() if not name.startswith(("SOHOA_", "LC_"))}
        self.env = variables | {"SOHOA_HOME": str(home), "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT)}
        self.env.pop("LANGUAGE", None)

    def start(self, *arguments: str | Path, **more: Any) -> subprocess.Popen[str]:
        """Start the command."""
        return subprocess.Popen(
            [sys.executable, "-m", "cli", *map(str, arguments)],
            env=self.env | more.pop("env", {}),
            stdout=subprocess.PIPE,
            stderr=more.pop("stderr", subprocess.PIPE),
            text=True,
            encoding="utf-8",
            **more,
        )

    def __call__(self, *arguments: str | Path, **env: str) -> Run:
        """Run the command to its end."""
        with self.start(*arguments, env=env) as process:
            out, err = process.communicate(timeout=240)
        return Run(process.returncode, out, err)


@contextmanager
def pages_of(home: Path) -> Iterator[None]:
    """Let settings, catalog and the services of `web` of this process work on the installation in `home`."""
    from web import services

    opened = (services.store, services.index, services.shelf)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOHOA_HOME", str(home))
        settings.cache_clear()
        for service in opened:
            service.cache_clear()
        with use_database(f"sqlite:///{home / 'catalog.sqlite3'}"):
            yield
        services.index().close()
        for service in opened:
            service.cache_clear()
    settings.cache_clear()


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@contextmanager
def served(sohoa: Sohoa, worker: bool = False, port: int = 0) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """``sohoa serve``: the address of its pages, and the process, which is stopped at the end.

    `worker`: with the server and the worker for runs, which take ten seconds of a processor to start.
    `port`: 0 takes a free one.
    """
    port = port or free_port()
    with sohoa.start("serve", "--port", str(port), "--worker" if worker else "--no-worker") as process:
        try:
            assert process.stderr
            said = process.stderr.readline()
            assert f"http://127.0.0.1:{port}/" in said, said + process.stderr.read()
            yield f"http://127.0.0.1:{port}", process
        finally:
            process.terminate()
            process.communicate(timeout=60)
