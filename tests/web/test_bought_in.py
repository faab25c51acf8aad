"""The pages of bought-in work: an index is put beside a batch, and what came of its rows is seen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bought_in import compare, deliveries
from staging import arrivals, batches
from staging.records import NewBatch
from staging.states import Way
from tests.bought_in.support import HEADER, ROWS, UNIT, read
from tests.spreadsheets import making
from tests.staging.support import pdf

NAME = "Công ty Số hóa A"


@pytest.fixture
def staff(sign_in: Callable[[str], Client]) -> Client:
    return sign_in("van.thu")


@pytest.fixture
def batch(site: Path, tmp_path: Path) -> int:
    """A batch into which two files came."""
    id = batches.open_batch(NewBatch(UNIT, "đợt 7"), "van.thu")
    for name in ("577.pdf", "578.pdf"):
        arrivals.accept(pdf(tmp_path / name, name), name, id, "van.thu", Way.UPLOAD)
    return id


def sent(tmp_path: Path, rows: object = None) -> SimpleUploadedFile:
    path = making.xlsx(tmp_path / "muc luc.xlsx", rows or [HEADER, *ROWS])  # type: ignore[arg-type]
    return SimpleUploadedFile(path.name, path.read_bytes())


def put(client: Client, batch: int, tmp_path: Path) -> str:
    """Choose the index; gives the address of the page that checks it."""
    given = {"batch": str(batch), "contractor": NAME, "index": sent(tmp_path)}
    response = client.post("/bought-in/new/", given)
    assert response.status_code == 302, response.content.decode()[:2000]
    return str(response["Location"])


def token(address: str) -> str:
    return address.partition("index=")[2]


def test_a_batch_that_is_not_among_the_newest_can_be_asked_for(staff: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("staging.batches.PAGE", 1)
    old, _newer = (batches.open_batch(NewBatch("H61.12", name), "van.thu") for name in ("cũ", "mới"))
    assert f'value="{old}" selected' in staff.get("/bought-in/new/", {"batch": old}).content.decode()
    for none in ("999999", "x", "٣"):
        assert f'value="{old}"' not in staff.get("/bought-in/new/", {"batch": none}).content.decode()


def test_without_any_the_page_says_how_it_comes_in(staff: Client) -> None:
    assert "Chưa nhận gì" in staff.get("/bought-in/").content.decode()
    assert "Chưa có đợt nào" in staff.get("/bought-in/new/").content.decode()


def test_an_index_is_seen_changed_and_taken_over(staff: Client, batch: int, tmp_path: Path) -> None:
    address = put(staff, batch, tmp_path)
    page = staff.get(address).content.decode()
    assert "Số, ký hiệu" in page
    assert "khong co.pdf" in page
    assert "30/2/2019" in page
    assert deliveries.listing(None) == ()
    changed = staff.get(address + "&c-D=signer").content.decode()
    assert '<option value="signer" selected>' in changed
    given = {"index": token(address).replace("%3A", ":"), "c-D": "signer"}
    done = staff.post("/bought-in/check/", given, follow=True).content.decode()
    assert "Đã nhận danh mục." in done
    (delivery,) = deliveries.listing([UNIT])
    assert (delivery.lines, delivery.contractor) == (4, NAME)
    again = staff.get(put(staff, batch, tmp_path)).content.decode()
    assert '<option value="signer" selected>' in again  # remembered for the contractor
    assert "đợt 7" in staff.get("/bought-in/").content.decode()


def test_what_differs_is_shown_side_by_side(staff: Client, batch: int, tmp_path: Path) -> None:
    given = {"index": token(put(staff, batch, tmp_path)).replace("%3A", ":")}
    staff.post("/bought-in/check/", given)
    from catalog import scans

    first = scans.of_batch(batch)[0].id
    read(first, {"document_type": "Giấy phép xây dựng", "number": "577/GPXD", "holder": "Nguyễn Thị Hóa"})
    compare.catch_up()
    (delivery,) = deliveries.listing(None)
    page = staff.get(f"/bought-in/{delivery.id}/?outcome=different").content.decode()
    assert "danh mục: Nguyễn Thị Hòa; hiện là: Nguyễn Thị Hóa" in " ".join(page.split())
    assert "578.pdf" not in page.partition("<tbody>")[2].partition("</tbody>")[0]


def test_files_that_are_no_table_are_refused_in_the_form(staff: Client, batch: int) -> None:
    for content, said in ((b"%PDF-1.7", "không phải bảng tính"), (b"", "Tệp rỗng"), (b"PK\3\4xx", "bị hỏng")):
        given = {"batch": str(batch), "contractor": NAME, "index": SimpleUploadedFile("a.xlsx", content)}
        assert said in staff.post("/bought-in/new/", given).content.decode(), said


def test_nobody_names_other_objects_of_the_store(staff: Client, batch: int) -> None:
    for forged in ("", "x", "WyJhIl0:1abc:xyz"):
        assert staff.get("/bought-in/check/", {"index": forged}).status_code == 404


def test_other_units_do_not_exist(sign_in: Callable[[str], Client], batch: int, tmp_path: Path) -> None:
    from accounts import people
    from accounts.rights import Role

    address = put(sign_in("van.thu"), batch, tmp_path)
    person = people.add("khac.huyen", "Khác")
    people.grant(person, Role.STAFF, "H61.13", "test")
    other = sign_in("khac.huyen")
    assert other.get(address).status_code == 404
    given = {"batch": str(batch), "contractor": NAME, "index": sent(tmp_path)}
    assert other.post("/bought-in/new/", given).status_code == 200
    sign_in("van.thu").post("/bought-in/check/", {"index": token(address).replace("%3A", ":")})
    (delivery,) = deliveries.listing(None)
    assert other.get(f"/bought-in/{delivery.id}/").status_code == 404
    assert "đợt 7" not in other.get("/bought-in/").content.decode()


def test_columns_that_cannot_be_are_not_taken(staff: Client, batch: int, tmp_path: Path) -> None:
    address = put(staff, batch, tmp_path)
    assert staff.get(address + "&c-D=nonsense").status_code == 404
    nothing = "".join(f"&c-{letter}=" for letter in "ABCDEFG")
    assert "Không hiểu cột nào" in staff.get(address + nothing).content.decode()


def test_a_page_asks_as_often_for_many_rows_as_for_few(staff: Client, batch: int, tmp_path: Path) -> None:
    staff.post("/bought-in/check/", {"index": token(put(staff, batch, tmp_path)).replace("%3A", ":")})
    (delivery,) = deliveries.listing(None)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert staff.get(f"/bought-in/{delivery.id}/").status_code == 200
        return len(queries)

    asked()  # the same
    few = asked()
    rows = [HEADER, *ROWS, *((n, f"{n}/X", "5/3/2019", "A", f"{n}.pdf", "", "") for n in range(90))]
    index = {"batch": str(batch), "contractor": NAME, "index": sent(tmp_path, rows)}
    address = str(staff.post("/bought-in/new/", index)["Location"])
    staff.post("/bought-in/check/", {"index": token(address).replace("%3A", ":")})
    asked()  # tells that the index was taken over
    assert asked() == few


def test_rows_about_confidential_papers_are_blank_for_who_may_not_see_them(
    sign_in: Callable[[str], Client], staff: Client, batch: int, tmp_path: Path
) -> None:
    from catalog import scans

    rows = [HEADER, *ROWS[:2], (9, "9/STP-LLTP", "5/3/2019", "Lê Văn Kín", "kín.pdf", "", "")]
    index = {"batch": str(batch), "contractor": NAME, "index": sent(tmp_path, rows)}
    address = str(staff.post("/bought-in/new/", index)["Location"])
    staff.post("/bought-in/check/", {"index": token(address).replace("%3A", ":")})
    (delivery,) = deliveries.listing(None)

    def page(reader: Client) -> str:
        return (
            reader.get(f"/bought-in/{delivery.id}/").content.decode().partition("<tbody>")[2].partition("</tbody>")[0]
        )

    before = page(staff)
    assert "Nguyễn Thị Hòa" in before
    assert "Trần Văn Đức" in before
    assert "Lê Văn Kín" not in before, "the row itself says that it is a criminal record"
    assert "kín.pdf" not in before
    first, second = (scan.id for scan in scans.of_batch(batch))
    scans.hand_on(second)
    assert "Trần Văn Đức" not in page(staff), "nobody knows yet what will be read"
    read(first, {"document_type": "Phiếu lý lịch tư pháp", "number": "1/A"}, {"document_type": "Giấy phép"})
    compare.catch_up()
    after = page(staff)
    assert "nhiều kết quả" in after
    assert "Nguyễn Thị Hòa" not in after
    assert "577.PDF" not in after
    assert all(word in page(sign_in("quan.tri")) for word in ("Nguyễn Thị Hòa", "577.PDF", "Trần Văn Đức", "kín.pdf"))
