"""Something slow to start, kept going on a thread of its own while the main thread serves."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from cli.terminal import note
from cli.texts import _
from core.errors import SohoaError


@contextmanager
def in_background(keep: Callable[[], AbstractContextManager[object]]) -> Iterator[None]:
    """Enter `keep()` without waiting for it, and leave it at the end of the block, which waits.

    If it cannot be entered, that is told once and the block goes on without it.
    """
    done = threading.Event()

    def hold() -> None:
        try:
            with keep():
                done.wait()
        except SohoaError as error:
            note(_("Going on without it: {why}").format(why=error))

    holder = threading.Thread(target=hold, name="background")
    holder.start()
    try:
        yield
    finally:
        done.set()
        holder.join()
