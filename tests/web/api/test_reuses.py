"""Using results in dossiers, and writes that are sent twice."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from accounts.rights import Right
from tests.catalog.support import at_once
from tests.web.api.support import DOSSIER, Program, problem


def wish(result: int, **more: Any) -> dict[str, Any]:
    person = {"name": "Nguyễn Thị Hòa", "ids": ["087185001234"]}
    return {"result": result, "dossier": DOSSIER, "unit": "H61.12", "person": person, "reason": "đã xem"} | more


def asked(result: int) -> dict[str, Any]:
    return {name: value for name, value in wish(result).items() if name not in {"unit", "reason"}}


def test_a_check_says_what_speaks_against_and_writes_nothing(one_stop: Program, permit: int, birth: int) -> None:
    from reuse import entries

    fine = one_stop.post("/reuses/check", asked(permit)).json()
    assert (fine["allowed"], fine["problems"]) == (True, [])
    assert [warning["code"] for warning in fine["warnings"]] == ["in_review"]
    other = one_stop.post("/reuses/check", asked(birth)).json()
    assert {"other_name"} <= {warning["code"] for warning in other["warnings"]}
    assert not one_stop.post("/reuses/check", asked(permit) | {"dossier": "12"}).json()["allowed"]
    assert entries.of_result(permit) == ()


def test_a_result_is_used_its_package_fetched_and_the_use_taken_back(one_stop: Program, permit: int) -> None:
    made = one_stop.post("/reuses", wish(permit))
    assert made.status_code == 201, made.content
    entry = made.json()
    assert made.headers["Location"] == f"/api/v1/reuses/{entry['id']}"
    assert entry["portal"]["DuocTaiSuDung"] == 1
    assert one_stop.get(f"/results/{permit}").json()["portal"]["DuocTaiSuDung"] == 1
    package = one_stop.get(f"/reuses/{entry['id']}/package.zip")
    with zipfile.ZipFile(io.BytesIO(b"".join(package))) as members:
        assert json.loads(members.read("metadata.json"))["reuse"]["dossier"] == DOSSIER
    assert one_stop.get(f"/reuses/{entry['id']}").json() == entry
    undone = one_stop.post(f"/reuses/{entry['id']}/undo", {"reason": "nhầm"}).json()
    assert undone["state"] == "undone"
    assert one_stop.post(f"/reuses/{entry['id']}/undo", {"reason": "nhầm"}).json() == undone
    problem(one_stop.get(f"/reuses/{entry['id']}/package.zip"), 404, "not-found")


def test_what_cannot_be_used_says_why(one_stop: Program, permit: int) -> None:
    told = problem(one_stop.post("/reuses", wish(permit, reason="")), 422, "not-usable")
    assert [warning["code"] for warning in told["warnings"]] == ["in_review"]
    told = problem(one_stop.post("/reuses", wish(permit, dossier="H61-1")), 422, "not-usable")
    assert [one["code"] for one in told["problems"]] == ["dossier"]


def test_a_check_does_not_name_the_result_that_took_the_place(
    program: Callable[..., Program], permit: int, birth: int, criminal_record: int
) -> None:
    from datetime import date

    from catalog import decisions
    from catalog.life import Decision

    asking = program()
    for result, by in ((permit, birth), (birth, criminal_record)):
        decisions.replace(result, by, Decision("1/QĐ", date(2022, 1, 2), "cấp lại"), "test")
        ask = {"result": result, "dossier": DOSSIER, "person": {"name": "", "ids": []}}
        expected = [{"code": "replaced", "detail": ""}]
        assert asking.post("/reuses/check", ask).json()["problems"] == expected
        told = problem(asking.post("/reuses", ask | {"unit": "H61.12"}), 422, "not-usable")
        assert told["problems"] == expected
    assert asking.get(f"/results/{permit}").json()["replaced_by"] == birth
    assert asking.get(f"/results/{birth}").json()["replaced_by"] is None


def test_using_needs_the_right_for_the_result_and_in_the_unit_of_the_dossier(
    program: Callable[..., Program], elsewhere: Program, permit: int, birth: int
) -> None:
    problem(elsewhere.post("/reuses", wish(permit, unit="H61.13")), 404, "not-found")
    problem(program().post("/reuses", wish(permit, unit="H61.13")), 404, "not-found")
    problem(program(rights=frozenset({Right.SEE})).post("/reuses", wish(permit)), 404, "not-found")
    problem(program("H61.12.3").post("/reuses/check", asked(permit)), 404, "not-found")
    clerk = program(rights=frozenset({Right.REUSE}))
    problem(clerk.post("/reuses", wish(permit, override=True)), 404, "not-found")
    entry = clerk.post("/reuses", wish(permit)).json()
    for path in (f"/reuses/{entry['id']}", f"/reuses/{entry['id']}/package.zip"):
        problem(elsewhere.get(path), 404, "not-found")
        problem(program("H61.12.3").get(path), 404, "not-found")


def test_a_confidential_result_is_used_with_a_reason(program: Callable[..., Program], criminal_record: int) -> None:
    body = wish(criminal_record, person={"name": "Lê Văn Tám"})
    problem(program().post("/reuses", body), 404, "not-found")
    justice = program(confidential=("criminal_record",))
    problem(justice.post("/reuses", body), 403, "reason-needed")
    assert justice.post("/reuses", body, headers={"Sohoa-Reason": "ho%20so"}).status_code == 201
    assert justice.post("/reuses", body).status_code == 201, "asked for once a day"


def test_the_same_key_and_content_give_the_same_answer(one_stop: Program, permit: int) -> None:
    first = one_stop.post("/reuses", wish(permit), key="k-1")
    again = one_stop.post("/reuses", wish(permit), key="k-1")
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.headers["Location"] == first.headers["Location"]
    problem(one_stop.post("/reuses", wish(permit, reason="khác"), key="k-1"), 409, "key-used")
    problem(one_stop.post(f"/reuses/{first.json()['id']}/undo", {"reason": "x"}, key="k-1"), 409, "key-used")


def test_keys_of_different_tokens_have_nothing_to_do_with_each_other(
    program: Callable[..., Program], permit: int, birth: int
) -> None:
    assert program().post("/reuses", wish(permit), key="k").json()["result"] == permit
    assert program().post("/reuses", wish(birth), key="k").json()["result"] == birth


def test_a_refused_write_leaves_its_key_free(one_stop: Program, permit: int) -> None:
    problem(one_stop.post("/reuses", wish(permit, reason=""), key="k"), 422, "not-usable")
    assert one_stop.post("/reuses", wish(permit), key="k").status_code == 201


def test_a_key_counts_for_two_days(one_stop: Program, permit: int) -> None:
    from web.models import KeptAnswer

    one_stop.post("/reuses", wish(permit), key="k")
    KeptAnswer.objects.update(created=datetime.now(UTC) - timedelta(hours=49))
    again = one_stop.post("/reuses", wish(permit, reason="lý do khác"), key="other")
    assert KeptAnswer.objects.count() == 1
    assert again.status_code == 201


def test_a_call_that_died_is_done_once_more_after_a_while(one_stop: Program, permit: int) -> None:
    from web.models import KeptAnswer

    first = one_stop.post("/reuses", wish(permit), key="k")
    KeptAnswer.objects.update(status=0, content="", location="")
    told = one_stop.post("/reuses", wish(permit), key="k")
    problem(told, 409, "key-at-work")
    assert told.headers["Retry-After"] == "1"
    KeptAnswer.objects.update(created=datetime.now(UTC) - timedelta(minutes=11))
    assert one_stop.post("/reuses", wish(permit), key="k").json() == first.json()


@pytest.mark.parametrize("key", ["", "k"])
def test_two_at_once_have_one_effect(one_stop: Program, permit: int, key: str) -> None:
    from reuse import entries

    one_stop.get("/search")  # index and middleware are there
    answers = at_once(4, lambda number: Program(one_stop.secret).post("/reuses", wish(permit), key=key))
    assert len(entries.of_result(permit)) == 1
    done = [answer for answer in answers if answer.status_code == 201]
    assert done and len({answer.json()["id"] for answer in done}) == 1
    for answer in answers:
        if answer.status_code != 201:
            problem(answer, 409, "key-at-work")


@pytest.mark.parametrize("key", ["with space", "đ", "x" * 201])
def test_a_key_that_is_none_is_refused(one_stop: Program, permit: int, key: str) -> None:
    problem(one_stop.post("/reuses", wish(permit), key=key), 422, "invalid")


@pytest.mark.parametrize("ids", [["\ud800"], ["1" * 65], [1]])
def test_numbers_that_are_none_are_refused(one_stop: Program, permit: int, ids: list[object]) -> None:
    told = one_stop.post("/reuses", wish(permit, person={"name": "A", "ids": ids}), key="k1")
    assert told.status_code == 422, told.content
