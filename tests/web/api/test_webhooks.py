"""Calling back: what is told to whom, signed, tried again, given up; and where no call goes."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from accounts.rights import Right
from catalog.life import Decision
from tests.catalog.support import at_once
from tests.web.api.support import Program, problem

DECISION = Decision("12/QĐ-UBND", date(2024, 1, 2), "sai thông tin")


@dataclass
class Listener:
    """The other side: a real server on this machine that remembers what it was told."""

    port: int = 0
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    heard: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    hold: threading.Event = field(default_factory=threading.Event)
    """Set: answers at once."""
    called: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?x=1"

    def kinds(self) -> list[str]:
        return [json.loads(body)["event"] for _headers, body in self.heard]


@pytest.fixture
def listener(site: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Listener]:
    from core.settings import settings

    there = Listener()
    there.hold.set()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            there.heard.append((dict(self.headers), body))
            there.called.set()
            there.hold.wait(30)
            self.send_response(there.status)
            for name, value in there.headers.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    there.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("SOHOA_WEBHOOK_NETWORKS", "127.0.0.1/32")
    settings.cache_clear()
    yield there
    there.hold.set()
    server.shutdown()
    server.server_close()


EVERY = ["result.recorded", "result.verified", "result.corrected", "result.replaced", "result.revoked", "result.undone"]


def subscribe(program: Program, listener: Listener, events: list[str] = EVERY) -> dict[str, Any]:
    made = program.post("/webhooks", {"url": listener.url, "events": events})
    assert made.status_code == 201, made.content
    told: dict[str, Any] = made.json()
    return told


def run(after: timedelta = timedelta(0)) -> int:
    """One look of the thread that tells, some time from now."""
    from web.webhooks.hearing import hear
    from web.webhooks.telling import deliver

    hear()
    return deliver(lambda: datetime.now(UTC) + after)


def test_a_decision_is_told_signed_and_once(one_stop: Program, permit: int, listener: Listener) -> None:
    from catalog import decisions

    secret = subscribe(one_stop, listener)["secret"]
    decisions.revoke(permit, DECISION, "test")
    assert run() == 1
    assert run() == 0, "nothing is told twice"
    headers, body = listener.heard[0]
    told = json.loads(body)
    assert (told["event"], told["result"], told["unit"], told["edition"]) == ("result.revoked", permit, "H61.12", 2)
    assert headers["Sohoa-Message"] == told["id"]
    assert headers["Host"] == f"127.0.0.1:{listener.port}"
    expected = hmac.new(secret.encode(), headers["Sohoa-Timestamp"].encode() + b"." + body, hashlib.sha256)
    assert headers["Sohoa-Signature"] == f"v1={expected.hexdigest()}"
    assert "Hòa" not in body.decode(), "no names of people"


def test_the_whole_life_of_a_result_is_told(one_stop: Program, permit: int, birth: int, listener: Listener) -> None:
    from catalog import decisions

    subscribe(one_stop, listener)
    decisions.confirm(permit, ["number", "signer"], "test")
    decisions.correct(permit, {"subject": "Nhà ở"}, DECISION, "test")
    decisions.replace(permit, birth, DECISION, "test")
    decisions.undo(permit, decisions.changes(permit)[-1].id, "test", "nhầm")
    run()
    assert listener.kinds() == [
        "result.verified",
        "result.corrected",
        "result.verified",
        "result.replaced",
        "result.undone",
    ]
    assert json.loads(listener.heard[3][1])["replaced_by"] == birth


def test_verified_is_told_of_the_look_after_which_nothing_was_left_whatever_happened_before_it_was_heard(
    one_stop: Program, permit: int, listener: Listener
) -> None:
    from catalog import decisions, results, statements
    from catalog.states import State

    subscribe(one_stop, listener)
    assert results.show(permit).row.state is State.TO_REVIEW
    first = decisions.confirm(permit, ["number"], "test")
    last = decisions.confirm(permit, ["signer"], "test")
    statements.state(permit, {"register_number": "7"}, "index", "test")
    assert results.show(permit).row.state is State.TO_REVIEW, "it was opened again"
    run()
    told = [json.loads(body) for _headers, body in listener.heard]
    assert first < last
    assert [(one["event"], one["edition"]) for one in told] == [("result.verified", last)]


def test_only_what_was_asked_for_and_what_the_token_may_see_is_told(
    program: Callable[..., Program], permit: int, criminal_record: int, listener: Listener
) -> None:
    from catalog import decisions

    for token, events in [
        (program("H61.13"), EVERY),
        (program("H61.12.3", frozenset({Right.SEE})), EVERY),
        (program(), ["result.corrected"]),
        (program(), ["result.revoked"]),
        (program(confidential=("criminal_record",)), ["result.revoked"]),
    ]:
        subscribe(token, listener, events)
    decisions.revoke(permit, DECISION, "test")
    decisions.revoke(criminal_record, DECISION, "test")
    run()
    told = [json.loads(body)["result"] for _headers, body in listener.heard]
    assert sorted(told) == [permit, permit, criminal_record]


def test_a_result_that_the_token_may_not_see_is_not_named_as_the_one_that_took_the_place(
    program: Callable[..., Program], permit: int, criminal_record: int, listener: Listener
) -> None:
    from catalog import decisions

    subscribe(program(), listener, ["result.replaced"])
    subscribe(program(confidential=("criminal_record",)), listener, ["result.replaced"])
    decisions.replace(permit, criminal_record, DECISION, "test")
    assert run() == 2
    told = [json.loads(body) for _headers, body in listener.heard]
    assert {one["result"] for one in told} == {permit}
    assert {one["replaced_by"] for one in told} == {None, criminal_record}


def test_what_happened_before_the_subscription_is_not_told(one_stop: Program, permit: int, listener: Listener) -> None:
    from catalog import decisions

    decisions.revoke(permit, DECISION, "test")
    subscribe(one_stop, listener)
    assert run() == 0


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


def test_subscriptions_are_their_token_s_own_and_end(
    program: Callable[..., Program], permit: int, listener: Listener
) -> None:
    from catalog import decisions

    mine, other = program(), program()
    made = subscribe(mine, listener)
    assert subscribe(mine, listener) == made, "the same once more is the same"
    assert "secret" not in mine.get("/webhooks").json()[0]
    for call in (other.get(f"/webhooks/{made['id']}/messages"), other.delete(f"/webhooks/{made['id']}")):
        problem(call, 404, "not-found")
    assert other.get("/webhooks").json() == []
    assert mine.delete(f"/webhooks/{made['id']}").status_code == 204
    decisions.revoke(permit, DECISION, "test")
    assert run() == 0


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "https://127.0.0.1/",
        "https://localhost/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://10.0.0.1/",
        "https://192.168.1.1:8443/",
        "https://169.254.169.254/latest/meta-data",
        "https://0.0.0.0/",
        "https://2130706433/",
        "https://0x7f.1/",
        "http://93.184.215.14/",
        "https://user:secret@93.184.215.14/",
        "https://93.184.215.14/#part",
        "https://93.184.215.14:0/",
        "https://93.184.215.14:99999/",
        "ftp://93.184.215.14/",
        "file:///etc/passwd",
        "https:///nohost",
        "https://nowhere.invalid/",
        "https://93.184.215.14/a b",
        "https://93.184.215.14/\r\nHost: x",
        "",
    ],
)
def test_addresses_that_are_not_public_are_not_called(one_stop: Program, url: str) -> None:
    problem(one_stop.post("/webhooks", {"url": url, "events": ["result.revoked"]}), 422, "address")
    assert one_stop.get("/webhooks").json() == []


def test_a_public_address_may_subscribe(one_stop: Program) -> None:
    made = one_stop.post("/webhooks", {"url": "https://93.184.215.14/hook", "events": ["result.revoked"]})
    assert made.status_code == 201


def test_a_name_that_means_another_address_later_is_not_called(
    one_stop: Program, permit: int, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    from catalog import decisions
    from core.settings import settings

    id = subscribe(one_stop, listener)["id"]
    monkeypatch.setenv("SOHOA_WEBHOOK_NETWORKS", "")
    settings.cache_clear()
    decisions.revoke(permit, DECISION, "test")
    assert run() == 0
    assert listener.heard == []
    assert "may not be called" in one_stop.get(f"/webhooks/{id}/messages").json()[0]["fault"]


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
