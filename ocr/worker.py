"""A process that answers questions, a line of JSON each way, and may be lost at any moment."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

_MOST = 64_000_000
"""Bytes of one answer; a page of small print has 50,000."""


class WorkerLostError(Exception):
    """The process died, hung or answered with something that is no answer; it is gone."""


class Worker:
    """One process, for one thread at a time."""

    def __init__(self, script: Path, arguments: Sequence[str], seconds: float) -> None:
        """Start `script` and wait for its greeting, at most `seconds`; raises WorkerLostError or OSError."""
        self._process = subprocess.Popen(
            [sys.executable, "-P", str(script), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},
            start_new_session=True,  # Ctrl-C is ours to handle
        )
        self._asked = True
        self.answered = 0
        """Questions answered so far."""
        self.greeting = self.last = self._answer(seconds)
        """What it said first, and what it said last."""

    @property
    def alive(self) -> bool:
        """Whether it can be asked: it runs, and owes no answer."""
        return not self._asked and self._process.poll() is None

    def ask(self, question: Mapping[str, Any], seconds: float) -> dict[str, Any]:
        """The answer to `question`; raises WorkerLostError when there is none in `seconds`."""
        self._asked = True
        try:
            self._stdin.write(json.dumps(question).encode("ascii") + b"\n")
        except OSError:
            self._lose("it ended before it was asked")
        self.last = self._answer(seconds)
        self.answered += 1
        return self.last

    def end(self) -> None:
        """Kill the process, and wait for its end."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()

    @property
    def _stdin(self) -> Any:
        assert self._process.stdin is not None
        return self._process.stdin

    def _answer(self, seconds: float) -> dict[str, Any]:
        """The next line as a record; without one in `seconds` the process is ended."""
        line = self._line(time.monotonic() + seconds, seconds)
        try:
            answer = json.loads(line)
        except ValueError:
            answer = None
        if not isinstance(answer, dict):
            self._lose("its answer is not understood")
        self._asked = False
        return answer

    def _line(self, until: float, seconds: float) -> bytes:
        assert self._process.stdout is not None
        pipe, line = self._process.stdout.fileno(), bytearray()
        while not line.endswith(b"\n"):
            if not select.select([pipe], [], [], max(0.0, until - time.monotonic()))[0]:
                self._lose(f"it was ended because it took more than {seconds:g} seconds")
            part = os.read(pipe, 1 << 16)
            if not part:
                self._lose(self._death())
            line += part
            if len(line) > _MOST:
                self._lose("its answer has no end")
        return bytes(line)

    def _death(self) -> str:
        try:
            code = self._process.wait(1.0)
        except subprocess.TimeoutExpired:
            return "it closed its output"
        if code >= 0:
            return f"it ended with code {code}"
        return f"it was killed by {signal.Signals(-code).name}"

    def _lose(self, why: str) -> NoReturn:
        self.end()
        raise WorkerLostError(why)
