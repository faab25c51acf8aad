"""What somebody typed and has not settled yet: kept at once, so that no crash and no reload loses it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC

from django.db import transaction

from catalog.configuration import told_plainly
from catalog.values import clean, clip, now
from review import leases
from review.models import Draft
from review.records import DraftRow
from review.refusals import Reason, RefusedReviewError

_LONGEST = 50_000
"""Characters of all values together: far more than fifteen fields of a paper hold."""


@told_plainly()
def save(result: int, actor: str, edition: int, values: Mapping[str, str], done: Collection[str] = ()) -> None:
    """Keep what `actor` has typed so far, in the place of what they typed before; a sign of life as well."""
    if sum(len(name) + len(text) for name, text in values.items()) > _LONGEST:
        raise RefusedReviewError(Reason.TOO_MUCH, f"more than {_LONGEST} characters were typed")
    kept = {clip(name, 64): clean(text) for name, text in values.items()}
    names = sorted(clip(name, 64) for name in done if name in values)
    with transaction.atomic():
        Draft.objects.update_or_create(
            result_id=result,
            actor=clip(actor, 200),
            defaults={"edition": edition, "values": kept, "done": names, "saved": now()},
        )
        leases.renew([result], actor)


@told_plainly()
def of(result: int, actor: str) -> DraftRow | None:
    """What `actor` had typed; None: nothing."""
    draft = Draft.objects.filter(result=result, actor=clip(actor, 200)).first()
    if draft is None:
        return None
    return DraftRow(dict(draft.values), frozenset(draft.done), draft.edition, draft.saved.astimezone(UTC))


@told_plainly()
def drop(result: int, actor: str = "") -> None:
    """What was typed is settled, or not wanted any more: of `actor`, or (empty) of everybody."""
    found = Draft.objects.filter(result=result)
    (found.filter(actor=clip(actor, 200)) if actor else found).delete()
