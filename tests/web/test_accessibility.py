"""Each page passes axe-core's rules for WCAG 2.2 A and AA, signed in and not, and fits on a screen and a tablet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.cli.support import Sohoa, served
from tests.web import browsing, furnished
from tests.web.browsing import Desk
from tests.web.test_signing_in import code_of

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
FOUND = ("/?q=giay", "/?q=khongcogi", "/?q=hoa+n%C4%83m:1999", "/me/confirm/?next=/", "/no/such/page/")
"""Pages that look otherwise by what is asked, or by how one has signed in."""
SCREENS = ((1366, 768), (1180, 820), (820, 1180), (390, 844))
OPEN = ("/sign-in/", "/invitations/1/x-y/", "/genuine/x/")


def faults(page: Page) -> list[str]:
    """What axe-core has against the page: rule, and where."""
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{one['id']}: {', '.join(str(node['target']) for node in one['nodes'][:3])}" for one in found]


def wider(page: Page) -> list[str]:
    """On which screens the page goes over the edge."""
    found = []
    for width, height in SCREENS:
        page.set_viewport_size({"width": width, "height": height})
        if (needed := page.evaluate("document.documentElement.scrollWidth")) > width:
            found.append(f"{needed} pixels on {width} × {height}")
    return found


@pytest.fixture(scope="module")
def furnished_pages(empty_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, list[str]]]:
    """Where an installation with one of everything is served, and the paths of its pages."""
    home = tmp_path_factory.mktemp("furnished")
    with furnished.installation(home, empty_home) as (_things, paths):
        pass
    with served(Sohoa(home)) as (address, _process):
        yield address, paths


@pytest.fixture
def furnished_desk(chromium: str, furnished_pages: tuple[str, list[str]]) -> Iterator[Desk]:
    """A browser before them."""
    with browsing.desk(chromium, furnished_pages[0]) as desk:
        yield desk


def test_every_page_is_for_everybody_and_fits_on_screens_and_tablets(
    furnished_desk: Desk, furnished_pages: tuple[str, list[str]]
) -> None:
    desk, paths = furnished_desk, furnished_pages[1]
    page = desk.page("quan.tri")
    found = {}
    for path in (*paths, *FOUND):
        page.goto(desk.address + path)
        if wrong := [*faults(page), *wider(page)]:
            found[path] = wrong
    desk.complaints = [text for text in desk.complaints if "404" not in text]
    assert not found, "\n".join(f"{path}: {wrong}" for path, wrong in found.items())
    assert len(paths) > 50, "the table of addresses is read"


def test_pages_of_the_second_factor(furnished_desk: Desk) -> None:
    desk = furnished_desk
    page = desk.page("quan.tri")
    found = {}
    page.goto(f"{desk.address}/me/factors/app/")
    found["confirm"] = [*faults(page), *wider(page)]
    page.fill("#id_password", browsing.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/me/factors/app/")
    found["app"] = [*faults(page), *wider(page)]
    secret = page.locator("main code").first.inner_text()
    page.fill("#id_code", code_of(secret))
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: not url.endswith("/app/"))
    for path in ("factors/", "factors/codes/", "factors/codes/new/", "factors/app/remove/", "confirm/code/?next=/"):
        assert page.goto(f"{desk.address}/me/{path}")
        assert path.partition("?")[0] in page.url
        found[path] = [*faults(page), *wider(page)]
    page.get_by_role("button", name="Đăng xuất").click()
    page.fill("#id_login", "quan.tri")
    page.fill("#id_password", browsing.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/sign-in/code/")
    found["sign-in/code/"] = [*faults(page), *wider(page)]
    assert {path: wrong for path, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize("path", OPEN)
def test_pages_for_everybody(desk: Desk, path: str) -> None:
    page = desk.page()
    page.goto(desk.address + path)
    desk.complaints = [text for text in desk.complaints if "404" not in text]
    assert [*faults(page), *wider(page)] == []


def test_pages_of_a_batch(desk: Desk, samples: Path, tmp_path: Path) -> None:
    page = desk.page("quan.tri")
    found = {}
    for path in ("batches/", "batches/open/"):
        page.goto(f"{desk.address}/{path}")
        found[path] = faults(page)
    page.fill("#id_slip", "H61-220921-0099")
    page.get_by_role("button", name="Mở đợt quét này").click()
    page.wait_for_selector("#uploads")
    bad = tmp_path / "a.pdf"
    bad.write_bytes(b"x")
    page.set_input_files("#papers", [samples / "docs" / "dev-018.pdf", bad])
    page.wait_for_selector(".sending .refused")
    page.wait_for_selector("#live tbody tr")
    found["batch"] = faults(page)
    for path in ("close/", "sheets/", "desk/"):
        address = page.url
        page.goto(address + path)
        found[path] = faults(page)
        page.goto(address)
    page.goto(f"{desk.address}/batches/")
    found["batches"] = faults(page)
    assert {path: wrong for path, wrong in found.items() if wrong} == {}


def test_pages_before_anybody_is_there(chromium: str, home: Path) -> None:
    sohoa = Sohoa(home)
    sohoa("init")
    with served(sohoa) as (address, process), browsing.desk(chromium, address) as desk:
        assert process.stderr
        line = process.stderr.readline()
        page = desk.page()
        for path in (f"{address}/first/", line[line.index("http") :].strip()):
            page.goto(path)
            assert [*faults(page), *wider(page)] == [], path
