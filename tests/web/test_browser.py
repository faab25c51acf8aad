"""The way of a clerk in a real browser, on pages served by ``sohoa serve``, over results of a real ingest."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.cli.support import Sohoa, served

ARGUMENTS = (
    "--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()


@pytest.fixture(scope="module")
def digitized(tmp_path_factory: pytest.TempPathFactory, samples: Path) -> Sohoa:
    """A home with two results."""
    sohoa = Sohoa(tmp_path_factory.mktemp("browser") / "home")
    sohoa("init")
    sohoa("units", "add", "H61", "Đơn vị mẫu")
    scans = [samples / "docs" / name for name in ("dev-009.pdf", "dev-055.pdf")]
    assert sohoa("ingest", *scans, "--unit", "H61").code == 0
    return sohoa


@pytest.fixture(scope="module")
def address(digitized: Sohoa) -> Iterator[str]:
    with served(digitized) as (url, _process):
        yield url


@pytest.fixture
def page(chromium: str) -> Iterator[Page]:
    """A page of a browser that complains loudly: of errors, of what the policy forbids, of other hosts."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        opened = browser.new_page(viewport={"width": 1366, "height": 768})
        complaints: list[str] = []
        opened.on("console", lambda message: complaints.append(message.text))
        opened.on("pageerror", lambda error: complaints.append(str(error)))
        opened.on("request", lambda request: complaints.extend(_foreign(request.url)))
        yield opened
        browser.close()
    assert complaints == []


def _foreign(url: str) -> list[str]:
    return [] if url.startswith("http://127.0.0.1:") else [f"asked for {url}"]


def test_a_clerk_finds_a_result_without_accents_and_opens_its_pdf(page: Page, address: str) -> None:
    page.goto(address)
    page.locator("#year").focus()
    page.locator("body").press("Escape")
    page.locator("#year").evaluate("box => box.blur()")
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("luong bich thuy")
    page.keyboard.press("Enter")
    expect(page.locator(".card")).to_have_count(1)
    expect(page.locator("mark").first).to_be_visible()
    page.locator(".card h2 a").click()
    expect(page.locator("h1")).to_contain_text("48/QĐ-UBND")
    picture = page.locator(".paper img").first
    expect(picture).to_be_visible()
    assert picture.evaluate("async image => { await image.decode(); return image.naturalWidth; }") == 1240
    link = page.get_by_role("link", name="Mở tệp PDF")
    response = page.request.get(address + str(link.get_attribute("href")))
    assert response.headers["content-type"] == "application/pdf"
    assert response.body().startswith(b"%PDF-")


def test_a_click_on_a_value_shows_where_it_stands(page: Page, address: str) -> None:
    page.goto(f"{address}/?q=luong+bich+thuy")
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
def test_no_page_is_wider_than_the_screen(page: Page, address: str, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    for path in ("/", "/?q=quyet+dinh", "/results/1/"):
        page.goto(address + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]


def test_ctrl_c_ends_the_pages_and_all_that_was_started(home: Path) -> None:
    sohoa = Sohoa(home)
    sohoa("init")
    with served(sohoa) as (url, process):
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


def test_a_port_that_is_taken_is_a_wrong_call(digitized: Sohoa, address: str) -> None:
    run = digitized("serve", "--port", address.rpartition(":")[2])
    assert run.code == 2
    assert "--port" in run.err


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.1", "127.0.0.2", "example.org"])
def test_the_pages_listen_on_this_machine_alone(digitized: Sohoa, host: str) -> None:
    run = digitized("serve", "--host", host)
    assert run.code == 2
    assert "127.0.0.1" in run.err
