"""What a backup at work has put into its place so far, so that one that was interrupted does not begin again."""

from __future__ import annotations

import time

from catalog.values import now
from preservation.backup import format, place
from preservation.backup.format import Listed
from storage import Place

EVERY = 500
EVERY_SECONDS = 30.0
"""Objects, or seconds, after which what was copied is written down."""


class Journal:
    """Files ``unfinished/…`` in a place; the next backup reads them, and takes them away when it is done."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._waiting: list[Listed] = []
        self._written = time.monotonic()

    def add(self, listed: Listed) -> None:
        """An object was put there."""
        self._waiting.append(listed)
        if len(self._waiting) >= EVERY or time.monotonic() - self._written >= EVERY_SECONDS:
            self.write()

    def write(self) -> None:
        """Write down all that was added since the last time."""
        if self._waiting:
            name = f"{format.UNFINISHED}{format.time_of(now())}.sha256"
            place.put_small(self._place, name, format.lines_of(self._waiting))
        self._waiting, self._written = [], time.monotonic()
