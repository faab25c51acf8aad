"""The other side of a webhook: a real server on this machine."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from catalog.life import Decision
from tests.web.api.support import Program

DECISION = Decision("12/QĐ-UBND", date(2024, 1, 2), "sai thông tin")


@dataclass
class Listener:
    """The other side: a real server on this machine that remembers what it was told."""

    port: int = 0
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    heard: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    hold: threading.Event = field(default_factory=threading.Event)
    """Set: answers at once."""
    called: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?x=1"

    def kinds(self) -> list[str]:
        return [json.loads(body)["event"] for _headers, body in self.heard]


EVERY = ["result.recorded", "result.verified", "result.corrected", "result.replaced", "result.revoked", "result.undone"]


def subscribe(program: Program, listener: Listener, events: list[str] = EVERY) -> dict[str, Any]:
    made = program.post("/webhooks", {"url": listener.url, "events": events})
    assert made.status_code == 201, made.content
    told: dict[str, Any] = made.json()
    return told


def run(after: timedelta = timedelta(0)) -> int:
    """One look of the thread that tells, some time from now."""
    from web.webhooks.hearing import hear
    from web.webhooks.telling import deliver

    hear()
    return deliver(lambda: datetime.now(UTC) + after)
