"""In a real browser: files are dropped into a batch, and whatever interrupts it, none is lost and none comes twice."""

from __future__ import annotations

import hashlib
import os
import signal
import socket
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path
from urllib.request import urlopen

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect, sync_playwright

from tests.cli.support import Sohoa
from tests.web import browsing

FILES = 12
PIECE = 4 * 1024**2


class Served:
    """``sohoa serve`` on a port that stays the same over its death and its coming back."""

    def __init__(self, sohoa: Sohoa) -> None:
        with closing(socket.create_server(("127.0.0.1", 0))) as free:
            self._port = free.getsockname()[1]
        self._sohoa = sohoa
        self.address = f"http://127.0.0.1:{self._port}"
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Until its pages answer."""
        self._process = self._sohoa.start("serve", "--port", str(self._port), start_new_session=True)
        assert self._process.stderr
        said = self._process.stderr.readline()
        assert self.address in said, said + self._process.stderr.read()
        with urlopen(f"{self.address}/sign-in/", timeout=60):
            pass

    def kill(self) -> None:
        """With all its children, and without a word."""
        assert self._process
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.communicate(timeout=60)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    sohoa = Sohoa(tmp_path_factory.mktemp("uploads") / "home")
    sohoa("init")
    sohoa("units", "add", "H61", "Đơn vị mẫu")
    served = Served(sohoa)
    served.start()
    yield served
    served.kill()


@pytest.fixture(scope="module")
def staffed(server: Served, chromium: str) -> Served:
    with browsing.desk(chromium, server.address) as desk:
        browsing.accept(desk.page(), server.address, browsing.seat(server._sohoa, "van.thu", "staff"))
    return server


@pytest.fixture
def papers(tmp_path: Path) -> list[Path]:
    """Twelve scans of which each takes two pieces; no two tests have the same."""
    folder = tmp_path / "papers"
    folder.mkdir()
    made = []
    for number in range(1, FILES + 1):
        path = folder / f"tờ {number}.tif"
        noise = Image.frombytes("L", (2000, 2300), os.urandom(2000 * 2300))
        noise.save(path, "TIFF", dpi=(200, 200))
        made.append(path)
    assert all(PIECE < path.stat().st_size < 2 * PIECE for path in made)
    return made


@pytest.fixture
def open_browser(chromium: str) -> Iterator[Callable[[], Browser]]:
    """Starts browsers; those that live are closed at the end."""
    with sync_playwright() as playwright:
        opened: list[Browser] = []

        def start() -> Browser:
            opened.append(playwright.chromium.launch(executable_path=chromium, args=list(browsing.ARGUMENTS)))
            return opened[-1]

        yield start
        for browser in opened:
            browser.close()


def window(browser: Browser, server: Served) -> Page:
    """Somebody of the archive staff, signed in."""
    page = browser.new_context(viewport=browsing.SCREEN, locale="vi-VN").new_page()  # type: ignore[arg-type]
    browsing.sign_in(page, server.address, "van.thu")
    return page


def new_batch(page: Page, server: Served, name: str) -> str:
    page.goto(f"{server.address}/batches/open/")
    page.fill("#id_name", name)
    page.keyboard.press("Enter")
    page.wait_for_selector("#uploads")
    return page.url


def slowly(context: BrowserContext, pieces: int) -> list[str]:
    """Let so many pieces through, and hold all others back for good; gives the list of those that went through."""
    gone: list[str] = []

    def through(route: Route) -> None:
        if route.request.method != "PATCH":
            route.continue_()
        elif len(gone) < pieces:
            gone.append(route.request.url)
            route.continue_()
        # else: never answered, as on a line that hangs

    context.route("**/uploads/*/", through)
    return gone


def drop(page: Page, papers: Sequence[Path]) -> None:
    page.set_input_files("#papers", list(papers))


def all_came(page: Page, server: Served, papers: Sequence[Path]) -> None:
    """Each file is in the batch once, byte for byte, in the order of the names."""
    expect(page.locator("#live dd").first).to_have_text(str(len(papers)), timeout=60_000)
    expect(page.locator("#uploads.busy")).to_have_count(0, timeout=60_000)
    expect(page.locator("#left [data-upload]")).to_have_count(0)
    batch = int(page.url.split("/batches/")[1].split("/")[0])
    with closing(sqlite3.connect(server._sohoa.home / "catalog.sqlite3")) as catalog:
        found = catalog.execute(
            "SELECT name, sha256 FROM catalog_scan WHERE batch_id = ? ORDER BY id", [batch]
        ).fetchall()
    assert found == [(path.name, hashlib.sha256(path.read_bytes()).hexdigest()) for path in papers]
    assert list((server._sohoa.home / "work" / "uploads").iterdir()) == []


def test_a_page_is_reloaded_in_the_middle(
    staffed: Served, open_browser: Callable[[], Browser], papers: list[Path]
) -> None:
    page = window(open_browser(), staffed)
    page.on("dialog", lambda dialog: dialog.accept())  # "leave this page?"
    address = new_batch(page, staffed, "tải lại")
    gone = slowly(page.context, 9)
    drop(page, papers)
    page.wait_for_function("document.querySelectorAll('.sending progress').length > 0")
    until(lambda: len(gone) == 9, page)
    page.reload()
    expect(page.locator("#left [data-upload]").first).to_be_visible()
    begun = page.locator("#left [data-upload]").count()
    assert begun >= 1
    page.context.unroute("**/uploads/*/")
    repeated: list[str] = []
    page.on("request", lambda request: request.method == "PATCH" and repeated.append(request.url))
    drop(page, papers)
    all_came(page, staffed, papers)
    assert page.url == address
    assert len(repeated) <= 2 * FILES - 9 + 3, "what was safe is not sent again, but what three windows had in hand"


def test_a_browser_is_killed_in_the_middle(
    staffed: Served, open_browser: Callable[[], Browser], papers: list[Path]
) -> None:
    browser = open_browser()
    page = window(browser, staffed)
    address = new_batch(page, staffed, "trình duyệt")
    gone = slowly(page.context, 7)
    drop(page, papers)
    until(lambda: len(gone) == 7, page)
    client = browser.new_browser_cdp_session()
    with suppress(Exception):
        client.send("Browser.crash")
    again = window(open_browser(), staffed)
    again.goto(address)
    expect(again.locator("#left [data-upload]").first).to_be_visible()
    drop(again, papers)
    all_came(again, staffed, papers)


def test_the_server_is_killed_in_the_middle_and_the_page_goes_on_by_itself(
    staffed: Served, open_browser: Callable[[], Browser], papers: list[Path]
) -> None:
    page = window(open_browser(), staffed)
    new_batch(page, staffed, "máy chủ")
    let_through: list[str] = []
    held: list[Route] = []

    def through(route: Route) -> None:
        if route.request.method != "PATCH" or len(let_through) < 5:
            let_through.extend([route.request.url] if route.request.method == "PATCH" else [])
            route.continue_()
        else:
            held.append(route)

    page.context.route("**/uploads/*/", through)
    drop(page, papers)
    until(lambda: len(held) >= 2, page)
    staffed.kill()
    page.context.unroute("**/uploads/*/")  # what was held goes on, to a server that is not there
    expect(page.locator(".sending .held .line").first).to_contain_text("Không kết nối được với máy chủ")
    staffed.start()
    all_came(page, staffed, papers)


def test_two_windows_send_the_same_files_at_once(
    staffed: Served, open_browser: Callable[[], Browser], papers: list[Path]
) -> None:
    page = window(open_browser(), staffed)
    address = new_batch(page, staffed, "hai cửa sổ")
    other = page.context.new_page()
    other.goto(address)
    drop(page, papers[:4])
    drop(other, papers[:4])
    expect(other.locator("#uploads.busy")).to_have_count(0, timeout=60_000)
    all_came(page, staffed, papers[:4])


def test_a_file_is_given_up_and_the_others_come_in(
    staffed: Served, open_browser: Callable[[], Browser], papers: list[Path]
) -> None:
    page = window(open_browser(), staffed)
    new_batch(page, staffed, "bỏ một tệp")
    gone = slowly(page.context, 2)
    drop(page, papers[:2])
    until(lambda: len(gone) == 2, page)
    page.get_by_role("button", name=f"Bỏ {papers[0].name}").click()
    expect(page.locator(".sending li")).to_have_count(1)
    page.context.unroute("**/uploads/*/")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    drop(page, papers[1:2])
    all_came(page, staffed, papers[1:2])


def test_who_was_signed_out_signs_in_in_another_window_and_it_goes_on(
    staffed: Served, open_browser: Callable[[], Browser], papers: list[Path]
) -> None:
    page = window(open_browser(), staffed)
    new_batch(page, staffed, "đăng nhập lại")
    page.context.clear_cookies(name="sohoa_session")
    drop(page, papers[:2])
    expect(page.locator(".sending .held .line").first).to_contain_text("Bạn đã bị đăng xuất")
    browsing.sign_in(page.context.new_page(), staffed.address, "van.thu")
    all_came(page, staffed, papers[:2])


def until(true: Callable[[], bool], page: Page) -> None:
    """Let the browser go on until something is so."""
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline
        page.wait_for_timeout(20)
