"""The one place where work waits for what is away, and goes on by itself when it is back.

Only for faults that pass with nothing changed here (`SohoaError.away`); a wrong password is told at once.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from core import outages
from core.errors import SohoaError

P = ParamSpec("P")
T = TypeVar("T")

PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0)
"""Seconds between tries; the last one again and again."""
LONGEST = 24 * 3600.0
"""Seconds that work waits for one thing; then the fault is told, and the next run goes on."""


class Patience:
    """What one run waits with. Safe to use from several threads."""

    def __init__(self, line: Callable[[str], None], stop: threading.Event) -> None:
        """`line` is told what is waited for, once an outage; waiting ends when `stop` is set."""
        self._line = line
        self._stop = stop
        self._away: set[str] = set()
        self._lock = threading.Lock()

    def __call__(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call, again and again while something is away; `call` must bear to be made twice.

        Raises what it raises when waiting does not help, when the run is to stop, or after `LONGEST`.
        """
        began, tries = time.monotonic(), 0
        missed: set[str] = set()
        while True:
            try:
                done = call(*args, **kwargs)
            except SohoaError as error:
                if not error.away or time.monotonic() - began > LONGEST:
                    raise
                missed.add(error.away)
                self._note(error)
                if self._stop.wait(PAUSES[min(tries, len(PAUSES) - 1)]):
                    raise
                tries += 1
            else:
                for what in missed:
                    self._over(what)
                return done

    def _note(self, error: SohoaError) -> None:
        outages.note(error.away, str(error))
        with self._lock:
            told = error.away in self._away
            self._away.add(error.away)
        if not told:
            self._line(f"waiting: {error}. Work goes on by itself as soon as that is mended")

    def _over(self, what: str) -> None:
        outages.over(what)
        with self._lock:
            told = what in self._away
            self._away.discard(what)
        if told:
            self._line(f"going on: {what} is there again")
