"""Calling back: what is told to whom, signed; and where no call goes."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable

import pytest

from accounts.rights import Right
from tests.web.api.listening import DECISION, EVERY, Listener, run, subscribe
from tests.web.api.support import Program, problem


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
