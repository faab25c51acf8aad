"""Does the archive survive processes that are killed at any moment? Documents are taken in while somebody kills.

Only processes that carry the home of this very installation in their environment are killed. What must hold afterwards
is asked by a process of its own: ``python -m benchmarks.crash CASE.json``.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
UNIT = "H61.12.3"
_LONGEST = 300.0
"""Seconds that one run, or the end of all processes, may take."""
_FURTHER_RUNS = 8
"""Runs after the last kill in which all must be done."""
_KINDS = {
    "flows.desk_process": "desk",
    "flows.server_process": "prefect",
    " ingest ": "run",
    " serve ": "web",
}


@dataclass(frozen=True, slots=True)
class Case:
    """Files to take in: good ones, broken ones, and copies of good ones under other names."""

    good: tuple[Path, ...]
    broken: tuple[Path, ...]
    twice: tuple[Path, ...]

    @property
    def all(self) -> tuple[Path, ...]:
        """All files, in the order of their names."""
        return tuple(sorted((*self.good, *self.broken, *self.twice), key=lambda path: path.name))


@dataclass(frozen=True, slots=True)
class Report:
    """What was done and what was found."""

    kills: dict[str, int]
    """What was killed how often."""
    runs: int
    seconds: float
    faults: tuple[str, ...]
    """All that is not as it must be; empty: the archive survived."""


def make(folder: Path, count: int) -> Case:
    """`count` files: of eight, six good PDFs with text, one broken, one a copy of a good one."""
    from reportlab.pdfgen.canvas import Canvas

    folder.mkdir()
    good: list[Path] = []
    broken: list[Path] = []
    twice: list[Path] = []
    for number in range(count):
        path = folder / f"{number:03}.pdf"
        if number % 8 == 5:
            path.write_bytes(b"%PDF-1.7\n" + bytes(str(number), "ascii") * 200)
            broken.append(path)
        elif number % 8 == 7:
            path.write_bytes(good[-1].read_bytes())
            twice.append(path)
        else:
            canvas = Canvas(str(path), pagesize=(595, 842), invariant=True)
            for line in range(30):
                canvas.drawString(
                    70, 780 - 22 * line, f"Decision {number}/QD-UBND, article {line}: granted and archived"
                )
            canvas.save()
            good.append(path)
    return Case(tuple(good), tuple(broken), tuple(twice))


def set_up(home: Path) -> None:
    """Make `home` an installation with one unit, in the services that the environment names."""
    _python(home, "-m", "cli", "init")
    _python(home, "-m", "cli", "units", "add", UNIT, "Ủy ban nhân dân xã Tân Hòa")


def survive(home: Path, case: Case, kills: int, seed: int, say: Callable[[str], None]) -> Report:
    """Take the files in while `kills` processes are killed, let all end, and look.

    `home` holds an initialized installation with the unit `UNIT`; which services it uses the environment says, as ever.
    """
    began = time.monotonic()
    inbox = home.parent / f"{home.name}-inbox"
    inbox.mkdir()
    with _installation(home, inbox, say) as under:
        _kill_on(under, case, kills, random.Random(seed))
        faults = _finish(under, case)
    faults += _asked(home, case)
    return Report(dict(under.killed), under.runs, round(time.monotonic() - began, 1), tuple(faults))


class _Installation:
    """``sohoa serve`` and the run of the moment, started again when they are gone."""

    def __init__(self, home: Path, inbox: Path, say: Callable[[str], None]) -> None:
        self.home, self.inbox, self.say = home, inbox, say
        self.killed: Counter[str] = Counter()
        self.runs = 0
        self._port = _free_port()
        self._web: subprocess.Popen[bytes] | None = None
        self.run: subprocess.Popen[bytes] | None = None

    def revive(self) -> None:
        """Start what is not there."""
        if self._web is None or self._web.poll() is not None:
            self._web = self._start("serve", "--port", str(self._port), "--no-worker")
        if self.run is None or self.run.poll() is not None:
            self.runs += 1
            self.run = self._start("ingest", str(self.inbox), "--unit", UNIT, "--batch", "crash", "--json")

    def members(self) -> dict[int, str]:
        """Living processes of this installation: pid → kind."""
        mark = f"SOHOA_HOME={self.home}\0".encode()
        found = {}
        for entry in Path("/proc").iterdir():
            with suppress(OSError):
                if entry.name.isdigit() and mark in (entry / "environ").read_bytes():
                    line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
                    found[int(entry.name)] = next((kind for part, kind in _KINDS.items() if part in line), "child")
        found.pop(os.getpid(), None)
        return found

    def kill_one(self, chance: random.Random) -> None:
        """Kill a process: first its kind is drawn, then one of them."""
        members = self.members()
        if not members:
            return
        kind = chance.choice(sorted(set(members.values())))
        pid = chance.choice(sorted(pid for pid, its in members.items() if its == kind))
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            self.killed[kind] += 1
            self.say(f"killed {kind} ({self.killed.total()})")

    def end(self) -> list[str]:
        """Let all end; tells what did not."""
        for process in (self.run, self._web):
            if process is not None:
                process.terminate()
                with suppress(subprocess.TimeoutExpired):
                    process.wait(60)
        deadline = time.monotonic() + 60
        while (left := self.members()) and time.monotonic() < deadline:
            time.sleep(0.2)
        for pid in left:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return [f"left behind: {kind}" for kind in left.values()]

    def _start(self, *arguments: str) -> subprocess.Popen[bytes]:
        with (self.inbox.parent / f"{self.home.name}-{arguments[0]}.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "cli", *arguments],
                env=_environment(self.home),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=ROOT,
                start_new_session=True,
            )


@contextmanager
def _installation(home: Path, inbox: Path, say: Callable[[str], None]) -> Iterator[_Installation]:
    under = _Installation(home, inbox, say)
    try:
        yield under
    finally:
        under.end()


def _environment(home: Path) -> Mapping[str, str]:
    return {**os.environ, "SOHOA_HOME": str(home), "PYTHONPATH": str(ROOT)}


def _kill_on(under: _Installation, case: Case, kills: int, chance: random.Random) -> None:
    """Files come while kills go on, so that there is something to do at each of them."""
    files = list(case.all)
    while under.killed.total() < kills:
        due = -(-len(files) * (under.killed.total() + 1) // kills)
        _deliver(files[:due], under.inbox)
        under.revive()
        time.sleep(chance.uniform(0.2, 6.0))
        under.kill_one(chance)
    _deliver(files, under.inbox)


def _deliver(files: list[Path], inbox: Path) -> None:
    """Each file appears at once and whole; hidden files are left out by runs."""
    for file in files:
        if not (inbox / file.name).exists():
            aside = inbox / f".{file.name}"
            aside.write_bytes(file.read_bytes())
            aside.replace(inbox / file.name)


def _finish(under: _Installation, case: Case) -> list[str]:
    """Run until a run finds nothing left to do. The run of the moment may have begun before the last file came."""
    wanted = len(case.good)
    for number in range(_FURTHER_RUNS):
        under.revive()
        assert under.run is not None
        try:
            code = under.run.wait(_LONGEST)
        except subprocess.TimeoutExpired:
            return ["a run did not end", *under.end()]
        if number and code in {0, 3} and _left(under.home) == (wanted, 0):
            return under.end()
    return [f"not all was done after {_FURTHER_RUNS} runs: {_left(under.home)} of {wanted}", *under.end()]


def _left(home: Path) -> tuple[int, int]:
    """Scans with all done, and what is still to be done (scans and entries of the outbox)."""
    code = (
        "import catalog, json; catalog.setup(); from catalog import batches; s = batches.status();"
        "print(json.dumps([s.files - s.unfinished, s.unfinished + s.pending + s.failed]))"
    )
    done, left = json.loads(_python(home, "-c", code))
    return int(done), int(left)


def _asked(home: Path, case: Case) -> list[str]:
    told = {"good": _hashes(case.good), "broken": [path.name for path in case.broken]}
    path = home.parent / f"{home.name}-case.json"
    path.write_text(json.dumps(told), "utf-8")
    found: list[str] = json.loads(_python(home, "-m", "benchmarks.crash", str(path)))
    return found


def _python(home: Path, *arguments: str) -> str:
    command = [sys.executable, *arguments]
    done = subprocess.run(command, env=_environment(home), cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return done.stdout


def _hashes(files: tuple[Path, ...]) -> list[str]:
    return [hashlib.sha256(path.read_bytes()).hexdigest() for path in files]


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def faults(good: list[str], broken: list[str]) -> list[str]:
    """What is not as it must be in the installation of the settings, nothing being at work."""
    import catalog

    catalog.setup()
    from catalog import events, units
    from catalog.models import Result, Scan
    from core.settings import settings
    from flows.drain import search_index
    from preservation.fixity import consistency
    from storage import open_store

    scans = Counter(Scan.objects.values_list("sha256", flat=True))
    found = [f"file {sha[:12]} is in {scans[sha]} times" for sha in good if scans[sha] != 1]
    found += [f"file {sha[:12]} is in and nobody brought it" for sha in scans if sha not in good]
    results = Counter(Result.objects.values_list("document__scan__sha256", flat=True))
    found += [f"file {sha[:12]} has {results[sha]} results" for sha in good if results[sha] != 1]
    refused = Counter(Path(str(row.data.get("name", ""))).name for _, row in events.of_kind("scan.refused"))
    found += [f"{name} was refused {refused[name]} times" for name in broken if refused[name] != 1]
    with search_index() as index:
        found += [one.text for one in consistency.check(open_store(settings().storage), index, grace=0)]
    found += [f"events of {unit.code}" for unit in units.listing() if not events.verify(unit.code).sound]
    return found


if __name__ == "__main__":
    asked = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    print(json.dumps(faults(asked["good"], asked["broken"]), ensure_ascii=False))
