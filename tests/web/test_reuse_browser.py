"""A clerk uses a result in a dossier in a real browser, by keys alone, and looks at what came of it."""

from __future__ import annotations

import hashlib
import os
import zipfile
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from catalog.dossiers import local_day
from tests.web.browsing import Desk, typed

DOSSIER = f"H61-{local_day():%y%m%d}-0007"
SHOTS = os.environ.get("SHOTS", "")
"""Folder for pictures of the pages, for whoever wants to look at them."""


def looked_at(page: Page, name: str) -> None:
    """axe finds nothing wrong with the page as it stands, and it is not wider than the screen."""
    found = Axe().run(page).response["violations"]
    assert [(v["id"], [node["html"] for node in v["nodes"]]) for v in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


def entered(page: Page, text: str) -> None:
    typed(page, text)
    page.keyboard.press("Tab")


def test_a_result_is_used_by_keys_alone_and_taken_back(desk: Desk, tmp_path: Path) -> None:
    page = desk.page("mot.cua")
    page.goto(f"{desk.address}/?q=luong+bich+thuy")
    page.locator(".card h2 a").first.press("Enter")
    link = page.get_by_role("link", name="Dùng cho hồ sơ")
    expect(link).to_be_visible()
    looked_at(page, "result")
    link.press("Enter")
    expect(page.locator("#id_dossier")).to_be_focused()
    looked_at(page, "use")
    entered(page, "H61.1")
    typed(page, "Ai đó")
    page.keyboard.press("Enter")
    expect(page.locator(".findings.problems")).to_contain_text("ba phần nối bằng dấu gạch ngang")
    looked_at(page, "use-problem")
    page.fill("#id_dossier", DOSSIER)
    page.locator("#id_dossier").press("Enter")
    expect(page.locator(".check h2")).to_have_text("Dùng được, cần nêu lý do")
    expect(page.locator(".findings")).to_contain_text("tên khác với người được cấp")
    looked_at(page, "use-warning")
    page.locator("#id_reason").press_sequentially("con nộp thay mẹ")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".told")).to_contain_text("Có thể rút lại đến nửa đêm")
    looked_at(page, "entry")
    with page.expect_download() as download:
        page.get_by_role("link", name="Tải gói tệp").press("Enter")
    package = tmp_path / download.value.suggested_filename
    download.value.save_as(package)
    assert package.name == f"{DOSSIER}.001.zip"
    with zipfile.ZipFile(package) as members:
        sums = dict(line.split("  ")[::-1] for line in members.read("SHA256SUMS").decode().splitlines())
        assert {name: hashlib.sha256(members.read(name)).hexdigest() for name in sums} == sums
    page.get_by_role("link", name="Rút lại").press("Enter")
    expect(page.locator("#id_reason")).to_be_focused()
    looked_at(page, "undo")
    typed(page, "nhầm hồ sơ")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".mark.revoked")).to_have_text("đã rút lại")
    page.get_by_role("link", name="Tái sử dụng").first.press("Enter")
    expect(page.locator(".list tbody tr").first).to_contain_text(DOSSIER)
    looked_at(page, "ledger")
    page.get_by_role("link", name="Thay đổi sau khi dùng").press("Enter")
    expect(page.locator("main")).to_contain_text("Không có thay đổi nào")
    looked_at(page, "notices")


@pytest.mark.parametrize("path", ["/genuine/" + "a" * 32 + "/"])
def test_the_public_page_needs_no_script_and_leaves_no_cookie(desk: Desk, path: str) -> None:
    page = desk.browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844}).new_page()
    response = page.goto(desk.address + path)
    assert response
    assert response.status == 404
    expect(page.locator("h1")).to_have_text("Không có bản sao nào mang mã này")
    assert page.context.cookies() == []


def test_a_copy_is_made_and_its_code_leads_to_the_public_page(desk: Desk, tmp_path: Path) -> None:
    from tests.reuse.test_copies import token_on

    page = desk.page("quan.tri")
    page.goto(f"{desk.address}/?q=luong+bich+thuy")
    page.locator(".card h2 a").first.press("Enter")
    if page.get_by_role("button", name="Các mục đã đánh dấu là đúng").count():
        for box in page.locator(".tick input").all():
            box.check()
        page.get_by_role("button", name="Các mục đã đánh dấu là đúng").press("Enter")
        expect(page.locator(".told")).to_be_visible()
    page.get_by_role("link", name="Bản sao", exact=True).press("Enter")
    looked_at(page, "copies")
    with page.expect_download() as download:
        page.get_by_role("button", name="Cấp bản sao").press("Enter")
    download.value.save_as(tmp_path / "copy.pdf")
    page.reload()
    expect(page.locator(".list tbody tr")).to_have_count(1)
    looked_at(page, "copies-made")
    phone = desk.page()
    phone.set_viewport_size({"width": 390, "height": 844})
    phone.goto(f"{desk.address}/genuine/{token_on(tmp_path / 'copy.pdf')}/")
    expect(phone.locator("h1")).to_have_text("Bản sao này là thật")
    expect(phone.locator("main")).to_contain_text("48/QĐ-UBND")
    looked_at(phone, "genuine")
    page.get_by_role("link", name="Thu hồi").press("Enter")
    looked_at(page, "withdraw")
    typed(page, "cấp nhầm")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".told")).to_contain_text("Đã thu hồi bản sao")
    phone.reload()
    expect(phone.locator("h1")).to_have_text("Bản sao này không còn giá trị")
    looked_at(phone, "genuine-withdrawn")
