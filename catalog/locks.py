"""A lock between the processes of one machine that goes away with its holder, however that ends."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_LOOK_EVERY = 0.1
"""Seconds between two looks at a lock that is waited for with a limit."""


@contextmanager
def file_lock(path: Path, wait: float | None = None) -> Iterator[bool]:
    """Hold the file `path` (made when missing) exclusively; gives whether it is held.

    Waits for its turn, at most `wait` seconds unless that is None. Raises OSError when the file cannot be made.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        yield _take(handle, wait)
    finally:
        os.close(handle)


def _take(handle: int, wait: float | None) -> bool:
    if wait is None:
        fcntl.flock(handle, fcntl.LOCK_EX)
        return True
    deadline = time.monotonic() + wait
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(_LOOK_EVERY)
        else:
            return True


def in_turn(what: str) -> None:
    """Let others who ask for the same `what` wait until the transaction that this is called in has ended.

    SQLite needs no more: its transactions that write come one after the other anyway.
    """
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"sohoa {what}"])
