"""The life of a result in a real browser, by keys alone where that is how people work; axe looks at each page."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.web.browsing import Desk, typed

RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]
PAGES = ["", "?q=luong+bich+thuy", "correct/", "replace/", "revoke/", "deliver/", "persons/"]


@pytest.fixture
def result(desk: Desk) -> str:
    """Address of the decision about Lường Bích Thủy."""
    page = desk.page("quan.tri")
    page.goto(f"{desk.address}/?q=luong+bich+thuy")
    link = page.locator(".card h2 a").first.get_attribute("href")
    assert link
    return desk.address + link.partition("?")[0]


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the link, button or field with this label has the focus."""
    for _step in range(80):
        page.keyboard.press("Tab")
        focused = page.evaluate("(document.activeElement.labels?.[0] ?? document.activeElement).innerText")
        if focused and focused.strip() == name:
            return
    pytest.fail(f"Tab never came to {name!r}")


def test_a_clerk_writes_down_a_handing_over_by_keys_alone_and_takes_it_back(desk: Desk, result: str) -> None:
    page = desk.page("mot.cua")
    page.goto(result)
    tab_to(page, "Trả kết quả")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Trả kết quả")
    tab_to(page, "tại quầy")
    page.keyboard.press("ArrowDown")
    tab_to(page, "Mã bưu gửi")
    typed(page, "ea123456789vn")
    page.keyboard.press("Enter")
    page.wait_for_url(result)
    expect(page.locator(".told")).to_contain_text("Đã ghi lại")
    expect(page.locator(".known")).to_contain_text("EA123456789VN")
    page.locator(".events").get_by_role("link", name="Hoàn tác").first.click()
    typed(page, "nhầm hồ sơ")
    tab_to(page, "Hoàn tác")
    page.keyboard.press("Enter")
    page.wait_for_url(result)
    expect(page.locator(".known")).to_contain_text("chưa ghi nhận")
    expect(page.locator(".events").first).to_contain_text("nhầm hồ sơ")


def test_a_correction_that_is_wrong_keeps_what_was_typed_and_a_right_one_can_be_undone(desk: Desk, result: str) -> None:
    page = desk.page("quan.tri")
    page.goto(f"{result}correct/")
    page.get_by_label("Người được cấp", exact=True).fill("Lường Bích Thuỵ")
    page.get_by_label("Ngày ban hành").fill("32/8/2020")
    page.get_by_role("button", name="Sửa").click()
    expect(page.get_by_label("Ngày ban hành")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Người được cấp", exact=True)).to_have_value("Lường Bích Thuỵ")
    page.locator(".told").get_by_role("link", name="Ngày ban hành").click()
    expect(page.get_by_label("Ngày ban hành")).to_be_in_viewport()
    page.get_by_label("Ngày ban hành").fill("28/8/2020")
    page.get_by_label("Số quyết định").fill("12/QĐ-UBND")
    page.get_by_label("Ngày quyết định").fill("5/1/2026")
    page.get_by_label("Lý do").fill("ghi sai tên")
    page.get_by_role("button", name="Sửa").click()
    page.wait_for_url(re.compile(f"^{re.escape(result)}(#.*)?$"))
    expect(page.locator("#field-holder")).to_contain_text("Lường Bích Thuỵ")
    page.get_by_role("link", name=re.compile("Bản 1")).click()
    expect(page.locator("main")).to_contain_text("Lường Bích Thủy")
    page.go_back()
    page.locator(".events").get_by_role("link", name="Hoàn tác").first.click()
    page.get_by_label("Vì sao?").fill("nhầm")
    page.get_by_role("button", name="Hoàn tác").click()
    page.wait_for_url(result)
    expect(page.locator("#field-holder")).to_contain_text("Lường Bích Thủy")


def test_the_words_searched_for_are_marked_on_the_picture(desk: Desk, result: str) -> None:
    page = desk.page("mot.cua")
    page.goto(f"{result}?q=luong+bich+thuy")
    paper, word = page.locator(".paper img").first.bounding_box(), page.locator(".found-word").first.bounding_box()
    assert paper
    assert word
    assert paper["x"] < word["x"] < paper["x"] + paper["width"]
    assert paper["y"] < word["y"] < paper["y"] + paper["height"] / 2
    assert page.locator(".found-word").count() >= 3


def test_axe_finds_no_fault_on_the_pages_of_a_result(desk: Desk, result: str) -> None:
    page = desk.page("quan.tri")
    for path in PAGES:
        page.goto(result + path)
        found = Axe().run(page, options={"runOnly": RULES})
        assert found.violations_count == 0, f"{path}: {found.generate_report()}"


@pytest.mark.parametrize("size", [(1366, 768), (820, 1180), (390, 844)])
def test_no_page_of_a_result_is_wider_than_the_screen(desk: Desk, result: str, size: tuple[int, int]) -> None:
    page = desk.page("quan.tri")
    page.set_viewport_size({"width": size[0], "height": size[1]})
    for path in PAGES:
        page.goto(result + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0], path


def test_a_page_of_a_result_is_light(desk: Desk, result: str) -> None:
    page = desk.page("quan.tri")
    weights: list[int] = []
    page.on("requestfinished", lambda request: weights.append(_bytes(request.response())))
    page.goto(result)
    page.wait_for_load_state("networkidle")
    assert sum(weights) <= 150_000


def _bytes(response: object) -> int:
    from playwright.sync_api import Response

    assert isinstance(response, Response)
    return 0 if response.headers["content-type"].startswith("image/jpeg") else len(response.body())
