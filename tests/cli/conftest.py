"""The command as its users run it: a process of its own, with a home of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import catalog

catalog.setup()

from tests.catalog.support import use_database  # noqa: E402
from tests.web import library  # noqa: E402

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
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            **more,
        )

    def __call__(self, *arguments: str | Path, **env: str) -> Run:
        """Run the command to its end."""
        with self.start(*arguments, env=env) as process:
            out, err = process.communicate(timeout=240)
        return Run(process.returncode, out, err)


@pytest.fixture
def sohoa(home: Path) -> Sohoa:
    """The command with an empty home."""
    return Sohoa(home)


@pytest.fixture(scope="session")
def ready_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that was set up, with two units and two results in it; tests that use it change nothing in it."""
    home = tmp_path_factory.mktemp("ready") / "home"
    assert Sohoa(home)("init").code == 0
    with _services_of(home):
        library.units()
        library.put(library.PERMIT, home.parent / "permit")
        library.put(library.BIRTH, home.parent / "birth")
    return home


@pytest.fixture
def ready(ready_home: Path) -> Sohoa:
    """The command with two results: 1 is the building permit, 2 the birth certificate."""
    return Sohoa(ready_home)


def _services_of(home: Path) -> Any:
    from contextlib import contextmanager

    from core.settings import settings
    from web import services

    @contextmanager
    def opened() -> Iterator[None]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("SOHOA_HOME", str(home))
            settings.cache_clear()
            for service in (services.store, services.index, services.shelf):
                service.cache_clear()
            with use_database(f"sqlite:///{home / 'catalog.sqlite3'}"):
                yield
            services.index().close()
            for service in (services.store, services.index, services.shelf):
                service.cache_clear()
        settings.cache_clear()

    return opened()
