"""Subscriptions to what becomes of results; how messages are signed and retried stands in docs/api.md."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema, Status
from pydantic import Field

from web.api.asking import caller
from web.api.problems import ProblemError
from web.api.records import Asked, Id
from web.webhooks import subscriptions
from web.webhooks.addresses import AddressError
from web.webhooks.subscriptions import Kind, MessageRow, SubscriptionRow

router = Router(tags=["webhooks"])


class Wish(Asked):
    """Where to call back, and when."""

    url: str = Field(max_length=2000, description="https://…, of a public address or an allowed network")
    events: list[Kind] = Field(min_length=1, max_length=20)


class SubscriptionOut(Schema):
    """A subscription, and how it goes."""

    id: int
    url: str
    events: list[str]
    created: datetime
    waiting: int = Field(description="Messages still to be delivered")
    dead: int = Field(description="Messages that were given up")
    delivered: int = Field(description="Messages delivered in the last thirty days")


class Subscribed(SubscriptionOut):
    """The same with the secret that signs its messages."""

    secret: str


class MessageOut(Schema):
    """A message, and what became of it."""

    name: str
    state: Literal["waiting", "delivered", "dead"]
    attempts: int
    created: datetime
    next: datetime | None
    fault: str


class Retried(Schema):
    """How many messages are tried again."""

    messages: int


@router.post("/webhooks", response={201: Subscribed}, summary="Subscribe")
def subscribe(request: HttpRequest, body: Wish) -> Status[dict[str, object]]:
    """Be told of the results that this token may see, from now on. The same once more gives the same subscription."""
    try:
        made = subscriptions.add(caller(request).token.id, body.url, body.events)
    except AddressError as error:
        raise ProblemError(422, "address", str(error), more={"field": "url"}) from error
    return Status(201, _out(made) | {"secret": made.secret})


@router.get("/webhooks", response=list[SubscriptionOut], summary="All subscriptions of the token")
def listing(request: HttpRequest) -> list[dict[str, object]]:
    """With the number of messages that wait or were given up."""
    return [_out(row) for row in subscriptions.listing(caller(request).token.id)]


@router.get("/webhooks/{id}/messages", response=list[MessageOut], summary="The last messages")
def messages(request: HttpRequest, id: Id) -> list[dict[str, object]]:
    """The fifty newest, newest first, with why they did not go through."""
    return [_message(row) for row in subscriptions.messages(caller(request).token.id, id)]


@router.post("/webhooks/{id}/retry", response=Retried, summary="Try dead messages again")
def retry(request: HttpRequest, id: Id) -> dict[str, int]:
    """All that were given up, from the start."""
    return {"messages": subscriptions.retry(caller(request).token.id, id)}


@router.delete("/webhooks/{id}", response={204: None}, summary="Unsubscribe")
def end(request: HttpRequest, id: Id) -> HttpResponse:
    """What waits is not sent any more."""
    subscriptions.end(caller(request).token.id, id)
    return HttpResponse(status=204)


def _out(row: SubscriptionRow) -> dict[str, object]:
    return {
        "id": row.id,
        "url": row.url,
        "events": list(row.events),
        "created": row.created.replace(microsecond=0),
        "waiting": row.waiting,
        "dead": row.dead,
        "delivered": row.delivered,
    }


def _message(row: MessageRow) -> dict[str, object]:
    return {
        "name": row.name,
        "state": row.state,
        "attempts": row.attempts,
        "created": row.created.replace(microsecond=0),
        "next": row.next.replace(microsecond=0) if row.next else None,
        "fault": row.fault,
    }
