"""Pages of batches: opening, filling, closing, sheets; who sees them; and that a thousand files keep them quick."""

from __future__ import annotations

import hashlib
import json
import re
import time
import zlib
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings

from catalog import procedures
from tests.flows.support import tiff
from tests.web import library

OPENING = {
    "unit": "H61.12",
    "name": "thùng 12",
    "procedure": "",
    "box": "12",
    "shelf": "A3",
    "operator": "van.thu",
    "expected_documents": "",
    "expected_pages": "",
    "slip": "",
    "split": "separator",
    "sides": "front",
}


@pytest.fixture
def staff(sign_in: Callable[[str], Client]) -> Client:
    return sign_in("van.thu")


def opened(client: Client, **more: str) -> str:
    """Address of a new batch."""
    answered = client.post("/batches/open/", OPENING | more)
    assert answered.status_code == 302, answered.content.decode()
    return str(answered["Location"])


def crc(data: bytes) -> str:
    return f"{zlib.crc32(data):08x}"


def tell(client: Client, batch: str, data: bytes, name: str = "a.tif", **more: Any) -> Any:
    told = {"name": name, "size": len(data), "modified": 1, "mark": crc(data)} | more
    return client.post(f"{batch}uploads/", json.dumps(told), content_type="application/json")


def send(client: Client, batch: str, data: bytes, name: str = "a.tif", **more: Any) -> dict[str, Any]:
    """A whole file, as the page's script does it."""
    row = tell(client, batch, data, name, **more).json()
    if row["state"] == "receiving":
        headers = {"Upload-Offset": "0", "Upload-Checksum": crc(data)}
        row = client.patch(f"/uploads/{row['id']}/", data, "application/offset+octet-stream", headers=headers).json()
    return dict(client.post(f"/uploads/{row['id']}/finish/").json())


def closed(client: Client, batch: str, reason: str, shown: str = "") -> Any:
    """Send the form as it was `shown`, or is shown now."""
    page = shown or client.get(f"{batch}close/").content.decode()
    seen = re.findall(r'name="seen" value="([^"]*)"', page)
    return client.post(f"{batch}close/", {"reason": reason, "seen": seen[0] if seen else ""})


def test_a_batch_is_opened_filled_and_closed_with_a_reason(staff: Client, tmp_path: Path) -> None:
    from catalog.values import now
    from staging import batches
    from staging.models import Look, StagedPage

    batch = opened(staff, expected_documents="2")
    assert "Chưa nhận được tệp nào" in staff.get(batch).content.decode()
    done = send(staff, batch, tiff(tmp_path / "a.tif").read_bytes())
    assert (done["state"], done["said"]) == ("done", "")
    page = staff.get(batch).content.decode()
    assert "a.tif" in page and "Đang xem trước" in page
    assert "đang được xem trước" in staff.get(f"{batch}close/").content.decode()
    number = int(batch.split("/")[2])
    assert closed(staff, batch, "thôi").status_code == 200, "not before it was looked at"
    look, _new = Look.objects.get_or_create(scan_id=1, defaults={"batch_id": number})
    Look.objects.filter(pk=look.pk).update(looked=now())
    StagedPage.objects.get_or_create(
        look=look, number=1, defaults={"kind": "text", "width": 1, "height": 1, "dpi": 200}
    )
    close = staff.get(f"{batch}close/").content.decode()
    assert "dự kiến 2 tài liệu, nhận được 1" in close
    assert closed(staff, batch, " ").status_code == 200
    assert closed(staff, batch, "một giấy đang cho mượn").status_code == 302
    assert batches.show(number).reason == "một giấy đang cho mượn"
    assert "một giấy đang cho mượn" in staff.get(batch).content.decode()
    assert tell(staff, batch, b"x").json()["fault"] == "closed"
    assert staff.post(f"{batch}reopen/").status_code == 302
    assert tell(staff, batch, b"x").json()["state"] == "receiving"


def test_why_a_batch_could_not_be_handed_on_is_shown_and_it_can_be_tried_again(staff: Client, tmp_path: Path) -> None:
    from staging import batches, stuck

    batch = opened(staff)
    number = int(batch.split("/")[2])
    batches.close(number, "van.thu", "để thử")
    assert 'id="retry"' not in staff.get(batch).content.decode()
    moment = batches.show(number).closed
    assert moment is not None
    stuck.note(number, moment, "a.tif: page 2 cannot be read")
    page = staff.get(batch).content.decode()
    assert "a.tif: page 2 cannot be read" in page and 'id="retry"' in page and 'id="reopen"' in page
    assert "Đã đóng nhưng chưa chuyển đi đọc được" in staff.get("/batches/?state=closed").content.decode()
    assert number not in batches.due()
    assert staff.post(f"{batch}retry/").status_code == 302
    assert number in batches.due() and 'id="retry"' not in staff.get(batch).content.decode()


def test_a_reason_covers_only_what_was_seen(staff: Client) -> None:
    """Something comes up while the reason is written: it is shown first, and what was written is kept."""
    from staging import batches
    from staging.models import StagedBatch

    batch = opened(staff, slip="12/2015")
    number = int(batch.split("/")[2])
    shown = staff.get(f"{batch}close/").content.decode()
    assert ">mới<" not in shown
    StagedBatch.objects.filter(pk=number).update(expected_pages=7)
    again = closed(staff, batch, "hộp trống", shown)
    page = again.content.decode()
    assert again.status_code == 200 and page.count(">mới<") == 1 and "dự kiến 7 trang" in page
    assert ">\nhộp trống</textarea>" in page and batches.show(number).state.value == "open"
    assert staff.post(f"{batch}close/", {"reason": "hộp trống"}).status_code == 200, "nor from an old page"
    StagedBatch.objects.filter(pk=number).update(expected_pages=None)
    assert closed(staff, batch, "hộp trống", page).status_code == 302, "what went by itself needs no second look"
    assert batches.show(number).reason == "hộp trống"


@pytest.mark.parametrize(
    ("more", "text"),
    [
        ({"name": " "}, 'id="id_name_error"'),
        ({"unit": "H61.13"}, 'id="id_unit_error"'),
        ({"expected_documents": "-1"}, 'id="id_expected_documents_error"'),
        ({"slip": "x" * 300}, "Có dòng quá dài"),
        ({"name": "đã có"}, "Đơn vị đã có đợt quét mang tên này"),
    ],
)
def test_what_is_wrong_with_a_new_batch_is_said_in_the_form(staff: Client, more: dict[str, str], text: str) -> None:
    opened(staff, name="đã có")
    answered = staff.post("/batches/open/", OPENING | more)
    assert answered.status_code == 200 and text in answered.content.decode()


def test_a_batch_cannot_be_closed_while_a_file_is_still_sent(staff: Client, tmp_path: Path) -> None:
    batch = opened(staff)
    tell(staff, batch, tiff(tmp_path / "a.tif").read_bytes())
    page = staff.get(f"{batch}close/").content.decode()
    assert "Số tệp đang gửi dở: 1 (tệp đầu là a.tif)" in page and "<textarea" not in page


def test_after_a_reload_the_page_tells_how_far_files_are_and_why_some_were_refused(
    staff: Client, tmp_path: Path
) -> None:
    from staging.models import Upload

    batch = opened(staff)
    data = tiff(tmp_path / "a.tif").read_bytes()
    half = len(data) // 2
    id = tell(staff, batch, data).json()["id"]
    headers = {"Upload-Offset": "0", "Upload-Checksum": crc(data[:half])}
    assert staff.patch(f"/uploads/{id}/", data[:half], "application/x", headers=headers).json()["received"] == half
    assert send(staff, batch, b"no paper", "thư.doc")["said"].startswith("Không nhận: không phải tệp PDF")
    assert "một cửa sổ khác đang gửi" in staff.get(batch).content.decode()
    Upload.objects.filter(pk=id).update(seen=Upload.objects.get(pk=id).seen - timedelta(minutes=1))
    page = staff.get(batch).content.decode()
    assert "thả lại tệp này để gửi tiếp" in page and f'value="{100 * half // len(data)}"' in page
    assert "không phải tệp PDF, TIFF, JPEG hay PNG" in page
    assert staff.delete(f"/uploads/{id}/").status_code == 200
    assert f'data-upload="{id}"' not in staff.get(batch).content.decode()


def test_the_same_bytes_twice_say_which_scan_they_are(staff: Client, tmp_path: Path) -> None:
    one, other = opened(staff), opened(staff, name="thùng 13")
    data = tiff(tmp_path / "a.tif").read_bytes()
    send(staff, one, data)
    assert "đã có trong đợt này, tên là a.tif" in send(staff, one, data, "b.tif")["said"]
    assert "đã có trong đợt “thùng 12”, tên là a.tif" in send(staff, other, data)["said"]
    assert "đã có trong đợt này, tên là a.tif" in tell(staff, one, data).json()["said"], "known without being sent"


def test_a_page_that_was_scanned_again_takes_its_place(staff: Client, tmp_path: Path) -> None:
    from catalog.values import now
    from staging import operations
    from staging.models import Look, StagedPage
    from staging.planned import PageRef

    batch = opened(staff)
    number = int(batch.split("/")[2])
    for shade in (0, 1):
        more = {"replaces": "1:1"} if shade else {}
        row = send(staff, batch, tiff(tmp_path / f"{shade}.tif", shade=shade).read_bytes(), f"{shade}.tif", **more)
        assert (row["state"], row["said"]) == ("done", "")
        look, _new = Look.objects.get_or_create(scan_id=shade + 1, defaults={"batch_id": number})
        StagedPage.objects.get_or_create(
            look=look, number=1, defaults={"kind": "text", "width": 1, "height": 1, "dpi": 200}
        )
        Look.objects.filter(pk=look.pk).update(looked=now())
    assert operations.plan(number).page(PageRef(1, 1)).replaced_by == PageRef(2, 1)
    assert "0.tif, trang 1" in staff.get(f"{batch}?replaces=1:1").content.decode()
    for nonsense in ("9:9", "x", "1:1:1"):
        assert staff.get(f"{batch}?replaces={nonsense}").status_code == 404
        assert tell(staff, batch, b"x", replaces=nonsense).status_code == 400


def test_sheets_are_printed(staff: Client) -> None:
    import pikepdf

    batch = opened(staff, slip="000.00.53.H48-220921-0099\nsổ 3 dòng 12")
    page = staff.get(f"{batch}sheets/").content.decode()
    assert "000.00.53.H48-220921-0099" in page
    for form, pages in (
        ({"kind": "separators", "count": "3"}, 3),
        ({"kind": "covers", "papers": "một\n\nhai\nmột"}, 2),
    ):
        answered = staff.post(f"{batch}sheets/", form)
        assert answered["Content-Type"] == "application/pdf"
        assert answered["Content-Disposition"].startswith("attachment")
        with pikepdf.open(BytesIO(answered.content)) as made:
            assert len(made.pages) == pages
    procedures.add("1.004873")
    with pikepdf.open(
        BytesIO(staff.post(f"{batch}sheets/", {"kind": "covers", "papers": "x", "procedure": "1.004873"}).content)
    ) as made:
        assert len(made.pages) == 1
    for bad in (
        {"kind": "covers", "papers": "x", "procedure": "9.999999"},
        {"kind": "separators", "count": "0"},
        {"kind": "covers", "papers": "\n"},
        {"kind": "covers", "papers": "x" * 300},
    ):
        assert staff.post(f"{batch}sheets/", bad)["Content-Type"].startswith("text/html")


def test_other_units_do_not_see_it(staff: Client, sign_in: Callable[[str], Client], tmp_path: Path) -> None:
    from accounts import people
    from accounts.rights import Role

    people.grant(people.add("van.thu.khac", "Khác"), Role.STAFF, "H61.13", "test", ())
    batch = opened(staff)
    id = tell(staff, batch, tiff(tmp_path / "a.tif").read_bytes()).json()["id"]
    other = sign_in("van.thu.khac")
    assert "thùng 12" not in other.get("/batches/?state=all").content.decode()
    for path in ("", "close/", "sheets/"):
        assert other.get(batch + path).status_code == 404
    assert tell(other, batch, b"x").status_code == 404
    assert other.post(f"{batch}reopen/").status_code == 404
    for method in (other.get, other.delete, other.patch):
        assert method(f"/uploads/{id}/").status_code == 404
    assert other.post(f"/uploads/{id}/finish/").status_code == 404


@pytest.mark.parametrize("told", [b"", b"[]", b"{}", b"null", b'{"name": 1}', b"\xff", b"x" * 9000, b"[" * 7000])
def test_nonsense_is_answered_calmly(staff: Client, told: bytes) -> None:
    batch = opened(staff)
    answered = staff.post(f"{batch}uploads/", told, content_type="application/json")
    assert answered.status_code in (400, 413) and answered.json()["said"]


@pytest.mark.parametrize("offset", ["", "x", "-1", "٣", "9" * 30])
def test_a_piece_must_say_where_it_begins(staff: Client, tmp_path: Path, offset: str) -> None:
    batch = opened(staff)
    data = tiff(tmp_path / "a.tif").read_bytes()
    id = tell(staff, batch, data).json()["id"]
    headers = {"Upload-Offset": offset, "Upload-Checksum": crc(data)}
    assert staff.patch(f"/uploads/{id}/", data, "application/x", headers=headers).status_code == 400


def test_no_room_is_told_and_nothing_is_lost(staff: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from core import disk

    batch = opened(staff)
    data = tiff(tmp_path / "a.tif").read_bytes()
    monkeypatch.setattr(disk, "TOO_LITTLE", 2**62)
    answered = tell(staff, batch, data)
    assert answered.status_code == 507 and "hết chỗ" in answered.json()["said"]
    monkeypatch.undo()
    assert send(staff, batch, data)["state"] == "done"


def made_up(batch: int, files: int, pages: int = 4) -> None:
    """So many files on the desk, looked at, and so many half-sent."""
    from catalog.models import Batch, Lease, Scan
    from catalog.values import now
    from staging.models import Arrival, Look, StagedPage, Upload

    home = Batch.objects.get(pk=batch)
    scans = Scan.objects.bulk_create(
        Scan(
            batch=home,
            unit=home.unit,
            name=f"{n:04}.pdf",
            sha256=hashlib.sha256(f"{batch}-{n}".encode()).hexdigest(),
            size=1000,
            media_type="application/pdf",
            pages=pages,
            split="separator",
            state="staged",
            received=now(),
        )
        for n in range(files)
    )
    Lease.objects.bulk_create(Lease(scan=scan) for scan in scans)
    Arrival.objects.bulk_create(
        Arrival(scan=scan, batch_id=batch, way="upload", actor="van.thu", time=now(), pages=pages) for scan in scans
    )
    looks = Look.objects.bulk_create(Look(scan=scan, batch_id=batch, looked=now()) for scan in scans)
    StagedPage.objects.bulk_create(
        StagedPage(
            look=look, number=n, kind="text", width=1654, height=2339, dpi=200, findings=[["blur", 1.0]] * (n % 2)
        )
        for look in looks
        for n in range(1, pages + 1)
    )
    Upload.objects.bulk_create(
        Upload(
            batch_id=batch,
            name=f"{n}.pdf",
            size=100,
            modified=n,
            mark="00000000",
            file=hashlib.md5(f"{batch}-{n}".encode()).hexdigest(),
            received=n % 100,
            actor="van.thu",
            begun=now(),
            seen=now() - timedelta(hours=1),
        )
        for n in range(files // 10)
    )


def seconds(client: Client, path: str) -> float:
    """What an answer costs; of the processor, so that neighbours on the machine do not count."""
    began = time.process_time()
    client.get(path)
    return time.process_time() - began


def many(client: Client) -> dict[int, dict[str, tuple[int, float]]]:
    """Number of files → path → queries and seconds of the pages of such a batch."""
    from staging import batches
    from staging.records import NewBatch

    found: dict[int, dict[str, tuple[int, float]]] = {}
    for files in (20, 1000):
        batch = batches.open_batch(NewBatch("H61.12", f"{files} tệp", expected_documents=files), "van.thu")
        made_up(batch, files)
        found[files] = {}
        for path in (f"/batches/{batch}/", f"/batches/{batch}/close/", "/batches/"):
            assert client.get(path).status_code == 200  # the first answer of a process opens connections
            with CaptureQueriesContext(connection) as asked:
                assert client.get(path).status_code == 200
            found[files][path.replace(f"/{batch}/", "/N/")] = len(asked), min(seconds(client, path) for _ in range(3))
    return found


def test_a_batch_of_a_thousand_files_answers_at_once_with_as_many_queries_as_a_small_one(staff: Client) -> None:
    found = many(staff)
    for path, (queries, took) in found[1000].items():
        assert queries == found[20][path][0], path
        assert took < 0.5, (path, took)


def test_the_same_on_postgresql(home: Path, migrated_pg_url: str) -> None:
    from accounts.models import User
    from tests.catalog.support import use_database
    from web.settings import extras

    with use_database(migrated_pg_url):
        library.units()
        library.people()
        with override_settings(**{name: value for name, value in extras().items() if name != "DATABASES"}):
            client = Client(SERVER_NAME="127.0.0.1")
            client.force_login(User.objects.get(username="van.thu"), "django.contrib.auth.backends.ModelBackend")
            test_a_batch_of_a_thousand_files_answers_at_once_with_as_many_queries_as_a_small_one(client)
