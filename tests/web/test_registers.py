"""The pages of registers: sent in, understood, checked, taken, mended; looked through; withdrawn and taken back."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from registers import listing
from registers.listing import Linked, Sight, Wanted
from registers.models import Line
from tests.registers.support import HEADER, ROWS, UNIT
from tests.spreadsheets import making
from web import register_jobs

BAD = (4, "580/GPXD", "30/2/2019", "Phạm Văn Gấc", 87185001299, "Giấy phép xây dựng", "Nhà ở")
ALL = Sight(None, {})


@pytest.fixture
def staff(sign_in: Callable[[str], Client]) -> Client:
    return sign_in("van.thu")


def send(client: Client, path: Path) -> str:
    """Send a file in; gives the address of its columns."""
    sent = SimpleUploadedFile(path.name, path.read_bytes())
    response = client.post("/registers/import/", {"unit": UNIT, "register": sent})
    assert response.status_code == 302, response.content.decode()[:3000]
    return str(response["Location"])


def finished(client: Client, address: str) -> Any:
    """The page of a check when its work is done, redirects followed."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        page = client.get(address, follow=True)
        if 'hx-trigger="every 1s"' not in page.content.decode():
            return page
        time.sleep(0.1)
    raise AssertionError("the work does not end")


def taken(client: Client, path: Path, mode: str = "good_rows") -> Any:
    """Go the whole way; gives the page of the import."""
    columns = send(client, path)
    check = client.post(columns, {})
    assert check.status_code == 302, check.content.decode()[:3000]
    finished(client, check["Location"])
    client.post(check["Location"], {"mode": mode})
    return finished(client, check["Location"])


def test_a_register_with_errors_is_checked_taken_and_mended(staff: Client, site: Path, tmp_path: Path) -> None:
    path = making.xlsx(tmp_path / "so.xlsx", [HEADER, *ROWS, BAD])
    columns = send(staff, path)
    page = staff.get(columns).content.decode()
    assert '<option value="holder_id" selected>' in page and "theo tiêu đề" in page
    assert not Line.objects.exists()
    check = str(staff.post(columns, {"c-G": ""})["Location"])
    page = finished(staff, check).content.decode()
    assert "Phạm Văn Gấc" in page and "30/2/2019" in page and "không phải ngày" in page
    assert "Nguyễn Văn Ất" in page
    assert not Line.objects.exists()
    staff.post(check, {"mode": "good_rows"})
    page = finished(staff, check).content.decode()
    assert Line.objects.count() == 3
    assert not Line.objects.exclude(subject="").exists()  # the column that was said to mean nothing
    token = columns.rstrip("/").rpartition("/")[2]
    mend = staff.get(f"/registers/import/{token}/mend.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(b"".join(mend.streaming_content)))  # type: ignore[attr-defined]
    sheet = book.active
    assert sheet is not None
    assert [cell.value for cell in sheet[2]][:4] == [4, "580/GPXD", "30/2/2019", "Phạm Văn Gấc"]
    assert "30/2/2019" in str(sheet["H2"].value)
    sheet["C2"] = "28/02/2019"
    book.save(tmp_path / "mended.xlsx")
    page = taken(staff, tmp_path / "mended.xlsx", "all_or_nothing").content.decode()
    assert Line.objects.count() == 4
    again = staff.get(send(staff, path)).content.decode()
    assert "như lần trước đã chọn" in again


def test_all_or_nothing_with_bad_rows_takes_nothing(staff: Client, site: Path, tmp_path: Path) -> None:
    page = taken(staff, making.xlsx(tmp_path / "so.xlsx", [HEADER, *ROWS, BAD]), "all_or_nothing").content.decode()
    assert "không nhận dòng nào" in page
    assert not Line.objects.exists()


def test_a_job_that_was_killed_says_so_and_can_be_started_again(staff: Client, site: Path, tmp_path: Path) -> None:
    columns = send(staff, making.xlsx(tmp_path / "so.xlsx", [HEADER, *ROWS]))
    token = columns.rstrip("/").rpartition("/")[2]
    job = register_jobs.find(token, "van.thu")
    assert job
    register_jobs.tell(job, register_jobs.Progress(register_jobs.State.RUNNING, pid=2**22 - 1))
    check = columns + "check/"
    assert "gián đoạn" in staff.get(check).content.decode()
    assert "Nguyễn Văn Ất" in finished(staff, str(staff.post(columns, {})["Location"])).content.decode()


def test_a_register_that_was_sent_in_is_its_sender_s_alone(
    sign_in: Callable[[str], Client], site: Path, tmp_path: Path
) -> None:
    columns = send(sign_in("van.thu"), making.xlsx(tmp_path / "so.xlsx", [HEADER, *ROWS]))
    other = sign_in("quan.tri")
    for address in (columns, f"{columns}check/", f"{columns}mend.xlsx", "/registers/import/x/"):
        assert other.get(address).status_code == 404


def test_files_that_are_no_table_are_refused_in_the_form(staff: Client, site: Path) -> None:
    for content, said in ((b"%PDF-1.7", "không phải bảng tính"), (b"", "Tệp rỗng")):
        given = {"unit": UNIT, "register": SimpleUploadedFile("a.xlsx", content)}
        assert said in staff.post("/registers/import/", given).content.decode()


@pytest.fixture
def filled(site: Path, tmp_path: Path) -> list[int]:
    """A register of three lines."""
    from tests.registers.support import take

    take(making.xlsx(tmp_path / "filled.xlsx", [HEADER, *ROWS]))
    return list(Line.objects.order_by("issue_date").values_list("pk", flat=True))


def test_a_register_is_looked_through(staff: Client, filled: list[int]) -> None:
    assert f"/registers/of/{UNIT}/" in staff.get("/registers/").content.decode()
    page = staff.get(f"/registers/of/{UNIT}/").content.decode()
    assert page.index("579/GPXD") < page.index("577/GPXD")
    for text, found in (("577", 1), ("nguyen van at", 1), ("087185001234", 1), ("577/2018/x", 0), ("GPXD", 0)):
        page = staff.get(f"/registers/of/{UNIT}/", {"q": text}).content.decode()
        assert page.count("/registers/lines/") == found, text
    assert "577/GPXD" not in staff.get(f"/registers/of/{UNIT}/", {"year": "2018"}).content.decode()
    page = staff.get(f"/registers/lines/{filled[0]}/").content.decode()
    assert "Ông Nguyễn Văn Ất" in page and "filled.xlsx" in page and "Đã nhập sổ" in page
    assert "filled.xlsx" in staff.get("/registers/imports/").content.decode()


def test_pages_of_lines_neither_repeat_nor_leave_out(filled: list[int]) -> None:
    Line.objects.filter(pk=filled[0]).update(issue_date=None)
    seen, after = [], ""
    while True:
        page = listing.lines(UNIT, ALL, Wanted(), after, 1)
        seen += [row.id for row in page.rows]
        after = page.next
        if not after:
            break
    assert seen == [filled[2], filled[1], filled[0]]


def test_a_line_is_withdrawn_with_a_reason_and_comes_back(staff: Client, filled: list[int]) -> None:
    address = f"/registers/lines/{filled[0]}/"
    assert "reason_error" in staff.post(f"{address}withdraw/", {"reason": " "}).content.decode()
    staff.post(f"{address}withdraw/", {"reason": "số bị bỏ trống"})
    assert "số bị bỏ trống" in staff.get(address).content.decode()
    assert len(listing.lines(UNIT, ALL, Wanted()).rows) == 2
    assert len(listing.lines(UNIT, ALL, Wanted(Linked.WITHDRAWN)).rows) == 1
    staff.post(f"{address}restore/")
    assert len(listing.lines(UNIT, ALL, Wanted()).rows) == 3


def test_what_is_gone_from_the_file_is_listed_and_withdrawn_together(
    staff: Client, filled: list[int], tmp_path: Path
) -> None:
    page = taken(staff, making.xlsx(tmp_path / "b.xlsx", [HEADER, ROWS[0], ROWS[2]]))
    text = page.content.decode()
    assert "578/GPXD" in text and "577/GPXD" not in text.partition("<h2")[2]
    address = page.redirect_chain[-1][0].partition("?")[0]
    staff.post(address, {"reason": "nhập nhầm"})
    assert Line.objects.exclude(withdrawn=None).get().number == "578/GPXD"
    assert taken(staff, making.xlsx(tmp_path / "c.xlsx", [HEADER, *ROWS])).status_code == 200
    assert Line.objects.exclude(withdrawn=None).count() == 1  # a person said so: a file does not undo it


def test_confidential_lines_are_for_those_alone_who_may_see_the_kind(
    sign_in: Callable[[str], Client], site: Path, tmp_path: Path
) -> None:
    from tests.registers.support import take

    record = (1, "12/LLTP", "05/03/2019", "Mai Kín", "", "Phiếu lý lịch tư pháp", "")
    take(making.xlsx(tmp_path / "a.xlsx", [HEADER, record]))
    (pk,) = Line.objects.values_list("pk", flat=True)
    closed = sign_in("van.thu")
    assert "Mai Kín" not in closed.get(f"/registers/of/{UNIT}/").content.decode()
    assert closed.get(f"/registers/lines/{pk}/").status_code == 404
    assert closed.post(f"/registers/lines/{pk}/withdraw/", {"reason": "x"}).status_code == 404
    assert "Mai Kín" in sign_in("quan.tri").get(f"/registers/of/{UNIT}/").content.decode()
