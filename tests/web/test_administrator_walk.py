"""An administrator of a district, from a spreadsheet with errors to a report, seeing nothing but their own: imports it,
mends it, matches, sets a target, reads the dashboard, downloads the report.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pypdfium2
import pytest
from playwright.sync_api import Page, expect

from catalog.values import today
from registers.models import Line
from tests.cli.support import Sohoa, pages_of, served
from tests.spreadsheets import making
from tests.web import browsing
from tests.web.browsing import Desk

MINE, OTHERS = "H61.1", "H61.2"
SCANNED = ("dev-022", "dev-036", "dev-055")
"""Papers that were scanned; two of them stand in the register, one is a twin of two lines."""
HEADER = ("STT", "Số, ký hiệu", "Ngày ban hành", "Họ và tên", "Số CMND/CCCD", "Loại văn bản", "Trích yếu nội dung")
WHICH = ("counted", "digitized")
"""Numbers whose lists are looked at."""
BAD = (7, "63/QĐ-UBND", "30/2/2019", "Đinh Thị Mướp", "", "Quyết định", "Cấp đất ở")


@dataclass(frozen=True)
class District:
    """An installation with two districts, and a browser before it."""

    home: Path
    desk: Desk
    register: Path


@pytest.fixture(autouse=True)
def beside_a_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    """Playwright runs a loop in this thread, in which Django would refuse to ask the catalog."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.fixture
def district(chromium: str, samples: Path, tmp_path: Path, new_home: Path) -> Iterator[District]:
    sohoa = Sohoa(tmp_path / "home")
    shutil.copytree(new_home, sohoa.home)
    sohoa("units", "add", "H61", "Ủy ban nhân dân tỉnh mẫu")
    for code, name in ((MINE, "Ủy ban nhân dân huyện Lấp Vò"), (OTHERS, "Ủy ban nhân dân huyện Lai Vung")):
        assert sohoa("units", "add", code, name, "--parent", "H61").code == 0
    scans = [samples / "docs" / f"{name}.pdf" for name in SCANNED]
    assert sohoa("ingest", *scans, "--unit", MINE).code == 0
    invitation = browsing.seat(sohoa, "huyen.lap.vo", "administrator", MINE)
    with served(sohoa) as (url, _process), browsing.desk(chromium, url) as desk:
        browsing.accept(desk.page(), url, invitation)
        yield District(sohoa.home, desk, register(samples, tmp_path))


def register(samples: Path, folder: Path) -> Path:
    """Decades of a district: what was scanned, twins of which nobody can say which was, what never was, and errors."""
    truth = [json.loads(line) for line in (samples / "truth.jsonl").read_text("utf-8").splitlines()]
    known = {Path(entry["file"]).stem: entry["fields"] for entry in truth}
    rows: list[tuple[object, ...]] = []
    for name in SCANNED:
        paper = known[name]
        day = date.fromisoformat(paper["issue_date"])
        row = (len(rows) + 1, paper["number"], f"{day:%d/%m/%Y}", paper["holder"], paper.get("holder_id", ""))
        rows.append((*row, paper["document_type"], paper["subject"]))
    twin = rows[0]
    rows[0] = (1, "", twin[2], twin[3], "", twin[5], twin[6])
    rows.append((4, "", twin[2], twin[3], "", "Công văn phúc đáp", twin[6]))
    rows.append((5, "61/QĐ-UBND", "05/03/2019", "Đặng Thị Mận", 87185001235, "Quyết định", "Cấp đất ở"))
    rows.append((6, "62/QĐ-UBND", "06/03/2019", "Hồ Văn Ổi", 87185001236, "Quyết định", "Cấp đất ở"))
    return making.xlsx(folder / "sổ theo dõi.xlsx", [HEADER, *rows, BAD])


@pytest.mark.timeout(400)
def test_from_a_spreadsheet_with_errors_to_a_report(district: District, tmp_path: Path) -> None:
    page = district.desk.page("huyen.lap.vo")
    imported(page, district, district.register, bad=1)
    mended = mend(page, tmp_path)
    imported(page, district, mended, bad=0)
    matched(page, district)
    chosen(page, district)
    target_set(page, district)
    dashboard(page, district)
    reported(page, district, tmp_path)
    nothing_of_others(page, district)


def imported(page: Page, district: District, file: Path, bad: int) -> None:
    """The wizard, to its end; `bad`: rows that cannot be taken."""
    page.goto(f"{district.desk.address}/registers/import/")
    assert OTHERS not in page.content()
    page.select_option("#id_unit", MINE)
    page.set_input_files("input[type=file]", file)
    page.locator("main button[type=submit]").first.click()
    expect(page.locator("#c-B")).to_have_value("number")
    page.get_by_role("button", name="Kiểm tra mọi dòng").click()
    offered = page.locator("button[name=mode]")
    expect(offered).to_be_visible(timeout=60_000)
    expect(offered).to_have_attribute("value", "good_rows" if bad else "all_or_nothing")
    if bad:
        expect(page.locator("main")).to_contain_text("30/2/2019")
    offered.click()
    page.wait_for_url(re.compile(r"/registers/imports/\d+/"), timeout=60_000)


def mend(page: Page, folder: Path) -> Path:
    """Download the bad rows, and write the right day into the one."""
    with page.expect_download() as download:
        page.locator("a[href$='mend.xlsx']").first.click()
    path = folder / "đã sửa.xlsx"
    download.value.save_as(path)
    book = openpyxl.load_workbook(path)
    sheet = book.active
    assert sheet is not None
    wrong = [cell for row in sheet.iter_rows() for cell in row if cell.value == "30/2/2019"]
    assert len(wrong) == 1
    wrong[0].value = "28/02/2019"
    book.save(path)
    return path


def matched(page: Page, district: District) -> None:
    """The desk brings what is sure together by itself; two twins are left to a person."""
    with pages_of(district.home):
        for _ in range(60):
            if Line.objects.filter(result__isnull=False).count() == 2:
                break
            page.wait_for_timeout(500)
        linked = dict(Line.objects.filter(result__isnull=False).values_list("number", "linked_by"))
        assert linked == {"509/QĐ-UBND": "", "48/QĐ-UBND": ""}
    page.goto(f"{district.desk.address}/registers/of/{MINE}/")
    expect(page.locator("main")).to_contain_text("Đinh Thị Mướp")


def chosen(page: Page, district: District) -> None:
    """Which of the twins it is, by keys."""
    page.goto(f"{district.desk.address}/registers/unsure/")
    unsure = page.locator("main a[href*='/registers/unsure/']")
    for _ in range(60):  # the desk may still be at it
        if unsure.count():
            break
        page.wait_for_timeout(500)
        page.reload()
    unsure.first.click()
    page.wait_for_selector("#match")
    assert page.locator("input[type=radio][name=line]").count() >= 3
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    page.wait_for_function("() => !document.querySelector('#match')")
    with pages_of(district.home):
        line = Line.objects.get(result__isnull=False, number="")
        assert (line.linked_by, line.holder) == ("huyen.lap.vo", "Nguyễn Đức Sơn")


def target_set(page: Page, district: District) -> None:
    """One fifth of the old ones, and the denominator frozen."""
    page.goto(f"{district.desk.address}/quotas/targets/?unit={MINE}&period={today().year}")
    form = page.locator("form[action$='/quotas/targets/set/']")
    form.locator("[name=kind]").select_option("old")
    form.locator("[name=share]").fill("20")
    form.locator("[name=basis]").fill("Kế hoạch 12/KH-UBND")
    form.locator("button[type=submit]").click()
    expect(page.locator("main")).to_contain_text("Kế hoạch 12/KH-UBND")
    page.locator("form[action$='/quotas/freeze/'] button[type=submit]").click()
    expect(page.locator("main a[href*='drift=1']")).to_be_visible()


def dashboard(page: Page, district: District) -> None:
    """Numbers are those of the records, and lead to the lines behind them."""
    with pages_of(district.home):
        lines = Line.objects.filter(withdrawn__isnull=True)
        counted = lines.count()
        digitized = lines.filter(result__isnull=False, result__in_review=False).count()
        assert (counted, lines.filter(result__isnull=False).count()) == (7, 3)
    page.goto(f"{district.desk.address}/quotas/of/{MINE}/?kind=old&now=1")
    numbers: Any = page.locator(f"main a[href*='/quotas/lines/'][href*='unit={MINE}']")
    shown = {
        part: address
        for address in numbers.evaluate_all("links => links.map(a => a.href)")
        for part in WHICH
        if f"which={part}" in address
    }
    for part, number in {"counted": counted, "digitized": digitized}.items():
        page.goto(shown[part])
        assert page.locator("main tbody tr").count() == number
    page.goto(f"{district.desk.address}/quotas/?kind=old")
    expect(page.locator("main")).to_contain_text("huyện Lấp Vò")
    expect(page.locator("main")).not_to_contain_text("Lai Vung")


def reported(page: Page, district: District, folder: Path) -> None:
    """The report is given out, and fetched as a workbook and as a PDF."""
    page.goto(f"{district.desk.address}/reports/?unit={MINE}&period={today().year}")
    page.locator("form[action$='/reports/issue/'] button[type=submit]").click()
    page.wait_for_url(re.compile(r"/reports/\d+/$"))
    for ending in ("xlsx", "pdf"):
        with page.expect_download() as download:
            page.locator(f"a[href$='report.{ending}']").click()
        download.value.save_as(folder / f"report.{ending}")
    book = openpyxl.load_workbook(folder / "report.xlsx")
    assert any("huyện Lấp Vò" in str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)
    text = pypdfium2.PdfDocument(folder / "report.pdf")[0].get_textpage().get_text_bounded()
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in text


def nothing_of_others(page: Page, district: District) -> None:
    """What belongs to the other district, and to the province, does not exist."""
    for path in (
        f"/registers/of/{OTHERS}/",
        f"/quotas/of/{OTHERS}/",
        "/quotas/of/H61/",
        f"/quotas/targets/?unit={OTHERS}",
    ):
        assert page.context.request.get(district.desk.address + path).status == 404, path
    page.goto(f"{district.desk.address}/reports/?unit={OTHERS}&period={today().year}")
    assert "Lai Vung" not in page.content()
