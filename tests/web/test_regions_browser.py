"""Several results are taken out of one page, samples drawn and rates fetched, in a real browser."""

from __future__ import annotations

import time
from pathlib import Path

from playwright.sync_api import expect

from tests.web.browsing import Desk
from tests.web.scanned_twice import looked_at


def test_two_results_are_taken_out_of_one_page_with_mouse_and_numbers(twice_scanned: Desk) -> None:
    page = twice_scanned.page("van.thu")
    page.goto(f"{twice_scanned.address}/results/1/pages/1/regions/")
    expect(page.locator(".drawing img")).to_have_js_property("complete", True)
    area = page.locator(".drawing").bounding_box()
    assert area
    page.mouse.move(area["x"] + 20, area["y"] + 20)
    page.mouse.down()
    page.mouse.move(area["x"] + area["width"] - 20, area["y"] + 300, steps=4)
    page.mouse.up()
    expect(page.locator("#list li")).to_have_count(1)
    page.locator("#edge-top").fill("50")
    page.locator("#edge-bottom").fill("99,5")
    page.keyboard.press("Enter")
    expect(page.locator("#list li")).to_have_count(2)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#list li")).to_have_count(3)
    page.locator("h1").click()
    page.keyboard.press("Control+z")
    expect(page.locator("#list li")).to_have_count(2)
    looked_at(page, "regions")
    page.get_by_role("button", name="Tạo thành kết quả").press("Enter")
    expect(page.locator(".told")).to_contain_text("2 phần thành kết quả riêng")
    deadline = time.monotonic() + 90
    while page.locator(".cutting ol a").count() < 2 and time.monotonic() < deadline:
        page.reload(wait_until="networkidle")  # until the desk has read both
    expect(page.locator(".cutting ol a")).to_have_count(2)
    looked_at(page, "regions-taken")
    page.get_by_role("button", name="Trang này không phải kết quả").press("Enter")
    expect(page.locator(".told")).to_contain_text("không còn được tính")
    page.locator(".cutting ol a").first.press("Enter")
    page.wait_for_url("**/results/*/")
    page.goto(f"{twice_scanned.address}/results/1/")
    expect(page.get_by_text("Số kết quả đã lấy ra từ các trang của tệp này: 2")).to_be_visible()


def test_samples_are_drawn_and_rates_fetched_as_a_table(twice_scanned: Desk) -> None:
    page = twice_scanned.page("quan.tri")
    page.goto(f"{twice_scanned.address}/samples/")
    page.locator("#id_share-share").fill("2,5")
    page.locator("button[name=put]").press("Enter")
    expect(page.locator(".told")).to_contain_text("Áp dụng từ kết quả tiếp theo")
    page.locator("#id_draw-share").fill("100")
    page.locator("button[name=draw]").press("Enter")
    expect(page.locator(".told")).to_contain_text("Đã rút")
    looked_at(page, "samples")
    page.get_by_role("link", name="Tỷ lệ sai").press("Enter")
    looked_at(page, "rates")
    with page.expect_download() as download:
        page.get_by_role("link", name="Tải về dạng bảng").press("Enter")
    assert Path(download.value.path()).read_bytes().startswith(b"\xef\xbb\xbf")
    page.goto(f"{twice_scanned.address}/samples/calibration/")
    looked_at(page, "calibration")
