"""Several results are taken out of one page, samples drawn and rates fetched, in a real browser."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from benchmarks.rescanned import rescanned
from pipeline.pages import Pages
from tests.cli.support import Sohoa, served
from tests.pipeline.making import scan_of
from tests.web import browsing
from tests.web.browsing import Desk

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
SHOTS = os.environ.get("SHOTS", "")
"""Folder for pictures of the pages, for whoever wants to look at them."""


def looked_at(page: Page, name: str) -> None:
    """axe finds nothing wrong with the page as it stands, and it is not wider than the screen."""
    found = Axe().run(page, options=RULES).response["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png")


def scanned_again(paper: Path, work: Path) -> Path:
    """Another scan of the first page of `paper`."""
    with Pages(scan_of(paper, work / "copy")) as pages:
        image = pages.image(1, work / "page")
    jpeg, _dpi = rescanned(np.asarray(cv2.imread(str(image.path))), image.dpi, 5)
    again = work / "quét lại.jpg"
    again.write_bytes(jpeg)
    return again


@pytest.fixture
def office(chromium: str, samples: Path, tmp_path: Path) -> Iterator[Desk]:
    """An installation in which one paper was scanned twice, and a browser before it."""
    sohoa = Sohoa(tmp_path / "home")
    sohoa("init")
    sohoa("units", "add", "H61", "Đơn vị mẫu")
    paper = samples / "docs" / "dev-055.pdf"
    for file in (paper, scanned_again(paper, tmp_path)):
        assert sohoa("ingest", file, "--unit", "H61").code == 0
    with served(sohoa) as (address, _process), browsing.desk(chromium, address) as desk:
        for name, role in (("quan.tri", "administrator"), ("van.thu", "staff")):
            browsing.accept(desk.page(), address, browsing.seat(sohoa, name, role))
        yield desk


def test_two_results_are_taken_out_of_one_page_with_mouse_and_numbers(office: Desk) -> None:
    page = office.page("van.thu")
    page.goto(f"{office.address}/results/1/pages/1/regions/")
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
    page.get_by_role("button", name="không tính").press("Enter")
    expect(page.locator(".told")).to_contain_text("không còn được tính")
    page.locator(".cutting ol a").first.press("Enter")
    page.wait_for_url("**/results/*/")
    page.goto(f"{office.address}/results/1/")
    expect(page.get_by_text("Số kết quả đã lấy ra từ các trang của tệp này: 2")).to_be_visible()


def test_samples_are_drawn_and_rates_fetched_as_a_table(office: Desk) -> None:
    page = office.page("quan.tri")
    page.goto(f"{office.address}/samples/")
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
    page.goto(f"{office.address}/samples/calibration/")
    looked_at(page, "calibration")
