"""What is looked after while pages are served: looks are sealed, and what browsers left half-sent
(`staging.upload_tending`), old pictures and old looks go.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import catalog
from accounts import looks
from core.errors import SohoaError
from core.settings import settings
from staging import arrivals, thumbnails, upload_tending
from web import register_jobs

EVERY = 300.0
"""Seconds between two looks."""
_PATIENCE = 15.0
_log = logging.getLogger("sohoa.web")


@contextmanager
def tending() -> Iterator[None]:
    """Look after it, on a thread of its own, until the end of the block."""
    stop = threading.Event()
    thread = threading.Thread(target=_run, args=[stop], name="uploads", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(_PATIENCE)


def _run(stop: threading.Event) -> None:
    try:
        wait = 0.0
        while not stop.wait(wait):
            _look()
            wait = EVERY
    finally:
        catalog.close()


def _look() -> None:
    try:
        looks.seal()
        looks.clear_away(settings().look_days)
        upload_tending.tend()
        arrivals.clear_away()
        register_jobs.clear_away()
        thumbnails.clear_away(int(time.time() // EVERY), time.time())  # one folder a look: all of them in a day
    except SohoaError as error:
        _log.warning("half-sent files wait: %s", error)
    except Exception:  # a fault of ours: written down, and looked at again
        _log.exception("looking after half-sent files failed")
