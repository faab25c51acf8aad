"""Persons: which identity numbers are one person's, such as an old CMND (9 digits) and a new CCCD (12 digits).

The numbers stand in results and in the links alone; events hold a salted digest, against which nobody can try all
numbers. Rights are the caller's business; `actor` is a user name.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import UTC

from django.db import transaction
from django.db.models import Q

from catalog import checks, events, identities, outbox, units
from catalog.configuration import told_plainly
from catalog.life import LinkRow
from catalog.locks import in_turn
from catalog.models import HolderNumber, PersonLink, Unit
from catalog.refusals import Refusal, RefusedChangeError
from catalog.values import clip, digest, holder_number, now

MOST_NUMBERS = 10
"""Identity numbers of one person: CMND of several provinces, CCCD, a corrected one. More is a mistake."""


@told_plainly()
def link(a: str, b: str, actor: str, unit: str, why: str) -> bool:
    """The numbers are one person's, says somebody of `unit`; False where that is known already.

    All results of the person are found by either number from then on. Raises UsageError for an unknown unit,
    RefusedChangeError for what is no CMND or CCCD, for the same number twice, and for too many of one person.
    """
    first, second = _pair(a, b)
    why = checks.reason(why)
    units.require(unit)
    with transaction.atomic(), events.acting(actor):
        in_turn("persons")
        if PersonLink.objects.filter(first=first, second=second, ended=None).exists():
            return False
        person = identities.others([first, second]) | {first, second}
        if len(person) > MOST_NUMBERS:
            message = f"nobody has more than {MOST_NUMBERS} identity numbers: look at the links made before"
            raise RefusedChangeError(Refusal.TOO_MANY_NUMBERS, message)
        made = PersonLink.objects.create(
            first=first,
            second=second,
            unit=Unit.objects.get(code=unit),
            why=why,
            actor=clip(actor, 200),
            time=now(),
            salt=secrets.token_hex(16),
        )
        outbox.tell(_results(person))
        _event(made, unit, "persons.linked", why)
        return True


@told_plainly()
def unlink(a: str, b: str, actor: str, unit: str, why: str) -> None:
    """The numbers are not one person's after all; refused where they are not linked directly. Raises as `link`."""
    first, second = _pair(a, b)
    why = checks.reason(why)
    units.require(unit)
    with transaction.atomic(), events.acting(actor):
        in_turn("persons")
        made = PersonLink.objects.filter(first=first, second=second, ended=None).first()
        if made is None:
            raise RefusedChangeError(Refusal.NOT_LINKED, "these numbers are not linked")
        person = identities.others([first, second]) | {first, second}
        made.ended, made.ended_by, made.ended_why = now(), clip(actor, 200), why
        made.save(update_fields=["ended", "ended_by", "ended_why"])
        outbox.tell(_results(person))
        _event(made, unit, "persons.unlinked", why)


@told_plainly()
def linked(ids: Iterable[str]) -> frozenset[str]:
    """The other numbers of the persons whose numbers these are, by links of links too; `ids` are not among them."""
    return identities.others(ids)


@told_plainly()
def links(ids: Iterable[str]) -> tuple[LinkRow, ...]:
    """The links that touch these numbers or those linked to them, oldest first."""
    numbers = frozenset(map(holder_number, ids))
    person = numbers | identities.others(numbers)
    found = PersonLink.objects.filter(Q(first__in=person) | Q(second__in=person), ended=None)
    return tuple(
        LinkRow(link.first, link.second, link.unit.code, link.why, link.actor, link.time.astimezone(UTC))
        for link in found.select_related("unit").order_by("pk")
    )


@told_plainly()
def results_of(ids: Iterable[str]) -> tuple[int, ...]:
    """The results that name one of these numbers, or another one of the same persons, by id."""
    numbers = frozenset(map(holder_number, ids))
    return tuple(_results(numbers | identities.others(numbers)))


def _results(numbers: Iterable[str]) -> list[int]:
    found = HolderNumber.objects.filter(number__in=list(numbers)).order_by("result_id")
    return list(found.values_list("result_id", flat=True).distinct())


def _pair(a: str, b: str) -> tuple[str, str]:
    first, second = sorted((checks.personal_number(a, "first"), checks.personal_number(b, "second")))
    if first == second:
        raise RefusedChangeError(Refusal.SAME_NUMBER, "a number cannot be linked to itself", "second")
    return first, second


def _event(made: PersonLink, unit: str, kind: str, why: str) -> None:
    told = {"numbers": digest([made.salt, made.first, made.second]), "why": digest([made.salt, why])}
    events.append(unit, kind, f"person-link:{made.pk}", told)
