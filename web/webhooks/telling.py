"""Getting messages to the other side: at once, then again and again for two days, then given up aloud."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from django.db.models import Min, QuerySet

import catalog
from catalog.configuration import told_plainly
from core.errors import SohoaError
from web.models import Message
from web.webhooks.calling import call
from web.webhooks.hearing import hear
from web.webhooks.subscriptions import secret_of

BACKOFF = tuple(timedelta(seconds=s) for s in (10, 60, 300, 1800, 7200, 21600, 43200, 86400))
"""How long after each failed try the next one is made; after as many, and one more, a message is dead."""
EVERY = 2.0
"""Seconds between two looks."""
PATIENCE = 15.0
"""Seconds until the next look where the catalog is away."""
KEPT = timedelta(days=30)
"""How long delivered messages can be looked at."""
_ROUND = 100
"""Messages of one look to one side, so that none fills it with what waits for it."""
_TURN = 20.0
"""Seconds after which a side gets no further message in the same look: two calls as long as a call may be
(`calling.SECONDS`). A look ends when each side had its turn, and until then nothing new is heard or sent."""
_AT_ONCE = 4
"""Other sides called at once."""
_CLAIM = timedelta(minutes=2)
"""Longer than one call: nobody else tries the message meanwhile."""
_log = logging.getLogger("sohoa.webhooks")


@contextmanager
def telling() -> Iterator[None]:
    """Call back, on a thread of its own, until the end of the block."""
    stop = threading.Event()
    thread = threading.Thread(target=_run, args=[stop], name="webhooks", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(PATIENCE)


def _run(stop: threading.Event) -> None:
    try:
        wait = 0.0
        while not stop.wait(wait):
            wait = _look()
    finally:
        catalog.close()


def _look() -> float:
    """One look; gives the seconds until the next."""
    try:
        hear()
        deliver()
    except SohoaError as error:
        _log.warning("webhooks wait: %s", error)
        return PATIENCE
    except Exception:  # a fault of ours: written down, and the others are told all the same
        _log.exception("webhooks failed")
        return PATIENCE
    return EVERY


def _now() -> datetime:
    return datetime.now(UTC)


@told_plainly()
def deliver(clock: Callable[[], datetime] = _now) -> int:
    """Send what is due; gives how many were taken. One side after the other never waits long for a slow one."""
    Message.objects.filter(delivered__lt=clock() - KEPT).delete()
    due = _due(clock()).values("subscription_id").annotate(first=Min("next")).order_by("first")
    sides = [row["subscription_id"] for row in due]
    if not sides:
        return 0
    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="webhook") as pool:
        return sum(pool.map(lambda side: _side(side, clock), sides))


def _due(now: datetime) -> QuerySet[Message]:
    return Message.objects.filter(
        next__lte=now,
        subscription__ended=None,
        subscription__token__revoked=None,
        subscription__token__expires__gt=now,
    )


def _side(subscription: int, clock: Callable[[], datetime]) -> int:
    """Send one side its messages in their order, until it fails or its turn is over; gives how many it took."""
    over = time.monotonic() + _TURN
    try:
        taken = 0
        mine = _due(clock()).filter(subscription=subscription).order_by("next", "pk")
        for id in list(mine.values_list("pk", flat=True)[:_ROUND]):
            message = _claimed(id, clock())
            if message is None:
                continue
            fault = call(message.subscription.url, secret_of(message.subscription), message.name, message.body)
            _note(message, fault, clock())
            if fault:
                break
            taken += 1
            if time.monotonic() >= over:
                break
        return taken
    finally:
        catalog.close()


def _claimed(id: int, now: datetime) -> Message | None:
    """The message, for this caller alone; None where another one has it, or has sent it."""
    if not Message.objects.filter(pk=id, next__lte=now).update(next=now + _CLAIM):
        return None
    return Message.objects.select_related("subscription").get(pk=id)


def _note(message: Message, fault: str, now: datetime) -> None:
    """Write down how it went. A side that failed is left alone with all its messages until the next try."""
    message.attempts, message.fault = message.attempts + 1, fault[:300]
    if not fault:
        message.delivered, message.next = now, None
    elif message.attempts > len(BACKOFF):
        message.next = None
        _log.warning("webhook message %s is given up: %s", message.name, fault)
    else:
        message.next = now + BACKOFF[message.attempts - 1]
        others = Message.objects.filter(subscription=message.subscription_id, next__lt=message.next)
        others.exclude(pk=message.pk).update(next=message.next)
    message.save(update_fields=["attempts", "fault", "delivered", "next"])
