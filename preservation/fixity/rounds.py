"""How far the reading of all objects has come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import F

from catalog.configuration import told_plainly
from catalog.values import now
from preservation.fixity.models import Round


@dataclass(frozen=True, slots=True)
class RoundRow:
    """One reading of all objects."""

    id: int
    started: datetime
    ended: datetime | None
    """None: it is not at its end."""
    cursor: str
    """Key of the last object that was read."""
    objects: int
    bytes: int
    copied: int
    """Objects that the second copy did not have."""
    touched: datetime


@told_plainly()
def begin() -> RoundRow:
    """The round that is open, or a new one."""
    time = now()
    return _row(Round.objects.get_or_create(open=True, defaults={"started": time, "touched": time})[0])


@told_plainly()
def step(id: int, cursor: str, objects: int, size: int, copied: int) -> None:
    """So many more objects and bytes were read, up to the key `cursor`."""
    Round.objects.filter(pk=id, open=True).update(
        cursor=cursor,
        read=F("read") + objects,
        size=F("size") + size,
        copied=F("copied") + copied,
        touched=now(),
    )


@told_plainly()
def end(id: int) -> None:
    """All objects were read."""
    time = now()
    Round.objects.filter(pk=id, open=True).update(open=None, ended=time, touched=time)


@told_plainly()
def latest(limit: int = 10) -> tuple[RoundRow, ...]:
    """Rounds, the latest first."""
    return tuple(map(_row, Round.objects.order_by("-pk")[:limit]))


def _row(row: Round) -> RoundRow:
    ended = row.ended.astimezone(UTC) if row.ended else None
    started, touched = row.started.astimezone(UTC), row.touched.astimezone(UTC)
    return RoundRow(row.pk, started, ended, row.cursor, row.read, row.size, row.copied, touched)
