"""How results reached the citizens: over the counter, by public post with a tracking number, electronically.

A result may be handed over more than once (a copy, a parcel that came back). Search learns the last manner and all
tracking numbers. `actor` is a user name; rights are the caller's business.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date

from catalog import checks, editing
from catalog.configuration import told_plainly
from catalog.life import DeliveryRow, Undone
from catalog.models import Delivery, Result
from catalog.refusals import Refusal, RefusedChangeError
from catalog.states import Manner
from catalog.values import clip, day_of, digest, now, today

_TRACKING = re.compile("[0-9A-Z](?:-?[0-9A-Z]){4,39}")
_LONGEST_NAME = 400


@told_plainly()
def deliver(id: int, manner: Manner, tracking: str, day: date, to: str, actor: str) -> int:
    """Note that a result was handed over on `day` to the person `to`; gives the delivery's id.

    The very same a second time changes nothing. Raises NotFoundError for an unknown result and RefusedChangeError:
    no tracking number of the post (or one elsewhere), a day in the future or before the issue, a name too long.
    """
    manner, tracking, to = Manner(manner), _tracking(Manner(manner), tracking), checks.typed(to)
    if len(to) > _LONGEST_NAME:
        raise RefusedChangeError(Refusal.TOO_LONG, f"a name has at most {_LONGEST_NAME} characters", "to")
    with editing.locked(id, actor) as result:
        if day > today() or (result.issue_date and day < result.issue_date):
            message = f"result {id} cannot have been handed over on {day}"
            raise RefusedChangeError(Refusal.DELIVERY_DATE, message, "date")
        same = Delivery.objects.filter(
            result=result, manner=manner.value, tracking=tracking, date=day, to=to, undone=None
        ).first()
        if same is not None:
            return same.pk
        delivery = Delivery.objects.create(
            result=result, manner=manner.value, tracking=tracking, date=day, to=to, actor=clip(actor, 200), time=now()
        )
        _copy(result)
        told = {"delivery": delivery.pk, "manner": manner.value, "date": day.isoformat()}
        editing.write(result, "result.delivered", told | {"to": digest([to, tracking, result.archive_sha256])})
        return delivery.pk


@told_plainly()
def undo(id: int, delivery: int, actor: str, reason: str) -> None:
    """Take back what was noted today by mistake. A second call changes nothing.

    Raises NotFoundError for an unknown result, RefusedChangeError for an unknown delivery or one of another day.
    """
    reason = checks.reason(reason)
    with editing.locked(id, actor) as result:
        noted = Delivery.objects.filter(pk=delivery, result=result).first()
        if noted is None:
            raise RefusedChangeError(Refusal.NO_RESULT, f"result {id} has no delivery {delivery}")
        if noted.undone is not None:
            return
        if day_of(noted.time) != today():
            raise RefusedChangeError(Refusal.NOT_TODAY, "only what was noted today can be undone")
        noted.undone, noted.undone_by, noted.undone_reason = now(), clip(actor, 200), reason
        noted.save(update_fields=["undone", "undone_by", "undone_reason"])
        _copy(result)
        editing.write(result, "result.delivery_undone", {"delivery": noted.pk, "reason": digest(reason)})


@told_plainly()
def listing(id: int) -> tuple[DeliveryRow, ...]:
    """All deliveries of a result, by day, undone ones too."""
    return tuple(map(_row, Delivery.objects.filter(result_id=id).order_by("date", "pk")))


def _tracking(manner: Manner, text: str) -> str:
    number = checks.typed(text).replace(" ", "").upper()
    if manner is not Manner.POST:
        if number:
            raise RefusedChangeError(Refusal.TRACKING, "a tracking number belongs to the post alone", "tracking")
        return ""
    if not _TRACKING.fullmatch(number):
        message = "the tracking number of the post is missing or none: letters and digits, like EA123456789VN"
        raise RefusedChangeError(Refusal.TRACKING, message, "tracking")
    return number


def _copy(result: Result) -> None:
    """Let the result itself tell how it was handed over."""
    standing: Iterable[Delivery] = Delivery.objects.filter(result=result, undone=None).order_by("date", "pk")
    result.delivered, numbers = "", dict[str, None]()
    for delivery in standing:
        result.delivered = delivery.manner
        if delivery.tracking:
            numbers[delivery.tracking] = None
    result.tracking = " ".join(numbers)


def _row(delivery: Delivery) -> DeliveryRow:
    undone = None
    if delivery.undone:
        undone = Undone(delivery.undone.astimezone(UTC), delivery.undone_by, delivery.undone_reason)
    return DeliveryRow(
        id=delivery.pk,
        manner=Manner(delivery.manner),
        tracking=delivery.tracking,
        date=delivery.date,
        to=delivery.to,
        actor=delivery.actor,
        time=delivery.time.astimezone(UTC),
        undone=undone,
        undoable=undone is None and day_of(delivery.time) == today(),
    )
