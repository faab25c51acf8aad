"""Archive staff decide pairs of papers by keys alone, in a real browser."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.web.browsing import Desk
from tests.web.scanned_twice import looked_at


def test_a_pair_is_decided_undone_and_decided_again_by_keys_alone(twice_scanned: Desk) -> None:
    page = twice_scanned.page("van.thu")
    page.goto(f"{twice_scanned.address}/review/")
    page.get_by_role("link", name="Trùng lặp").press("Enter")
    looked_at(page, "duplicates")
    page.get_by_role("link", name="Bắt đầu").press("Enter")
    expect(page.locator(".why").first).to_contain_text("Trang giống nhau cả hình lẫn chữ")
    expect(page.locator(".side img")).to_have_count(2)
    expect(page.get_by_role("button", name="Bản mới")).to_have_count(0)  # staff replace nothing
    for side in page.locator(".side img").all():
        expect(side).to_have_js_property("complete", True)
    looked_at(page, "duplicate")
    kept = page.locator(".keep input:checked").get_attribute("value")
    page.keyboard.press("k")
    expect(page.locator(".keep input:checked")).not_to_have_attribute("value", str(kept))
    page.keyboard.press("1")
    expect(page.locator(".told")).to_contain_text("Đã quyết định")
    page.goto(f"{twice_scanned.address}/results/{kept}/")
    expect(page.locator(".why").first).to_contain_text("cùng một văn bản với kết quả")
    page.go_back()
    page.keyboard.press("u")
    expect(page.locator(".told")).to_contain_text("Đã hoàn tác")
    page.keyboard.press("3")
    expect(page.locator(".told")).to_contain_text("Đã quyết định")
    page.goto(f"{twice_scanned.address}/duplicates/?verdict=different")
    expect(page.locator(".list tbody tr")).to_have_count(1)


def test_an_administrator_replaces_an_old_version_by_its_decision(twice_scanned: Desk) -> None:
    page = twice_scanned.page("quan.tri")
    page.goto(f"{twice_scanned.address}/duplicates/1/")
    page.keyboard.press("2")
    expect(page.locator("#id_decision_number")).to_be_focused()
    looked_at(page, "duplicate-version")
    page.locator("#id_decision_number").fill("12/QĐ-UBND")
    page.locator("#id_decision_date").fill("2/1/2020")
    page.locator("#id_reason").fill("cấp lại")
    page.keyboard.press("Enter")
    expect(page.locator(".told")).to_contain_text("Đã quyết định")
    expect(page.locator(".notice").first).to_contain_text("Bản mới")
