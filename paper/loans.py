"""Papers that are handed out and come back: to whom, why, until when. Rights are the caller's business."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q

from catalog import contents, events, results
from catalog.configuration import told_plainly
from catalog.values import clean, clip, digest, now, today
from core.errors import NotFoundError, UsageError
from core.text import squeeze
from paper.models import Loan
from paper.records import LoanRow

PAGE = 50
_LONGEST_WHO = 400
_LONGEST_WHY = 2000
_LONGEST_LOAN = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Wish:
    """Who takes papers, why and until when."""

    who: str
    why: str
    until: date


@told_plainly()
def lend(ids: Sequence[int], wish: Wish, actor: str) -> tuple[int, ...]:
    """Hand out the papers of results; gives the ids of the loans.

    All or none: UsageError where one of them is out already, where something was not said, or for a day that is over
    or more than a year away; NotFoundError for a result that does not exist.
    """
    wish = _checked(wish)
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        raise UsageError("name the results whose papers are handed out")
    homes, known = contents.batches_of(wanted), results.rows(wanted)
    if missing := [id for id in wanted if id not in homes]:
        raise NotFoundError(f"there is no result {missing[0]}")
    try:
        with transaction.atomic(), events.acting(actor):
            out = Loan.objects.filter(result__in=wanted, returned=None).values_list("result_id", flat=True)
            if there := sorted(out):
                raise UsageError(f"the paper of result {there[0]} is out already")
            loans = [_lent(id, known[id].unit, homes[id], wish, actor) for id in wanted]
            for loan in loans:
                told = {"loan": loan.pk, "until": wish.until.isoformat(), "who": digest([loan.pk, wish.who, wish.why])}
                events.append(loan.unit_id, "paper.lent", f"result:{loan.result_id}", told, loan.batch_id)
            return tuple(loan.pk for loan in loans)
    except IntegrityError:
        raise UsageError("one of the papers was handed out by somebody else just now") from None


@told_plainly()
def return_(id: int, actor: str, note: str = "") -> LoanRow:
    """A paper is back; a second time changes nothing. Raises NotFoundError."""
    note = squeeze(clean(note))[:_LONGEST_WHY]
    with transaction.atomic(), events.acting(actor):
        loan = Loan.objects.select_for_update().filter(pk=id).first()
        if loan is None:
            raise NotFoundError(f"there is no loan {id}")
        if loan.returned is None:
            loan.returned, loan.returned_to, loan.note = now(), clip(actor, 200), note
            loan.save(update_fields=["returned", "returned_to", "note"])
            told = {"loan": loan.pk, "note": digest(note) if note else ""}
            events.append(loan.unit_id, "paper.returned", f"result:{loan.result_id}", told, loan.batch_id)
        return _row(loan)


@told_plainly()
def show(id: int) -> LoanRow:
    """One loan; raises NotFoundError."""
    loan = Loan.objects.filter(pk=id).first()
    if loan is None:
        raise NotFoundError(f"there is no loan {id}")
    return _row(loan)


@told_plainly()
def out(results: Collection[int]) -> dict[int, LoanRow]:
    """Result → its loan, for those whose paper is out."""
    found: dict[int, LoanRow] = {}
    wanted = list(results)
    for start in range(0, len(wanted), 500):
        part = Loan.objects.filter(result__in=wanted[start : start + 500], returned=None)
        found |= {loan.result_id: _row(loan) for loan in part}
    return found


@told_plainly()
def of_result(result: int) -> tuple[LoanRow, ...]:
    """All loans of a result's paper, newest first."""
    return tuple(map(_row, Loan.objects.filter(result_id=result).order_by("-pk")))


@told_plainly()
def listing(
    units: Collection[str] | None, *, overdue: bool = False, after: int | None = None, limit: int = PAGE
) -> tuple[LoanRow, ...]:
    """Papers of these units (None: all) that are out, those due first before the others; `overdue`: only those late.

    `after` is the last loan of the page before.
    """
    found = Loan.objects.filter(returned=None).order_by("until", "pk")
    if units is not None:
        found = found.filter(unit__in=list(units))
    if overdue:
        found = found.filter(until__lt=today())
    if after is not None and (last := Loan.objects.filter(pk=after).first()):
        found = found.filter(Q(until__gt=last.until) | Q(until=last.until, pk__gt=last.pk))
    return tuple(map(_row, found[:limit]))


@told_plainly()
def count_overdue(units: Collection[str] | None) -> int:
    """How many papers of these units should be back by now."""
    found = Loan.objects.filter(returned=None, until__lt=today())
    return (found if units is None else found.filter(unit__in=list(units))).count()


def _lent(id: int, unit: str, batch: int, wish: Wish, actor: str) -> Loan:
    return Loan.objects.create(
        result_id=id,
        unit_id=unit,
        batch_id=batch,
        who=wish.who,
        why=wish.why,
        until=wish.until,
        lent=now(),
        actor=clip(actor, 200),
    )


def _checked(wish: Wish) -> Wish:
    who, why = squeeze(clean(wish.who)), squeeze(clean(wish.why))
    if not who or not why:
        raise UsageError("say who takes the papers, and why")
    if len(who) > _LONGEST_WHO or len(why) > _LONGEST_WHY:
        raise UsageError(f"a name has at most {_LONGEST_WHO} characters, a reason at most {_LONGEST_WHY}")
    if not today() <= wish.until <= today() + _LONGEST_LOAN:
        raise UsageError("papers are lent until a day from today on, and for a year at most")
    return Wish(who, why, wish.until)


def _row(loan: Loan) -> LoanRow:
    return LoanRow(
        id=loan.pk,
        result=loan.result_id,
        unit=loan.unit_id,
        who=loan.who,
        why=loan.why,
        until=loan.until,
        lent=loan.lent.astimezone(UTC),
        actor=loan.actor,
        returned=loan.returned.astimezone(UTC) if loan.returned else None,
        returned_to=loan.returned_to,
        note=loan.note,
    )
