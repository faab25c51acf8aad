"""At the counter, in a real browser, with a real desk behind the pages: a paper is handed in and becomes a result."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from catalog.dossiers import local_day
from tests.cli.support import Sohoa, served
from tests.web import browsing


def test_a_paper_is_handed_in_and_the_page_follows_until_it_is_a_result(
    chromium: str, samples: Path, tmp_path: Path
) -> None:
    sohoa = Sohoa(tmp_path / "home")
    sohoa("init")
    sohoa("units", "add", "H61", "Đơn vị mẫu")
    with served(sohoa) as (address, _process), browsing.desk(chromium, address) as desk:
        browsing.accept(desk.page(), address, browsing.seat(sohoa, "mot.cua", "clerk"))
        page = desk.page("mot.cua")
        page.get_by_role("link", name="Kết quả mới").click()
        page.set_input_files("#id_papers", samples / "docs" / "dev-055.pdf")
        page.fill("#id_dossier", f"H61-{local_day():%y%m%d}-0001")
        page.get_by_role("button", name="Nộp").click()
        expect(page.locator("#progress h1")).to_have_text("dev-055.pdf")
        page.reload()
        expect(page.locator("#progress b")).to_have_text("Đã ghi vào kho", timeout=90_000)
        page.locator("#progress a.button").click()
        expect(page.locator("h1")).to_be_visible()
        assert "/results/1/" in page.url
        page.goto(f"{address}/intake/")
        expect(page.locator("#came-in td a")).to_be_visible()
