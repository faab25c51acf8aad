"""From the chains of events to messages: each chain is read from where it was left, and nothing is told twice."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import transaction

from accounts import tokens
from accounts.access import Access, of_token
from accounts.rights import Right
from catalog import events, results
from catalog.configuration import told_plainly
from catalog.records import EventRow, ResultRow
from catalog.states import State
from web.models import Heard, Message, Subscription
from web.webhooks.subscriptions import Kind

_PART = 200
"""Events looked at in one transaction."""
_TOLD = {
    "result.recorded": Kind.RECORDED,
    "result.corrected": Kind.CORRECTED,
    "result.replaced": Kind.REPLACED,
    "result.set_aside": Kind.REPLACED,
    "result.revoked": Kind.REVOKED,
    "result.undone": Kind.UNDONE,
}
_LOOKED_AT = {"result.corrected", "result.confirmed", "result.reviewed"}
"""After these a result may be verified."""


@dataclass(frozen=True, slots=True)
class _Listener:
    """A subscription with what its token may see."""

    id: int
    kinds: frozenset[str]
    since: datetime
    access: Access


@told_plainly()
def hear() -> int:
    """Make messages of what happened since the last call; gives their number. Safe in several processes at once."""
    heads = events.heads()  # before the listeners, so that nobody who comes in between misses what follows
    listeners = list(_listeners())
    if not listeners:
        return 0
    heard = dict(Heard.objects.values_list("unit", "sequence"))
    return sum(_chain(unit, head, listeners) for unit, head in heads.items() if heard.get(unit, 0) < head)


def _listeners() -> Iterator[_Listener]:
    now = datetime.now(UTC)
    for one in Subscription.objects.filter(ended=None):
        token = tokens.show(one.token_id)
        if token.good(now):
            yield _Listener(one.pk, frozenset(one.events), one.created, of_token(token))


def _chain(unit: str, head: int, listeners: Sequence[_Listener]) -> int:
    """Read on in one chain, to `head` at least."""
    Heard.objects.get_or_create(unit=unit)
    since, made = min(listener.since for listener in listeners), 0
    while True:
        with transaction.atomic():
            place = Heard.objects.select_for_update().get(unit=unit)
            found = events.following(unit, place.sequence, since, _PART)
            made += _tell(unit, found, listeners)
            last = found[-1].sequence if found else 0
            place.sequence = last if len(found) == _PART else max(place.sequence, last, head)
            place.save(update_fields=["sequence"])
        if len(found) < _PART:
            return made


def _tell(unit: str, found: Sequence[EventRow], listeners: Sequence[_Listener]) -> int:
    told_of = [event for event in found if _result(event)]
    rows = results.rows({_result(event) for event in told_of} | {_other(event) for event in told_of} - {0})
    now = datetime.now(UTC)
    messages = [
        Message(
            subscription_id=listener.id,
            name=f"{unit}:{event.sequence}:{kind.value}",
            body=_body(unit, event, kind, row, _seen(listener, rows.get(_other(event)))),
            created=now,
            next=now,
        )
        for event in told_of
        if (row := rows.get(_result(event)))
        for kind in _kinds(event, row)
        for listener in listeners
        if kind in listener.kinds and event.time >= listener.since and _seen(listener, row)
    ]
    Message.objects.bulk_create(messages, ignore_conflicts=True)
    return len(messages)


def _seen(listener: _Listener, row: ResultRow | None) -> int | None:
    """The id of a result that the listener may see; others do not exist for it."""
    return row.id if row and listener.access.may(Right.SEE, row.unit, row.confidential) else None


def _kinds(event: EventRow, row: ResultRow) -> Iterator[Kind]:
    if event.kind in _TOLD:
        yield _TOLD[event.kind]
    if event.kind == "result.reviewed" and event.data.get("changed"):
        yield Kind.CORRECTED
    if event.kind in _LOOKED_AT and event.data.get("state", row.state) == State.VERIFIED:  # as it was then, not now
        yield Kind.VERIFIED


def _result(event: EventRow) -> int:
    """The result that an event is about; 0: none, or one that nobody is told of."""
    kind, _, id = event.subject.partition(":")
    return int(id) if kind == "result" and (event.kind in _TOLD or event.kind in _LOOKED_AT) else 0


def _other(event: EventRow) -> int:
    """The result that took the place of the one that an event is about; 0: none."""
    by = event.data.get("by")
    return by if isinstance(by, int) else 0


def _body(unit: str, event: EventRow, kind: Kind, row: ResultRow, by: int | None) -> str:
    """What is told: which result, not what it says about people; that is asked for with the token.

    `by`: the result that took its place, where the listener may see that one.
    """
    told = {
        "id": f"{unit}:{event.sequence}:{kind.value}",
        "event": kind.value,
        "time": event.time.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "result": row.id,
        "unit": unit,
        "dossier": row.dossier,
        "edition": event.data.get("edition", 1),
        "replaced_by": by,
        "path": f"/api/v1/results/{row.id}",
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))
