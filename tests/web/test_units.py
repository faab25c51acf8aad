"""The pages of units and procedures, of who did what, and of what was taken out of the program."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import people
from catalog import events, procedures, unit_changes, unit_names, units
from catalog.records import ProcedureRow
from tests.spreadsheets import making

BEFORE = date(2025, 6, 30)


@pytest.fixture
def district(site: Path) -> None:
    """Two communes of the district of "quan.tri.huyen", and one that is to come after them."""
    units.add("H61.12.7", "Ủy ban nhân dân xã Tân Hòa", "H61.12")
    units.add("H61.12.8", "Ủy ban nhân dân xã Long Hậu", "H61.12")
    units.add("H61.12.N", "Ủy ban nhân dân xã Hòa Long", "H61.12", valid_from=date(2025, 7, 1))


@pytest.fixture
def manager(sign_in: Callable[[str], Client]) -> Client:
    return sign_in("quan.tri.huyen")


def text(client: Client, path: str, given: dict[str, object] | None = None) -> str:
    answer = client.get(path) if given is None else client.post(path, given, follow=True)  # type: ignore[arg-type]
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_a_district_sees_and_changes_its_own_units_alone(manager: Client, district: None) -> None:
    html = text(manager, "/units/")
    assert "xã Tân Hòa" in html and "H61.13" not in html
    for name in ("unit", "unit_rename", "unit_move", "unit_end"):
        for code in ("H61.13", "H61", "H9"):
            assert manager.get(reverse(name, args=[code])).status_code == 404
            assert manager.post(reverse(name, args=[code]), {"name": "x"}).status_code in {404, 405}
    assert manager.post(reverse("unit_reopen", args=["H61.13"])).status_code == 404
    for path in ("/units/import/", "/procedures/import/", "/procedures/add/"):
        assert manager.get(path).status_code == manager.post(path).status_code == 404
    before = units.listing()
    text(manager, "/units/add/", {"code": "H61.13.1", "name": "Xã", "parent": "H61.13"})
    text(manager, "/units/add/", {"code": "H61.13.1", "name": "Xã", "parent": ""})
    text(manager, reverse("unit_move", args=["H61.12.7"]), {"parent": "H61.13"})
    text(manager, reverse("unit_move", args=["H61.12.7"]), {"parent": ""})
    taken = {"last_day": "30/06/2025", "successors": ["H61.13"], "sure": "1"}
    text(manager, reverse("unit_end", args=["H61.12.7"]), taken)
    assert units.listing() == before


def test_a_unit_is_added_renamed_moved_and_its_history_told(manager: Client, district: None) -> None:
    text(manager, "/units/add/", {"code": "H61.12.7.1", "name": "Bộ phận một cửa", "parent": "H61.12.7"})
    path = reverse("unit", args=["H61.12.7.1"])
    wrong = text(manager, path + "name/", {"name": "Tổ một cửa"})
    assert 'role="alert"' in wrong
    given = {"name": "Tổ một cửa", "from_day": "01/03/2026", "decision": "5/QĐ-UBND"}
    html = text(manager, path + "name/", given)
    assert "Tổ một cửa" in html and "Bộ phận một cửa" in html and "28/02/2026" in html and "5/QĐ-UBND" in html
    text(manager, path + "name/", {"name": "Tổ Một cửa", "only": "on"})
    assert [name.name for name in unit_names.history("H61.12.7.1")] == ["Bộ phận một cửa"]
    text(manager, path + "place/", {"parent": "H61.12.8"})
    assert units.require("H61.12.7.1").parent == "H61.12.8"
    assert {event.actor for event in events.listing("H61.12.7.1")} == {"quan.tri.huyen"}
    html = text(manager, "/units/?q=bo+phan+mot+cua")
    assert path in html and "xã Tân Hòa" not in html


def test_a_merger_is_shown_with_what_follows_before_it_is_done_and_taken_back(manager: Client, district: None) -> None:
    path = reverse("unit_end", args=["H61.12.7"])
    given: dict[str, object] = {"last_day": "30/06/2025", "successors": ["H61.12.N"], "also": ["H61.12.8"]}
    shown = text(manager, path, given)
    assert 'name="sure"' in shown
    assert units.require("H61.12.7").valid_to is None
    assert 'name="sure"' not in text(manager, path, given | {"last_day": "29/06/2025"}), "the new one lives later"
    html = text(manager, path, given | {"sure": "1", "decision": "1663/NQ-UBTVQH15"})
    assert "1663/NQ-UBTVQH15" in html and reverse("unit", args=["H61.12.N"]) in html
    assert units.require("H61.12.8").successors == units.require("H61.12.7").successors == ("H61.12.N",)
    assert 'class="ended"' in text(manager, "/units/")
    assert reverse("unit", args=["H61.12.8"]) in text(manager, reverse("unit", args=["H61.12.N"]))
    text(manager, reverse("unit_reopen", args=["H61.12.7"]), {})
    assert units.require("H61.12.7").valid_to is None
    assert manager.post(reverse("unit_reopen", args=["H61.12.7"])).status_code == 404


def test_a_list_of_units_with_a_wrong_row_is_shown_and_taken_once_it_is_mended(
    client: Client, district: None, tmp_path: Path
) -> None:
    head = ("Mã đơn vị", "Tên đơn vị", "Trực thuộc", "Từ ngày", "Đến ngày", "Đơn vị kế tục", "Nghị quyết")
    rows: list[tuple[object, ...]] = [
        ("H61.12.7", "Ủy ban nhân dân xã Tân Hòa", "", "", "30/06/2025", "Xã Mới", "1663/NQ"),
        ("H61.N", "Xã Mới", "H61.12", "01/07/2025", "", "", ""),
        ("H61.12.8", "Ủy ban nhân dân xã Long Hậu", "", "", "30/02/2025", "", ""),
    ]
    page = send(client, "/units/import/", making.xlsx(tmp_path / "đơn vị.xlsx", [head, *rows]), step="file")
    assert "H61.12.8" in page and 'role="alert"' in page and 'value="take"' not in page
    before = units.listing()
    text(client, "/units/import/", {"step": "take", "list": signed(page), "renamed": ""})
    assert units.listing() == before, "all or nothing"
    rows[2] = ("H61.12.8", "Ủy ban nhân dân xã Long Hậu Mới", "", "", "", "", "")
    page = send(client, "/units/import/", making.xlsx(tmp_path / "2.xlsx", [head, *rows]), step="file")
    assert 'value="take"' in page
    text(client, "/units/import/", {"step": "take", "list": signed(page), "renamed": "01/03/2026"})
    assert units.require("H61.12.7").successors == ("H61.N",)
    assert unit_names.on(date(2026, 2, 28))["H61.12.8"].endswith("Hậu")
    assert events.listing("H61.12.7")[0].data["decision"] == "1663/NQ"
    page = send(client, "/units/import/", making.xlsx(tmp_path / "3.xlsx", [head, *rows]), step="file")
    assert 'value="take"' not in page, "the same once more changes nothing"
    assert client.post("/units/import/", {"step": "take", "list": "forged"}).status_code == 404


def test_columns_that_are_not_understood_are_asked_for(client: Client, site: Path, tmp_path: Path) -> None:
    list_ = making.csv(tmp_path / "x.csv", [("A1", "B1"), ("H61.77", "Xã Bảy"), ("H61.78", "Xã Tám")])
    page = send(client, "/units/import/", list_, step="file")
    assert 'role="alert"' in page
    said = {"list": signed(page), "c-A": "code", "c-B": "name"}
    assert 'value="take"' in text(client, "/units/import/", {"step": "check", **said})
    text(client, "/units/import/", {"step": "take", **said})
    assert units.require("H61.78").name == "Xã Tám"
    html = send(client, "/units/import/", making.csv(tmp_path / "empty.csv", []), step="file")
    assert 'role="alert"' in html


def test_the_official_lists_ask_who_takes_over_from_split_communes(client: Client, site: Path) -> None:
    places = {"province": "82", "root": "H61.13", "decision": "1663/NQ-UBTVQH15"}
    before = len(units.listing())
    page = text(client, "/units/import/", {"step": "places", **places})
    assert 'name="split-H61.13.D815.28252"' in page
    assert 'role="alert"' in text(client, "/units/import/", {"step": "take-places", **places})
    assert len(units.listing()) == before
    chosen = {"splits": "all", "split-H61.13.D815.28252": "H61.13.28249"}
    text(client, "/units/import/", {"step": "take-places", **places, **chosen})
    assert len(units.listing()) > before + 400
    assert units.require("H61.13.D815.28252").successors == ("H61.13.28249",)
    assert units.require("H61.13.P82").successors == ("H61.13",)
    page = text(client, "/units/import/", {"step": "places", **places})
    assert 'value="take-places"' not in page, "the same once more changes nothing"
    assert len(text(client, "/units/")) > 10_000


def test_procedures_are_changed_by_whoever_manages_all_and_read_by_others(
    client: Client, manager: Client, site: Path
) -> None:
    given = {"code": "1.004873", "name": "Cấp giấy phép xây dựng", "sector": "Xây dựng", "validity": "12 tháng"}
    text(client, "/procedures/add/", {**given, "yields": "Giấy phép xây dựng\nThông báo", "returns_paper": "on"})
    row = procedures.require("1.004873")
    assert row.yields == ("Giấy phép xây dựng", "Thông báo") and row.returns_paper
    path = reverse("procedure", args=["1.004873"])
    assert 'role="alert"' in text(client, path, {"name": "x", "validity": "mãi mãi"})
    text(client, path, {"name": "Cấp phép", "validity": "24 tháng", "valid_to": "31/12/2026"})
    assert procedures.require("1.004873").validity == "24 tháng"
    assert "Cấp phép" in text(manager, path) and "<form" not in text(manager, path).partition("<main")[2]
    assert manager.post(path, {"name": "y"}).status_code == 404
    assert path in text(manager, "/procedures/?q=cap+phep&sector=")
    assert client.get("/procedures/of/9/").status_code == 404


def test_a_list_of_procedures_is_taken_whole_or_not(client: Client, site: Path, tmp_path: Path) -> None:
    procedures.change(ProcedureRow("1.004873", "Cấp giấy phép xây dựng", "Xây dựng", ("Đơn",)), "test")
    head = ("Mã TTHC", "Tên thủ tục", "Lĩnh vực", "Thời hạn", "Kết quả", "Trả kết quả giấy")
    rows: list[tuple[object, ...]] = [
        ("1.004873", "Cấp giấy phép xây dựng", "Xây dựng", "12 tháng", "Giấy phép xây dựng; Thông báo", "có"),
        ("2.000635", "Cấp bản sao trích lục", "Hộ tịch", "", "Trích lục", "có lẽ"),
    ]
    page = send(client, "/procedures/import/", making.xlsx(tmp_path / "a.xlsx", [head, *rows]))
    assert "2.000635" in page and 'value="take"' not in page
    text(client, "/procedures/import/", {"step": "take", "list": signed(page)})
    assert procedures.require("1.004873").validity == ""
    rows[1] = (*rows[1][:5], "không")
    page = send(client, "/procedures/import/", making.xlsx(tmp_path / "b.xlsx", [head, *rows]))
    text(client, "/procedures/import/", {"step": "take", "list": signed(page)})
    row = procedures.require("1.004873")
    assert (row.yields, row.document_types) == (("Giấy phép xây dựng", "Thông báo"), ("Đơn",))
    assert procedures.require("2.000635").returns_paper is False


def test_who_did_what_is_told_of_ones_own_units_and_as_a_table(
    manager: Client, client: Client, district: None, record: int
) -> None:
    from catalog import openings

    openings.open_for(record, "noi.khac", "đối chiếu")
    unit_changes.rename("H61.12.7", "=Xã", date(2026, 3, 1), "", "=cmd")
    unit_changes.change("H61.13", "Khác", None, "noi.khac")
    html = text(manager, "/deeds/")
    assert "=cmd" in html and "Khác" not in html
    assert f"/results/{record}/" not in html, "a confidential result is not named"
    assert f"/results/{record}/" in text(client, "/deeds/?kind=result.opened")
    person = people.find("noi.khac")
    assert person is not None
    assert manager.get(reverse("person_deeds", args=[person.id])).status_code == 404
    assert "Khác" in text(client, reverse("person_deeds", args=[person.id]))
    answer = manager.get("/deeds.csv?kind=unit.renamed")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == 2 and rows[1][1] == "'=cmd"
    told = events.listing("H61.12")[0]
    assert (told.kind, told.actor, told.data["what"], told.data["rows"]) == (
        "export.made",
        "quan.tri.huyen",
        "deeds.csv",
        1,
    )
    assert "deeds.csv" in text(manager, "/exports/") and "deeds.csv" in text(client, "/exports/")
    assert 'role="alert"' in text(manager, "/deeds/?first=x")


def test_no_page_of_units_asks_more_often_the_more_there_are(client: Client, district: None) -> None:
    paths = ("/units/", "/units/?q=xa", reverse("unit", args=["H61.12"]), "/units/add/", "/deeds/", "/exports/")

    def asked() -> list[int]:
        counts = []
        for path in paths:
            client.get(path)
            with CaptureQueriesContext(connection) as captured:
                assert client.get(path).status_code == 200
            counts.append(len(captured))
        return counts

    few = asked()
    for number in range(20):
        code = units.add(f"H61.12.X{number}", f"Xã {number}", "H61.12").code
        unit_changes.rename(code, f"Xã mới {number}", date(2025, 1, 1), "", "test")
        unit_changes.end(code, BEFORE, ["H61.12.N"], "", "test")
    assert asked() == few


def send(client: Client, path: str, file: Path, **more: str) -> str:
    sent = SimpleUploadedFile(file.name, file.read_bytes())
    answer = client.post(path, {"list": sent, **more})
    assert answer.status_code == 200
    return answer.content.decode()


def signed(page: str) -> str:
    return page.partition('name="list" value="')[2].partition('"')[0]
