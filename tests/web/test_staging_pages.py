"""The desk before reading as pages: who comes to it, what buttons and senseless requests do, what stays closed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import people
from accounts.rights import Role
from catalog import openings, results, scans
from pipeline.records import PageKind
from staging import batches, operations, release
from staging.arrangement import Act, Operation, PageRef
from staging.models import Look, StagedPage
from tests.catalog.support import processed
from tests.staging import desk as before

UNIT = "H61"
Box = tuple[int, int, int]
"""A batch and its two files."""
Inside = Callable[[Callable[[], Any]], Any]


@pytest.fixture
def filled(site: Path, tmp_path: Path) -> int:
    """A batch of one real file."""
    batch = before.batch("H61.12")
    before.bring(before.stack(tmp_path / "hộp.pdf", "tt-t"), batch)
    before.look()
    return batch


def grown(batch: int, tmp_path: Path, files: int, pages: int) -> None:
    """Make the batch one of many files: rows only, as if they had been looked at."""
    from catalog.models import Scan
    from staging.models import StagedBatch

    model = Scan.objects.get(pk=Look.objects.filter(batch=batch).values_list("scan_id", flat=True)[0])
    for number in range(files):
        model.pk, model.sha256, model.name = None, f"{number:064}", f"tệp {number}.pdf"
        model.pages = pages
        model.save(force_insert=True)
        look = Look.objects.create(
            scan_id=model.pk, batch=StagedBatch.objects.get(pk=batch), looked=model.received, attempts=1
        )
        StagedPage.objects.bulk_create(
            StagedPage(
                look=look,
                number=n,
                kind=(PageKind.SEPARATOR if n == 3 else PageKind.TEXT).value,
                width=1654,
                height=2339,
                dpi=200,
                findings=[["blur", 0.6]] if n == 1 else [],
            )
            for n in range(1, pages + 1)
        )


def test_only_those_of_the_unit_come_to_the_desk(sign_in: Callable[[str], Client], filled: int) -> None:
    scan = operations.plan(filled).pages[0].ref.scan
    addresses = (
        f"/batches/{filled}/desk/",
        f"/batches/{filled}/desk/{scan}/1.jpg",
        f"/batches/{filled}/desk/{scan}/1/thumbnail.jpg",
    )
    for name, status in (("van.thu", 200), ("mot.cua", 404), ("noi.khac", 404)):
        client = sign_in(name)
        assert [client.get(address).status_code for address in addresses] == [status] * 3, name
    assert sign_in("mot.cua").post(f"/batches/{filled}/desk/act/", {"act": "undo"}).status_code == 404
    client = sign_in("van.thu")
    for address in (f"/batches/{filled}/desk/{scan}/9.jpg", f"/batches/{filled}/desk/{scan + 5}/1/thumbnail.jpg"):
        assert client.get(address).status_code == 404


def test_buttons_work_without_a_script(sign_in: Callable[[str], Client], filled: int) -> None:
    client = sign_in("van.thu")
    scan = operations.plan(filled).pages[0].ref.scan
    done = client.post(f"/batches/{filled}/desk/act/", {"act": "rotate_right", "pages": f"{scan}:1", "page": "1"})
    assert done.status_code == 302
    assert "đã xoay" in client.get(done["Location"]).content.decode()
    assert operations.plan(filled).page(PageRef(scan, 1)).rotation == 90


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"act": "explode"},
        {"act": "rotate_right"},
        {"act": "rotate_right", "pages": ["1:99"]},
        {"act": "split", "pages": ["'; drop table"]},
        {"act": "move_behind", "pages": ["1:1"]},
        {"act": "move_behind", "pages": ["1:1"], "to": "x"},
        {"act": "bin", "pages": ["1:1"] * 400},
        {"act": "undo"},
    ],
)
def test_senseless_requests_change_nothing(
    sign_in: Callable[[str], Client], filled: int, given: dict[str, object]
) -> None:
    plan = operations.plan(filled)
    answer = sign_in("van.thu").post(f"/batches/{filled}/desk/act/", given, headers={"X-Desk-Part": "1"})
    assert answer.status_code == 200
    assert operations.plan(filled).pages == plan.pages


def test_a_closed_batch_is_shown_and_not_changed(sign_in: Callable[[str], Client], filled: int) -> None:
    batches.close(filled, "van.thu")
    client = sign_in("van.thu")
    page = client.get(f"/batches/{filled}/desk/").content.decode()
    assert "desk-tools" not in page and "Đợt quét đã đóng" in page
    answer = client.post(f"/batches/{filled}/desk/act/", {"act": "undo"}, headers={"X-Desk-Part": "1"})
    assert "failed" in answer.content.decode()


def test_a_thumbnail_that_is_gone_is_made_again(sign_in: Callable[[str], Client], filled: int) -> None:
    from staging import thumbnails

    scan = operations.plan(filled).pages[0].ref.scan
    path = thumbnails.path(scans.rows([scan])[scan].sha256, 1)
    data = path.read_bytes()
    path.unlink()
    answer = sign_in("van.thu").get(f"/batches/{filled}/desk/{scan}/1/thumbnail.jpg")
    assert (answer.content, answer["Content-Type"]) == (data, "image/jpeg")
    assert path.exists()


def test_a_batch_of_a_thousand_documents_stays_quick(
    sign_in: Callable[[str], Client], filled: int, tmp_path: Path
) -> None:
    client = sign_in("van.thu")
    with CaptureQueriesContext(connection) as few:
        client.get(f"/batches/{filled}/desk/")
    grown(filled, tmp_path, files=1000, pages=5)
    with CaptureQueriesContext(connection) as many:
        page = client.get(f"/batches/{filled}/desk/?page=40").content.decode()
    assert page.count('class="leaf') == 60
    assert len(many) <= len(few) + 2, [q["sql"][:120] for q in many]
    scan = operations.plan(filled).pages[2400].ref.scan
    slowest = 0.0
    for number in range(1, 6):
        began = monotonic()
        given = {"act": "rotate_right", "pages": f"{scan}:{number}", "page": "41"}
        assert client.post(f"/batches/{filled}/desk/act/", given, headers={"X-Desk-Part": "1"}).status_code == 200
        slowest = max(slowest, monotonic() - began)
    assert slowest < 2.0, slowest  # 0.2 s on a quiet machine (docs/measurements.md); this one may be busy


def test_a_page_is_found_by_its_name_wherever_it_lies(
    sign_in: Callable[[str], Client], filled: int, tmp_path: Path
) -> None:
    grown(filled, tmp_path, files=40, pages=5)
    wanted = operations.plan(filled).pages[150].ref
    page = sign_in("van.thu").get(f"/batches/{filled}/desk/?at={wanted}").content.decode()
    assert f'id="page-{wanted.scan}-{wanted.page}"' in page
    for odd in ("?at=9:9", "?at=x", "?page=0", "?page=9999999999999", "?page=-1", "?page=²", "?at="):
        assert sign_in("van.thu").get(f"/batches/{filled}/desk/{odd}").status_code == 200


def test_undo_takes_back_one_step_of_whoever_did_it(sign_in: Callable[[str], Client], filled: int) -> None:
    scan = operations.plan(filled).pages[0].ref.scan
    operations.do(filled, Operation(Act.ROTATE, (PageRef(scan, 1),), degrees=90), "quan.tri")
    client = sign_in("van.thu")
    told_of = client.post(f"/batches/{filled}/desk/act/", {"act": "undo"}, headers={"X-Desk-Part": "1"})
    assert "Đã hoàn tác: đã xoay." in told_of.content.decode()
    assert operations.plan(filled).page(PageRef(scan, 1)).rotation == 0


@pytest.fixture
def went_on(filled: int) -> tuple[int, int]:
    """The batch and its file, which was handed on to be read."""
    batches.close(filled, "van.thu")
    (scan,) = release.release(filled, before.store()).as_they_were
    return filled, scan


def read(scan: int, values: dict[str, str] | None = None) -> int:
    """Let the file be read; gives its result."""
    made = results.record(scan, processed(values=values), "key", "words")
    assert scans.claim(scan, "test")
    scans.finished(scan, "test")
    return made


def shown(client: Client, batch: int, scan: int) -> bool:
    """Whether pages of the file are shown; the desk and the two pictures agree."""
    small, large = f"/batches/{batch}/desk/{scan}/1/thumbnail.jpg", f"/batches/{batch}/desk/{scan}/1.jpg"
    page = client.get(f"/batches/{batch}/desk/").content.decode()
    seen = {client.get(small).status_code == 200, client.get(large).status_code == 200, small in page, large in page}
    assert len(seen) == 1
    assert ("Không hiển thị: tệp có hoặc có thể có nội dung hạn chế xem" in page) is not (True in seen)
    return seen.pop()


def test_pages_that_turn_out_to_be_confidential_are_closed_on_the_desk_too(
    sign_in: Callable[[str], Client], went_on: tuple[int, int]
) -> None:
    people.grant(people.add("van.thu.tu.phap", "Hai"), Role.STAFF, "H61.12", "test", ("criminal_record",))
    plain, trusted = sign_in("van.thu"), sign_in("van.thu.tu.phap")
    assert not shown(plain, *went_on), "nobody knows yet what it holds"
    assert not shown(trusted, *went_on)
    assert shown(sign_in("quan.tri"), *went_on), "may see all kinds"
    crime = read(went_on[1], {"document_type": "Phiếu lý lịch tư pháp"})
    assert not shown(plain, *went_on)
    assert not shown(trusted, *went_on), "a reason is asked for first"
    openings.open_for(crime, "van.thu.tu.phap", "Hồ sơ 12 cần đối chiếu")
    assert shown(trusted, *went_on)
    assert not shown(plain, *went_on)


def test_pages_of_open_results_stay_to_be_looked_at(sign_in: Callable[[str], Client], went_on: tuple[int, int]) -> None:
    read(went_on[1])
    client = sign_in("van.thu")
    assert shown(client, *went_on)
    picture = client.get(f"/batches/{went_on[0]}/desk/{went_on[1]}/1/thumbnail.jpg")
    assert "no-cache" in picture["Cache-Control"], "it may be found to be confidential later"


def test_many_files_that_went_on_ask_no_oftener(
    sign_in: Callable[[str], Client], went_on: tuple[int, int], tmp_path: Path
) -> None:
    read(went_on[1], {"document_type": "Phiếu lý lịch tư pháp"})
    client = sign_in("van.thu")
    client.get(f"/batches/{went_on[0]}/desk/")  # the plan is at hand from here on
    with CaptureQueriesContext(connection) as few:
        client.get(f"/batches/{went_on[0]}/desk/")
    grown(went_on[0], tmp_path, files=20, pages=2)
    client.get(f"/batches/{went_on[0]}/desk/")
    with CaptureQueriesContext(connection) as many:
        client.get(f"/batches/{went_on[0]}/desk/")
    assert len(many) <= len(few), [q["sql"][:120] for q in many]
