"""Imports of registers that are at work: a folder each, so that a page that is loaded again finds them as they are.

The work is done by a process of its own (`web.register_job`): pages stay quick beside it, and its memory goes with it.
A folder holds the register itself and lists of its bad rows; it belongs to who sent the register in, and goes away
after a few days. What the folder says is written by us alone; whoever has it, names it by a secret in the address.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Any

from core.settings import settings

KEPT = 7 * 24 * 3600
"""Seconds after which a folder is cleared away."""
_PREFIX, _SPOOL = "job-", "spool-"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,60}")
_ROOT = Path(__file__).parent.parent


class Work(StrEnum):
    """What is done with a register."""

    CHECK = "check"
    """A dry run."""
    TAKE = "take"


class State(StrEnum):
    """How far it is."""

    SENT = "sent"
    """It lies there, its columns are looked at."""
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Job:
    """A register that was sent in, and what was asked to be done with it."""

    token: str
    unit: str
    name: str
    """Of the file."""
    actor: str
    language: str
    sheet: str = ""
    said: Mapping[str, str] = field(default_factory=dict)
    """Letter → meaning."""
    work: Work = Work.CHECK
    mode: str = ""
    """One of `registers.importing.Mode`."""

    @property
    def folder(self) -> Path:
        """Where all of it lies."""
        return _above() / f"{_PREFIX}{self.token}"

    @property
    def file(self) -> Path:
        """The register as it came."""
        return self.folder / "register"

    @property
    def mend(self) -> Path:
        """The rows to be mended."""
        return self.folder / "mend.xlsx"

    @property
    def bad(self) -> Path:
        """The bad rows, one a line."""
        return self.folder / "bad.jsonl"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is."""

    state: State = State.SENT
    work: Work = Work.CHECK
    stage: str = ""
    """One of `registers.importing.Stage`."""
    rows: int = 0
    pid: int = 0
    fault: str = ""
    """Why it failed: a `Refusal` of registers or spreadsheets, ``stopped`` or ``failed``."""
    counts: Mapping[str, int] = field(default_factory=dict)
    """`registers.records.Counts`."""
    first: tuple[Mapping[str, str], ...] = ()
    """The first rows as they would be taken."""
    imported: int = 0
    """Id of the import."""


def create(unit: str, name: str, actor: str, language: str) -> Job:
    """A folder for a register that is sent in; its file is still to be put there."""
    job = Job(secrets.token_urlsafe(24), unit, name[:200], actor, language)
    job.folder.mkdir(parents=True, mode=0o700)
    keep(job)
    return job


def keep(job: Job) -> None:
    """Write down what was asked."""
    _write(job.folder / "job.json", asdict(job))


def find(token: str, actor: str) -> Job | None:
    """The job of this name, if it is the actor's own."""
    if not _TOKEN.fullmatch(token):
        return None
    known = _read(_above() / f"{_PREFIX}{token}" / "job.json")
    if known is None or known["actor"] != actor:
        return None
    return Job(**{**known, "work": Work(known["work"])})


def start(job: Job, work: Work, mode: str = "") -> None:
    """Let a process of its own do it; a second call while it runs changes nothing."""
    if progress(job).state is State.RUNNING:
        return
    keep(replace(job, work=work, mode=mode))
    path = os.pathsep.join(filter(None, (str(_ROOT), os.environ.get("PYTHONPATH"))))
    tell(job, Progress(State.RUNNING, work))
    with (job.folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "web.register_job", job.token, job.actor],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONPATH": path},
            start_new_session=True,
        )
    threading.Thread(target=process.wait, name="register job", daemon=True).start()  # so that no zombie stays behind
    _started[:] = [one for one in (*_started, process) if one.poll() is None]


_started: list[subprocess.Popen[bytes]] = []
"""Processes of jobs that may still be there."""


def tell(job: Job, progress: Progress) -> None:
    """Write down how far it is."""
    _write(job.folder / "state.json", asdict(progress))


def progress(job: Job) -> Progress:
    """How far it is; one whose process is gone without a word has failed."""
    known = _read(job.folder / "state.json")
    if known is None:
        return Progress()
    found = Progress(**{**known, "state": State(known["state"]), "work": Work(known["work"])})
    if found.state is State.RUNNING and not _lives(found.pid, job.folder / "state.json"):
        again = _read(job.folder / "state.json")  # it may have ended well just now
        if again is not None and again["state"] != State.RUNNING:
            return progress(job)
        return replace(found, state=State.FAILED, fault="stopped")
    return found


def bad_rows(job: Job, page: int, size: int) -> list[dict[str, Any]]:
    """Some of the bad rows; `page` from 1."""
    with suppress(FileNotFoundError), job.bad.open(encoding="utf-8") as file:
        return [json.loads(line) for line in islice(file, (page - 1) * size, page * size)]
    return []


def clear_away() -> int:
    """Remove the folders that nobody needs any more; gives how many."""
    done = 0
    for folder in _above().glob("*"):
        if folder.name.startswith((_PREFIX, _SPOOL)):
            with suppress(FileNotFoundError):
                if time.time() - folder.stat().st_mtime > KEPT:
                    shutil.rmtree(folder, ignore_errors=True)
                    done += 1
    return done


def _lives(pid: int, told: Path) -> bool:
    """Whether a process is there; one that was just started has not said its number yet."""
    if not pid:
        return time.time() - told.stat().st_mtime < 60
    for process in _started:
        process.poll()
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _above() -> Path:
    return settings().work / "registers"


def _write(path: Path, told: Mapping[str, Any]) -> None:
    aside = path.with_name(f"{path.name}.{os.getpid()}")
    aside.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    aside.replace(path)


def _read(path: Path) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return found
