"""The counter: handing new results in, and following what becomes of them. Tokens on their page."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.flows.support import tiff

DOSSIER = "H61.12-261101-0001"


@pytest.fixture
def clerk(sign_in: Callable[[str], Client]) -> Client:
    return sign_in("mot.cua")


def given(*papers: Path, **more: str) -> dict[str, Any]:
    files = [SimpleUploadedFile(paper.name, paper.read_bytes()) for paper in papers]
    return {"papers": files, "unit": "H61.12", "dossier": DOSSIER, "procedure": ""} | more


def test_a_file_is_handed_in_followed_and_becomes_a_result(
    clerk: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from catalog import arrivals, results
    from flows import desk, work
    from tests.flows.support import plain_process

    answered = clerk.post("/intake/", given(tiff(tmp_path / "kq.tif")))
    assert answered.status_code == 302
    page = clerk.get(answered["Location"]).content.decode()
    assert "Đã lưu giữ an toàn, chờ đọc" in page and 'hx-trigger="every 2s"' in page
    monkeypatch.setattr(work, "process", plain_process)
    desk.work_off(threading.Event())
    page = clerk.get(answered["Location"]).content.decode()
    (result,) = arrivals.listing(None)[0].results
    assert f'href="/results/{result}/"' in page and "hx-trigger" not in page
    row = results.rows([result])[result]
    assert (row.dossier, row.origin.value) == (DOSSIER, "counter")
    assert f'href="/results/{result}/"' in clerk.get("/intake/").content.decode()


def test_several_files_are_one_by_one_and_a_bad_one_costs_itself_only(clerk: Client, tmp_path: Path) -> None:
    from catalog import batches

    bad = tmp_path / "bad.pdf"
    bad.write_bytes(b"no paper")
    papers = tiff(tmp_path / "a.tif"), bad, tiff(tmp_path / "b.tif", shade=1)
    page = clerk.post("/intake/", given(*papers)).content.decode()
    assert "bad.pdf: không phải tệp PDF, TIFF, JPEG hay PNG" in page
    assert (batches.status().files, batches.status().refused) == (2, 1)
    assert "a.tif" in page and "b.tif" in page
    assert clerk.post("/intake/", given(*papers[::2])).status_code == 302
    assert batches.status().files == 2, "the same bytes again are no new files"


def test_a_file_that_lies_on_the_desk_of_archive_staff_is_refused_aloud(clerk: Client, tmp_path: Path) -> None:
    from catalog import batches, events, scans
    from catalog.values import today
    from staging import arrivals
    from staging import batches as staged
    from staging.records import NewBatch
    from staging.states import Way

    name = f"Kết quả mới {today().isoformat()}"
    desk = staged.open_batch(NewBatch("H61.12", name), "van.thu")
    paper = tiff(tmp_path / "kq.tif")
    scan = arrivals.accept(paper, "kq.tif", desk, "van.thu", Way.UPLOAD).scan
    for _state in ("staged", "arranged"):
        page = clerk.post("/intake/", given(paper))
        assert page.status_code == 200 and f"trong đợt quét “{name}”" in page.content.decode()
        scans.arrange(scan, ())
    refused = [event for event in events.listing("H61.12") if event.kind == "scan.refused"]
    assert [event.data["reason"] for event in refused] == ["on-desk"], "the same file is noted once"
    assert clerk.post("/intake/", given(tiff(tmp_path / "b.tif", shade=1))).status_code == 302
    assert (batches.status(desk).files, batches.find(f"{name} (2)").unit) == (1, "H61.12"), (
        "the desk's batch is its own"
    )


def test_a_file_that_never_came_whole_on_the_desk_is_the_counters_with_its_dossier(
    clerk: Client, tmp_path: Path
) -> None:
    from catalog import arrivals, scans
    from pipeline.intake import Limits, inspect
    from pipeline.records import SplitRule
    from staging import batches as staged
    from staging.records import NewBatch

    desk = staged.open_batch(NewBatch("H61.12", "Hộp 1"), "van.thu")
    paper = tiff(tmp_path / "kq.tif")
    scans.receive(inspect(paper, "kq.tif", Limits(), tmp_path), desk, SplitRule.SEPARATOR)
    assert clerk.post("/intake/", given(paper)).status_code == 302
    (row,) = arrivals.listing(None)
    assert (row.dossier, row.origin.value, row.stage.value) == (DOSSIER, "counter", "waiting")
    assert scans.of_batch(desk) == ()


@pytest.mark.parametrize(
    ("more", "text"),
    [({"dossier": "12"}, "Đây không phải là mã hồ sơ"), ({"unit": "H61.13"}, 'id="id_unit_error"')],
)
def test_what_is_wrong_is_said_in_the_form(clerk: Client, tmp_path: Path, more: dict[str, str], text: str) -> None:
    from catalog import batches

    answered = clerk.post("/intake/", given(tiff(tmp_path / "a.tif"), **more))
    assert answered.status_code == 200 and text in answered.content.decode()
    assert batches.status().files == 0


def test_what_the_catalog_refuses_is_said_in_the_reader_s_language(clerk: Client, tmp_path: Path) -> None:
    from catalog import batches, procedures
    from catalog.values import today

    code = procedures.add("1.004873").code
    batches.open_batch("H61.12", "2.000001", f"Kết quả mới {today().isoformat()} {code}")
    page = clerk.post("/intake/", given(tiff(tmp_path / "a.tif"), procedure=code)).content.decode()
    assert "Chưa tiếp nhận được a.tif" in page and "is not one of procedure" not in page


def test_another_unit_does_not_see_what_came_in(
    clerk: Client, sign_in: Callable[[str], Client], tmp_path: Path
) -> None:
    address = clerk.post("/intake/", given(tiff(tmp_path / "a.tif")))["Location"]
    other = sign_in("noi.khac")
    assert other.get(address).status_code == 404
    assert "a.tif" not in other.get("/intake/").content.decode()
    assert other.get("/intake/999/").status_code == 404


def test_the_queries_of_the_page_do_not_grow_with_what_came_in(clerk: Client, tmp_path: Path) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def count() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert clerk.get("/intake/").status_code == 200
        return len(asked)

    clerk.post("/intake/", given(tiff(tmp_path / "0.tif")))
    before = count()
    clerk.post("/intake/", given(*(tiff(tmp_path / f"{n}.tif", shade=n) for n in range(1, 6))))
    assert count() == before


def test_a_token_is_made_shown_once_and_revoked(sign_in: Callable[[str], Client]) -> None:
    import re

    from accounts import tokens

    manager = sign_in("quan.tri.huyen")
    form = {"name": "một cửa", "unit": "H61.12", "rights": ["add", "reuse"], "days": "30"}
    page = manager.post("/tokens/add/", form).content.decode()
    secret = re.search(r"sohoa_[\w-]{43}", page)
    assert secret
    row = tokens.of_secret(secret[0])
    assert row and (row.name, row.units, sorted(row.rights)) == ("một cửa", ("H61.12",), ["add", "reuse", "see"])
    listed = manager.get("/tokens/").content.decode()
    assert "một cửa" in listed and secret[0] not in listed
    assert manager.post(f"/tokens/{row.id}/revoke/").status_code == 302
    assert tokens.of_secret(secret[0]) is None


@pytest.mark.parametrize(
    "more", [{"unit": ""}, {"unit": "H61.13"}, {"rights": ["manage"]}, {"confidential": ["adoption"]}, {"days": "9999"}]
)
def test_nobody_passes_on_what_is_not_theirs(sign_in: Callable[[str], Client], more: dict[str, Any]) -> None:
    from accounts import tokens

    form = {"name": "một cửa", "unit": "H61.12", "rights": ["add"], "days": "30"} | more
    assert sign_in("quan.tri.huyen").post("/tokens/add/", form).status_code == 200
    assert tokens.listing() == ()


def test_tokens_of_the_whole_installation_are_its_administrators_business(
    client: Client, sign_in: Callable[[str], Client]
) -> None:
    from accounts import tokens

    row, _secret = tokens.add("toàn tỉnh", tokens.Scope(), "test")
    district = sign_in("quan.tri.huyen")
    assert "toàn tỉnh" not in district.get("/tokens/").content.decode()
    assert district.post(f"/tokens/{row.id}/revoke/").status_code == 404
    assert client.post(f"/tokens/{row.id}/revoke/").status_code == 302
