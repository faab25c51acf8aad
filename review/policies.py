"""Whether two people have to enter the same, by unit. A unit without a policy of its own follows the next one above."""

from __future__ import annotations

import hashlib
from datetime import UTC

from django.db import transaction

from catalog import events, units
from catalog.configuration import told_plainly
from catalog.values import clip, now
from review.models import Policy
from review.records import PolicyRow
from review.refusals import Reason, RefusedReviewError
from review.states import Second


@told_plainly()
def put(unit: str, second: Second, share: int, actor: str) -> None:
    """From now on this holds in the unit, and below it where nothing else is said; documents that wait for a second
    person go on waiting. `share` is a percentage, looked at for `Second.SAMPLED` alone.

    Raises UsageError for an unknown unit, RefusedReviewError for a share that is none.
    """
    units.require(unit)
    share = share if second is Second.SAMPLED else 0
    if second is Second.SAMPLED and not 1 <= share <= 100:
        raise RefusedReviewError(Reason.SHARE, "a share is a percentage from 1 to 100")
    with transaction.atomic(), events.acting(actor):
        Policy.objects.update_or_create(
            unit_id=unit,
            defaults={"second": second.value, "share": share, "actor": clip(actor, 200), "time": now()},
        )
        events.append(unit, "review.policy_put", f"unit:{unit}", {"second": second.value, "share": share})


@told_plainly()
def drop(unit: str, actor: str) -> bool:
    """The unit follows the one above it again; False: it had no policy of its own."""
    units.require(unit)
    with transaction.atomic(), events.acting(actor):
        if not Policy.objects.filter(unit_id=unit).delete()[0]:
            return False
        events.append(unit, "review.policy_dropped", f"unit:{unit}", {})
        return True


@told_plainly()
def of(unit: str) -> PolicyRow | None:
    """What holds in a unit: its own policy or the next one above; None: one person is enough. Raises UsageError."""
    above = units.above(unit)
    own = {row.unit: row for row in _rows(above)}
    return next((own[code] for code in above if code in own), None)


@told_plainly()
def listing() -> tuple[PolicyRow, ...]:
    """All policies, by the unit's code."""
    return _rows(None)


@told_plainly()
def second_wanted(result: int, unit: str) -> bool:
    """Whether a second person must enter the result. Which ones are drawn is fixed by a hash of the result's id: the
    same whoever asks, and nothing that the first person can see coming.
    """
    policy = of(unit)
    if policy is None or policy.second is Second.NONE:
        return False
    if policy.second is Second.ALL:
        return True
    drawn = int.from_bytes(hashlib.sha256(f"second {result}".encode()).digest()[:8]) % 100
    return drawn < policy.share


def _rows(codes: tuple[str, ...] | None) -> tuple[PolicyRow, ...]:
    found = Policy.objects.order_by("unit")
    if codes is not None:
        found = found.filter(unit_id__in=list(codes))
    return tuple(
        PolicyRow(row.unit_id, Second(row.second), row.share, row.actor, row.time.astimezone(UTC)) for row in found
    )
