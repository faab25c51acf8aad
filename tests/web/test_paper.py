"""The pages of boxes and loans: what archive staff do with paper, and what others do not even see."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog import events
from catalog.values import today
from paper import boxes, loans, places
from paper.loans import Wish
from paper.places import Target
from staging import batches
from staging.records import NewBatch
from tests.web import library

BOX = Target("H61.12", "HT-07", "Kho 1, giá 3")
WISH = Wish("Phòng Tài nguyên, ông Nam", "giải quyết khiếu nại", today() + timedelta(days=14))


@pytest.fixture
def staff(sign_in: Callable[[str], Client]) -> Client:
    return sign_in("van.thu")


def html(client: Client, path: str, **given: str) -> str:
    response = client.get(path, given)
    assert response.status_code == 200, path
    return response.content.decode()


def test_without_boxes_the_page_says_how_one_comes_to_be(staff: Client) -> None:
    assert "Chưa có hộp nào" in html(staff, "/paper/", unit="")


def test_the_box_of_a_batch_is_there_once_the_batch_is_opened(staff: Client) -> None:
    batches.open_batch(NewBatch("H61.12", "đợt 1", box="HT-01", shelf="Kho 2"), "van.thu")
    assert "HT-01" in html(staff, "/paper/")
    box = boxes.find("H61.12", "HT-01")
    assert box
    assert "Hiện không có tài liệu nào" in html(staff, f"/paper/boxes/{box.id}/")


def test_papers_are_put_into_a_box_and_back(staff: Client, permit: int, birth: int) -> None:
    form = html(staff, f"/paper/put/?result={permit}&result={birth}")
    assert "577/GPXD" in form
    given = {"results": f"{permit} {birth}", "box": "HT-07", "shelf": "Kho 1", "unit": "H61.12", "position": ""}
    told = staff.post("/paper/put/", given, follow=True).content.decode()
    assert "Đã đặt vào hộp HT-07: 2." in told
    assert "577/GPXD" in told and "Kho 1" in told
    assert "HT-07</a>, Kho 1, vị trí 1" in html(staff, f"/results/{permit}/")
    undo = told.partition('<a href="/paper/put/')[2].partition('"')[0]
    assert "Bỏ việc này?" in html(staff, f"/paper/put/{undo}")
    assert "Các tài liệu lại thuộc chỗ cũ." in staff.post(f"/paper/put/{undo}", follow=True).content.decode()
    assert places.where([permit])[permit].box is None


def test_what_was_put_is_taken_back_by_those_only_who_may_touch_each_paper(
    sign_in: Callable[[str], Client], permit: int, record: int
) -> None:
    both = places.put([permit, record], BOX, "quan.tri")
    path = f"/paper/put/{both.id}/undo/"
    staff = sign_in("van.thu")
    assert staff.get(path).status_code == staff.post(path).status_code == 404, "one is of a kind that is not for them"
    assert places.where([record])[record].box == both.box
    assert sign_in("quan.tri").post(path).status_code == 302
    assert places.where([record])[record].box is None


def test_lists_of_numbers_are_understood_as_people_write_them(staff: Client, permit: int, birth: int) -> None:
    numbers = f"{min(permit, birth)}-{max(permit, birth)}, {permit}"
    given = {"results": numbers, "box": "A", "unit": "H61.12"}
    assert staff.post("/paper/put/", given).status_code == 302
    for wrong, said in (("17 x", "không phải số"), ("999999", "Không có kết quả"), ("1-99999", "nhiều nhất")):
        page = staff.post("/paper/put/", given | {"results": wrong}).content.decode()
        assert said in page, wrong


def test_a_paper_is_lent_and_taken_back(staff: Client, permit: int) -> None:
    places.put([permit], BOX, "van.thu")
    given = {"results": str(permit), "who": WISH.who, "why": WISH.why, "until": f"{WISH.until:%d/%m/%Y}"}
    page = staff.post("/paper/lend/", given, follow=True).content.decode()
    assert "Đã cho mượn bản giấy" in page  # in the history of the result
    assert "ông Nam" in page
    again = staff.post("/paper/lend/", given).content.decode()
    assert "hãy nhận lại trước" in again
    assert "ông Nam" in html(staff, "/paper/lent/")
    (loan,) = loans.listing(None)
    back = staff.post(f"/paper/lent/{loan.id}/back/", {"note": "rách góc"}, follow=True).content.decode()
    assert "Tài liệu thuộc hộp HT-07" in back
    assert loans.show(loan.id).note == "rách góc"
    late = {"results": str(permit), "who": "x", "why": "y", "until": "1/1/2020"}
    assert "từ hôm nay trở đi" in staff.post("/paper/lend/", late).content.decode()


def test_the_code_of_a_label_leads_to_its_box(staff: Client, permit: int) -> None:
    from paper import labels

    done = places.put([permit], BOX, "van.thu")
    response = staff.get("/paper/", {"q": labels.text_of("H61.12", "HT-07")})
    assert response["Location"] == f"/paper/boxes/{done.box.id}/"
    assert staff.get("/paper/", {"q": labels.text_of("H61.13", "HT-07")}).status_code == 200


def test_a_box_gets_another_name_and_shelf(staff: Client, permit: int) -> None:
    done = places.put([permit], BOX, "van.thu")
    assert staff.post(f"/paper/boxes/{done.box.id}/change/", {"name": "HT-08", "shelf": ""}).status_code == 302
    assert boxes.show(done.box.id).name == "HT-08"


def test_what_is_printed_is_a_pdf(staff: Client, permit: int) -> None:
    done = places.put([permit], BOX, "van.thu")
    for name in ("list", "handover", "label"):
        response = staff.get(f"/paper/boxes/{done.box.id}/{name}.pdf")
        assert response["Content-Type"] == "application/pdf"
        assert response.content.startswith(b"%PDF")
    told = [event.data for event in events.listing("H61.12") if event.kind == "export.made"]
    assert [(data["what"], data["rows"]) for data in told] == [("paper-handover.pdf", 1), ("paper-list.pdf", 1)]


def test_other_units_and_confidential_papers_do_not_exist(
    sign_in: Callable[[str], Client], permit: int, record: int
) -> None:
    done = places.put([permit, record], BOX, "quan.tri")
    staff, other = sign_in("van.thu"), sign_in("noi.khac")
    page = html(staff, f"/paper/boxes/{done.box.id}/")
    assert "577/GPXD" in page
    assert "LLTP" not in page
    assert "LLTP" in html(sign_in("quan.tri"), f"/paper/boxes/{done.box.id}/")
    given = {"results": str(record), "box": "B", "unit": "H61.12"}
    assert "Không có kết quả" in staff.post("/paper/put/", given).content.decode()
    assert other.get(f"/paper/boxes/{done.box.id}/").status_code == 404
    (loan,) = loans.lend([record], WISH, "quan.tri")
    assert staff.post(f"/paper/lent/{loan}/back/").status_code == 404
    assert "LLTP" not in html(staff, "/paper/lent/")


def test_the_list_of_a_box_counts_papers_that_the_reader_may_not_see(
    sign_in: Callable[[str], Client], permit: int, record: int
) -> None:
    from accounts import access
    from accounts.models import User
    from catalog import openings
    from web.paper_printed import lines

    done = places.put([record, permit], BOX, "quan.tri")
    known = access.of_user(User.objects.get(username="van.thu"))
    first, second = lines(known, done.box.id)
    assert (first.closed, first.number, first.holder) == (True, "", "")
    administrator = access.of_user(User.objects.get(username="quan.tri"))
    for holder, what in (("", "Phiếu lý lịch tư pháp"), ("Trần Văn Kín", "Phiếu lý lịch tư pháp")):
        first, second = lines(administrator, done.box.id)
        assert (first.closed, first.number, first.holder, first.what) == (False, "1203/STP-LLTP", holder, what)
        openings.open_for(record, "quan.tri", "bàn giao")
    assert second.number == "577/GPXD"
    assert first.lent is second.lent is None
    loans.lend([permit], WISH, "quan.tri")
    assert [line.lent for line in lines(known, done.box.id)] == [None, WISH.until]


def test_a_long_box_is_paged_and_asks_the_database_as_often_as_a_short_one(
    client: Client, permit: int, birth: int
) -> None:
    done = places.put([permit], BOX, "quan.tri")

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            html(client, f"/paper/boxes/{done.box.id}/")
        return len(queries)

    html(client, f"/paper/boxes/{done.box.id}/")
    few = asked()
    places.put([birth], BOX, "quan.tri")
    assert asked() == few
    assert library.PERMIT.values["number"] in html(client, f"/paper/boxes/{done.box.id}/", page="99999")


def test_hostile_names_are_shown_as_they_are(staff: Client, permit: int) -> None:
    given = {"results": str(permit), "box": "<script>alert(1)</script>", "unit": "H61.12"}
    page = staff.post("/paper/put/", given, follow=True).content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page
