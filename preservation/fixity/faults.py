"""What was found and stands, kept from one look to the next; and how it ended."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from django.db import transaction
from django.db.models import QuerySet

from catalog import events
from catalog.configuration import told_plainly
from catalog.values import clip, now
from preservation.fixity.findings import Code, Finding
from preservation.fixity.models import Fault


class End(StrEnum):
    """How a fault ended."""

    RESTORED = "restored"
    """The bytes were put back from the other copy."""
    PUT_AWAY = "put_away"
    """An object without a row was moved out of the store."""
    GONE = "gone"
    """It was not found any more."""


@dataclass(frozen=True, slots=True)
class FaultRow:
    """A fault in a list."""

    code: str
    subject: str
    unit: str
    text: str
    found: datetime
    seen: datetime
    ended: datetime | None
    how: str


@told_plainly()
def note(finding: Finding) -> None:
    """Keep what was found; found again, it is the same fault. The first time an event tells of it."""
    time = now()
    with transaction.atomic():
        row, new = Fault.objects.get_or_create(
            code=finding.code.value,
            subject=clip(finding.subject, 200),
            key=clip(finding.key, 200),
            ended=None,
            defaults={"text": finding.text, "unit": finding.unit, "found": time, "seen": time},
        )
        if not new:
            Fault.objects.filter(pk=row.pk).update(seen=time, text=finding.text)
        elif finding.unit:
            told = {"fault": row.pk, "code": finding.code.value, "key": finding.key}
            events.append(finding.unit, "fixity.found", finding.subject, told)


@told_plainly()
def end(finding: Finding, how: End) -> None:
    """A fault that was mended, now or before it was noted."""
    note(finding)
    time = now()
    with transaction.atomic():
        for row in _standing().filter(code=finding.code.value, subject=finding.subject, key=finding.key):
            Fault.objects.filter(pk=row.pk).update(ended=time, how=how.value)
            if finding.unit:
                told = {"fault": row.pk, "code": finding.code.value, "key": finding.key, "how": how.value}
                events.append(finding.unit, "fixity.mended", finding.subject, told)


@told_plainly()
def gone(codes: Collection[Code], since: datetime) -> int:
    """All faults of these kinds that a look, begun at `since`, did not find again have ended; gives how many."""
    found = _standing().filter(code__in=[code.value for code in codes], seen__lt=since)
    return found.update(ended=now(), how=End.GONE.value)


@told_plainly()
def standing(units: frozenset[str] | None = None, limit: int = 200) -> tuple[FaultRow, ...]:
    """Faults that stand, the latest first: of units, or all."""
    found = _standing().order_by("-pk")
    return tuple(map(_row, (found if units is None else found.filter(unit__in=units))[:limit]))


@told_plainly()
def mended(units: frozenset[str] | None = None, limit: int = 50) -> tuple[FaultRow, ...]:
    """Faults that ended, the latest first."""
    found = Fault.objects.exclude(ended=None).order_by("-ended", "-pk")
    return tuple(map(_row, (found if units is None else found.filter(unit__in=units))[:limit]))


@told_plainly()
def count() -> int:
    """How many stand."""
    return _standing().count()


def _standing() -> QuerySet[Fault]:
    return Fault.objects.filter(ended=None)


def _row(row: Fault) -> FaultRow:
    ended = row.ended.astimezone(UTC) if row.ended else None
    return FaultRow(
        row.code, row.subject, row.unit, row.text, row.found.astimezone(UTC), row.seen.astimezone(UTC), ended, row.how
    )
