"""People at a real browser: it complains loudly of errors, of what the policy forbids, and of other hosts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Browser, Page, sync_playwright

from tests.cli.support import Sohoa

ARGUMENTS = (
    "--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
PASSWORD = "mưa rơi trên mái ngói cũ"
SCREEN = {"width": 1366, "height": 768}
_HARMLESS = ("[DOM]", "Autofocus processing was blocked", "htmx:sendAbort", "htmx:afterRequest")
"""Chromium's advice on forms; a key that was pressed before the page was whole; a search dropped as typing went on."""


@dataclass
class Desk:
    """A browser, the pages' address, and who has a chair."""

    browser: Browser
    address: str
    complaints: list[str] = field(default_factory=list)

    def page(self, name: str = "") -> Page:
        """A new window, without traces of other windows; signed in as `name`, who was seated by `seat`."""
        page = self.browser.new_context(viewport=SCREEN, locale="vi-VN").new_page()  # type: ignore[arg-type]
        page.on("console", lambda message: self._heard(message.text))
        page.on("pageerror", lambda error: self._heard(str(error)))
        page.on("request", lambda request: self._asked(request.url))
        if name:
            sign_in(page, self.address, name)
        return page

    def _heard(self, text: str) -> None:
        if not text.startswith(_HARMLESS):
            self.complaints.append(text)

    def _asked(self, url: str) -> None:
        if not url.startswith(("http://127.0.0.1:", "blob:", "data:")):
            self.complaints.append(f"asked for {url}")


@contextmanager
def desk(chromium: str, address: str) -> Iterator[Desk]:
    """A browser for a while; fails if any of its pages had something to complain of."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        opened = Desk(browser, address)
        yield opened
        browser.close()
    assert not opened.complaints, opened.complaints


def seat(sohoa: Sohoa, name: str, role: str, unit: str = "") -> str:
    """Add somebody on the command line; the path of their invitation."""
    placed = ("--unit", unit) if unit else ()
    run = sohoa("people", "add", name, "--role", role, "--full-name", name.replace(".", " ").title(), *placed)
    assert run.code == 0, run.err
    return "/invitations/" + run.out.strip().partition("/invitations/")[2]


def typed(page: Page, text: str) -> None:
    """Type where the cursor is, once it is in a field: a new page puts it there only as it is first drawn."""
    page.wait_for_function("document.activeElement?.matches('input, textarea')")
    page.keyboard.type(text)


def accept(page: Page, address: str, invitation: str) -> None:
    """Choose PASSWORD under an invitation, as its receiver does."""
    page.goto(address + invitation)
    page.fill("#id_password", PASSWORD)
    page.fill("#id_again", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/sign-in/")


def sign_in(page: Page, address: str, name: str) -> None:
    """Fill the form for signing in, and wait for the search page."""
    page.goto(f"{address}/sign-in/")
    page.fill("#id_login", name)
    page.fill("#id_password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("#q")
