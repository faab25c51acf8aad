"""Keeps the memory of long runs flat: what a page needed goes back to the system when the page is done.

The images of one page are megabytes each and come and go by the dozen. Handed back one by one they cost 0.1 s of a
processor a page, because the system clears them anew each time; so blocks up to `_BLOCK` are used again first, and
only what lies free above that goes back.
"""

from __future__ import annotations

import ctypes

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
_ARENA_MAX = -8
_BLOCK = 4 << 20
_ARENAS = 2
"""Heaps that threads share: each may hold up to `_BLOCK` that nobody uses."""


def give_back() -> None:
    """Let the C library return large blocks at once instead of keeping them for later (glibc only).

    By default glibc raises its threshold as large arrays come and go, and then keeps tens of
    megabytes for each thread. Does nothing with another C library.
    """
    try:
        mallopt = ctypes.CDLL("libc.so.6").mallopt
    except (OSError, AttributeError):
        return
    mallopt(_MMAP_THRESHOLD, _BLOCK)
    mallopt(_TRIM_THRESHOLD, _BLOCK)
    mallopt(_ARENA_MAX, _ARENAS)
