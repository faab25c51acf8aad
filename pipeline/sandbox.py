"""The process in which untrusted files are looked into at the door: one, kept for file after file."""

from __future__ import annotations

import atexit
from pathlib import Path

from pipeline.kept_process import DiedError, KeptProcess, SlowError
from pipeline.probed import Probed
from pipeline.records import MediaType

SECONDS = 30.0
BYTES_A_SECOND = 2_000_000
"""A file may be looked at for SECONDS and a second more for each of so many bytes."""


class Sandbox(KeptProcess):
    """Runs `pipeline.probe` elsewhere. May be used from several threads; files wait in turn."""

    def __init__(self, seconds: float = SECONDS) -> None:
        super().__init__("pipeline.probe")
        self._seconds = seconds

    def probe(self, path: Path, kind: MediaType, most_pages: int, most_pixels: int) -> Probed:
        """`pipeline.probe.probe`, with a bound on memory and time."""
        seconds = self._seconds + path.stat().st_size / BYTES_A_SECOND
        try:
            said, _ = self.ask([str(path.absolute()), kind.value, most_pages, most_pixels], seconds)
            return Probed(int(said["pages"]), str(said["reason"]), str(said["why"]))
        except SlowError:
            return Probed(reason="too-slow", why=f"looking into it took more than {seconds:.0f} seconds")
        except DiedError:
            return Probed(reason="broken", why="looking into it broke the program that does so")


SANDBOX = Sandbox()
atexit.register(SANDBOX.close)
