"""Targets, baselines, and the lists behind the numbers, as administrators see them."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from django.test import Client

from catalog import events
from catalog.values import today
from quotas import baselines, periods, targets
from quotas.states import Kind
from tests.quotas import rows

YEAR = periods.year(today().year)
ASKED = f"unit=H61.12&period={YEAR.code}"
LINES = f"/quotas/lines/?{ASKED}&kind=old&which="


@pytest.fixture
def lines(site: Path) -> None:
    for number in range(60):
        rows.line("H61.12.3", date(2020, 5, 4), holder=f"=Người {number}")
    rows.line("H61.12.3", date(2020, 5, 4), holder="Trần Văn Kín", confidential="criminal_record")


@pytest.mark.usefixtures("lines")
def test_a_target_is_set_inherited_and_ended_with_a_reason(client: Client) -> None:
    given = {"unit": "H61.12", "period": YEAR.code, "kind": "old", "share": "20,5", "basis": "Kế hoạch 1"}
    assert client.post("/quotas/targets/set/", given | {"share": "120"}).status_code == 422
    assert client.post("/quotas/targets/set/", given).status_code == 302
    held = targets.holding("H61.12.3", YEAR)["H61.12.3", Kind.OLD]
    assert "Kế hoạch 1" in client.get(f"/quotas/targets/?unit=H61.12.3&period={YEAR.code}").content.decode()
    client.post(f"/quotas/targets/{held.id}/end/", {"reason": ""})
    assert targets.holding("H61.12.3", YEAR)
    client.post(f"/quotas/targets/{held.id}/end/", {"reason": "nhầm"})
    assert not targets.holding("H61.12.3", YEAR)


@pytest.mark.usefixtures("lines")
def test_a_baseline_is_frozen_and_what_became_of_it_is_told(client: Client) -> None:
    given = {"unit": "H61.12", "period": YEAR.code}
    assert client.post("/quotas/freeze/", given).status_code == 302
    assert client.post("/quotas/freeze/", given).status_code == 422
    page = client.get(f"/quotas/targets/?{ASKED}&drift=1&compare=1").content.decode()
    (made,) = baselines.listing(frozenset({"H61.12"}))
    assert f"baseline={made.id}" in page and ">61<" in page
    assert client.get(f"/quotas/lines/?baseline={made.id}&which=fallen&why=expired").status_code == 200


@pytest.mark.usefixtures("lines")
def test_the_lines_behind_a_number_come_page_by_page_and_as_a_file_that_is_told_of(
    sign_in: Callable[[str], Client],
) -> None:
    client = sign_in("quan.tri.huyen")
    page = client.get(f"{LINES}missing").content.decode()
    assert page.count("/GPXD") == 50
    more = page.partition('rel="next"')[0].rpartition('href="?')[2].partition('"')[0].replace("&amp;", "&")
    rest = client.get(f"/quotas/lines/?{more}").content.decode()
    assert rest.count("/GPXD") == 10, "the confidential one is not shown"
    assert "61 " in client.get(f"{LINES}counted&count=1").content.decode(), "but counted"
    for kind in ("xlsx", "csv"):
        answer = client.get(f"/quotas/lines/file/?{ASKED}&kind=old&which=missing&format={kind}")
        content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
        if kind == "xlsx":
            sheet = openpyxl.load_workbook(io.BytesIO(content)).active
            assert sheet is not None and sheet.max_row == 61
            cell = sheet.cell(2, 8)
            assert (cell.value, cell.data_type) == ("=Người 0", "s")
        else:
            assert content.count(b"GPXD") == 60 and b"'=Ng" in content
        assert "Kín".encode() not in content
    assert [event.kind for event in events.listing("H61.12")][:2] == ["export.made", "export.made"]


@pytest.mark.usefixtures("lines")
def test_another_district_and_nonsense_are_not_there(sign_in: Callable[[str], Client], client: Client) -> None:
    (made,) = [baselines.freeze("H61.13", YEAR, "test")]
    target = targets.put("H61.13", Kind.OLD, YEAR, "20", "Kế hoạch 1", "test")
    district = sign_in("quan.tri.huyen")
    for path in ("/quotas/lines/?unit=H61.13", f"/quotas/lines/?baseline={made.id}", "/quotas/targets/?unit=H61.13"):
        assert district.get(path).status_code == 404, path
    assert district.post(f"/quotas/targets/{target.id}/end/", {"reason": "x"}).status_code == 404
    assert district.post("/quotas/freeze/", {"unit": "H61.13"}).status_code == 404
    for more in ("which=x", "kind=x", "period=x", "after=x", "why=x", "baseline=999", "after=9" + 30 * "9"):
        assert client.get(f"/quotas/lines/?unit=H61.12&{more}").status_code == 404, more
