"""The way of a clerk in a real browser, on pages served by ``sohoa serve``, over results of a real ingest."""

from __future__ import annotations

import contextlib
import re
import signal
import subprocess
import urllib.request
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import expect

from tests.cli.support import Sohoa, served
from tests.web import browsing
from tests.web.browsing import Desk, typed


def test_a_clerk_finds_a_result_by_keys_alone_and_comes_back(desk: Desk) -> None:
    page = desk.page("mot.cua")
    page.locator("body").press("Escape")
    page.locator("#q").evaluate("box => box.blur()")
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    typed(page, "luong bich thuy")
    expect(page.locator(".card")).to_have_count(1)
    expect(page.locator("mark").first).to_be_visible()
    expect(page).to_have_url(re.compile(r"\?q=luong"))
    page.keyboard.press("ArrowDown")
    expect(page.locator(".card h2 a").first).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("48/QĐ-UBND")
    page.keyboard.press("Escape")
    expect(page.locator(".card")).to_have_count(1)
    expect(page.locator("#q")).to_have_value("luong bich thuy")


def test_the_pages_and_the_pdf_of_a_result_open(desk: Desk) -> None:
    page = desk.page("mot.cua")
    page.goto(f"{desk.address}/?q=luong+bich+thuy")
    page.locator(".card h2 a").click()
    picture = page.locator(".paper img").first
    expect(picture).to_be_visible()
    assert picture.evaluate("async image => { await image.decode(); return image.naturalWidth; }") == 1240
    link = page.get_by_role("link", name="Mở tệp PDF")
    response = page.request.get(desk.address + str(link.get_attribute("href")))
    assert response.headers["content-type"] == "application/pdf"
    assert response.body().startswith(b"%PDF-")


def test_a_click_on_a_value_shows_where_it_stands(desk: Desk) -> None:
    page = desk.page("mot.cua")
    page.goto(f"{desk.address}/?q=luong+bich+thuy")
    page.locator(".card h2 a").click()
    page.locator("#field-number td a").click()
    frame = page.locator("rect#at-number")
    expect(frame).to_be_in_viewport()
    paper, box = page.locator(".paper img").first.bounding_box(), frame.bounding_box()
    assert paper
    assert box
    assert paper["x"] < box["x"] < paper["x"] + paper["width"]
    assert paper["y"] < box["y"] < paper["y"] + paper["height"] / 3  # the number stands in the upper third


@pytest.mark.parametrize("size", [(1366, 768), (820, 1180), (390, 844)])
def test_no_page_is_wider_than_the_screen(desk: Desk, size: tuple[int, int]) -> None:
    page = desk.page("quan.tri")
    page.set_viewport_size({"width": size[0], "height": size[1]})
    result = str(page.locator(".card h2 a").first.get_attribute("href"))
    for path in ("/", "/?q=quyet+dinh", result, "/people/", "/people/1/", "/me/"):
        response = page.goto(desk.address + path)
        assert response
        assert response.status == 200, path
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0], path


def test_what_is_typed_stays_within_the_filter_until_that_is_dropped(desk: Desk) -> None:
    page = desk.page("mot.cua")
    total = page.locator(".card").count()
    page.goto(f"{desk.address}/?unit=H61")
    expect(page.locator(".facets .chosen")).to_have_text(re.compile("Đơn vị mẫu"))
    page.locator("#q").press_sequentially("luong bich")
    expect(page.locator(".card")).to_have_count(1)
    expect(page.locator(".facets .chosen")).to_have_count(1)
    expect(page).to_have_url(re.compile("q=luong%20bich&unit=H61"))
    page.goto(f"{desk.address}/?unit=H61")
    page.locator(".facets .chosen a").click()
    expect(page.locator(".facets .chosen")).to_have_count(0)
    expect(page.locator(".card")).to_have_count(total)


def test_the_first_administrator_is_made_where_the_terminal_says(chromium: str, home: Path) -> None:
    sohoa = Sohoa(home)
    sohoa("init")
    with served(sohoa) as (url, process), browsing.desk(chromium, url) as desk:
        assert process.stderr
        line = process.stderr.readline()
        page = desk.page()
        page.goto(url)
        expect(page.locator("h1")).to_contain_text("Chưa có ai đăng nhập được")
        page.goto(line[line.index("http") :].strip())
        for field, value in (("name", "nguyen.thi.oanh"), ("full_name", "Nguyễn Thị Oanh")):
            page.fill(f"#id_{field}", value)
        page.fill("#id_password", "ngan")
        page.fill("#id_again", "ngắn")
        page.keyboard.press("Enter")
        expect(page.locator(".fault")).to_have_count(2)
        page.fill("#id_password", browsing.PASSWORD)
        page.fill("#id_again", browsing.PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/sign-in/")
        browsing.sign_in(page, url, "nguyen.thi.oanh")
        expect(page.locator("main")).to_contain_text("Chưa có gì được số hóa")
        page.get_by_role("button", name="Đăng xuất").click()
        page.wait_for_url("**/sign-in/")
        response = page.request.get(line[line.index("http") :].strip())
        assert response.status == 404


def test_ctrl_c_ends_the_pages_and_all_that_was_started(home: Path) -> None:
    sohoa = Sohoa(home)
    sohoa("init")
    with served(sohoa, worker=True) as (url, process):
        with urllib.request.urlopen(url, timeout=30) as response:
            assert response.status == 200
        children = _children(process)
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
        _gone, alive = psutil.wait_procs(children, timeout=30)
        assert alive == []


def _children(process: subprocess.Popen[str]) -> list[psutil.Process]:
    """The processes that `process` started, as soon as there is one."""
    for _attempt in range(600):
        if children := psutil.Process(process.pid).children(recursive=True):
            return children
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.1)
    pytest.fail("nothing was started behind the pages")


def test_a_port_that_is_taken_is_a_wrong_call(two_results: Sohoa, address: str) -> None:
    run = two_results("serve", "--port", address.rpartition(":")[2])
    assert run.code == 2
    assert "--port" in run.err


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.1", "127.0.0.2", "example.org"])
def test_the_pages_listen_on_this_machine_alone_until_they_have_a_name(two_results: Sohoa, host: str) -> None:
    run = two_results("serve", "--host", host)
    assert run.code == 2
    assert "SOHOA_PUBLIC_URL" in run.err
