"""Disposals: a list of results is proposed and frozen; a second administrator records the decision; it waits, and can
be withdrawn meanwhile; then `executing` carries it out.

Threat model: one person, with rights or with somebody's password, makes a paper disappear. So who proposes cannot
decide, both stand in the events of the unit, days lie between decision and execution, and a hold that anybody with the
right places meanwhile wins. Accepted risk: two administrators who act together, or one who holds the machine itself
(the command line takes the name of the system user); the tombstones and events say so afterwards.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from itertools import islice

from django.db import IntegrityError, transaction

from catalog import ageing, events, results, units
from catalog.configuration import told_plainly
from catalog.queue import Sight
from catalog.queue import seen as seen_results
from catalog.values import clean, clip, digest, now, today
from core.errors import NotFoundError, UsageError
from core.settings import settings
from core.text import squeeze
from preservation.retention import due, holds
from preservation.retention.due import Kinds
from preservation.retention.models import Disposal, Item
from preservation.retention.records import DisposalRow, ItemRow
from preservation.retention.states import Ground, ItemState, Kept, Stage

MOST = 100_000
"""Results of one list at most: nobody looks through more before deciding."""
_AT_ONCE = 1000
_LONGEST = 2000


class SamePersonError(UsageError):
    """Who proposed a disposal cannot decide about it."""


class StageError(UsageError):
    """The disposal has come too far for that, or not far enough."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The paper that says that results are disposed of."""

    number: str
    date: date
    signer: str


@told_plainly()
def propose(asked: due.Asked, seen: Kinds, actor: str, reason: str = "") -> DisposalRow:
    """Freeze all that is due, is on no list and under no hold, and that the proposer may see: at most MOST, the oldest.

    Raises UsageError for an unknown unit, and where nothing is due.
    """
    told: dict[str, object] = {"type": asked.document_type} if asked.document_type else {}
    return _propose(asked.unit, Ground.DUE, islice(due.unheld(asked, seen), MOST), actor, reason, told)


@told_plainly()
def propose_these(unit: str, ids: Collection[int], seen: Kinds, actor: str, reason: str) -> DisposalRow:
    """Freeze these results, whatever their period says, as when a citizen asks that what is kept about them be erased.

    All of them or none. Raises UsageError: no reason, one that the unit does not look after or the proposer may not
    see, one under a hold or on another list.
    """
    wanted = sorted(set(ids))
    if not 0 < len(wanted) <= MOST:
        raise UsageError(f"a list has 1 to {MOST:,} results: {len(wanted):,} were named")
    if not squeeze(clean(reason)):
        raise UsageError("say why these results are to be disposed of (where the request is filed, not who asked)")
    covered, there = units.visible_from(unit), ageing.editions(wanted)
    for id in wanted:
        _edition, home, kind = there.get(id, (0, "", ""))
        if home not in covered or (kind and not _within(home, seen.get(kind, ()))):
            raise UsageError(f"there is no result {id} that {unit} looks after")
    if held := holds.among(wanted):
        raise UsageError(f"result {min(held)} is under a legal hold: it has to be lifted first")
    return _propose(unit, Ground.REQUEST, iter((id, there[id][0]) for id in wanted), actor, reason, {})


@told_plainly()
def decide(disposal: int, decision: Decision, actor: str) -> DisposalRow:
    """Record the decision; from the day `ready` on it is executed. Not by who proposed it (SamePersonError).

    Raises NotFoundError, StageError, UsageError for a decision without number or signer, or of a day in the future.
    """
    number, signer = squeeze(clean(decision.number)), squeeze(clean(decision.signer))
    if not number or not signer:
        raise UsageError("a decision has a number and a signer")
    if decision.date > today():
        raise UsageError("the day of the decision lies in the future")
    with transaction.atomic(), events.acting(actor):
        found = _locked(disposal, Stage.PROPOSED)
        if _same(found.proposed_by, actor):
            raise SamePersonError("who proposed this cannot decide about it: a second administrator has to")
        found.number, found.date, found.signer = clip(number, 200), decision.date, clip(signer, 200)
        found.stage, found.decided_by, found.decided = Stage.DECIDED.value, clip(actor, 200), now()
        found.ready = today() + timedelta(days=settings().disposal_wait_days)
        found.save()
        told = {"results": found.results, "digest": found.digest, "decision": found.number}
        told |= {"date": decision.date.isoformat(), "ready": found.ready.isoformat()}
        events.append(found.unit_id, "disposal.decided", f"disposal:{found.pk}", told)
    return row(found)


@told_plainly()
def withdraw(disposal: int, actor: str, reason: str) -> None:
    """Take a proposal or a decision back, before any of it is executed; anybody may who may propose.

    One that was withdrawn stays as it is. Raises NotFoundError, StageError, UsageError where no reason is given.
    """
    why = squeeze(clean(reason))
    if not why:
        raise UsageError("say why this is withdrawn")
    with transaction.atomic(), events.acting(actor):
        found = _locked(disposal, Stage.PROPOSED, Stage.DECIDED, Stage.WITHDRAWN)
        if found.stage == Stage.WITHDRAWN:
            return
        found.stage, found.ended, found.ended_by = Stage.WITHDRAWN.value, now(), clip(actor, 200)
        found.ended_reason = clip(why, _LONGEST)
        found.save()
        Item.objects.filter(disposal=found, state=ItemState.LISTED.value).update(state=ItemState.DROPPED.value)
        told = {"results": found.results, "reason": digest(found.ended_reason)}
        events.append(found.unit_id, "disposal.withdrawn", f"disposal:{found.pk}", told)


@told_plainly()
def find(disposal: int) -> DisposalRow:
    """One disposal. Raises NotFoundError."""
    found = Disposal.objects.filter(pk=disposal).first()
    if found is None:
        raise NotFoundError(f"there is no disposal {disposal}")
    return row(found)


@told_plainly()
def listing(codes: Iterable[str] | None = None, limit: int = 100) -> tuple[DisposalRow, ...]:
    """The disposals of these units themselves (None: of all), newest first."""
    found = Disposal.objects.order_by("-pk")
    if codes is not None:
        found = found.filter(unit_id__in=list(codes))
    return tuple(map(row, found[:limit]))


@told_plainly()
def items(
    disposal: int, seen: Sight | None, after: int = 0, limit: int = 100, state: ItemState | None = None
) -> tuple[ItemRow, ...]:
    """Results of a list that may be seen (None: all), in the order of the list, behind the item `after`."""
    found = Item.objects.filter(disposal=disposal, pk__gt=after).order_by("pk")
    if seen is not None:
        found = found.filter(seen_results(seen, "result_id", disposed=True))
    if state is not None:
        found = found.filter(state=state.value)
    part = list(found[:limit])
    ids = [item.result_id for item in part]
    shown, held = results.rows(ids), holds.among(ids)
    return tuple(
        ItemRow(
            item.pk,
            shown[item.result_id],
            item.edition,
            ItemState(item.state),
            Kept(item.kept) if item.kept else None,
            item.result_id in held,
        )
        for item in part
    )


@told_plainly()
def verify(disposal: int) -> bool:
    """Whether the results of a list are those that were frozen. Raises NotFoundError."""
    found = find(disposal)
    frozen = Item.objects.filter(disposal=disposal).order_by("pk").values_list("result_id", "edition")
    return _digest(frozen.iterator(chunk_size=_AT_ONCE)) == (found.results, found.digest)


def row(found: Disposal) -> DisposalRow:
    """As it is given out."""
    return DisposalRow(
        id=found.pk,
        unit=found.unit_id,
        ground=Ground(found.ground),
        reason=found.reason,
        results=found.results,
        digest=found.digest,
        stage=Stage(found.stage),
        proposed_by=found.proposed_by,
        proposed=found.proposed.astimezone(UTC),
        number=found.number,
        date=found.date,
        signer=found.signer,
        decided_by=found.decided_by,
        decided=found.decided.astimezone(UTC) if found.decided else None,
        ready=found.ready,
        ended=found.ended.astimezone(UTC) if found.ended else None,
        ended_by=found.ended_by,
        ended_reason=found.ended_reason,
    )


def _propose(
    unit: str, ground: Ground, found: Iterator[tuple[int, int]], actor: str, reason: str, told: dict[str, object]
) -> DisposalRow:
    units.require(unit)
    reason = clip(squeeze(clean(reason)), _LONGEST)
    try:
        with transaction.atomic(), events.acting(actor):
            made = Disposal.objects.create(
                unit_id=unit, ground=ground.value, reason=reason, proposed_by=clip(actor, 200), proposed=now()
            )
            while part := list(islice(found, _AT_ONCE)):
                Item.objects.bulk_create(Item(disposal=made, result_id=id, edition=edition) for id, edition in part)
            listed = Item.objects.filter(disposal=made).order_by("pk").values_list("result_id", "edition")
            made.results, made.digest = _digest(listed.iterator(chunk_size=_AT_ONCE))
            if not made.results:
                raise UsageError("nothing is due that is not held or on another list: there is nothing to propose")
            made.save(update_fields=["results", "digest"])
            told |= {"ground": ground.value, "results": made.results, "digest": made.digest, "reason": digest(reason)}
            events.append(unit, "disposal.proposed", f"disposal:{made.pk}", told)
    except IntegrityError as error:
        raise UsageError("one of these results is on another list that is still open: look there first") from error
    return row(made)


def _digest(listed: Iterable[tuple[int, int]]) -> tuple[int, str]:
    count, hashed = 0, hashlib.sha256()
    for id, edition in listed:
        hashed.update(b"%d %d\n" % (id, edition))
        count += 1
    return count, hashed.hexdigest()


def _locked(disposal: int, *stages: Stage) -> Disposal:
    found = Disposal.objects.select_for_update().filter(pk=disposal).first()
    if found is None:
        raise NotFoundError(f"there is no disposal {disposal}")
    if found.stage not in stages:
        raise StageError(f"disposal {disposal} is {found.stage}: that cannot be done any more, or not yet")
    return found


def _same(one: str, other: str) -> bool:
    return one.casefold() == clip(other, 200).casefold()


def _within(unit: str, covered: Collection[str] | None) -> bool:
    return covered is None or unit in covered
