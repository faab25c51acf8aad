"""Who has which document before them. Of several who want one, exactly one gets it; it is free again when it is given
back, or without a sign of life for `settings().lease_seconds`.

Holding a document hinders others from being handed it, and no more: what two people enter at once is sorted out by the
edition that they saw.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from catalog.configuration import told_plainly
from catalog.values import clip, now
from core.settings import settings
from review.models import Lease
from review.records import Held


@told_plainly()
def take(result: int, actor: str) -> Held | None:
    """`actor` wants the document before them; None: somebody else has it. Who has it already gets a new ticket."""
    actor, ticket, until = clip(actor, 200), secrets.token_hex(16), _until()
    free = Q(until__lte=now()) | Q(holder=actor)
    with transaction.atomic():
        if Lease.objects.filter(free, result=result).update(holder=actor, until=until, ticket=ticket):
            return Held(result, ticket, until)
        try:
            with transaction.atomic():
                Lease.objects.create(result_id=result, holder=actor, until=until, ticket=ticket)
        except IntegrityError:  # somebody has it, or was a moment quicker
            return None
    return Held(result, ticket, until)


@told_plainly()
def renew(results: Iterable[int], actor: str) -> frozenset[int]:
    """A sign of life: gives those of the documents that `actor` still holds."""
    held = Lease.objects.filter(result__in=list(results), holder=clip(actor, 200))
    held.update(until=_until())
    return frozenset(held.values_list("result_id", flat=True))


@told_plainly()
def give_back(result: int, ticket: str) -> bool:
    """Whoever took the document with this ticket is done with it; False: it was taken anew since."""
    return bool(Lease.objects.filter(result=result, ticket=ticket).delete()[0])


@told_plainly()
def holder(result: int) -> str:
    """Who has the document before them; empty: nobody."""
    return Lease.objects.filter(result=result, until__gt=now()).values_list("holder", flat=True).first() or ""


def of_others(actor: str) -> QuerySet[Lease, Any]:
    """Query for the documents that others have before them."""
    return Lease.objects.filter(until__gt=now()).exclude(holder=clip(actor, 200)).values("result")


def _until() -> datetime:
    return datetime.now(UTC) + timedelta(seconds=settings().lease_seconds)
