"""Events: what happened, as one hash chain for each unit, so that a change afterwards shows.

Threat model: somebody with write access to the database edits, deletes, inserts or reorders rows of
`Event`. Each event's hash covers its content and the hash before it, and the chain's head says where
the chain ends, so any such change is found by `verify`. Accepted risk: one who recomputes the whole
chain and its head; only an anchor kept outside of the database would show that.
"""

from __future__ import annotations

import getpass
import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

from django.db import transaction

from catalog.configuration import told_plainly
from catalog.models import ChainHead, Event, Unit
from catalog.records import ChainVerdict, EventRow
from catalog.values import canonical, clip, now
from core.errors import UsageError

_actor: ContextVar[str] = ContextVar("catalog_actor", default="")


@contextmanager
def acting(actor: str) -> Iterator[None]:
    """Events written inside are `actor`'s (of this thread or task); otherwise they are the system user's."""
    token = _actor.set(actor)
    try:
        yield
    finally:
        _actor.reset(token)


def actor() -> str:
    """Who acts: as `acting` says, otherwise the system user."""
    return _actor.get() or _system_user()


def append(unit: str, kind: str, subject: str, data: Mapping[str, object], batch: int | None = None) -> int:
    """Add an event to the chain of the unit with code `unit`; to be called inside a transaction.

    The chain stays locked until that transaction ends, so append last. Returns the sequence number.
    Raises UsageError for an unknown unit.
    """
    try:
        return append_to(Unit.objects.get(code=unit).pk, kind, subject, data, batch)
    except Unit.DoesNotExist:
        raise UsageError(f"unknown unit {unit}") from None


def append_to(unit_id: int, kind: str, subject: str, data: Mapping[str, object], batch: int | None = None) -> int:
    """`append` for a unit's row id."""
    return append_all_to(unit_id, [(kind, subject, data, batch)])


def append_all_to(unit_id: int, told: Iterable[tuple[str, str, Mapping[str, object], int | None]]) -> int:
    """`append_to` for several events (kind, subject, data, batch) in one go; gives the last one's sequence number."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an event belongs into the transaction of the change that it tells of")
    head = ChainHead.objects.select_for_update(of=("self",)).select_related("unit").get(unit_id=unit_id)
    made = []
    for kind, subject, data, batch in told:
        event = Event(
            unit_id=unit_id,
            sequence=head.sequence + 1,
            time=now(),
            actor=clip(actor(), 200),
            kind=kind,
            subject=clip(subject, 200),
            batch_id=batch,
            data=canonical(data),
            previous=head.hash,
        )
        event.hash = _hash(event, head.unit.code)
        head.sequence, head.hash = event.sequence, event.hash
        made.append(event)
    Event.objects.bulk_create(made)
    head.save(update_fields=["sequence", "hash"])
    return head.sequence


def _system_user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a user id without a name, as in containers
        return f"uid {os.getuid()}"


def _hash(event: Event, unit: str) -> str:
    content = [
        unit,
        event.sequence,
        event.time.astimezone(UTC).isoformat(timespec="microseconds"),
        event.actor,
        event.kind,
        event.subject,
        event.batch_id,
        event.data,
        event.previous,
    ]
    return hashlib.sha256(canonical(content).encode()).hexdigest()


@told_plainly()
def listing(unit: str, limit: int = 100) -> tuple[EventRow, ...]:
    """The newest events of a unit, newest first."""
    return tuple(row(e) for e in Event.objects.filter(unit__code=unit).order_by("-sequence")[:limit])


@told_plainly()
def heads() -> dict[str, int]:
    """Code of each unit → number of the last event in its chain."""
    return dict(ChainHead.objects.values_list("unit__code", "sequence"))


@told_plainly()
def ends() -> dict[str, tuple[int, str]]:
    """Code of each unit → number and hash of the last event in its chain, to be sealed elsewhere."""
    rows = ChainHead.objects.order_by("unit__code").values_list("unit__code", "sequence", "hash")
    return {unit: (sequence, digest) for unit, sequence, digest in rows}


@told_plainly()
def hash_of(unit: str, sequence: int) -> str:
    """The hash of an event in the chain of a unit; empty where there is no such event."""
    found = Event.objects.filter(unit__code=unit, sequence=sequence).values_list("hash", flat=True)
    return found.first() or ""


@told_plainly()
def following(unit: str, after: int, since: datetime, limit: int = 200) -> tuple[EventRow, ...]:
    """The events of a unit behind the number `after`, of those written at `since` or later, oldest first.

    A chain has no gaps and grows at its end alone, so who remembers the last number that they saw misses nothing.
    """
    found = Event.objects.filter(unit__code=unit, sequence__gt=after, time__gte=since)
    return tuple(row(e) for e in found.order_by("sequence")[:limit])


@told_plainly()
def of_kind(kind: str) -> Iterator[tuple[str, EventRow]]:
    """All events of a kind, oldest first, each with the code of the unit whose chain it stands in."""
    found = Event.objects.filter(kind=kind).select_related("unit").order_by("pk")
    for event in found.iterator(chunk_size=500):
        yield event.unit.code, row(event)


def about(unit_id: int, subjects: list[str], limit: int = 200) -> tuple[EventRow, ...]:
    """The newest events of a unit about `subjects`, oldest first."""
    newest = Event.objects.filter(unit_id=unit_id, subject__in=subjects).order_by("-sequence")[:limit]
    return tuple(row(e) for e in reversed(newest))


def row(event: Event) -> EventRow:
    """The event as it is given out."""
    data = json.loads(event.data)
    return EventRow(event.sequence, _utc(event.time), event.actor, event.kind, event.subject, data, event.hash)


def _utc(time: datetime) -> datetime:
    return time.astimezone(UTC)


@told_plainly()
def verify(unit: str) -> ChainVerdict:
    """Look through a unit's chain for changed, removed, inserted and reordered events; writers are not stopped.

    Raises UsageError for an unknown unit.
    """
    try:
        head = ChainHead.objects.get(unit__code=unit)
    except ChainHead.DoesNotExist:
        raise UsageError(f"unknown unit {unit}") from None
    expected, previous = 1, ""
    chain = Event.objects.filter(unit_id=head.unit_id).order_by("sequence")
    for event in chain.filter(sequence__lte=head.sequence).iterator(chunk_size=500):
        if fault := _fault(event, unit, expected, previous):
            return ChainVerdict(unit, expected, False, expected, fault)
        expected, previous = expected + 1, event.hash
    if (expected - 1, previous) != (head.sequence, head.hash):
        return ChainVerdict(unit, expected - 1, False, expected, "the end of the chain is missing or was changed")
    end = ChainHead.objects.get(unit_id=head.unit_id).sequence  # later than `head`: others may have gone on meanwhile
    if stray := chain.filter(sequence__gt=end).first():
        return ChainVerdict(unit, expected, False, stray.sequence, "an event stands behind the end of the chain")
    return ChainVerdict(unit, expected - 1, True, None, "")


def _fault(event: Event, unit: str, expected: int, previous: str) -> str:
    if event.sequence != expected:
        return f"event {expected} is missing"
    if event.previous != previous:
        return f"event {expected} does not follow the one before it"
    if event.hash != _hash(event, unit):
        return f"event {expected} was changed"
    return ""
