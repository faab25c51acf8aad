"""Who looked into a confidential result, and why: asked for before it is shown, kept, and told in an event.

The reason stands here; the event holds its digest, since a reason may name people. Rights are the caller's business.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, time

from catalog import checks, editing
from catalog.configuration import told_plainly
from catalog.life import OpeningRow
from catalog.models import Opening
from catalog.values import HERE, clip, digest, now, today


@told_plainly()
def open_for(id: int, actor: str, reason: str) -> None:
    """`actor` looks into result `id` for `reason`; holds for the day, as `opened` tells.

    Raises NotFoundError, and RefusedChangeError for a reason that is none.
    """
    reason = checks.reason(reason)
    with editing.locked(id, actor) as result:
        opening = Opening.objects.create(result=result, actor=clip(actor, 200), reason=reason, time=now())
        told = {"opening": opening.pk, "confidential": result.confidential, "reason": digest(reason)}
        editing.tell(result, "result.opened", told)


@told_plainly()
def opened(id: int, actor: str) -> bool:
    """Whether `actor` gave a reason for looking into the result today (in Asia/Ho_Chi_Minh)."""
    return id in opened_among([id], actor)


@told_plainly()
def opened_among(ids: Iterable[int], actor: str) -> frozenset[int]:
    """Those of these results of which `opened` is true."""
    morning = datetime.combine(today(), time.min, HERE)
    found = Opening.objects.filter(result__in=list(ids), actor=clip(actor, 200), time__gte=morning)
    return frozenset(found.values_list("result_id", flat=True))


@told_plainly()
def listing(id: int, limit: int = 100) -> tuple[OpeningRow, ...]:
    """Who looked into a result last, newest first."""
    found = Opening.objects.filter(result_id=id).order_by("-pk")[:limit]
    return tuple(OpeningRow(opening.actor, opening.reason, opening.time.astimezone(UTC)) for opening in found)
