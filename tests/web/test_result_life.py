"""The life of a result on its pages: corrected, replaced, revoked, handed over, opened for a reason."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext
from lxml.html import FormElement, fromstring

from catalog.life import Decision
from tests.catalog.support import processed
from tests.web import library
from tests.web.library import Paper

DECISION = {"decision_number": "12/QĐ-UBND", "decision_date": "05/01/2026", "reason": "ghi sai <b>tên</b>"}
CRIME = Paper(
    values={"document_type": "Phiếu lý lịch tư pháp", "number": "3/STP-LLTP", "holder": "Lê Văn An"},
    text="PHIẾU LÝ LỊCH TƯ PHÁP\nLê Văn An",
    name="lltp.pdf",
)
SignIn = Callable[[str], Client]


@pytest.fixture
def crime(site: Path, tmp_path: Path) -> int:
    """Id of a criminal record."""
    return library.put(CRIME, tmp_path / "crime")


def text(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, response
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode())))


def form_of(response: HttpResponseBase) -> FormElement:
    """The form that a page is about."""
    [form] = fromstring(content(response)).xpath("//main//form[@method='post'][not(@action)]")
    return form


def content(response: HttpResponseBase) -> str:
    assert isinstance(response, HttpResponse)
    return response.content.decode()


def inputs(client: Client, path: str) -> dict[str, str]:
    """What a browser would send if nothing were typed into the form of a page."""
    return dict(form_of(client.get(path)).form_values())


def faults(response: HttpResponseBase) -> dict[str, str]:
    """What a page finds wrong: name of the field, empty where none is meant → line."""
    found = fromstring(content(response)).xpath("//p[@class='fault']")
    return {p.get("id", "").removeprefix("id_").removesuffix("_error"): p.text_content() for p in found}


def post(client: Client, path: str, **changed: str) -> Any:
    """Fill the form of a page in and send it."""
    return client.post(path, inputs(client, path) | changed)


def test_the_page_says_what_it_is_worth_and_why(client: Client, permit: int, tmp_path: Path) -> None:
    assert "Còn hiệu lực: cấp ngày 05/03/2019, không ghi thời hạn." in text(client, f"/results/{permit}/")
    old = library.put(replace(library.BIRTH, values={**library.BIRTH.values, "validity": "6 tháng"}), tmp_path / "old")
    page = text(client, f"/results/{old}/")
    assert "Hết hiệu lực: cấp ngày 30/11/2021, thời hạn 6 tháng, tức đến hết ngày 30/05/2022." in page
    undated = replace(library.BIRTH, values={"document_type": "Giấy"}, review=("issue_date",), text="x")
    page = text(client, f"/results/{library.put(undated, tmp_path / 'undated')}/")
    assert "Chưa rõ hiệu lực: chưa biết ngày cấp." in page
    assert "còn phải đối chiếu với bản giấy" in page


def test_the_page_names_place_signatures_and_who_answers_for_an_ended_unit(
    client: Client, site: Path, tmp_path: Path
) -> None:
    from catalog import units

    units.add("H61.O", "Huyện cũ", valid_to=date(2025, 6, 30), successors=("H61.12.3",))
    page = text(client, f"/results/{library.put(replace(library.BIRTH, unit='H61.O'), tmp_path / 'o')}/")
    assert "Huyện cũ (H61.O) đã kết thúc hoạt động ngày 30/06/2025" in page
    assert "nay do cơ quan sau phụ trách: Ủy ban nhân dân xã Tân Hòa" in page
    assert "Chữ ký số chưa kiểm tra, hoặc không phải tệp PDF" in page
    assert "đợt quét thùng 1" in page
    assert "Chưa được tái sử dụng" in page


def test_words_searched_for_are_drawn_where_they_stand(client: Client, permit: int) -> None:
    html = client.get(f"/results/{permit}/", {"q": "nguyen thi hoa"}).content.decode()
    assert html.count('class="found-word"') == 6, "three words on each of two pages"
    assert re.search(r'class="found-word" x="186" y="136" width="58" height="38"', html)
    assert 'href="/?q=nguyen%20thi%20hoa"' in html
    for words in ("", "khong co chu nay", '"hoa nguyen"', "x" * 5000, "\0", "577/gpxd"):
        html = client.get(f"/results/{permit}/", {"q": words}).content.decode()
        assert html.count('class="found-word"') == (2 if words == "577/gpxd" else 0)


def test_a_correction_is_shown_with_its_decision_and_the_version_before(client: Client, permit: int) -> None:
    path = f"/results/{permit}/correct/"
    assert inputs(client, path)["issue_date"] == "05/03/2019"
    response = post(client, path, **DECISION, holder="Nguyễn Thị Hoa", issue_date="6/3/2019")
    assert response["Location"] == f"/results/{permit}/"
    html = client.get(f"/results/{permit}/").content.decode()
    page = text(client, f"/results/{permit}/")
    assert "Đã sửa: Người được cấp, Ngày ban hành (theo quyết định 12/QĐ-UBND ngày 05/01/2026)" in page
    assert "ghi sai <b>tên</b>" in page
    assert "<b>tên" not in html
    assert "máy đọc là: Nguyễn Thị Hòa" in page
    assert "06/03/2019" in page
    old = text(client, f"/results/{permit}/versions/1/")
    assert "Nguyễn Thị Hòa" in old
    assert "05/03/2019" in old
    assert "không còn áp dụng" in old
    assert "theo quyết định 12/QĐ-UBND ngày 05/01/2026" in old
    assert client.get(f"/results/{permit}/versions/2/").status_code == 404


def test_a_wrong_value_is_told_beside_its_field_and_nothing_typed_is_lost(client: Client, permit: int) -> None:
    response = post(client, f"/results/{permit}/correct/", **DECISION, holder="Ai khác", holder_id="12")
    told = "Số CMND có 9 chữ số, CCCD có 12 chữ số, mã số thuế có 10 chữ số kèm số kiểm tra."
    assert faults(response) == {"holder_id": told}
    assert form_of(response).fields["holder"] == "Ai khác"
    assert 'aria-invalid="true"' in response.content.decode()
    response = post(client, f"/results/{permit}/correct/", **DECISION)
    assert faults(response) == {"": "Chưa có gì thay đổi."}
    response = post(client, f"/results/{permit}/correct/", holder="Ai khác")
    assert set(faults(response)) == {"decision_number", "decision_date", "reason"}
    response = post(client, f"/results/{permit}/correct/", **DECISION, issue_date="31/02/2019")
    assert set(faults(response)) == {"issue_date"}
    assert "versions/1" not in client.get(f"/results/{permit}/").content.decode()


def test_of_two_who_correct_at_once_the_second_keeps_what_they_typed_and_sees_the_first(
    client: Client, permit: int
) -> None:
    from catalog import decisions, results

    path = f"/results/{permit}/correct/"
    form = inputs(client, path)
    other = {"holder": "Người thứ nhất", "signer": "Lê Văn An"}
    decisions.correct(permit, other, Decision("1", date(2026, 1, 5), "x"), "mot.cua")
    response = client.post(path, form | DECISION | {"holder": "Người thứ hai", "subject": "việc khác"})
    assert faults(response) == {
        "": "Trong lúc đó đã có người khác thay đổi kết quả này. Hãy xem lại rồi lưu lần nữa.",
        "holder": "Trong lúc đó có người đã ghi: Người thứ nhất",
    }
    again = dict(form_of(response).form_values())
    assert (again["holder"], again["signer"]) == ("Người thứ hai", "Lê Văn An")
    assert client.post(path, again)["Location"] == f"/results/{permit}/"
    values = results.show(permit).values
    assert (values["holder"], values["signer"], values["subject"]) == ("Người thứ hai", "Lê Văn An", "việc khác")


def test_fields_are_confirmed_by_a_tick(client: Client, permit: int) -> None:
    path = f"/results/{permit}/confirm/"
    assert "Hãy đánh dấu" in client.post(path, {"seen": "1"}, follow=True).content.decode()
    assert "Không có trường này" in client.post(path, {"seen": "1", "field": "colour"}, follow=True).content.decode()
    assert "người khác thay đổi" in client.post(path, {"seen": "x", "field": "number"}, follow=True).content.decode()
    client.post(path, {"seen": "1", "field": ["number", "signer"]})
    page = text(client, f"/results/{permit}/")
    assert "cần kiểm tra" not in page
    assert "trên giấy không có" in page
    assert "Đã xác nhận đúng: Số hiệu, Người ký" in page


def test_where_two_people_have_to_enter_it_the_page_leads_to_the_desk(client: Client, permit: int) -> None:
    from catalog import results
    from catalog.states import State
    from review import policies
    from review.states import Second

    policies.put("H61.12", Second.ALL, 0, "quan.tri")
    page = client.get(f"/results/{permit}/").content.decode()
    assert f'href="/results/{permit}/review/"' in page
    assert f"/results/{permit}/confirm/" not in page
    response = client.post(f"/results/{permit}/confirm/", {"seen": "1", "field": ["number", "signer"]})
    assert response["Location"] == f"/results/{permit}/review/"
    response = post(client, f"/results/{permit}/correct/", **DECISION, number="1/GPXD", signer="Lê An")
    assert "phải do hai người nhập" in faults(response)[""]
    assert results.show(permit).row.state is State.TO_REVIEW


def test_a_revoked_result_says_so_and_can_be_given_back_within_the_day(client: Client, permit: int) -> None:
    post(client, f"/results/{permit}/revoke/", **DECISION)
    page = text(client, f"/results/{permit}/")
    assert "Đã thu hồi: theo quyết định 12/QĐ-UBND ngày 05/01/2026: ghi sai <b>tên</b>." in page
    assert f"/results/{permit}/revoke/" not in client.get(f"/results/{permit}/").content.decode()
    again = post(client, f"/results/{permit}/revoke/", **DECISION)
    assert faults(again) == {"": "Kết quả này đã bị thu hồi hoặc thay thế."}
    [undo] = re.findall(r'href="(/results/\d+/changes/\d+/undo/)"', client.get(f"/results/{permit}/").content.decode())
    assert faults(post(client, undo))
    post(client, undo, reason="nhầm hồ sơ")
    page = text(client, f"/results/{permit}/")
    assert "Còn hiệu lực" in page
    assert "Đã hoàn tác: việc thu hồi" in page
    assert "nhầm hồ sơ" in page
    assert client.get(f"/results/{permit}/changes/999/undo/").status_code == 404


def test_a_replaced_result_leads_to_the_other_one(client: Client, permit: int, birth: int) -> None:
    post(client, f"/results/{permit}/replace/", **DECISION, by=str(birth))
    html = client.get(f"/results/{permit}/").content.decode()
    assert f'Thay bằng: <a href="/results/{birth}/">Giấy khai sinh</a>' in html
    assert "Kết quả này thay thế cho:" in client.get(f"/results/{birth}/").content.decode()
    for by, told in ((permit, "Kết quả đó đã được thay bằng chính kết quả này"), (10**17, "Không có kết quả")):
        response = post(client, f"/results/{birth}/replace/", **DECISION, by=str(by))
        assert told in faults(response)["by"]


def test_what_one_may_not_see_cannot_replace(sign_in: SignIn, permit: int, crime: int, tmp_path: Path) -> None:
    elsewhere = library.put(replace(library.BIRTH, unit="H61.13", text="y"), tmp_path / "elsewhere")
    district = sign_in("quan.tri.huyen")
    for hidden in (crime, elsewhere):
        response = post(district, f"/results/{permit}/replace/", **DECISION, by=str(hidden))
        assert faults(response) == {"by": "Không có kết quả mang mã này."}


def test_results_that_one_may_not_see_are_not_named_beside_others(
    sign_in: SignIn, client: Client, permit: int, crime: int, tmp_path: Path
) -> None:
    known = {"issuer": "Sở Tư pháp", "issue_date": "2020-01-02"}
    twin = library.put(
        replace(CRIME, values={**CRIME.values, **known, "document_type": "Giấy"}, name="twin.pdf"), tmp_path / "twin"
    )
    post(client, f"/results/{permit}/replace/", **DECISION, by=str(twin))
    ask = client.get(f"/results/{permit}/").content.decode()
    assert f'Thay bằng: <a href="/results/{twin}/">' in ask
    page = sign_in("mot.cua").get(f"/results/{permit}/").content.decode()
    assert "Đã được thay thế" in page
    assert "LLTP" not in page
    assert f'href="/results/{twin}/"' not in page


def test_handing_over_is_written_down_and_found_by_its_tracking_number(client: Client, permit: int) -> None:
    path = f"/results/{permit}/deliver/"
    assert inputs(client, path)["to"] == "Nguyễn Thị Hòa"
    response = post(client, path, manner="post")
    assert set(faults(response)) == {"tracking"}
    post(client, path, manner="post", tracking="ea123456789vn")
    page = text(client, f"/results/{permit}/")
    assert "qua bưu chính công ích, EA123456789VN" in page
    library.index_all()
    assert f'href="/results/{permit}/' in client.get("/", {"q": "EA123456789VN"}).content.decode()
    [undo] = re.findall(r'"(/results/\d+/deliveries/\d+/undo/)"', client.get(f"/results/{permit}/").content.decode())
    post(client, undo, reason="nhầm")
    page = text(client, f"/results/{permit}/")
    assert "chưa ghi nhận" in page
    assert "Đã hoàn tác việc trả kết quả" in page


def test_two_numbers_of_a_person_are_linked_and_parted(client: Client, permit: int) -> None:
    from catalog import persons

    path = f"/results/{permit}/persons/"
    response = client.post(path, {"number": "087185001234", "other": "12", "why": "x"})
    assert "other" in faults(response)
    response = client.post(path, {"number": "999999999", "other": "341234567", "why": "x"})
    assert "number" in faults(response), "only numbers of this result"
    client.post(path, {"number": "087185001234", "other": "341 234 567", "why": "mặt sau CCCD"})
    assert "Cùng một người: 341234567" in text(client, path)
    library.index_all()
    assert f'href="/results/{permit}/' in client.get("/", {"q": "341234567"}).content.decode()
    foreign = client.post(f"{path}unlink/", {"first": "111111111", "second": "222222222", "why": "x"})
    assert foreign.status_code == 404
    ends = {"first": "341234567", "second": "087185001234"}
    assert "Hãy ghi lý do" in client.post(f"{path}unlink/", ends, follow=True).content.decode()
    client.post(f"{path}unlink/", ends | {"why": "nhầm"})
    assert persons.linked(["341234567"]) == frozenset()


def test_a_result_without_a_personal_number_has_none_to_link(client: Client, birth: int) -> None:
    assert "không ghi số CMND hay CCCD nào" in text(client, f"/results/{birth}/persons/")


def test_a_confidential_result_asks_why_and_keeps_the_answer(sign_in: SignIn, crime: int) -> None:
    from catalog import openings

    clerk = sign_in("tu.phap")
    for path in ("", "pages/1.jpg", "archive.pdf", "words.xml", "original", "deliver/"):
        response = clerk.get(f"/results/{crime}/{path}")
        assert response.status_code == 302
        assert response["Location"].startswith(f"/results/{crime}/open/?next=")
    ask = clerk.get(f"/results/{crime}/archive.pdf")["Location"]
    assert "Lê Văn An" not in clerk.get(ask).content.decode()
    assert clerk.post(ask, {"reason": " "}).status_code == 200
    assert not openings.listing(crime)
    assert clerk.post(ask, {"reason": "hồ sơ 0001"})["Location"] == f"/results/{crime}/archive.pdf"
    page = text(clerk, f"/results/{crime}/")
    assert "tu.phap: hồ sơ 0001" in page
    assert "Đã mở kết quả hạn chế xem" in page
    assert clerk.head(f"/results/{crime}/archive.pdf").status_code == 200
    [opening] = openings.listing(crime)
    assert (opening.actor, opening.reason) == ("tu.phap", "hồ sơ 0001")


@pytest.mark.parametrize(
    "wanted", ["https://example.org/", "//example.org", "/people/", "/results/99/", "javascript:x"]
)
def test_the_question_leads_to_its_own_result_alone(sign_in: SignIn, crime: int, wanted: str) -> None:
    path = f"/results/{crime}/open/?next={wanted}"
    assert sign_in("tu.phap").post(path, {"reason": "x"})["Location"] == f"/results/{crime}/"


def test_whoever_lacks_the_kind_finds_nothing_and_is_asked_nothing(sign_in: SignIn, crime: int) -> None:
    for name in ("mot.cua", "quan.tri.huyen", "noi.khac"):
        for path in ("", "open/", "pages/1.jpg", "archive.pdf", "original", "versions/1/", "deliver/", "correct/"):
            assert sign_in(name).get(f"/results/{crime}/{path}").status_code == 404
        assert sign_in(name).post(f"/results/{crime}/open/", {"reason": "x"}).status_code == 404


def test_an_open_result_asks_nothing(client: Client, permit: int) -> None:
    assert client.get(f"/results/{permit}/open/")["Location"] == f"/results/{permit}/"


def test_a_file_that_holds_a_secret_besides_is_not_handed_out(sign_in: SignIn, permit: int) -> None:
    from catalog import openings, results
    from catalog.models import Result

    scan = Result.objects.get(pk=permit).document.scan_id
    beside = results.record(scan, processed(2, 3, 3, {"document_type": "Phiếu lý lịch tư pháp"}), "key", "words")
    clerk, archivist = sign_in("mot.cua"), sign_in("tu.phap")
    for reader in (clerk, archivist):
        assert reader.get(f"/results/{permit}/original").status_code == 404
        assert "Tệp gốc còn chứa kết quả hạn chế xem" in text(reader, f"/results/{permit}/")
        assert reader.head(f"/results/{permit}/archive.pdf").status_code == 200
    openings.open_for(beside, "tu.phap", "x")
    openings.open_for(beside, "mot.cua", "x")
    assert archivist.head(f"/results/{permit}/original").status_code == 200
    assert clerk.head(f"/results/{permit}/original").status_code == 404


PERMISSIONS = {
    "correct/": {"quan.tri", "quan.tri.huyen", "van.thu"},
    "persons/": {"quan.tri", "quan.tri.huyen", "van.thu"},
    "replace/": {"quan.tri", "quan.tri.huyen"},
    "revoke/": {"quan.tri", "quan.tri.huyen"},
    "deliver/": {"quan.tri", "quan.tri.huyen", "mot.cua", "tu.phap"},
}


@pytest.mark.parametrize("path", PERMISSIONS)
def test_each_may_do_what_their_role_says_and_sees_no_button_for_the_rest(
    sign_in: SignIn, permit: int, path: str
) -> None:
    for name in library.PEOPLE:
        reader = sign_in(name)
        may = name in PERMISSIONS[path]
        assert reader.get(f"/results/{permit}/{path}").status_code == (200 if may else 404), name
        assert reader.post(f"/results/{permit}/{path}", {}).status_code == (200 if may else 404), name
        page = reader.get(f"/results/{permit}/")
        assert (f"/results/{permit}/{path}" in page.content.decode()) == may, name


def test_only_who_may_decide_may_undo(sign_in: SignIn, client: Client, permit: int) -> None:
    from catalog import decisions

    post(client, f"/results/{permit}/revoke/", **DECISION)
    [change] = decisions.changes(permit)
    path = f"/results/{permit}/changes/{change.id}/undo/"
    for name in ("mot.cua", "van.thu", "noi.khac"):
        assert sign_in(name).post(path, {"reason": "x"}).status_code == 404
        assert path not in sign_in(name).get(f"/results/{permit}/").content.decode()
    assert sign_in("quan.tri.huyen").post(path, {"reason": "x"}).status_code == 302


def test_the_number_of_queries_does_not_grow_with_the_life(client: Client, permit: int) -> None:
    from catalog import deliveries, persons
    from catalog.states import Manner
    from catalog.values import today

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"/results/{permit}/").status_code == 200
        return len(captured)

    post(client, f"/results/{permit}/correct/", **DECISION, holder="A")
    deliveries.deliver(permit, Manner.COUNTER, "", today(), "x", "lan")
    before = queries()
    for n in range(8):
        post(client, f"/results/{permit}/correct/", **DECISION, holder=f"Người {n}")
        deliveries.deliver(permit, Manner.COUNTER, "", today(), f"Người {n}", "lan")
        persons.link("087185001234", f"{n:09}", "lan", "H61.12", "x")
    assert queries() == before
    assert before <= 44
