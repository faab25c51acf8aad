"""Boxes and loans in a browser, by keyboard: put, lend, take back, undo; and nothing that axe-core has against it."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.web.browsing import Desk, typed
from tests.web.test_accessibility import faults


def test_a_paper_is_put_lent_and_taken_back_without_a_mouse(desk: Desk) -> None:
    page = desk.page("van.thu")
    page.set_viewport_size({"width": 1366, "height": 768})
    link = page.locator(".card h2 a").first
    number = re.findall(r"/results/(\d+)/", str(link.get_attribute("href")))[0]

    page.goto(f"{desk.address}/paper/put/?result={number}")
    typed(page, "HT-2019/07")
    page.keyboard.press("Tab")
    typed(page, "Kho 1, giá 3")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Hộp HT-2019/07")
    box = page.url
    assert faults(page) == []

    page.locator("input[name=result]").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")  # the first button of the form: lend
    expect(page.locator("h1")).to_have_text("Cho mượn tài liệu")
    typed(page, "Tòa án nhân dân huyện")
    page.keyboard.press("Tab")
    typed(page, "hồ sơ vụ án")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".told")).to_contain_text("Đã cho mượn")
    expect(page.locator(".known")).to_contain_text("Tòa án nhân dân huyện")

    page.goto(f"{desk.address}/paper/lent/")
    assert faults(page) == []
    page.locator("input[name=note]").first.focus()
    typed(page, "nguyên vẹn")
    page.keyboard.press("Enter")
    expect(page.locator(".told")).to_contain_text("Tài liệu thuộc hộp HT-2019/07")
    _fits(page, box)


def _fits(page: Page, box: str) -> None:
    """Nothing of the box's page is beyond the right edge of a small screen."""
    page.goto(box)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_what_was_put_is_taken_back(desk: Desk) -> None:
    page = desk.page("van.thu")
    number = re.findall(r"/results/(\d+)/", str(page.locator(".card h2 a").last.get_attribute("href")))[0]
    page.goto(f"{desk.address}/paper/put/?result={number}")
    typed(page, "nhầm")
    page.keyboard.press("Enter")
    page.locator(".told a").focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Bỏ việc này?")
    assert faults(page) == []
    page.keyboard.press("Enter")
    expect(page.locator(".told")).to_contain_text("lại thuộc chỗ cũ")
