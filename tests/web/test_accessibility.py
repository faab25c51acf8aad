"""Each kind of page passes axe-core's rules for WCAG 2.2 A and AA, signed in and not."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.web.browsing import Desk

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
ONES_OWN = ("/", "/?q=quyet+dinh", "/?q=khongcogi", "/people/", "/people/add/", "/people/1/", "/me/", "/me/password/")
MORE = ("/me/factors/", "/me/confirm/?next=/", "/reuse/", "/reuse/changed/", "/tokens/", "/intake/", "/no/such/page/")
REVIEW = ("/review/", "/review/policy/")
OF_SAMPLES = ("/duplicates/", "/samples/", "/samples/rates/", "/samples/calibration/")
PAPER = ("/paper/", "/paper/put/", "/paper/lend/", "/paper/lent/", "/bought-in/", "/bought-in/new/")
OF_A_RESULT = ("", "pages/1/regions/", "use/", "copies/", "correct/", "replace/", "revoke/", "deliver/", "persons/")
OPEN = ("/sign-in/", "/invitations/1/x-y/", "/genuine/x/")


def faults(page: Page) -> list[str]:
    """What axe-core has against the page: rule, and where."""
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{one['id']}: {', '.join(str(node['target']) for node in one['nodes'][:3])}" for one in found]


def test_pages_of_somebody_who_is_signed_in(desk: Desk) -> None:
    page = desk.page("quan.tri")
    result = str(page.locator(".card h2 a").first.get_attribute("href"))
    found = {}
    for path in (
        *ONES_OWN,
        *MORE,
        *PAPER,
        *OF_SAMPLES,
        *REVIEW,
        *(result.partition("?")[0] + more for more in OF_A_RESULT),
    ):
        page.goto(desk.address + path)
        if wrong := faults(page):
            found[path] = wrong
    desk.complaints = [text for text in desk.complaints if "404" not in text]
    assert found == {}


@pytest.mark.parametrize("path", OPEN)
def test_pages_for_everybody(desk: Desk, path: str) -> None:
    page = desk.page()
    page.goto(desk.address + path)
    desk.complaints = [text for text in desk.complaints if "404" not in text]
    assert faults(page) == []


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
