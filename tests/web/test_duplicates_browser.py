"""Archive staff decide pairs of papers by keys alone, in a real browser."""

from __future__ import annotations

import os
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


def test_a_pair_is_decided_undone_and_decided_again_by_keys_alone(office: Desk) -> None:
    page = office.page("van.thu")
    page.goto(f"{office.address}/review/")
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
    page.goto(f"{office.address}/results/{kept}/")
    expect(page.locator(".why").first).to_contain_text("cùng một văn bản với kết quả")
    page.go_back()
    page.keyboard.press("u")
    expect(page.locator(".told")).to_contain_text("Đã hoàn tác")
    page.keyboard.press("3")
    expect(page.locator(".told")).to_contain_text("Đã quyết định")
    page.goto(f"{office.address}/duplicates/?verdict=different")
    expect(page.locator(".list tbody tr")).to_have_count(1)


def test_an_administrator_replaces_an_old_version_by_its_decision(office: Desk) -> None:
    page = office.page("quan.tri")
    page.goto(f"{office.address}/duplicates/1/")
    page.keyboard.press("2")
    expect(page.locator("#id_decision_number")).to_be_focused()
    looked_at(page, "duplicate-version")
    page.locator("#id_decision_number").fill("12/QĐ-UBND")
    page.locator("#id_decision_date").fill("2/1/2020")
    page.locator("#id_reason").fill("cấp lại")
    page.keyboard.press("Enter")
    expect(page.locator(".told")).to_contain_text("Đã quyết định")
    expect(page.locator(".notice").first).to_contain_text("Bản mới")
