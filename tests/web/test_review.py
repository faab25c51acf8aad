"""The review desk's pages: who is handed what, what is checked, and what becomes of what was typed."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override
from PIL import Image

from catalog import decisions, openings, results
from catalog.states import State
from catalog.values import today
from review import drafts, keys, leases, policies, samples, sampling
from review.models import Lease
from review.states import Second
from tests.web import library

NEXT = "/review/next/"


@pytest.fixture
def staff(sign_in: Callable[[str], Client]) -> Client:
    """Archive staff of the district."""
    return sign_in("van.thu")


@pytest.fixture(autouse=True)
def vietnamese() -> Iterator[None]:
    with override("vi"):
        yield


def path(result: int, more: str = "") -> str:
    return f"/results/{result}/review/{more}"


def boxes(**texts: str) -> dict[str, str]:
    return {f"f-{name}": text for name, text in texts.items()}


def another(tmp_path: Path, number: str, *, review: tuple[str, ...] = ("number",)) -> int:
    values = {**library.PERMIT.values, "number": number}
    paper = replace(library.PERMIT, values=values, text=f"Số: {number}", review=review, pages=1)
    return library.put(paper, tmp_path / number.replace("/", "-"))


def answer(response: Any) -> Any:
    return json.loads(response.content)


def test_the_queue_shows_what_there_is_and_hands_it_out(staff: Client, permit: int, birth: int) -> None:
    html = staff.get("/review/").content.decode()
    assert "Giấy phép xây dựng" in html
    assert "thùng 1" in html
    response = staff.post(NEXT, {"unit": "H61.12"})
    assert (response.status_code, response["Location"]) == (302, f"{path(permit)}?unit=H61.12")
    assert leases.holder(permit) == "van.thu"
    html = staff.get(response["Location"]).content.decode()
    for text in ('value="577/GPXD"', 'id="f-signer"', f"/results/{permit}/pages/1.jpg", "Máy không tìm thấy"):
        assert text in html
    assert html.index('id="f-number"') < html.index('id="f-document_type"'), "doubtful fields come first"
    assert staff.post(NEXT, {"but": str(permit)})["Location"] == "/review/"
    assert staff.post(NEXT, {"but": str(permit), "part": "1"}).status_code == 204
    assert staff.post(NEXT, {"unit": "H99", "batch": "x", "kind": "\0"})["Location"] == "/review/"


def test_an_empty_queue_says_so(staff: Client, birth: int) -> None:
    assert "Không còn gì cần kiểm tra" in staff.get("/review/").content.decode()
    assert staff.get(path(birth))["Location"] == f"/results/{birth}/"


def test_what_somebody_else_has_is_not_shown_and_is_free_again_when_given_back(
    sign_in: Callable[[str], Client], permit: int
) -> None:
    one, other = sign_in("van.thu"), sign_in("quan.tri.huyen")
    one.get(path(permit))
    html = other.get(path(permit)).content.decode()
    assert "van.thu đang kiểm tra" in html
    assert "f-number" not in html
    assert other.post(NEXT)["Location"] == "/review/"
    response = other.post(path(permit, "settle/"), {"seen": "1", "sure": ["signer"], **boxes(number="1", signer="")})
    assert not answer(response)["done"]
    assert "Người khác" in answer(response)["told"]
    ticket = Lease.objects.get(result=permit).ticket
    one.post(path(permit, "leave/"), {"ticket": "another"})
    assert leases.holder(permit) == "van.thu"
    one.post(path(permit, "leave/"), {"ticket": ticket})
    assert other.post(NEXT)["Location"] == path(permit)


def test_what_is_typed_is_kept_and_stands_in_the_boxes_again(staff: Client, permit: int) -> None:
    staff.get(path(permit))
    sent = {"seen": "1", "name": "number", "done": ["number"], **boxes(number="578/GPXD", signer="Lê")}
    told = answer(staff.post(path(permit, "typed/"), sent))
    assert (told["name"], told["fault"]) == ("number", "")
    html = staff.get(path(permit)).content.decode()
    assert 'value="578/GPXD"' in html
    assert 'value="Lê"' in html
    assert "gõ dở" in html
    assert results.show(permit).row.number == "577/GPXD"
    decisions.confirm(permit, ["number"], "ai khác")
    assert 'value="Lê"' not in staff.get(path(permit)).content.decode(), "typed over what has changed since"


@pytest.mark.parametrize(
    ("name", "text", "more", "shown", "fault", "warning"),
    [
        ("issue_date", "050319", {}, "05/03/2019", "", ""),
        ("issue_date", "5/3/19", {}, "05/03/2019", "", ""),
        ("issue_date", "31/2/19", {}, "31/2/19", "Không phải ngày hợp lệ", ""),
        ("issue_date", "05032999", {}, "05/03/2999", "Không phải ngày hợp lệ", ""),
        ("issue_date", "050319", {"holder_birth_date": "6/3/2019"}, "05/03/2019", "", "sinh sau ngày ban hành"),
        ("expiry_date", "04/03/2019", {}, "04/03/2019", "", "trước ngày cấp"),
        ("holder_id", "087 185 001234", {}, "087185001234", "", ""),
        ("holder_id", "999185001234", {}, "999185001234", "", "Không có tỉnh nào mang mã 999"),
        ("holder_id", "087385001234", {}, "087385001234", "", "chưa ra đời"),
        ("holder_id", "087185001234", {"holder_birth_date": "01/01/1986"}, "087185001234", "", "1986"),
        ("holder_birth_date", "010186", {"holder_id": "087185001234"}, "01/01/1986", "", "1985"),
        ("holder_id", "0100233488", {}, "0100233488", "", ""),
        ("holder_id", "0100233489", {}, "0100233489", "", "số kiểm tra"),
        ("holder_id", "12345", {}, "12345", "", "CMND có 9 chữ số"),
        ("validity", "lâu", {}, "lâu", "", "12 tháng"),
        ("number", "abc", {}, "abc", "", "không có chữ số"),
        ("holder", "Nguyễn 3", {}, "Nguyễn 3", "", "có chữ số"),
        ("signer", "", {}, "", "", "không ghi mục này"),
    ],
)
def test_what_is_typed_is_checked(
    staff: Client, permit: int, name: str, text: str, more: dict[str, str], shown: str, fault: str, warning: str
) -> None:
    sent = {"seen": "1", "name": name, **boxes(**{name: text}, **more)}
    told = answer(staff.post(path(permit, "typed/"), sent))
    assert told["shown"] == shown
    assert fault in told["fault"] and bool(fault) == bool(told["fault"])
    assert bool(warning) == bool(told["warnings"])
    assert any(warning in one for one in told["warnings"]) or not warning


def test_a_check_takes_less_than_a_tenth_of_a_second(staff: Client, permit: int) -> None:
    sent = {"seen": "1", "name": "number", **boxes(number="577/GPXD", issue_date="050319")}
    staff.post(path(permit, "typed/"), sent)
    took = []
    for _ in range(5):
        start = time.perf_counter()
        staff.post(path(permit, "typed/"), sent)
        took.append(time.perf_counter() - start)
    assert sorted(took)[2] < 0.1


def test_the_usual_spelling_and_a_number_that_is_there_already_are_told(
    staff: Client, permit: int, tmp_path: Path
) -> None:
    for number in ("1/GPXD-Đ", "2/GPXD-Đ"):
        another(tmp_path, number, review=())
    sent = {"seen": "1", "name": "number", **boxes(number="2/GPXD-D")}
    assert "GPXD-Đ" in answer(staff.post(path(permit, "typed/"), sent))["warnings"][0]
    sent = {"seen": "1", "name": "number", **boxes(number="2/GPXD-Đ")}
    assert "cùng số" in answer(staff.post(path(permit, "typed/"), sent))["warnings"][0]


def test_settling_asks_for_what_was_not_confirmed_and_writes_it_down(staff: Client, permit: int) -> None:
    staff.get(path(permit))
    sent = {"seen": "1", **boxes(number="578/GPXD", signer="", issue_date="31/2/19", holder_id="12345678")}
    response = staff.post(path(permit, "settle/"), sent)
    assert not answer(response)["done"]
    assert set(answer(response)["fields"]) == {"signer", "issue_date", "holder_id"}
    assert results.show(permit).row.state is State.TO_REVIEW
    sent |= {"sure": ["signer", "holder_id"]} | boxes(issue_date="060319")
    told = answer(staff.post(path(permit, "settle/"), sent))
    assert told["told"] == "Đã kiểm tra: Giấy phép xây dựng 578/GPXD."
    shown = results.show(permit)
    assert (shown.row.state, shown.row.number) == (State.VERIFIED, "578/GPXD")
    assert {name: shown.values.get(name) for name in ("signer", "issue_date", "holder_id")} == {
        "signer": None,
        "issue_date": "2019-03-06",
        "holder_id": "12345678",
    }
    [change] = decisions.changes(permit)
    assert change.fields == ("holder_id", "issue_date", "number", "signer")
    assert next(f for f in shown.fields if f.name == "number").ocr_value == "577/GPXD"
    html = staff.get(f"/results/{permit}/").content.decode()
    assert "Đã kiểm tra tại bàn kiểm tra" in html


def test_undo_leads_back_to_the_document_with_what_was_entered(staff: Client, permit: int) -> None:
    sent = {"seen": "1", "sure": ["signer"], **boxes(number="578/GPXD", signer="")}
    assert staff.post(path(permit, "settle/"), sent).json()["done"]
    response = staff.post(path(permit, "undo/") + "?x=1", {"unit": "H61.12"})
    assert response["Location"] == f"{path(permit)}?unit=H61.12"
    html = staff.get(response["Location"]).content.decode()
    assert 'value="578/GPXD"' in html
    assert results.show(permit).row.number == "577/GPXD"
    assert staff.post(path(permit, "undo/"))["Location"] == "/review/"


def test_who_answers_for_a_sample_does_not_judge_it_at_its_address(
    sign_in: Callable[[str], Client], birth: int
) -> None:
    decisions.confirm(birth, ["holder"], "van.thu")
    samples.draw("H61.12", 100, today() - timedelta(days=1), today(), "quan.tri")
    assert sampling.drawn(birth)
    own, other = sign_in("van.thu"), sign_in("quan.tri.huyen")
    html = own.get(path(birth), follow=True).content.decode()
    assert "người khác đánh giá mẫu này" in html
    assert "f-number" not in html
    told = answer(own.post(path(birth, "settle/"), {"seen": "2", **boxes(number="1")}))
    assert not told["done"]
    assert 'id="f-number"' in other.get(path(birth)).content.decode()


def test_putting_aside_leaves_it_to_a_colleague(sign_in: Callable[[str], Client], permit: int) -> None:
    one, other = sign_in("van.thu"), sign_in("quan.tri.huyen")
    one.get(path(permit))
    ticket = Lease.objects.get(result=permit).ticket
    assert one.post(path(permit, "aside/"), {"note": " ", "ticket": ticket}).json()["done"] is False
    assert one.post(path(permit, "aside/"), {"note": "Số <mờ>", "ticket": ticket}).json()["done"]
    assert one.post(NEXT)["Location"] == "/review/"
    html = one.get("/review/").content.decode()
    assert "Số &lt;mờ&gt;" in html
    assert path(permit) in html
    assert other.post(NEXT)["Location"] == path(permit)
    assert "van.thu không xác định được: “Số &lt;mờ&gt;”" in other.get(path(permit)).content.decode()


def test_the_second_person_sees_nothing_of_the_first_and_the_third_sees_both(
    sign_in: Callable[[str], Client], permit: int
) -> None:
    policies.put("H61.12", Second.ALL, 0, "quan.tri")
    values = {"van.thu": "578/GPXD", "quan.tri.huyen": "579/GPXD"}
    for name, number in values.items():
        client = sign_in(name)
        html = client.get(client.post(NEXT)["Location"]).content.decode()
        assert 'value="577/GPXD"' in html
        assert "578/GPXD" not in html
        sent = {"seen": "1", "sure": ["signer"], **boxes(number=number, signer="")}
        told = answer(client.post(path(permit, "settle/"), sent))["told"]
        ticket = Lease.objects.get(result=permit).ticket
        client.post(path(permit, "leave/"), {"ticket": ticket})
    assert "người thứ ba" in told
    for name in values:
        client = sign_in(name)
        html = client.get(path(permit), follow=True).content.decode()
        assert "Bạn đã nhập tài liệu này" in html
        assert "578/GPXD" not in html and "579/GPXD" not in html
        assert "người thứ ba" in client.post(path(permit, "undo/"), follow=True).content.decode()
    third = sign_in("quan.tri")
    html = third.get(third.post(NEXT)["Location"]).content.decode()
    assert "578/GPXD" in html
    assert "579/GPXD" in html
    assert keys.of_result(permit, 1, "quan.tri").entered == ("van.thu", "quan.tri.huyen")


def test_confidential_kinds_are_for_those_who_were_given_them(sign_in: Callable[[str], Client], tmp_path: Path) -> None:
    secret = library.put(replace(library.RECORD, review=("number",)), tmp_path / "record")
    staff, admin = sign_in("van.thu"), sign_in("quan.tri")
    assert "lý lịch" not in staff.get("/review/").content.decode()
    assert staff.post(NEXT)["Location"] == "/review/"
    for more in ("", "number.jpg"):
        assert staff.get(path(secret, more)).status_code == 404
    for more in ("typed/", "settle/", "aside/", "stay/", "undo/"):
        assert staff.post(path(secret, more), boxes(number="1")).status_code == 404, more
    assert drafts.of(secret, "van.thu") is None
    assert admin.get(path(secret))["Location"].startswith(f"/results/{secret}/open/"), "who comes by its address"
    assert admin.post(NEXT)["Location"] == path(secret)
    assert admin.get(path(secret)).status_code == 200
    assert [row.actor for row in openings.listing(secret)] == ["quan.tri"]
    sent = {"seen": "1", **boxes(number="1203/STP-LLTP")}
    assert admin.post(path(secret, "settle/"), sent).json()["done"]


def test_values_of_confidential_results_are_never_suggested(
    sign_in: Callable[[str], Client], record: int, permit: int
) -> None:
    html = sign_in("quan.tri").get(path(permit)).content.decode()
    assert "LLTP" not in html
    assert "Sở Tư pháp" not in html


def test_other_units_have_their_own_queue(sign_in: Callable[[str], Client], permit: int) -> None:
    from accounts import people
    from accounts.rights import Role

    other = next(p for p in people.listing() if p.name == "noi.khac")
    people.grant(other.id, Role.STAFF, "H61.13", "test", ())
    client = sign_in("noi.khac")
    assert client.get("/review/").status_code == 200
    assert client.get("/review/?unit=H61.12").content.decode().count("Giấy phép xây dựng") == 0
    assert client.post(NEXT)["Location"] == "/review/"
    assert client.get(path(permit)).status_code == 404


def test_a_crop_shows_the_evidence_and_is_kept_by_the_reader_alone(staff: Client, permit: int) -> None:
    response = staff.get(path(permit, "number.jpg"))
    assert response["Cache-Control"] == "private, no-cache"
    with Image.open(io.BytesIO(response.content)) as picture:
        assert 500 < picture.width <= 900
        dark = picture.convert("L").point(lambda value: 255 if value < 100 else 0).getbbox()
        assert dark, "the bar that the paper bears there"
    again = staff.get(path(permit, "number.jpg"), headers={"If-None-Match": response["ETag"]})
    assert again.status_code == 304
    assert staff.get(path(permit, "signer.jpg")).status_code == 200
    assert staff.get(path(permit, "validity.jpg")).status_code == 404
    assert staff.get(path(permit, "colour.jpg")).status_code == 404


def test_the_number_of_questions_does_not_grow(staff: Client, permit: int, tmp_path: Path) -> None:
    from django.db import connection

    def asked(call: Callable[[], Any]) -> int:
        Lease.objects.all().delete()
        with CaptureQueriesContext(connection) as found:
            assert call().status_code in {200, 302}
        return len(found)

    pages = [lambda: staff.get("/review/"), lambda: staff.get(path(permit)), lambda: staff.post(NEXT)]
    for page in pages:  # the first time it is noted that somebody is there, and looks
        asked(page)
    few = [asked(page) for page in pages]
    for n in range(6):
        another(tmp_path, f"{n}/GPXD")
    assert [asked(page) for page in pages] == few
    assert max(few) < 45, few


def test_administrators_say_where_two_people_are_wanted(sign_in: Callable[[str], Client], site: Path) -> None:
    admin = sign_in("quan.tri.huyen")
    assert "chỉ cần một người" in admin.get("/review/policy/").content.decode()
    put = {"unit": "H61.12", "second": "sampled", "share": "20"}
    assert admin.post("/review/policy/", put).status_code == 302
    assert "(20 %)" in admin.get("/review/policy/").content.decode()
    assert admin.post("/review/policy/", put | {"share": "0"}).status_code == 200
    assert admin.post("/review/policy/", put | {"share": ""}).status_code == 200
    assert admin.post("/review/policy/", put | {"unit": "H61.13"}).status_code == 200
    [row] = policies.listing()
    assert (row.unit, row.second, row.share, row.actor) == ("H61.12", Second.SAMPLED, 20, "quan.tri.huyen")
    policies.put("H61.13", Second.ALL, 0, "quan.tri")
    admin.post("/review/policy/", {"drop": "H61.13"})
    admin.post("/review/policy/", {"drop": "H61.12"})
    assert [row.unit for row in policies.listing()] == ["H61.13"], "other units are not for them to say"


@pytest.mark.parametrize("more", ["typed/", "settle/", "aside/", "leave/", "stay/", "undo/"])
def test_nonsense_breaks_nothing(staff: Client, permit: int, more: str) -> None:
    nonsense = {
        "seen": "x",
        "name": "\0",
        "f-number": "x" * 9000,
        "f-signer": "\0",
        "ticket": "\0" * 99,
        "next": "9" * 40,
    }
    response = staff.post(path(permit, more), nonsense | {"note": "\0" * 2000})
    assert response.status_code in {200, 204, 302}
    assert results.show(permit).row.state is State.TO_REVIEW
    assert staff.get(path(permit, more)).status_code == 405
    assert staff.post(path(10**17, more)).status_code in {204, 404}
