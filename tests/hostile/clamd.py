"""A virus scanner of the tests' own: the real clamd, with a signature that was made here."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.virus_scan import Scanner

MARKER = b"day-la-ma-doc-gia-cua-sohoa"
"""What the made-up signature matches, anywhere in a file."""
NAME = "Sohoa.Test.Marker"
PROGRAM = shutil.which("clamd") or "/usr/sbin/clamd"


@contextmanager
def running(folder: Path, *, most: str = "2M", pids: list[int] | None = None) -> Iterator[Path]:
    """Start clamd and give the path of its socket; it ends with the block."""
    signatures, socket, settings = folder / "signatures", folder / "s", folder / "clamd.conf"
    signatures.mkdir(parents=True, exist_ok=True)
    (signatures / "made.ndb").write_text(f"{NAME}:0:*:{MARKER.hex()}\n", encoding="ascii")
    said = {
        "LocalSocket": socket,
        "DatabaseDirectory": signatures,
        "TemporaryDirectory": folder,
        "Foreground": "yes",
        "StreamMaxLength": most,
        "AlertExceedsMax": "yes",
        "MaxRecursion": "3",
        "MaxThreads": "2",
        "User": "root" if Path("/proc/self").owner() == "root" else Path("/proc/self").owner(),
    }
    settings.write_text("".join(f"{name} {value}\n" for name, value in said.items()), encoding="utf-8")
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([PROGRAM, "-c", str(settings)], stdout=log, stderr=log, stdin=subprocess.DEVNULL)
    try:
        end = time.monotonic() + 60
        while Scanner(path=str(socket)).fault():
            assert process.poll() is None and time.monotonic() < end, (folder / "log").read_text()
            time.sleep(0.05)
        if pids is not None:
            pids.append(process.pid)
        yield socket
    finally:
        process.kill()
        process.wait()
