"""Who wants to be called back: an address, kinds of events, and the token whose rights decide what it hears of.

The secret that signs is made from the installation's secret key and the subscription's salt, and stands nowhere. All
machines that serve one installation need the same key (``SOHOA_HOME/secret_key``), as for signing in.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from django.conf import settings as django_conf
from django.db import transaction
from django.db.models import Count

from catalog.configuration import told_plainly
from core.errors import NotFoundError, UsageError
from web.models import Message, Subscription
from web.webhooks.addresses import target

MOST = 20
"""Subscriptions of one token."""


class Kind(StrEnum):
    """What can be heard of."""

    RECORDED = "result.recorded"
    VERIFIED = "result.verified"
    """A person looked at it, and nothing is left to look at."""
    CORRECTED = "result.corrected"
    REPLACED = "result.replaced"
    REVOKED = "result.revoked"
    UNDONE = "result.undone"
    """The last decision about it was taken back: ask for the result to see what holds."""


@dataclass(frozen=True, slots=True)
class SubscriptionRow:
    """A subscription, and how it goes."""

    id: int
    url: str
    events: tuple[str, ...]
    created: datetime
    waiting: int
    """Messages still to be delivered."""
    dead: int
    """Messages that were given up."""
    delivered: int
    """Of the last thirty days."""
    secret: str


@dataclass(frozen=True, slots=True)
class MessageRow:
    """A message, and what became of it."""

    name: str
    state: str
    """``waiting``, ``delivered`` or ``dead``."""
    attempts: int
    created: datetime
    next: datetime | None
    fault: str


@told_plainly()
def add(token: int, url: str, kinds: Iterable[Kind]) -> SubscriptionRow:
    """Subscribe; the same address and kinds of the same token a second time give the one that is there.

    Raises AddressError, and UsageError for no kind or too many subscriptions.
    """
    wanted = sorted(set(kinds))
    if not wanted:
        raise UsageError("say of which events to tell")
    target(url)
    with transaction.atomic():
        mine = Subscription.objects.filter(token_id=token, ended=None)
        same = next((one for one in mine.filter(url=url) if one.events == wanted), None)
        if same is None and mine.count() >= MOST:
            raise UsageError(f"a token has at most {MOST} subscriptions: end one first")
        made = same or Subscription.objects.create(
            token_id=token, url=url, events=wanted, salt=secrets.token_hex(16), created=datetime.now(UTC)
        )
    return show(token, made.pk)


@told_plainly()
def listing(token: int) -> tuple[SubscriptionRow, ...]:
    """All of a token's subscriptions."""
    return _rows(Subscription.objects.filter(token_id=token, ended=None).order_by("pk"))


@told_plainly()
def show(token: int, id: int) -> SubscriptionRow:
    """One of a token's subscriptions; raises NotFoundError."""
    return _rows([_mine(token, id)])[0]


@told_plainly()
def end(token: int, id: int) -> None:
    """No message goes there any more; raises NotFoundError."""
    if not Subscription.objects.filter(pk=id, token_id=token, ended=None).update(ended=datetime.now(UTC)):
        raise NotFoundError(f"there is no subscription {id}")


@told_plainly()
def messages(token: int, id: int, limit: int = 50) -> tuple[MessageRow, ...]:
    """The newest messages of a subscription, newest first; raises NotFoundError."""
    found = Message.objects.filter(subscription=_mine(token, id)).order_by("-pk")[:limit]
    return tuple(
        MessageRow(
            name=one.name,
            state="delivered" if one.delivered else "waiting" if one.next else "dead",
            attempts=one.attempts,
            created=one.created.astimezone(UTC),
            next=one.next.astimezone(UTC) if one.next else None,
            fault=one.fault,
        )
        for one in found
    )


@told_plainly()
def retry(token: int, id: int) -> int:
    """Try dead messages again, from the start; gives how many. Raises NotFoundError."""
    dead = Message.objects.filter(subscription=_mine(token, id), delivered=None, next=None)
    return dead.update(next=datetime.now(UTC), attempts=0)


def secret_of(subscription: Subscription) -> str:
    """What signs the messages of a subscription."""
    said = f"sohoa webhook {subscription.pk} {subscription.salt}"
    return hmac.new(str(django_conf.SECRET_KEY).encode(), said.encode(), hashlib.sha256).hexdigest()


def _mine(token: int, id: int) -> Subscription:
    found = Subscription.objects.filter(pk=id, token_id=token, ended=None).first()
    if found is None:
        raise NotFoundError(f"there is no subscription {id}")
    return found


def _rows(found: Iterable[Subscription]) -> tuple[SubscriptionRow, ...]:
    found = list(found)
    numbers = Message.objects.filter(subscription__in=[one.pk for one in found]).values("subscription_id")
    counted = numbers.annotate(all=Count("pk"), waiting=Count("next"), taken=Count("delivered"))
    of = {row["subscription_id"]: (row["all"], row["waiting"], row["taken"]) for row in counted}
    return tuple(_row(one, *of.get(one.pk, (0, 0, 0))) for one in found)


def _row(one: Subscription, all: int, waiting: int, delivered: int) -> SubscriptionRow:
    return SubscriptionRow(
        id=one.pk,
        url=one.url,
        events=tuple(one.events),
        created=one.created.astimezone(UTC),
        waiting=waiting,
        dead=all - waiting - delivered,
        delivered=delivered,
        secret=secret_of(one),
    )
