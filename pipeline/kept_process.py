"""A confined process of ours that is asked one thing after the other: started when needed, replaced when it fails.

Questions are lines of JSON; an answer is a line of JSON, and behind it as many bytes as the line says. The process may
die of a question, swell to its limit or hang; then the one who asked is told so, and a new process takes the next
question. It ends when this process ends, because its standard input is then closed.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pipeline
from core.confine import Bounds, confine, environment, spend
from core.errors import ServiceError
from core.processes import end as end_process

START_SECONDS = 60.0
"""How long the process may take to start, on a machine that is busy."""
_QUESTIONS = 500
"""After so many the process is replaced, so that no leak adds up."""
_MOST_LINE = 32_000_000
"""Bytes of an answer's line."""
_CHUNK = 1 << 20


class DiedError(OSError):
    """The process ended over the question."""


class SlowError(OSError):
    """There was no answer in time, and the process was ended."""


class KeptProcess:
    """Runs ``python -m module``, whose `serve` answers. May be used from several threads; questions wait in turn."""

    def __init__(self, module: str) -> None:
        self._module = module
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0
        self._asked = 0
        self._rest = b""

    def ask(self, question: object, seconds: float) -> tuple[Any, bytes]:
        """The answer and the bytes with it. Raises DiedError and SlowError; ServiceError where no process starts."""
        with self._lock:
            process = self._ready()
            end = time.monotonic() + seconds
            try:
                assert process.stdin is not None
                process.stdin.write(json.dumps([seconds, question]).encode() + b"\n")
                process.stdin.flush()
                said = json.loads(self._line(process, end))
                data = self._bytes(process, int(said["bytes"]), end)
            except (DiedError, BrokenPipeError, ValueError, KeyError, TypeError) as error:
                self._stop()
                raise DiedError("the program that looks into files ended over it") from error
            except BaseException:
                self._stop()
                raise
            self._asked += 1
            return said["said"], data

    def close(self) -> None:
        """End the process; the next question starts another."""
        with self._lock:
            self._stop()

    @property
    def process(self) -> int | None:
        """Id of the process; None: there is none."""
        return self._process.pid if self._process is not None else None

    def _ready(self) -> subprocess.Popen[bytes]:
        if self._owner != os.getpid():  # forked: the pipe is our parent's
            self._process = None
        if self._process is not None and self._asked < _QUESTIONS and self._process.poll() is None:
            return self._process
        self._stop()
        try:
            process = self._started()
        except OSError as error:
            raise ServiceError(f"no process can be started ({error.strerror}): free some memory") from error
        self._process, self._owner, self._asked, self._rest = process, os.getpid(), 0, b""
        try:
            self._line(process, time.monotonic() + START_SECONDS)
        except OSError as error:
            self._stop()
            raise ServiceError("the process that looks into files does not start: free some memory") from error
        return process

    def _started(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", self._module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment(str(Path(pipeline.__file__).parent.parent)),
            start_new_session=True,
        )

    def _line(self, process: subprocess.Popen[bytes], end: float) -> bytes:
        while b"\n" not in self._rest:
            if len(self._rest) > _MOST_LINE:
                raise DiedError("an answer without end")
            self._rest += self._some(process, end)
        line, _, self._rest = self._rest.partition(b"\n")
        return line

    def _bytes(self, process: subprocess.Popen[bytes], size: int, end: float) -> bytes:
        parts, missing = [self._rest[:size]], size - len(self._rest)
        self._rest = self._rest[size:]
        while missing > 0:
            parts.append(self._some(process, end, missing))
            missing -= len(parts[-1])
        return b"".join(parts)

    @staticmethod
    def _some(process: subprocess.Popen[bytes], end: float, most: int = _CHUNK) -> bytes:
        """What comes next; raises DiedError if the process has ended, SlowError if nothing comes in time."""
        assert process.stdout is not None
        pipe = process.stdout.fileno()
        if not select.select([pipe], [], [], max(0.0, end - time.monotonic()))[0]:
            raise SlowError("no answer in time")
        data = os.read(pipe, min(most, _CHUNK))
        if not data:
            raise DiedError("no answer")
        return data

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is not None and self._owner == os.getpid():
            end_process(process)


def serve(answer: Callable[[Any], tuple[Any, bytes]], bounds: Bounds) -> None:
    """The process' side: confine itself, then answer until the pipe is closed."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # nothing else may get in between the answers
    taken = confine(bounds)
    out.write(json.dumps({"ready": taken}).encode() + b"\n")
    out.flush()
    for line in sys.stdin.buffer:
        seconds, question = json.loads(line)
        spend(seconds)
        said, data = answer(question)
        out.write(json.dumps({"said": said, "bytes": len(data)}).encode() + b"\n" + data)
        out.flush()
