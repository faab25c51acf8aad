"""Using a result in a dossier on the pages: the check, the entry, the package, the ledger, and what changed since."""

from __future__ import annotations

import asyncio
import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog import dossiers
from catalog.life import Decision
from catalog.states import Standing
from reuse import ledger
from reuse.records import Person
from tests.web import library

DECISION = Decision("12/QĐ-UBND", date(2026, 11, 1), "ghi sai")
TODAY = dossiers.local_day()
DOSSIER = f"H61.12.3-{TODAY:%y%m%d}-0001"


@pytest.fixture
def licence(site: Path, tmp_path: Path) -> int:
    """Id of a permit with nothing in doubt."""
    return library.put(replace(library.PERMIT, review=()), tmp_path / "licence")


@pytest.fixture
def clerk(sign_in: Callable[[str], Client]) -> Client:
    return sign_in("mot.cua")


def given(**more: str) -> dict[str, str]:
    filled = {"dossier": DOSSIER, "person": "Nguyễn Thị Hòa", "person_id": "", "procedure": "", "unit": "H61.12.3"}
    return filled | {"act": "check"} | more


def text_of(response: object) -> str:
    content: bytes = response.content  # type: ignore[attr-defined]
    return " ".join(content.decode().split())


def body_of(response: object) -> bytes:
    """The bytes of an answer that is sent piece by piece."""

    async def all_of() -> bytes:
        return b"".join([piece async for piece in response])  # type: ignore[attr-defined]

    return asyncio.run(all_of())


def used(result: int, dossier: str = DOSSIER) -> int:
    wish = ledger.Wish(result, dossier, "H61.12.3", Person("Nguyễn Thị Hòa"), reason="đã đối chiếu")
    return ledger.use(wish, "mot.cua").id


def test_checked_used_fetched_and_taken_back(clerk: Client, licence: int) -> None:
    page = f"/results/{licence}/use/"
    assert f'href="{page}"' in clerk.get(f"/results/{licence}/").content.decode()
    assert "Dùng cho hồ sơ" in text_of(clerk.get(page))
    checked = clerk.post(page, given(person_id="087185001234"))
    assert "Dùng được" in text_of(checked) and 'value="use"' in text_of(checked)
    assert ledger.of_result(licence) == (), "a check writes nothing"
    made = clerk.post(page, given(act="use"), follow=True)
    [entry] = ledger.of_result(licence)
    assert made.redirect_chain == [(f"/reuse/{entry.id}/", 302)]
    assert (entry.dossier, entry.unit, entry.actor) == (DOSSIER, "H61.12.3", "mot.cua")
    assert "Có thể rút lại đến nửa đêm" in text_of(made)
    package = clerk.get(f"/reuse/{entry.id}/package.zip")
    assert package["Content-Disposition"] == f'attachment; filename="{DOSSIER}.001.zip"'
    content = body_of(package)
    with zipfile.ZipFile(io.BytesIO(content)) as members:
        assert members.testzip() is None and f"{DOSSIER}.001.pdf" in members.namelist()
    assert int(package["Content-Length"]) == len(content)
    assert "Hãy nêu" not in text_of(clerk.get(f"/reuse/{entry.id}/undo/"))
    assert clerk.post(f"/reuse/{entry.id}/undo/", {"reason": ""}).status_code == 200
    assert ledger.entry(entry.id).undone is None
    undone = clerk.post(f"/reuse/{entry.id}/undo/", {"reason": "nhầm hồ sơ"}, follow=True)
    assert "đã rút lại" in text_of(undone) and "nhầm hồ sơ" in text_of(undone)
    assert clerk.get(f"/reuse/{entry.id}/package.zip").status_code == 404
    assert "Rút lại việc dùng cho hồ sơ" in text_of(clerk.get(f"/results/{licence}/"))


def test_what_is_wrong_with_the_dossier_is_said_in_place(clerk: Client, licence: int) -> None:
    for code, said in (
        ("H61.12.3", "ba phần nối bằng dấu gạch ngang"),
        (f"H61.12.3-{TODAY + timedelta(1):%y%m%d}-0001", "chưa đến"),
        ("H61.12.3-231301-0001", "năm, tháng, ngày"),
    ):
        checked = clerk.post(f"/results/{licence}/use/", given(dossier=code, act="use"))
        assert said in text_of(checked) and "Không dùng được" in text_of(checked)
        assert 'value="use"' not in text_of(checked)
    assert clerk.post(f"/results/{licence}/use/", given(dossier="")).status_code == 200
    assert ledger.of_result(licence) == ()


def test_a_warning_asks_for_a_reason_which_is_kept(clerk: Client, permit: int) -> None:
    page = f"/results/{permit}/use/"
    checked = clerk.post(page, given(person="Trần Văn Đức"))
    assert "tên khác với người được cấp" in text_of(checked) and "đối chiếu với bản giấy: Số" in text_of(checked)
    assert "Dùng được, cần nêu lý do" in text_of(checked) and 'name="reason"' in text_of(checked)
    told = "in_review,other_name"
    for unread in ("", "in_review", "other_name,other_id"):
        blind = clerk.post(page, given(person="Trần Văn Đức", act="use", reason="đọc rồi", read=unread))
        assert f'name="read" value="{told}"' in text_of(blind) and ledger.of_result(permit) == ()
    without = clerk.post(page, given(person="Trần Văn Đức", act="use", read=told))
    assert "Hãy nêu lý do vẫn dùng" in text_of(without) and ledger.of_result(permit) == ()
    made = clerk.post(
        page, given(person="Trần Văn Đức", act="use", reason="con <b>nộp</b> thay", read=told), follow=True
    )
    assert "con &lt;b&gt;nộp&lt;/b&gt; thay" in text_of(made)
    assert ledger.of_result(permit)[0].reason == "con <b>nộp</b> thay"


def test_what_was_replaced_leads_to_what_took_its_place(
    sign_in: Callable[[str], Client], licence: int, birth: int
) -> None:
    from catalog import decisions

    decisions.replace(licence, birth, DECISION, "quan.tri")
    checked = text_of(
        sign_in("mot.cua").post(
            f"/results/{licence}/use/", given(act="use", override="on", reason="x", read="replaced")
        )
    )
    assert "đã được thay thế" in checked and f"/results/{birth}/use/" in checked and 'value="use"' not in checked
    assert ledger.of_result(licence) == ()


def test_only_who_decides_on_results_can_use_an_expired_one(sign_in: Callable[[str], Client], licence: int) -> None:
    from catalog.models import Result

    Result.objects.filter(pk=licence).update(valid_to=TODAY - timedelta(1))
    page = f"/results/{licence}/use/"
    forced = given(act="use", override="on", reason="hồ sơ gia hạn", read="expired")
    refused = text_of(sign_in("mot.cua").post(page, forced))
    assert "đã hết hiệu lực" in refused and 'name="override"' not in refused
    administrator = sign_in("quan.tri.huyen")
    assert 'name="override"' in text_of(administrator.post(page, given()))
    assert ledger.of_result(licence) == ()
    assert administrator.post(page, forced).status_code == 302
    assert ledger.of_result(licence)[0].warnings == ("expired",)


def test_dossiers_of_other_units_cannot_be_written_to(clerk: Client, licence: int) -> None:
    refused = clerk.post(f"/results/{licence}/use/", given(act="use", unit="H61.13"))
    assert refused.status_code == 200 and ledger.of_result(licence) == ()


def test_who_may_not_see_the_result_finds_nothing_of_it(
    sign_in: Callable[[str], Client], licence: int, record: int
) -> None:
    one = used(licence)
    secret = used(record, f"H61.12.3-{TODAY:%y%m%d}-0002")
    paths = [f"/reuse/{{}}/{name}" for name in ("", "package.zip", "undo/")]
    for name, entry, result in (("noi.khac", one, licence), ("mot.cua", secret, record), ("van.thu", one, licence)):
        client = sign_in(name)
        assert client.get(f"/results/{result}/use/").status_code == 404
        assert client.post(f"/results/{result}/use/", given(act="use")).status_code == 404
        assert [client.get(path.format(entry)).status_code for path in paths] == [404] * 3
        assert client.post(f"/reuse/{entry}/seen/").status_code == 404
    listed = text_of(sign_in("mot.cua").get("/reuse/"))
    assert DOSSIER in listed and "1203/STP-LLTP" not in listed and "0002" not in listed
    insider = sign_in("tu.phap")
    assert "1203/STP-LLTP" in text_of(insider.get("/reuse/"))
    asked = insider.get(f"/reuse/{secret}/package.zip")
    assert asked.status_code == 302 and asked["Location"].startswith(f"/results/{record}/open/")


def test_the_ledger_is_filtered_and_paged(clerk: Client, licence: int, monkeypatch: pytest.MonkeyPatch) -> None:
    from web import reuse_ledger

    monkeypatch.setattr(reuse_ledger, "PAGE", 3)
    for number in range(1, 9):
        used(licence, f"H61.12.3-{TODAY:%y%m%d}-{number:04}")
    first = clerk.get("/reuse/")
    codes = re.findall(r">(H61\.12\.3-\d{6}-\d{4})<", first.content.decode())
    assert [code[-4:] for code in codes] == ["0008", "0007", "0006"]
    older = re.search(r'href="(\?[^"]+)" rel="next"', first.content.decode())
    assert older
    second = clerk.get("/reuse/" + older[1].replace("&amp;", "&")).content.decode()
    assert re.findall(r"-(\d{4})</a>", second) == ["0005", "0004", "0003"]
    assert "8 hồ sơ dùng" in text_of(first)
    one = clerk.get("/reuse/", {"dossier": f"h61.12.3-{TODAY:%y%m%d}-0002"}).content.decode()
    assert re.findall(r"-(\d{4})</a>", one) == ["0002"]
    yesterday = TODAY - timedelta(1)
    assert "Không có mục nào" in text_of(clerk.get("/reuse/", {"last": f"{yesterday:%d/%m/%Y}"}))
    assert "Không có mục nào" in text_of(clerk.get("/reuse/", {"unit": "H61.12"}))
    for odd in ({"before": "9" * 40}, {"before": "x"}, {"first": "31/02/2026"}, {"unit": "H61.13"}, {"dossier": "\0"}):
        assert clerk.get("/reuse/", odd).status_code == 200


def test_pages_ask_the_database_as_often_for_many_rows_as_for_one(clerk: Client, licence: int) -> None:
    from catalog import decisions

    used(licence, f"H61.12.3-{TODAY:%y%m%d}-0001")
    clerk.get(f"/results/{licence}/use/")  # the first time it is noted who looked
    counts = []
    for round in range(2):
        if round:
            for number in range(2, 30):
                used(licence, f"H61.12.3-{TODAY:%y%m%d}-{number:04}")
        else:
            decisions.correct(licence, {"subject": "Xây dựng nhà xưởng"}, DECISION, "quan.tri")
        for path in ("/reuse/", "/reuse/changed/", f"/results/{licence}/use/"):
            with CaptureQueriesContext(connection) as asked:
                assert clerk.get(path).status_code == 200
            counts.append(len(asked))
    assert counts[:3] == counts[3:]
    assert max(counts) <= 20


def test_who_used_a_result_is_told_that_it_was_revoked(clerk: Client, licence: int) -> None:
    from catalog import decisions

    entry = used(licence)
    assert "Không có thay đổi nào" in text_of(clerk.get("/reuse/changed/"))
    decisions.revoke(licence, DECISION, "quan.tri")
    assert "Thay đổi sau khi dùng (1)" in text_of(clerk.get("/reuse/"))
    told = text_of(clerk.get("/reuse/changed/"))
    assert DOSSIER in told and "bị thu hồi" in told
    assert "bị thu hồi" in text_of(clerk.get(f"/reuse/{entry}/"))
    assert clerk.get(f"/reuse/{entry}/seen/").status_code == 405
    assert clerk.post(f"/reuse/{entry}/seen/").status_code == 302
    assert "Không có thay đổi nào" in text_of(clerk.get("/reuse/changed/"))


def test_what_changed_since_is_counted_beside_the_way_to_reuse_on_every_page_of_those_who_reuse(
    clerk: Client, sign_in: Callable[[str], Client], licence: int
) -> None:
    from catalog import decisions

    entry = used(licence)
    assert 'class="unread"' not in clerk.get("/").content.decode()
    decisions.revoke(licence, DECISION, "quan.tri")
    told = 'class="unread" href="/reuse/changed/"><span aria-hidden="true">1</span>'
    for path in ("/", "/me/", f"/results/{licence}/"):
        assert told in clerk.get(path).content.decode(), path
    assert "Kết quả đã thay đổi sau khi dùng: 1" in text_of(clerk.get("/me/"))
    assert 'class="unread"' not in sign_in("noi.khac").get("/").content.decode(), "dossiers of another unit"
    staff = sign_in("van.thu").get("/").content.decode()
    assert 'class="unread"' not in staff, "they use nothing"
    clerk.post(f"/reuse/{entry}/seen/")
    assert 'class="unread"' not in clerk.get("/").content.decode()


def test_counting_what_changed_costs_one_query_a_page_and_none_a_part(
    clerk: Client, licence: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    from catalog import decisions

    for number in range(1, 12):
        entry = used(licence, f"H61.12.3-{TODAY:%y%m%d}-{number:04}")
    decisions.correct(licence, {"subject": "Xây dựng nhà xưởng"}, DECISION, "quan.tri")

    def counting(**headers: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert clerk.get("/", headers=headers).status_code == 200
        return sum('"reuse_reuse"' in str(query["sql"]) for query in asked.captured_queries)

    assert counting() == 1
    monkeypatch.setattr("web.unseen.KEPT", 30)
    assert [counting() for _page in range(3)] == [1, 0, 0], "remembered for a moment"
    clerk.post(f"/reuse/{entry}/seen/")
    assert counting() == 1, "and counted anew once something was seen"
    assert counting(**{"HX-Request": "true", "HX-Target": "found"}) == 0


def test_who_used_a_result_that_became_confidential_is_told_of_the_dossier_alone(
    clerk: Client, client: Client, licence: int
) -> None:
    from catalog import decisions

    entry = used(licence)
    decisions.correct(licence, {"confidential": "adoption"}, DECISION, "quan.tri")
    page = clerk.get("/reuse/changed/").content.decode()
    assert DOSSIER in page and "bạn không còn được xem" in page
    assert f"/results/{licence}/" not in page and f"/reuse/{entry}/" not in page
    assert "Thay đổi sau khi dùng (1)" in text_of(clerk.get("/reuse/"))
    assert clerk.post(f"/reuse/{entry}/seen/").status_code == 404, "it waits for somebody who may see it"
    told = client.get("/reuse/changed/").content.decode()
    assert f"/results/{licence}/" in told and "đính chính" in told


def test_an_entry_of_yesterday_cannot_be_taken_back(clerk: Client, licence: int) -> None:
    from reuse import models

    entry = used(licence)
    models.Reuse.objects.filter(pk=entry).update(time=dossiers.begin_of(TODAY) - timedelta(seconds=1))
    assert f"/reuse/{entry}/undo/" not in text_of(clerk.get(f"/reuse/{entry}/"))
    refused = clerk.post(f"/reuse/{entry}/undo/", {"reason": "nhầm"})
    assert "Chỉ rút lại được trong ngày" in text_of(refused)
    assert ledger.entry(entry).undone is None


def test_a_revoked_result_s_entry_stays_and_its_package_too(clerk: Client, licence: int) -> None:
    """What was handed over can be fetched again: the notice says what became of it."""
    from catalog.models import Result

    entry = used(licence)
    Result.objects.filter(pk=licence).update(status=Standing.REVOKED, edition=2)
    assert clerk.get(f"/reuse/{entry}/package.zip").status_code == 200


def test_forms_without_the_token_are_refused(licence: int, clerk: Client) -> None:
    strict = Client(SERVER_NAME="127.0.0.1", enforce_csrf_checks=True, raise_request_exception=False)
    strict.cookies = clerk.cookies
    for path in (f"/results/{licence}/use/", f"/results/{licence}/copies/new/"):
        assert strict.post(path, given(act="use")).status_code == 403
    assert ledger.of_result(licence) == ()


@pytest.mark.parametrize("day", ["01/01/0001", "02/01/0001", "31/12/9999"])
def test_the_ledger_may_be_asked_from_and_until_any_day(clerk: Client, day: str) -> None:
    for name in ("first", "last"):
        assert clerk.get("/reuse/", {name: day}).status_code == 200
