"""Keeps the memory of long runs flat: what a page needed goes back to the system when the page is done."""

from __future__ import annotations

import ctypes

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
_BYTES = 1 << 20


def give_back() -> None:
    """Let the C library return large blocks at once instead of keeping them for later (glibc only).

    By default glibc raises its threshold as large arrays come and go, and then keeps tens of
    megabytes for each thread. Does nothing with another C library.
    """
    try:
        mallopt = ctypes.CDLL("libc.so.6").mallopt
    except (OSError, AttributeError):
        return
    mallopt(_MMAP_THRESHOLD, _BYTES)
    mallopt(_TRIM_THRESHOLD, _BYTES)
