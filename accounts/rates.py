"""How often a token may call in a minute, counted across processes without a write for each call.

A process takes a tenth of a minute's calls at a time for itself from the token's row, with one UPDATE, and counts those
in memory. So all processes together never let more through than allowed, and a token that calls ten times a second
costs one write in six seconds. What a process took and did not use is lost with the minute. That write is where the
time of last use is noted as well.
"""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime

from django.db.models import F

from accounts.models import Token
from catalog.configuration import told_plainly

_MINUTE = 60
_SHARES = 10
_REFUSED = -1
"""Instead of calls left: nothing more is to be had in this minute."""


class Rates:
    """The calls that this process may still let through. Safe from several threads."""

    def __init__(self) -> None:
        self._left: dict[int, tuple[int, int]] = {}
        self._lock = threading.Lock()

    def take(self, token: int, limit: int, now: float | None = None) -> float:
        """Count one call of a token that may call `limit` times a minute: 0, or the seconds to wait instead."""
        now = time.time() if now is None else now
        window = int(now) // _MINUTE
        with self._lock:
            known, left = self._left.get(token, (0, 0))
            if known != window or left == 0:
                left = _share(token, limit, window, now) or _REFUSED
            if left == _REFUSED:
                self._left[token] = (window, _REFUSED)
                return (window + 1) * _MINUTE - now
            self._left[token] = (window, left - 1)
            return 0


@told_plainly()
def _share(token: int, limit: int, window: int, now: float) -> int:
    """Take calls of the minute `window` for this process; 0: all are taken."""
    share = max(1, limit // _SHARES)
    rows, used = Token.objects.filter(pk=token), datetime.fromtimestamp(now, UTC)
    if rows.exclude(window=window).update(window=window, taken=share, last_used=used):
        return share
    return share if rows.filter(window=window, taken__lte=limit - share).update(taken=F("taken") + share) else 0
