"""Processes that end with us, however we end: their standard input is a pipe that closes when we are gone."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

ROOT = Path(__file__).parent.parent
_GRACE = 5.0
"""Seconds that a process gets to end by itself."""
_LOOK_EVERY = 0.5
"""Seconds between two looks at a parent that gave us no pipe."""


def start(
    module: str, variables: Mapping[str, str], log: Path, pass_fds: Sequence[int] = ()
) -> subprocess.Popen[bytes]:
    """Start ``python -m module``, its output in `log`, apart from our terminal (Ctrl-C is ours to handle)."""
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    with log.open("wb") as out:
        return subprocess.Popen(
            [sys.executable, "-m", module],
            stdin=subprocess.PIPE,
            stdout=out,
            stderr=subprocess.STDOUT,
            env={**os.environ, **variables, "PYTHONPATH": path},
            pass_fds=pass_fds,
            start_new_session=True,
        )


def stop(process: subprocess.Popen[bytes]) -> None:
    """Close its standard input, and kill it if it does not end by itself."""
    assert process.stdin is not None
    process.stdin.close()
    try:
        process.wait(_GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def end_with_pipe(end: Callable[[], None]) -> None:
    """In the child: when our standard input closes, call `end`, and leave for good if that takes too long."""
    stdin: BinaryIO = sys.stdin.buffer

    def watch() -> None:
        while stdin.read(1):
            continue
        late = threading.Timer(_GRACE - 1, os._exit, [1])
        late.daemon = True  # a process that ends by itself is not held up by it
        late.start()
        end()

    threading.Thread(target=watch, name="parent", daemon=True).start()


def end_with_parent() -> None:
    """In a process that others started for us: leave for good when the process that started it is gone."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_LOOK_EVERY)
        os._exit(1)

    threading.Thread(target=watch, name="parent", daemon=True).start()
