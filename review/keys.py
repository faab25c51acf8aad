"""Entering a document twice: the values of the first person wait for a second one, who does not see them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import QuerySet

from catalog.configuration import told_plainly
from catalog.values import clip, now
from review.models import Key
from review.records import Difference, Keys


@told_plainly()
def of_result(result: int, edition: int, reader: str) -> Keys:
    """How far the people who enter a result have come, of which `edition` is the present one, as `reader` may know it:
    who entered it themselves is told nothing of what the other said.
    """
    entered = waiting(result, edition)
    names = tuple(key.actor for key in entered)
    return Keys(names, () if clip(reader, 200) in names else _differences(entered))


@told_plainly()
def entered(result: int, edition: int) -> bool:
    """Whether somebody entered the result, of which `edition` is the present one, and it waits for another person."""
    return Key.objects.filter(result=result, change=None, edition=edition).exists()


@told_plainly()
def entered_by(result: int, edition: int, actor: str) -> bool:
    """Whether `actor` is one of those who did."""
    return Key.objects.filter(result=result, change=None, edition=edition, actor=clip(actor, 200)).exists()


def waiting(result: int, edition: int) -> list[Key]:
    """What was entered and waits for another person, first to last. Keys over an earlier edition count no more."""
    Key.objects.filter(result=result, change=None).exclude(edition=edition).delete()
    return list(Key.objects.filter(result=result, change=None).order_by("pk"))


def add(result: int, edition: int, values: Mapping[str, str], insisted: Collection[str], actor: str) -> None:
    """`actor` entered these values (name → value as it is kept)."""
    Key.objects.create(
        result_id=result,
        actor=clip(actor, 200),
        edition=edition,
        values=dict(values),
        insisted=sorted(insisted),
        time=now(),
    )


def carry(result: int, edition: int, to: int) -> None:
    """What was entered over `edition` counts over the edition `to` as well, whose fields are the same."""
    Key.objects.filter(result=result, change=None, edition=edition).update(edition=to)


def end(result: int, change: int) -> None:
    """The change is what the entered values ended in."""
    Key.objects.filter(result=result, change=None).update(change=change)


def reopen(result: int, change: int, edition: int, actor: str) -> None:
    """The change was undone by `actor`: what the others entered waits again, over the new edition."""
    ended = Key.objects.filter(result=result, change=change)
    ended.filter(actor=clip(actor, 200)).delete()
    ended.update(change=None, edition=edition)


def differing(one: Mapping[str, str], other: Mapping[str, str], present: Mapping[str, str]) -> tuple[str, ...]:
    """Names of the fields in which two people differ; a field that one did not touch is as it stood (`present`)."""
    names = dict.fromkeys((*one, *other))
    return tuple(name for name in names if _of(one, name, present) != _of(other, name, present))


def of_person(actor: str) -> QuerySet[Key, Any]:
    """Query for the results that `actor` entered and that wait for somebody else."""
    return Key.objects.filter(actor=clip(actor, 200), change=None).values("result")


def all_of_them() -> QuerySet[Key, Any]:
    """Query for the results that wait for another person."""
    return Key.objects.filter(change=None).values("result")


def _differences(entered: list[Key]) -> tuple[Difference, ...]:
    if len(entered) < 2:
        return ()
    first, second = (key.values for key in entered[:2])
    return tuple(
        Difference(name, first[name], second[name]) for name in first if name in second and first[name] != second[name]
    )


def _of(values: Mapping[str, str], name: str, present: Mapping[str, str]) -> str:
    return values[name] if name in values else present.get(name, "")
