"""Documents that somebody could not tell and left to a colleague, with a note."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from catalog import checks, events, results
from catalog.configuration import told_plainly
from catalog.values import clip, digest, now
from review import drafts
from review.models import Aside, Sample
from review.records import AsideRow
from review.refusals import Reason, RefusedReviewError
from review.states import SampleState

_LONGEST = 1000


@told_plainly()
def put(result: int, actor: str, note: str) -> None:
    """`actor` cannot tell: the document is handed to others from now on, who read the note. Raises NotFoundError, and
    RefusedReviewError for no note, which would leave the colleague where this one was.
    """
    note = checks.typed(note)
    if not note or len(note) > _LONGEST:
        raise RefusedReviewError(Reason.NOTE, f"say in at most {_LONGEST} characters what cannot be told")
    unit, _kind = results.place(result)
    with transaction.atomic(), events.acting(actor):
        Aside.objects.update_or_create(result_id=result, actor=clip(actor, 200), defaults={"note": note, "time": now()})
        drafts.drop(result, actor)
        events.append(unit, "review.put_aside", f"result:{result}", {"note": digest(note)})


@told_plainly()
def of_result(result: int) -> tuple[AsideRow, ...]:
    """Who could not tell it, and why, oldest first."""
    return tuple(_row(aside) for aside in Aside.objects.filter(result=result).order_by("pk"))


@told_plainly()
def listing(actor: str, limit: int = 50) -> tuple[AsideRow, ...]:
    """What `actor` put aside and nobody has settled since, newest first."""
    drawn = Sample.objects.filter(result=OuterRef("result"), state=SampleState.WAITING.value)
    open_still = Q(result__in_review=True) | Exists(drawn)
    found = Aside.objects.filter(open_still, actor=clip(actor, 200)).order_by("-pk")
    return tuple(_row(aside) for aside in found[:limit])


@told_plainly()
def take_back(result: int, actor: str) -> bool:
    """`actor` can tell it after all; False: they had not put it aside."""
    return bool(Aside.objects.filter(result=result, actor=clip(actor, 200)).delete()[0])


@told_plainly()
def clear(result: int) -> None:
    """The document is checked: what was noted about it has served."""
    Aside.objects.filter(result=result).delete()


def all_of_them() -> QuerySet[Aside, Any]:
    """Query for the documents that anybody put aside."""
    return Aside.objects.values("result")


def of_person(actor: str) -> QuerySet[Aside, Any]:
    """Query for the documents that `actor` put aside."""
    return Aside.objects.filter(actor=clip(actor, 200)).values("result")


def _row(aside: Aside) -> AsideRow:
    return AsideRow(aside.result_id, aside.actor, aside.note, aside.time.astimezone(UTC))
