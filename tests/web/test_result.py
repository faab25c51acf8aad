"""The page of one result, its page pictures and its files."""

from __future__ import annotations

import hashlib
import io
import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from django.http import HttpResponseBase, StreamingHttpResponse
from django.test import AsyncClient, Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from tests.web import library
from web.files import wanted_part
from web.services import shelf, store
from web.shelf import Shelf


def test_the_page_tells_fields_confidence_marks_and_events(client: Client, permit: int) -> None:
    html = client.get(f"/results/{permit}/").content.decode()
    for wanted in ("577/GPXD", "05/03/2019", "Nguyễn Thị Hòa", "97 %", "55 %", "cần kiểm tra", "không tìm thấy"):
        assert wanted in html
    assert "Đã ghi nhận kết quả" in html


def test_frames_stand_where_the_evidence_is(client: Client, permit: int) -> None:
    html = client.get(f"/results/{permit}/").content.decode()
    assert f'viewBox="0 0 {library.WIDTH} {library.HEIGHT}"' in html
    assert re.search(r'id="at-number" class="frame doubt" x="296" y="396" width="608" height="68"', html)


def test_no_address_of_the_store_leaks(client: Client, permit: int, site: Path) -> None:
    html = client.get(f"/results/{permit}/").content.decode()
    assert "sha256/" not in html
    assert str(site) not in html


@pytest.mark.parametrize("path", ["", "pages/1.jpg", "archive.pdf", "words.xml", "original"])
@pytest.mark.parametrize("number", ["999999", "0", "99999999999999999999999"])
def test_what_is_not_there_is_404(client: Client, path: str, number: str) -> None:
    response = client.get(f"/results/{number}/{path}")
    assert response.status_code == 404
    assert "Không có trang này" in response.content.decode()


def test_the_number_of_queries_does_not_grow_with_the_pages(client: Client, site: Path, tmp_path: Path) -> None:
    def queries(id_: int) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"/results/{id_}/").status_code == 200
        return len(captured)

    one = library.put(library.BIRTH, tmp_path / "one")
    many = library.put(library.Paper(values=library.BIRTH.values, text="NHIỀU TRANG", pages=12), tmp_path / "many")
    assert queries(one) == queries(many)


def test_a_page_is_drawn_at_a_bounded_size_and_not_twice_for_one_reader(client: Client, permit: int) -> None:
    response = client.get(f"/results/{permit}/pages/2.jpg")
    image = Image.open(io.BytesIO(response.content))
    assert (image.format, image.width) == ("JPEG", 1240)
    again = client.get(f"/results/{permit}/pages/2.jpg", headers={"If-None-Match": response["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("page", ["0", "3", "x"])
def test_a_page_that_the_document_lacks_is_404(client: Client, permit: int, page: str) -> None:
    assert client.get(f"/results/{permit}/pages/{page}.jpg").status_code == 404


async def body(response: HttpResponseBase) -> bytes:
    assert isinstance(response, StreamingHttpResponse)
    return b"".join([bytes(part) async for part in response])


@async_to_sync
async def fetch(client: AsyncClient, path: str, **headers: str) -> tuple[HttpResponseBase, bytes]:
    response = await client.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    return response, await body(response)


def test_the_archive_file_opens_in_the_browser(async_client: AsyncClient, permit: int) -> None:
    response, data = fetch(async_client, f"/results/{permit}/archive.pdf")
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == f'inline; filename="{permit}-577-gpxd.pdf"'
    assert response["ETag"] == f'"{hashlib.sha256(data).hexdigest()}"'
    assert int(response["Content-Length"]) == len(data)
    assert data.startswith(b"%PDF-")


def test_the_original_is_handed_out_under_a_safe_name(async_client: AsyncClient, permit: int) -> None:
    response, data = fetch(async_client, f"/results/{permit}/original")
    disposition = response["Content-Disposition"]
    assert disposition.startswith("attachment;")
    assert "số 577.pdf" in unquote(disposition)
    assert not set("/\\\r\n") & set(disposition)
    assert response["X-Content-Type-Options"] == "nosniff"
    assert data.startswith(b"%PDF-")


def test_the_page_leads_to_the_words(client: Client, permit: int) -> None:
    assert f'href="/results/{permit}/words.xml" download' in client.get(f"/results/{permit}/").content.decode()


def test_the_words_are_handed_out_to_be_kept(async_client: AsyncClient, permit: int) -> None:
    response, data = fetch(async_client, f"/results/{permit}/words.xml")
    assert response["Content-Type"] == "application/xml"
    assert response["Content-Disposition"] == f'attachment; filename="{permit}-577-gpxd.alto.xml"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "577/GPXD" in data.decode()


def test_a_result_of_before_there_were_such_files_has_none(client: Client, permit: int) -> None:
    from catalog.models import Result

    Result.objects.filter(pk=permit).update(words_key="", words_sha256="", words_size=0)
    assert client.get(f"/results/{permit}/words.xml").status_code == 404
    assert "words.xml" not in client.get(f"/results/{permit}/").content.decode()


def test_a_part_of_a_file_can_be_asked_for(async_client: AsyncClient, permit: int) -> None:
    path = f"/results/{permit}/archive.pdf"
    response, whole = fetch(async_client, path)
    part, data = fetch(async_client, path, Range="bytes=10-19", If_Range=response["ETag"])
    assert (part.status_code, data) == (206, whole[10:20])
    assert part["Content-Range"] == f"bytes 10-19/{len(whole)}"
    _response, tail = fetch(async_client, path, Range="bytes=-5")
    assert tail == whole[-5:]
    changed, data = fetch(async_client, path, Range="bytes=10-19", If_Range='"another"')
    assert (changed.status_code, data) == (200, whole)


def test_a_part_behind_the_end_is_416(client: Client, permit: int) -> None:
    response = client.get(f"/results/{permit}/archive.pdf", headers={"Range": "bytes=99999999-"})
    assert response.status_code == 416


def test_head_tells_the_length_without_the_bytes(client: Client, permit: int) -> None:
    response = client.head(f"/results/{permit}/original")
    assert int(response["Content-Length"]) > 0
    assert response.content == b""


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("", None),
        ("bytes=-", None),
        ("bytes=5-2", None),
        ("bytes=0-1,4-5", None),
        ("items=0-1", None),
        ("bytes=0-", range(10)),
        ("bytes=3-99", range(3, 10)),
        ("bytes=-99", range(10)),
        ("bytes=10-", range(10, 10)),
        ("bytes=-0", range(10, 10)),
    ],
)
def test_ranges_follow_the_rule(header: str, part: range | None) -> None:
    assert wanted_part(header, 10) == part


def test_a_damaged_archive_file_is_told_plainly(client: Client, permit: int, site: Path) -> None:
    [damaged] = [path for path in (site / "objects").rglob("*") if path.is_file() and _is_archive(path, permit)]
    damaged.chmod(0o600)
    damaged.write_bytes(b"something else")
    response = client.get(f"/results/{permit}/pages/1.jpg")
    assert response.status_code == 503
    assert str(site) not in response.content.decode()


def _is_archive(path: Path, result: int) -> bool:
    from catalog import results

    return path.name == results.show(result).archive.sha256


def test_the_shelf_keeps_the_newest_files_and_no_more_bytes_than_allowed(
    permit: int, birth: int, tmp_path: Path
) -> None:
    from catalog import results

    keys = [results.show(id_).archive.key for id_ in (permit, birth)]
    small = Shelf(tmp_path / "shelf", store(), most_bytes=1)
    for key in keys:
        with small.open(key) as file:
            assert file.read(5) == b"%PDF-"
    assert [path.name for path in (tmp_path / "shelf").iterdir()] == [keys[1].rpartition("/")[2]]
    assert shelf() is shelf()


def test_the_shelf_makes_room_beside_folders(permit: int, birth: int, tmp_path: Path) -> None:
    from catalog import results

    (tmp_path / "shelf" / "other").mkdir(parents=True)
    small = Shelf(tmp_path / "shelf", store(), most_bytes=1)
    for id_ in (permit, birth):
        small.open(results.show(id_).archive.key).close()
    assert (tmp_path / "shelf" / "other").is_dir() and len(list((tmp_path / "shelf").iterdir())) == 2


def test_what_its_cover_and_its_batch_say_stands_on_the_page(client: Client, permit: int) -> None:
    from catalog import procedures
    from catalog.models import Document
    from pipeline import sheet_codes

    procedures.add("1.009123", "Cấp giấy phép xây dựng")
    cover = sheet_codes.cover("H61.12", "1.009123", register_line="Sổ 3, số 12")
    assert "Dòng sổ" not in client.get(f"/results/{permit}/").content.decode()
    Document.objects.filter(result=permit).update(cover=cover.text)
    page = client.get(f"/results/{permit}/").content.decode()
    assert "1.009123 Cấp giấy phép xây dựng" in page and "Sổ 3, số 12" in page
