"""The process in which untrusted files are looked into: one, kept for file after file.

It may die of a file, swell to its limit or hang; then that file is refused and a new process takes
the next one. It ends when this process ends, because its standard input is then closed.
"""

from __future__ import annotations

import atexit
import json
import os
import select
import subprocess
import sys
import threading
from pathlib import Path

import pipeline
from pipeline.probe import Probed
from pipeline.records import MediaType

START_SECONDS = 60.0
"""How long the process may take to start, on a machine that is busy."""
SECONDS = 30.0
BYTES_A_SECOND = 2_000_000
"""A file may be looked at for SECONDS and a second more for each of so many bytes."""
_FILES = 500
"""After so many files the process is replaced, so that no leak adds up."""


class Sandbox:
    """Runs `pipeline.probe` elsewhere. May be used from several threads; files wait in turn."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._owner = 0
        self._files = 0

    def probe(self, path: Path, kind: MediaType, most_pages: int, most_pixels: int) -> Probed:
        """`pipeline.probe.probe`, with a bound on memory and time."""
        seconds = self._seconds + path.stat().st_size / BYTES_A_SECOND
        with self._lock:
            process = self._ready()
            assert process.stdin is not None
            try:
                process.stdin.write(json.dumps([str(path), kind.value, most_pages, most_pixels]) + "\n")
                process.stdin.flush()
                answer = self._line(process, seconds)
            except OSError:
                answer = ""
            self._files += 1
            if answer is None:
                self._stop()
                return Probed(reason="too-slow", why=f"looking into it took more than {seconds:.0f} seconds")
            if not answer:
                self._stop()
                return Probed(reason="broken", why="looking into it broke the program that does so")
            return Probed(**json.loads(answer))

    def close(self) -> None:
        """End the process; the next call starts another."""
        with self._lock:
            self._stop()

    def _ready(self) -> subprocess.Popen[str]:
        if self._owner != os.getpid():  # forked: the pipe is our parent's
            self._process = None
        if self._process is not None and self._files < _FILES and self._process.poll() is None:
            return self._process
        self._stop()
        root = str(Path(pipeline.__file__).parent.parent)
        environment = os.environ | {"PYTHONPATH": root, "PYTHONIOENCODING": "utf-8:surrogateescape"}
        process = subprocess.Popen(
            [sys.executable, "-m", "pipeline.probe"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
            errors="surrogateescape",
            env=environment,
            start_new_session=True,
        )
        self._process, self._owner, self._files = process, os.getpid(), 0
        if self._line(process, START_SECONDS) != "ready\n":
            self._stop()
            raise OSError("the process that looks into files does not start")
        return process

    @staticmethod
    def _line(process: subprocess.Popen[str], seconds: float) -> str | None:
        """The next line; empty if the process has ended, None if there is none in time."""
        assert process.stdout is not None
        if not select.select([process.stdout], [], [], seconds)[0]:
            return None
        return process.stdout.readline()

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None or self._owner != os.getpid():
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except BrokenPipeError:  # what was still to be written died with the process
                    continue


SANDBOX = Sandbox()
atexit.register(SANDBOX.close)
