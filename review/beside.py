"""What somebody says of a document away from the desk, on the page of the result.

Where two people have to enter a document one alone does not settle it there: what is in doubt goes by the desk, and
what somebody entered meanwhile is not lost by a change beside it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.db import transaction

from catalog import decisions, events, results
from catalog.configuration import told_plainly
from catalog.life import Decision
from catalog.locks import in_turn
from catalog.records import Shown
from pipeline.records import FIELD_NAMES
from review import keys, policies
from review.refusals import Reason, RefusedReviewError


@told_plainly()
def two_wanted(shown: Shown) -> bool:
    """Whether the document is to be checked and two people have to enter it, or somebody has and waits for another."""
    if not shown.row.in_review:
        return False
    return keys.entered(shown.row.id, shown.edition) or policies.second_wanted(shown.row.id, shown.row.unit)


@told_plainly()
def confirm(result: int, names: Collection[str], actor: str, seen: int) -> int:
    """As `catalog.decisions.confirm`; raises RefusedReviewError(SECOND) besides, where two people have to enter it."""
    with transaction.atomic(), events.acting(actor):
        in_turn(f"review {result}")
        if two_wanted(results.show(result)):
            raise RefusedReviewError(Reason.SECOND, f"two people have to enter result {result}")
        return decisions.confirm(result, names, actor, seen=seen)


@told_plainly()
def correct(result: int, changes: Mapping[str, str], decision: Decision, actor: str, seen: int) -> int:
    """As `catalog.decisions.correct`; raises RefusedReviewError(SECOND) besides, where two people have to enter it and
    a field in doubt is meant, or any field while what one person entered waits for another. Facts can be corrected
    all the time, and what was entered goes on waiting.
    """
    with transaction.atomic(), events.acting(actor):
        in_turn(f"review {result}")
        shown = results.show(result)
        entered, meant = keys.entered(result, shown.edition), changes.keys() & set(FIELD_NAMES)
        if two_wanted(shown) and (meant if entered else meant & set(shown.review)):
            raise RefusedReviewError(Reason.SECOND, f"two people have to enter result {result}")
        edition = decisions.correct(result, changes, decision, actor, seen=seen)
        if entered and not meant:
            keys.carry(result, shown.edition, edition)
        return edition
