"""Getting messages to the other side: tried again, given up, and no side waits for another."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from tests.catalog.support import at_once
from tests.web.api.listening import DECISION, Listener, run, subscribe
from tests.web.api.support import Program


@pytest.mark.parametrize("status", [500, 302, 404])
def test_a_side_that_does_not_take_it_is_tried_again_later(
    one_stop: Program, permit: int, listener: Listener, status: int
) -> None:
    from catalog import decisions

    id = subscribe(one_stop, listener)["id"]
    listener.status, listener.headers = status, {"Location": listener.url + "&elsewhere"}
    decisions.revoke(permit, DECISION, "test")
    assert run() == 0
    assert run() == 0
    assert len(listener.heard) == 1, "not at once, and no redirect is followed"
    told = one_stop.get(f"/webhooks/{id}/messages").json()
    assert [(one["state"], one["attempts"], one["fault"]) for one in told] == [("waiting", 1, f"answered {status}")]
    listener.status = 204
    assert run(timedelta(seconds=11)) == 1
    assert listener.heard[0][1] == listener.heard[1][1], "the same message"
    assert one_stop.get("/webhooks").json()[0]["delivered"] == 1


def test_a_side_that_never_takes_it_is_given_up_aloud_and_can_be_tried_anew(
    one_stop: Program, permit: int, listener: Listener, caplog: pytest.LogCaptureFixture
) -> None:
    from catalog import decisions
    from web.webhooks.telling import BACKOFF

    id = subscribe(one_stop, listener)["id"]
    listener.status = 500
    decisions.revoke(permit, DECISION, "test")
    for tries in range(len(BACKOFF) + 3):
        run(timedelta(days=2 * tries))
    assert len(listener.heard) == len(BACKOFF) + 1
    assert "given up" in caplog.text
    row = one_stop.get("/webhooks").json()[0]
    assert (row["dead"], row["waiting"], row["delivered"]) == (1, 0, 0)
    assert one_stop.get(f"/webhooks/{id}/messages").json()[0]["state"] == "dead"
    listener.status = 200
    assert one_stop.post(f"/webhooks/{id}/retry").json() == {"messages": 1}
    assert run(timedelta(seconds=1)) == 1


def test_one_side_that_fails_is_left_alone_and_the_others_are_told(
    program: Callable[..., Program], permit: int, birth: int, listener: Listener, unused_port: int
) -> None:
    from catalog import decisions

    silent, well = program(), program()
    url = f"http://127.0.0.1:{unused_port}/"
    id = silent.post("/webhooks", {"url": url, "events": ["result.revoked"]}).json()["id"]
    subscribe(well, listener)
    for result in (permit, birth):
        decisions.revoke(result, DECISION, "test")
    assert run() == 2
    assert [m["attempts"] for m in silent.get(f"/webhooks/{id}/messages").json()] == [0, 1]
    assert "no answer" in silent.get(f"/webhooks/{id}/messages").json()[1]["fault"]


@pytest.fixture
def unused_port() -> int:
    import socket

    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def test_a_side_that_dawdles_is_cut_off(
    one_stop: Program, permit: int, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    from catalog import decisions
    from web.webhooks import calling

    monkeypatch.setattr(calling, "SECONDS", 0.4)
    id = subscribe(one_stop, listener)["id"]
    listener.hold.clear()
    decisions.revoke(permit, DECISION, "test")
    assert run() == 0
    assert "no answer" in one_stop.get(f"/webhooks/{id}/messages").json()[0]["fault"]


def test_a_slow_side_gets_no_further_message_once_its_turn_is_over(
    one_stop: Program, permit: int, birth: int, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    from catalog import decisions
    from web.webhooks import telling

    monkeypatch.setattr(telling, "_TURN", 0.0)
    subscribe(one_stop, listener)
    for result in (permit, birth):
        decisions.revoke(result, DECISION, "test")
    assert [run() for _look in range(3)] == [1, 1, 0], "in order, one in each look"
    assert [json.loads(body)["result"] for _headers, body in listener.heard] == [permit, birth]


def test_what_waits_for_one_side_leaves_the_others_their_place(
    program: Callable[..., Program], permit: int, birth: int, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    from catalog import decisions
    from web.webhooks import telling

    monkeypatch.setattr(telling, "_ROUND", 1)
    for _side in range(2):
        subscribe(program(), listener)
    for result in (permit, birth):
        decisions.revoke(result, DECISION, "test")
    assert [run() for _look in range(3)] == [2, 2, 0]


def test_a_claim_and_a_note_count_from_their_own_time_not_from_the_beginning_of_the_look(
    one_stop: Program, permit: int, birth: int, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    from catalog import decisions
    from web.models import Message
    from web.webhooks import hearing, telling

    subscribe(one_stop, listener)
    for result in (permit, birth):
        decisions.revoke(result, DECISION, "test")
    hearing.hear()
    start = datetime.now(UTC)
    time, claims = [start], []

    def slow(_url: str, _secret: str, name: str, _body: str) -> str:
        until = Message.objects.get(name=name).next
        claims.append(until and until - time[0])
        time[0] += timedelta(seconds=100)
        return ""

    monkeypatch.setattr(telling, "call", slow)
    assert telling.deliver(lambda: time[0]) == 2
    assert claims == [telling._CLAIM] * 2
    delivered = Message.objects.order_by("pk").values_list("delivered", flat=True)
    assert [at - start for at in delivered if at] == [timedelta(seconds=100), timedelta(seconds=200)]


def test_two_that_tell_at_once_tell_once(one_stop: Program, permit: int, listener: Listener) -> None:
    from catalog import decisions

    subscribe(one_stop, listener)
    decisions.revoke(permit, DECISION, "test")
    assert sum(at_once(4, lambda number: run())) == 1
    assert len(listener.heard) == 1


def test_a_token_that_is_revoked_hears_nothing_any_more(one_stop: Program, permit: int, listener: Listener) -> None:
    from accounts import tokens
    from catalog import decisions

    subscribe(one_stop, listener)
    listener.status = 500
    decisions.revoke(permit, DECISION, "test")
    run()
    tokens.revoke(tokens.listing()[0].id, "test")
    assert run(timedelta(days=1)) == 0
    assert len(listener.heard) == 1


def test_the_thread_of_serve_tells_by_itself_and_ends(one_stop: Program, permit: int, listener: Listener) -> None:
    from catalog import decisions
    from web.webhooks.telling import telling

    listener.hold.clear()
    subscribe(one_stop, listener)
    decisions.revoke(permit, DECISION, "test")
    with telling():
        assert listener.called.wait(60)
        listener.hold.set()
    assert listener.kinds() == ["result.revoked"]
    assert "webhooks" not in [thread.name for thread in threading.enumerate()]
