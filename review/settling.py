"""Being done with a document: it is checked, or waits for a second person, or for a third one who decides; and undo.

Where a unit wants two people (`review.policies`), the first one's values are kept aside. A second one, who does not see
them, enters the document anew. If both say the same, it is checked. If not, a third person sees both and decides.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.db import transaction

from catalog import checks, decisions, events, results
from catalog.configuration import told_plainly
from catalog.life import ChangeKind
from catalog.locks import in_turn
from catalog.records import Shown
from catalog.refusals import Refusal, RefusedChangeError
from catalog.values import clip, digest
from review import asides, drafts, keys, leases, policies, sampling
from review.models import Key
from review.records import Settled
from review.refusals import Reason, RefusedReviewError
from review.states import Outcome


@told_plainly()
def settle(result: int, values: Mapping[str, str], actor: str, seen: int, insisted: Collection[str] = ()) -> Settled:
    """`actor` looked these fields up: name → what the paper says, empty where it says nothing. `seen` is the edition
    that they saw; `insisted` names fields that say what cannot be right.

    Raises NotFoundError, RefusedChangeError as `catalog.decisions.review`, and RefusedReviewError where somebody else
    has the document before them, where the second person is the first one again, or where who judges a sample answers
    for its values.
    """
    with transaction.atomic(), events.acting(actor):
        in_turn(f"review {result}")
        shown = results.show(result)
        if leases.holder(result) not in {"", clip(actor, 200)}:
            raise RefusedReviewError(Reason.HELD, f"somebody else has result {result} before them")
        if seen != shown.edition:
            raise RefusedChangeError(Refusal.STALE, f"somebody changed result {result} meanwhile: look at it again")
        if not shown.row.in_review:
            return _judge(shown, values, actor, insisted)
        return _enter(shown, values, actor, insisted)


@told_plainly()
def undo(result: int, actor: str, reason: str) -> None:
    """`actor` takes back the last that they settled about the result; it waits to be checked as before, and what they
    had entered becomes their draft again.

    Raises RefusedReviewError where there is nothing of theirs to take back or two people have entered it and differ,
    and RefusedChangeError as `catalog.decisions.undo`.
    """
    with transaction.atomic(), events.acting(actor):
        in_turn(f"review {result}")
        entered = keys.waiting(result, results.show(result).edition)
        mine = [key for key in entered if key.actor == clip(actor, 200)]
        if mine and len(entered) >= 2:  # they know by now that somebody said something else
            raise RefusedReviewError(Reason.KEYED_AFTER, "two people differ about it: a third one decides")
        if mine:
            _take_back(result, mine[0])
            return
        standing = [change for change in decisions.changes(result) if change.undone is None]
        if not standing or standing[-1].kind is not ChangeKind.REVIEW or standing[-1].actor != clip(actor, 200):
            raise RefusedReviewError(Reason.NOTHING_TO_UNDO, f"{actor} has settled nothing of result {result}")
        values = {field.name: field.value for field in results.show(result).fields}
        edition = decisions.undo(result, standing[-1].id, actor, reason)
        drafts.save(result, actor, edition, {name: values.get(name, "") for name in standing[-1].fields})
        keys.reopen(result, standing[-1].id, edition, actor)
        sampling.undone(result, actor)


def _enter(shown: Shown, values: Mapping[str, str], actor: str, insisted: Collection[str]) -> Settled:
    """The first, second or third person is done with a document that is to be checked."""
    result, present = shown.row.id, {field.name: field.value for field in shown.fields}
    entered = keys.waiting(result, shown.edition)
    if clip(actor, 200) in {key.actor for key in entered}:
        raise RefusedReviewError(Reason.OWN_KEY, "another person has to enter it")
    if len(entered) >= 2:
        return _check(shown, values, actor, insisted, entered)
    if not entered:
        if not policies.second_wanted(result, shown.row.unit):
            return _check(shown, values, actor, insisted, ())
        _keep(shown, checks.reviewed(values, present, insisted), actor, insisted)
        return Settled(Outcome.WAITING, None)
    own = checks.reviewed(values, present, insisted)
    if different := keys.differing(entered[0].values, own, present):
        # Both in full, so that the third person sees all of what each of them said.
        _keep(shown, present | own, actor, insisted)
        Key.objects.filter(pk=entered[0].pk).update(values=present | entered[0].values)
        events.append(shown.row.unit, "review.disagreed", f"result:{result}", {"names": sorted(different)})
        return Settled(Outcome.DISAGREED, None)
    together = {*insisted, *entered[0].insisted}
    return _check(shown, {**entered[0].values, **own}, actor, together, entered)


def _keep(shown: Shown, values: Mapping[str, str], actor: str, insisted: Collection[str]) -> None:
    """Keep what somebody entered until another person has, too."""
    result = shown.row.id
    keys.add(result, shown.edition, values, insisted, actor)
    drafts.drop(result, actor)
    told = {"edition": shown.edition, "names": sorted(values), "fields": digest(dict(values))}
    events.append(shown.row.unit, "review.entered", f"result:{result}", told)


def _check(
    shown: Shown, values: Mapping[str, str], actor: str, insisted: Collection[str], entered: Collection[Key]
) -> Settled:
    """The document is checked: the catalog is told, and what was kept meanwhile goes."""
    result = shown.row.id
    before = [key.actor for key in entered]
    decisions.review(result, values, actor, seen=shown.edition, insisted=insisted, keys=before)
    change = decisions.changes(result)[-1].id
    keys.end(result, change)
    drafts.drop(result)
    asides.clear(result)
    return Settled(Outcome.VERIFIED, change)


def _judge(shown: Shown, values: Mapping[str, str], actor: str, insisted: Collection[str]) -> Settled:
    """The document was drawn for a sample: what the person found is written down, and put right where it was wrong."""
    result = shown.row.id
    if not sampling.drawn(result):
        raise RefusedChangeError(Refusal.NOT_IN_REVIEW, f"nothing is left to check in result {result}")
    if sampling.answers_for(result, actor):
        raise RefusedReviewError(Reason.OWN_WORK, f"{actor} answers for result {result}: another person judges it")
    sampling.judged(result, values, actor)
    before = shown.edition
    after = decisions.review(result, values, actor, seen=before, insisted=insisted, sampled=True)
    drafts.drop(result)
    asides.clear(result)
    return Settled(Outcome.SAMPLED, decisions.changes(result)[-1].id if after != before else None)


def _take_back(result: int, mine: Key) -> None:
    unit, _kind = results.place(result)
    mine.delete()
    drafts.save(result, mine.actor, mine.edition, mine.values)
    events.append(unit, "review.entry_undone", f"result:{result}", {"edition": mine.edition})
