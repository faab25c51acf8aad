"""Each role walks through all pages that are theirs, by keys alone: Tab to a link, Enter, and back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.web.browsing import Desk

_FOCUSED = "() => document.activeElement?.getAttribute('href')"
_MOST_TABS = 80


def tab_to(page: Page, href: str) -> None:
    """Press Tab until the link with this address has the focus, which has to be seen."""
    for _press in range(_MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate(_FOCUSED) == href:
            outline = page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none", href
            return
    pytest.fail(f"{href} cannot be reached by Tab on {page.url}")


@pytest.mark.parametrize("name", ["quan.tri", "mot.cua", "van.thu"])
def test_the_pages_of_a_role_are_reached_by_keys_alone(desk: Desk, name: str) -> None:
    page = desk.page(name)
    home = page.url
    places = page.locator(".places a").evaluate_all("links => links.map(a => a.getAttribute('href'))")
    assert "/" in places
    for place in [*places, "/me/"]:
        page.goto(home)
        tab_to(page, place)
        page.keyboard.press("Enter")
        page.wait_for_url(f"**{place}")
        expect(page.locator("h1").first).to_be_visible()


@pytest.mark.parametrize("name", ["quan.tri", "mot.cua", "van.thu"])
def test_what_a_role_may_do_with_a_result_is_reached_by_keys_alone(desk: Desk, name: str) -> None:
    page = desk.page(name)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/results/**")
    expect(page.locator(".tasks a").first).to_be_visible()
    result = page.url
    tasks = page.locator(".tasks a").evaluate_all("links => links.map(a => a.getAttribute('href'))")
    assert tasks
    for task in tasks:
        page.goto(result)
        tab_to(page, task)
        page.keyboard.press("Enter")
        page.wait_for_url(f"**{task}")
        expect(page.locator("h1").first).to_be_visible()
        page.evaluate("document.activeElement?.blur()")  # where a field has the focus, Esc leaves that first
        page.keyboard.press("Escape")
        page.wait_for_url(lambda url: url.partition("?")[0] == result.partition("?")[0])
