"""What is away, where every process of this machine can read it, even when the database is what is away.

One small file for each thing that is waited for, ``$SOHOA_HOME/outages/<what>.json``. Whoever waits renews it; one that
nobody renewed for a while says nothing any more (its writer was killed, or has nothing left to do).
"""

from __future__ import annotations

import json
import os
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from core.settings import settings

STALE = 180.0
"""Seconds after which a note that was not renewed counts no longer."""
_NAMES = ("database", "storage", "search")


@dataclass(frozen=True, slots=True)
class Outage:
    """Something that work waits for."""

    what: str
    """``database``, ``storage``, or ``search``."""
    since: datetime
    """UTC."""
    text: str
    """The fault as the operator is told of it. It may name addresses, never secrets."""


def note(what: str, text: str) -> None:
    """`what` is away now; of the first note of an outage the time is kept. A disk without room is no fault."""
    now = time.time()
    before = _read(what)
    since = before["since"] if before else now
    path = _path(what)
    aside = path.with_suffix(f".{os.getpid()}")
    with suppress(OSError):
        path.parent.mkdir(mode=0o700, exist_ok=True)
        aside.write_text(json.dumps({"since": since, "seen": now, "text": text}), "utf-8")
        aside.replace(path)


def over(what: str) -> None:
    """`what` answers again."""
    with suppress(OSError):
        _path(what).unlink(missing_ok=True)


def current() -> tuple[Outage, ...]:
    """What is away, as far as anybody who works here has noticed."""
    found = ((what, _read(what)) for what in _NAMES)
    return tuple(
        Outage(what, datetime.fromtimestamp(float(noted["since"]), UTC), str(noted["text"]))
        for what, noted in found
        if noted
    )


def _read(what: str) -> dict[str, float | str] | None:
    """The note, unless there is none, it is stale, or half of it was written."""
    try:
        noted: dict[str, float | str] = json.loads(_path(what).read_text("utf-8"))
        return noted if time.time() - float(noted["seen"]) <= STALE and {"since", "text"} <= noted.keys() else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _path(what: str) -> Path:
    return settings().root / "outages" / f"{what}.json"
