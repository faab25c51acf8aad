"""The post: reports go out by e-mail on their day. It is done beside the desk, so that a mail server that is away keeps
nobody waiting.
"""

from __future__ import annotations

import logging
import threading

import catalog
from core.errors import SohoaError

EVERY = 60.0
"""Seconds between two looks whether a report is due."""
_log = logging.getLogger("sohoa.post")


def keep_posting(stop: threading.Event) -> None:
    """Send what is due until `stop` is set."""
    try:
        while not stop.is_set():
            _once()
            stop.wait(EVERY)
    finally:
        catalog.close()


def _once() -> None:
    from quotas import mailing

    try:
        mailing.catch_up()
    except SohoaError as error:
        _log.warning("the post waits: %s", error)
    except Exception:  # a fault of ours: written down, and the post goes on
        _log.exception("the post failed")
