"""Results that may be the same paper: found as results are recorded, shown in pairs, decided by people.

Three things tell them: files of the same bytes (of another unit), pages that look and read alike, and the same issuer,
kind, number and year. Nothing is dropped: of two scans of one paper the worse one is set aside for the other
(`catalog.decisions.set_aside`), an older version is replaced by a decision, and different papers stay what they are.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from catalog import decisions, editing, events, fingerprints, results
from catalog.configuration import told_plainly
from catalog.life import Decision
from catalog.locks import in_turn
from catalog.refusals import Refusal, RefusedChangeError
from catalog.sketches import Words
from catalog.values import clip, day_of, now, today
from review import samples
from review.models import Pair
from review.refusals import Reason, RefusedReviewError
from review.states import Likeness, Verdict

AT_ONCE = 50
"""New results that are held against the others in one call: about two seconds."""
RESEMBLANCE, AGREEMENT = 0.65, 0.5
"""Shares of pairs of words and of numbers that two readings of one paper have in common at least."""
SURELY = 0.85
"""Share of pairs of words from which on the numbers need not agree. All three: ``./run measure fingerprints``."""


@dataclass(frozen=True, slots=True)
class Found:
    """A result that may be the same paper as another one."""

    other: int
    likenesses: frozenset[Likeness]
    resemblance: float
    """Share of the pairs of words that both have, 0–1."""


@told_plainly()
def catch_up(limit: int = AT_ONCE) -> int:
    """Hold results that are new, or of another number by now, against all others, and draw some of them for samples;
    gives how many. 0: none is left.

    May be called by several processes at once, and any number of times: each of them is looked at once.
    """
    done = 0
    for result in fingerprints.fresh(limit):
        with transaction.atomic():
            in_turn("fingerprints")  # two new scans of one paper at once would not see each other
            editing.lock_all([result])  # who changes it meanwhile is done, or waits and has it looked at once more
            if fingerprints.take(result):
                fingerprints.sketch(result)
                _note(result, find(result))
                samples.consider(result)
                done += 1
    return done


@told_plainly()
def find(result: int) -> tuple[Found, ...]:
    """Results that may be the same paper as this one. Raises NotFoundError."""
    own = fingerprints.texts(result)
    same_bytes, same_identity = fingerprints.same_bytes(result), fingerprints.same_identity(result)
    alike = fingerprints.alike(result)
    found = []
    for other in dict.fromkeys((*same_bytes, *same_identity, *alike)):
        one, another = _words(own, fingerprints.texts(other))
        resemblance = one.resemblance(another)
        kinds = {Likeness.BYTES} if other in same_bytes else set()
        kinds |= {Likeness.IDENTITY} if other in same_identity else set()
        confirmed = resemblance >= SURELY or (resemblance >= RESEMBLANCE and one.agreement(another) >= AGREEMENT)
        kinds |= {Likeness.PAGES} if other in alike and confirmed else set()
        if kinds:
            found.append(Found(other, frozenset(kinds), round(resemblance, 3)))
    return tuple(found)


@told_plainly()
def decide(
    pair: int,
    verdict: Verdict,
    actor: str,
    *,
    kept: int | None = None,
    decision: Decision | None = None,
    seen: tuple[int, int] | None = None,
) -> None:
    """`actor` says what the two results of a pair are to each other.

    SAME: `kept` stands for both from now on. NEW_VERSION: `kept` takes the place of the other one by `decision`.
    `seen`: the editions of first and second that the person saw; None: whatever stands there. Raises
    RefusedReviewError, and RefusedChangeError where the catalog refuses it, or one of the two changed meanwhile.
    """
    with transaction.atomic(), events.acting(actor):
        row = _locked(pair)
        if row.verdict != Verdict.OPEN:
            raise RefusedReviewError(Reason.DECIDED, f"pair {pair} is decided already")
        if seen is not None:
            decisions.unchanged({row.first_id: seen[0], row.second_id: seen[1]})
        if verdict is not Verdict.DIFFERENT:
            row.kept_id, row.change = kept, _carry_out(row, verdict, actor, kept, decision)
        row.verdict, row.actor, row.time = verdict.value, clip(actor, 200), now()
        row.save()
        _tell(row, "review.pair_decided", {"verdict": verdict.value, "kept": row.kept_id})


@told_plainly()
def undo(pair: int, actor: str, reason: str) -> None:
    """Take back what was said of a pair today, which waits again; what it did to a result is undone, too.

    Raises RefusedReviewError, and RefusedChangeError as `catalog.decisions.undo`.
    """
    with transaction.atomic(), events.acting(actor):
        row = _locked(pair)
        if row.verdict == Verdict.OPEN:
            raise RefusedReviewError(Reason.NOTHING_TO_UNDO, f"nobody decided pair {pair}")
        if row.time is None or day_of(row.time) != today():
            raise RefusedChangeError(Refusal.NOT_TODAY, "only what was decided today can be undone")
        if row.change is not None:
            decisions.undo(_other(row, row.kept_id), row.change, actor, reason)
        before, row.verdict, row.kept_id, row.change = row.verdict, Verdict.OPEN.value, None, None
        row.actor, row.time = "", None
        row.save()
        _tell(row, "review.pair_undone", {"verdict": before})


def _words(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[Words, Words]:
    """What two results are compared by: as many pages as both have, since annexes are often scanned once alone."""
    pages = min(len(one), len(other))
    return Words.of(one[:pages]), Words.of(other[:pages])


def _carry_out(row: Pair, verdict: Verdict, actor: str, kept: int | None, decision: Decision | None) -> int:
    """Do to the other result what was decided; gives the id of that change."""
    if kept not in (row.first_id, row.second_id):
        raise RefusedReviewError(Reason.KEPT, "say which of the two stands for both")
    other = _other(row, kept)
    if verdict is Verdict.SAME:
        decisions.set_aside(other, kept, actor)
    elif decision is None:
        raise RefusedReviewError(Reason.DECISION, "a new version needs a decision: its number, date and reason")
    else:
        decisions.replace(other, kept, decision, actor)
    return decisions.changes(other)[-1].id


def _note(result: int, found: tuple[Found, ...]) -> None:
    """Keep the pairs that were found; one that is there already learns why else its two may be the same."""
    for one in found:
        first, second = sorted((result, one.other))
        kinds = {kind.value: True for kind in one.likenesses}
        pair, new = Pair.objects.get_or_create(
            first_id=first, second_id=second, defaults={**kinds, "resemblance": one.resemblance, "found": now()}
        )
        if new:
            _tell(pair, "review.pair_found", {"why": sorted(kinds)})
        elif not set(one.likenesses) <= set(pair.likenesses()):
            Pair.objects.filter(pk=pair.pk).update(**kinds, resemblance=one.resemblance)


def _locked(pair: int) -> Pair:
    row = Pair.objects.select_for_update().filter(pk=pair).first()
    if row is None:
        raise RefusedReviewError(Reason.NO_PAIR, f"there is no pair {pair}")
    return row


def _other(row: Pair, kept: int | None) -> int:
    return row.second_id if kept == row.first_id else row.first_id


def _tell(row: Pair, kind: str, data: dict[str, object]) -> None:
    """Write an event about a pair into the chain of the unit of its later result."""
    unit, _kind = results.place(row.second_id)
    events.append(unit, kind, f"result:{row.second_id}", {"pair": row.pk, "other": row.first_id, **data})
