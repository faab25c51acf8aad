"""Charts drawn in a process of their own, so that the process of the pages stays small: vl-convert holds 150 MB and
more, and keeps some of what each chart took.

The process is renewed after `_CHARTS` charts, and ends with this one, because its standard input is then closed.
"""

from __future__ import annotations

import atexit
import hashlib
import os
import pickle
import select
import struct
import subprocess
import sys
import threading
import time
from collections import OrderedDict
from pathlib import Path

import quotas
from core.errors import ServiceError
from core.processes import end as end_process
from quotas.charts.records import Chart

LOOKS = 1
"""Grows when charts come to look otherwise: pictures that readers keep are then asked for again."""
_SECONDS = 30.0
"""A chart may take so long; the first one of a process takes about one second."""
_CHARTS = 200
"""After so many the process is replaced, so that no leak adds up."""
_KEPT = 4_000_000
"""Bytes of the newest pictures that are kept: those that several readers of a dashboard ask for."""


class ChartError(ServiceError):
    """A chart could not be drawn. The figures are there all the same, in the table beside it."""


class Drawer:
    """Draws elsewhere. May be used from several threads; charts wait in turn."""

    def __init__(self, seconds: float = _SECONDS, charts: int = _CHARTS) -> None:
        self._seconds = seconds
        self._most = charts
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0
        self._charts = 0
        self._kept: OrderedDict[str, bytes] = OrderedDict()

    def draw(self, chart: Chart, scale: float) -> bytes:
        """`quotas.charts.child.draw`, with a bound on time, and remembered. Raises ChartError."""
        key = digest(chart, scale)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
            picture = self._surely(pickle.dumps((chart, scale)))
            self._kept[key] = picture
            while sum(map(len, self._kept.values())) > _KEPT:
                self._kept.popitem(last=False)
            return picture

    def close(self) -> None:
        """End the process; the next call starts another."""
        with self._lock:
            self._stop()
            self._kept.clear()

    @property
    def process(self) -> int | None:
        """Id of the drawing process; None: there is none."""
        return self._process.pid if self._process is not None else None

    def _surely(self, question: bytes) -> bytes:
        """The picture; a process that has ended meanwhile (killed for want of memory) is replaced once."""
        try:
            try:
                return self._drawn(question)
            except BrokenPipeError:
                self._stop()
                return self._drawn(question)
        except OSError as error:
            self._stop()
            raise ChartError(f"the chart could not be drawn: {error}") from error

    def _drawn(self, question: bytes) -> bytes:
        process = self._ready()
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(struct.pack(">I", len(question)) + question)
        process.stdin.flush()
        end = time.monotonic() + self._seconds
        length = struct.unpack(">I", _read(process.stdout.fileno(), 4, end))[0]
        answer = _read(process.stdout.fileno(), length, end)
        self._charts += 1
        if not answer.startswith(b"+"):
            raise ChartError(f"the chart could not be drawn: {answer[1:].decode('utf-8', 'replace')}")
        return answer[1:]

    def _ready(self) -> subprocess.Popen[bytes]:
        if self._owner != os.getpid():  # forked: the pipe is our parent's
            self._process = None
        if self._process is not None and self._charts < self._most and self._process.poll() is None:
            return self._process
        self._stop()
        root = str(Path(quotas.__file__).parent.parent)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "quotas.charts.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"PYTHONPATH": root},
            start_new_session=True,
        )
        self._owner, self._charts = os.getpid(), 0
        return self._process

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is not None and self._owner == os.getpid():
            end_process(process)


def svg(chart: Chart) -> bytes:
    """A chart as an SVG picture (UTF-8), its texts as texts. Raises ChartError."""
    return DRAWER.draw(chart, 0)


def png(chart: Chart, scale: float = 2.0) -> bytes:
    """A chart as a PNG picture, `scale` times as large as `chart.size`, set in Be Vietnam Pro. Raises ChartError."""
    return DRAWER.draw(chart, scale)


def digest(chart: Chart, scale: float = 0) -> str:
    """What tells two pictures apart, without drawing them (SHA-256, hex)."""
    return hashlib.sha256(f"{LOOKS}|{scale}|{chart!r}".encode("utf-8", "surrogatepass")).hexdigest()


def _read(pipe: int, length: int, end: float) -> bytes:
    """Exactly so many bytes; raises OSError when they do not come by `end` or the other side has ended."""
    parts = []
    while length:
        if not select.select([pipe], [], [], max(0.0, end - time.monotonic()))[0]:
            raise TimeoutError("it takes too long")
        part = os.read(pipe, min(length, 1 << 16))
        if not part:
            raise BrokenPipeError("the program that draws has ended")
        parts.append(part)
        length -= len(part)
    return b"".join(parts)


DRAWER = Drawer()
atexit.register(DRAWER.close)
