"""Dashboards tell each administrator how far their own units are, in numbers that were counted."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from catalog import units
from catalog.values import today
from quotas import figures, periods, snapshots, targets
from quotas.states import Kind
from registers.models import Line
from tests.catalog.support import queries
from tests.quotas import rows

COMMUNE = "/quotas/of/H61.12.3/"
HOSTILE = "<script>alert(1)</script> \u202eđơn vị"


def issued(unit: str, count: int, done: int) -> None:
    """Old results of a unit, some of them digitized since the year began."""
    for number in range(count):
        line = rows.line(unit, today().replace(year=today().year - 3, month=1, day=5))
        if number < done:
            Line.objects.filter(pk=line).update(result=rows.result(unit, today(), document_type="Giấy khai sinh"))


@pytest.fixture
def counted(site: Path) -> None:
    """A night was counted: a quarter of the commune's old results is digitized, and none of the other district's."""
    issued("H61.12.3", 8, 2)
    issued("H61.13", 3, 0)
    targets.put("H61.12", Kind.OLD, periods.year(today().year), "20", "Kế hoạch 1/KH-UBND", "test")
    snapshots.take(today() - timedelta(days=1), "test")
    figures.take(today() - timedelta(days=1))


def text(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, (path, answer.status_code)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode())).replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.usefixtures("counted")
def test_a_unit_is_told_its_target_what_counts_and_what_is_digitized(client: Client) -> None:
    told = text(client, COMMUNE)
    for part in ("20,00 %", "Kế hoạch 1/KH-UBND", "25,00 %", "Đã đạt chỉ tiêu", "tính đến hết ngày"):
        assert part in told, part
    assert re.search(r"Số phải số hóa 8 .*Đã số hóa 2 ", told)
    page = client.get(COMMUNE).content.decode()
    for which, number in (("counted", "8"), ("digitized", "2"), ("missing", "6")):
        address, shown = re.search(rf'href="(/quotas/lines/[^"]*which={which})">([^<]*)<', page).groups()  # type: ignore[union-attr]
        assert number in shown
        assert client.get(address.replace("&amp;", "&")).content.decode().count("/GPXD") == int(number), "the very list"
    assert "← Ủy ban nhân dân huyện Lai Vung" in told
    other = text(client, "/quotas/of/H61.13/")
    assert "chưa giao" in other and "0,00 %" in other
    assert "N/A" in text(client, f"{COMMUNE}?kind=new&now=1"), "nothing was issued this year"


@pytest.mark.usefixtures("counted")
def test_whoever_answers_for_several_units_chooses_and_for_one_begins_there(
    client: Client, sign_in: Callable[[str], Client]
) -> None:
    told = client.get("/quotas/").content.decode()
    assert 'href="/quotas/of/H61.12/?' in told and 'href="/quotas/of/H61.13/?' in told
    district = text(sign_in("quan.tri.huyen"), "/quotas/")
    assert "Ủy ban nhân dân huyện Lai Vung" in district and "25,00 %" in district
    assert "Lấp Vò" not in district


@pytest.mark.usefixtures("counted")
def test_other_units_are_not_there(sign_in: Callable[[str], Client]) -> None:
    district, clerk = sign_in("quan.tri.huyen"), sign_in("mot.cua")
    other = "/quotas/of/H61.13/"
    for path in (other, f"{other}charts/trend.svg", "/quotas/of/none/", "/quotas/of/H61.12/charts/x.svg"):
        assert district.get(path).status_code == 404, path
    for path in ("/quotas/", COMMUNE, f"{COMMUNE}charts/trend.svg"):
        assert clerk.get(path).status_code == 404, path
        assert district.get(path).status_code == 200, path
        assert district.post(path).status_code == 405, path


@pytest.mark.usefixtures("site")
def test_before_the_first_night_the_page_says_what_to_do(client: Client) -> None:
    told = text(client, COMMUNE)
    assert "Chưa có số liệu" in told and "Đếm ngay" in told
    assert "Chưa có số liệu" in text(client, "/quotas/")
    issued("H61.12.3", 4, 1)
    now = text(client, f"{COMMUNE}?now=1")
    assert "vừa đếm xong" in now and "không lưu" in now and "25,00 %" in now
    assert "Chưa có số liệu" in text(client, COMMUNE), "it was not recorded"
    assert client.get(f"{COMMUNE}charts/months.svg").status_code == 404


@pytest.mark.usefixtures("counted")
def test_an_earlier_day_shows_what_was_counted_then(client: Client) -> None:
    issued("H61.12.3", 2, 2)
    snapshots.take(today(), "test")
    before, after = today() - timedelta(days=1), today()
    assert "40,00 %" in text(client, COMMUNE)
    assert "25,00 %" in text(client, f"{COMMUNE}?on={before:%d/%m/%Y}")
    assert "40,00 %" in text(client, f"{COMMUNE}?on={after + timedelta(days=9):%d/%m/%Y}"), "the last one before it"
    assert "Không có số liệu" in text(client, f"{COMMUNE}?on=01/01/{before.year}") or before.day == 1
    for odd in ("?on=x", "?period=9999", "?kind=x&sort=y", "?now=2"):
        assert "40,00 %" in text(client, COMMUNE + odd), odd


@pytest.mark.usefixtures("counted")
def test_a_chart_is_a_picture_that_is_kept_until_its_numbers_change(client: Client) -> None:
    answer = client.get("/quotas/of/H61.12/charts/units.svg")
    assert answer["Content-Type"] == "image/svg+xml" and "private" in answer["Cache-Control"]
    written = ["".join(node.itertext()) for node in ET.fromstring(answer.content).iter() if node.tag.endswith("}text")]
    assert "Ủy ban nhân dân xã Tân Hòa" in written and "25,00 %" in written
    etag = answer["ETag"]
    assert client.get("/quotas/of/H61.12/charts/units.svg", headers={"If-None-Match": etag}).status_code == 304
    client.get("/language/en/?next=/")
    assert client.get("/quotas/of/H61.12/charts/units.svg", headers={"If-None-Match": etag}).status_code == 200
    page = client.get("/quotas/of/H61.12/").content.decode()
    for found in re.findall(r'<img src="([^"]*charts[^"]*)"[^>]* alt="([^"]+)"', page):
        assert found[1]
    assert len(re.findall(r'<img src="[^"]*charts', page)) >= 4
    assert page.count("<table") >= 4, "each has its table"


@pytest.mark.usefixtures("counted")
def test_names_of_units_can_hold_anything(client: Client) -> None:
    units.add("H61.12.4", HOSTILE, parent="H61.12")
    issued("H61.12.4", 1, 1)
    snapshots.take(today(), "test")
    figures.take(today())
    page = client.get("/quotas/of/H61.12/").content.decode()
    assert "<script>alert" not in page and "&lt;script&gt;alert(1)" in page
    for name in ("units", "months"):
        picture = client.get(f"/quotas/of/H61.12/charts/{name}.svg").content
        assert b"<script" not in picture and ET.fromstring(picture) is not None


@pytest.mark.usefixtures("counted")
def test_more_units_take_no_more_queries(client: Client) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get("/quotas/of/H61.12/")
    with CaptureQueriesContext(connection) as few:
        client.get("/quotas/of/H61.12/")
    for number in range(20, 32):
        units.add(f"H61.12.{number}", f"Xã {number}", parent="H61.12")
        issued(f"H61.12.{number}", 1, 1)
    snapshots.take(today(), "test")
    figures.take(today())
    with queries(len(few)):
        assert text(client, "/quotas/of/H61.12/?sort=need").count("Xã 2") >= 10


@pytest.mark.usefixtures("counted")
def test_units_stand_in_the_order_that_is_asked_for(client: Client) -> None:
    for number, done in ((4, 3), (5, 0), (6, 1)):
        units.add(f"H61.12.{number}", f"Xã {9 - number}", parent="H61.12")
        issued(f"H61.12.{number}", 10 * (number - 3), done)
    snapshots.take(today(), "test")

    def order(sort: str) -> list[str]:
        page = client.get(f"/quotas/of/H61.12/?sort={sort}").content.decode()
        return re.findall(r'<th scope="row"><a href="/quotas/of/H61\.12\.(\d)/', page)

    assert order("name") == ["6", "5", "4", "3"] or order("name") == ["3", "6", "5", "4"]
    assert order("share") == ["5", "6", "3", "4"]
    assert order("need") == ["6", "5", "3", "4"] or order("need") == ["6", "5", "4", "3"]
