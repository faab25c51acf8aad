"""Idempotency keys: a write that is sent twice, because the first answer got lost, has one effect and one answer.

The same key of the same token with the same content gives the same answer again, for 48 hours; with other content it
is a mistake (409), and while the first one is still at work it has to wait (409 as well). A write that was refused
leaves nothing behind, its key neither. Where a process died between the effect and the answer, the next one with that
key does it once more, after ten minutes: all writes of the interface find what they wrote before, so nothing doubles.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated

from django.db import transaction
from django.http import HttpResponse
from ninja import Header, Schema

from catalog.configuration import told_plainly
from catalog.values import digest
from web.api.asking import Caller
from web.api.problems import ProblemError
from web.models import KeptAnswer

KEPT = timedelta(hours=48)
_AT_WORK = timedelta(minutes=10)
"""Longer than any write takes."""

_ABOUT_KEY = "Anything that is different for each write: sent twice with the same key, it has one effect"
Key = Annotated[str, Header("", alias="Idempotency-Key", max_length=200, pattern="^[!-~]*$", description=_ABOUT_KEY)]
"""The header ``Idempotency-Key``."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a write answers."""

    status: int
    content: Schema
    location: str = ""
    """Where what was made can be asked for."""


def once(caller: Caller, key: str, asked: object, act: Callable[[], Answer]) -> HttpResponse:
    """The answer of `act`, which is called unless it was for the same key; `asked` tells apart what is asked for."""
    if not key:
        return _send(*_told(act()))
    mine = _claim(caller.token.id, key, digest(asked))
    if isinstance(mine, HttpResponse):
        return mine
    try:
        status, text, location = _told(act())
    except BaseException:
        _forget(mine)
        raise
    _keep(mine, status, text, location)
    return _send(status, text, location)


@told_plainly()
def _claim(token: int, key: str, asked: str) -> int | HttpResponse:
    """The id of the row that says that this call is at work; or the answer that there is."""
    now = datetime.now(UTC)
    with transaction.atomic():
        KeptAnswer.objects.filter(created__lt=now - KEPT).delete()
        row, new = KeptAnswer.objects.get_or_create(token_id=token, key=key, defaults={"asked": asked, "created": now})
        if new:
            return row.pk
        if row.asked != asked:
            raise ProblemError(409, "key-used", "this idempotency key was used for something else: choose a new one")
        if row.status:
            return _send(row.status, row.content, row.location, again=True)
        stale = KeptAnswer.objects.filter(pk=row.pk, status=0, created__lt=now - _AT_WORK)
        if stale.update(created=now):
            return row.pk
    detail = "the first call with this key is still at work: ask again in a moment"
    raise ProblemError(409, "key-at-work", detail, {"Retry-After": "1"})


@told_plainly()
def _keep(row: int, status: int, text: str, location: str) -> None:
    KeptAnswer.objects.filter(pk=row).update(status=status, content=text, location=location)


@told_plainly()
def _forget(row: int) -> None:
    KeptAnswer.objects.filter(pk=row, status=0).delete()


def _told(answer: Answer) -> tuple[int, str, str]:
    return answer.status, answer.content.model_dump_json(), answer.location


def _send(status: int, text: str, location: str, again: bool = False) -> HttpResponse:
    headers = {"Location": location} if location else {}
    if again:
        headers["Idempotent-Replayed"] = "true"
    return HttpResponse(text, status=status, content_type="application/json; charset=utf-8", headers=headers)
