"""Who this installation is to its backups, and which backups were made of it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import transaction

from catalog import events, exports
from catalog.configuration import told_plainly
from catalog.locks import in_turn
from catalog.values import now
from preservation.backup.models import Installation, Made


@dataclass(frozen=True, slots=True)
class Identity:
    """What backups know an installation by."""

    code: str
    salt: str


@dataclass(frozen=True, slots=True)
class MadeRow:
    """A backup that was made."""

    place: str
    """Where, without secrets."""
    name: str
    fingerprint: str
    """SHA-256 of its manifest (hex)."""
    recipients: tuple[str, ...]
    time: datetime
    """Of the state of the catalog that it holds."""
    seconds: float
    rows: int
    objects: int
    missing: int
    """Objects that were not to be had."""
    written: int
    """Bytes that it added to the place."""
    size: int
    """Bytes that all backups up to it added there."""
    checked: datetime | None = None
    """When it was last read whole and found good."""


@told_plainly()
def identity() -> Identity:
    """Of this installation, made when it is first asked for."""
    with transaction.atomic():
        in_turn("backup identity")
        found = Installation.objects.order_by("pk").first()
        if found is None:
            found = Installation.objects.create(code=secrets.token_hex(16), salt=secrets.token_hex(32))
    return Identity(found.code, found.salt)


@told_plainly()
def note(made: MadeRow) -> None:
    """Write down a backup, with an event ``backup.made`` in the topmost units' chains."""
    told = {
        "backup": made.name,
        "fingerprint": made.fingerprint,
        "missing": made.missing,
        "objects": made.objects,
        "rows": made.rows,
        "written": made.written,
    }
    with transaction.atomic():
        _create(made)
        for pk in exports.chains(frozenset()):
            events.append_to(pk, "backup.made", "backup", told)


@told_plainly()
def note_checked(place: str, name: str) -> None:
    """Write down that a backup was read whole and is good."""
    Made.objects.filter(place=place[:400], name=name).update(checked=now())


@told_plainly()
def note_restored(made: MadeRow, told: dict[str, object]) -> None:
    """Write down, after a restore, the backup that it came from, with an event ``backup.restored``."""
    with transaction.atomic():
        if not Made.objects.filter(place=made.place[:400], name=made.name).exists():
            _create(made)
        for pk in exports.chains(frozenset()):
            events.append_to(pk, "backup.restored", "backup", told)


@told_plainly()
def last(place: str = "") -> MadeRow | None:
    """The newest backup, at one place or anywhere; None: none was ever made."""
    found = Made.objects.filter(place=place[:400]) if place else Made.objects.all()
    row = found.order_by("-time", "-pk").first()
    return None if row is None else _row(row)


@told_plainly()
def listing(limit: int = 50) -> tuple[MadeRow, ...]:
    """The newest backups, newest first."""
    return tuple(map(_row, Made.objects.order_by("-time", "-pk")[:limit]))


def _create(made: MadeRow) -> None:
    Made.objects.create(
        place=made.place[:400],
        name=made.name,
        fingerprint=made.fingerprint,
        recipients=list(made.recipients),
        time=made.time,
        seconds=made.seconds,
        row_count=made.rows,
        object_count=made.objects,
        missing=made.missing,
        written=made.written,
        size=made.size,
    )


def _row(made: Made) -> MadeRow:
    return MadeRow(
        made.place,
        made.name,
        made.fingerprint,
        tuple(made.recipients),
        made.time.astimezone(UTC),
        made.seconds,
        made.row_count,
        made.object_count,
        made.missing,
        made.written,
        made.size,
        made.checked.astimezone(UTC) if made.checked else None,
    )
