"""Signing in over the office's own OpenID Connect server, all the way in a browser, against a real such server."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from oidc_provider_mock import User, run_server_in_thread
from playwright.sync_api import Page, expect

from tests.cli.support import Sohoa, free_port, pages_of, served
from tests.web import browsing
from tests.web.browsing import Desk

PEOPLE = {"nv-1": "Mot.Cua", "nv-2": "ke.la"}
"""Whom the office knows by which user name; only the first was invited here."""
BUTTON = "Đăng nhập bằng Cổng cán bộ"
CDN = "cdn.jsdelivr.net"
"""Where the office's page wants its style sheet from."""


@contextmanager
def office() -> Iterator[str]:
    """The address of the office's server, which gives out nothing to programs that it does not know."""
    users = [User(sub=sub, claims={"preferred_username": name}) for sub, name in PEOPLE.items()]
    with run_server_in_thread(user_claims=users, require_client_registration=True) as server:
        yield f"http://127.0.0.1:{server.server_port}"


def registered(office: str, back: str) -> dict[str, Any]:
    """Make sohoa known there: its ``client_id`` and ``client_secret``."""
    body = json.dumps({"redirect_uris": [back]}).encode()
    request = urllib.request.Request(f"{office}/oauth2/clients", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as response:
        return dict(json.load(response))


def known_there(sohoa: Sohoa, office: str, client: str, secret: Path) -> Sohoa:
    """The command with settings that lead to the office's server."""
    sohoa.env |= {"SOHOA_OIDC_URL": office, "SOHOA_OIDC_CLIENT": client}
    sohoa.env |= {"SOHOA_OIDC_SECRET_FILE": str(secret), "SOHOA_OIDC_NAME": "Cổng cán bộ"}
    return sohoa


def at_the_form(desk: Desk) -> Page:
    """A window before the form for signing in."""
    page = desk.page()
    # The style sheet of the office's page would come from a content network.
    page.route("https://**/*", lambda route: route.fulfill(body="", content_type="text/css"))
    page.goto(f"{desk.address}/sign-in/")
    return page


@pytest.fixture(scope="module")
def sohoa(tmp_path_factory: pytest.TempPathFactory) -> Sohoa:
    """An installation with an administrator and a clerk, who have not chosen passwords."""
    made = Sohoa(tmp_path_factory.mktemp("office") / "home")
    made("init")
    made("units", "add", "H61", "Đơn vị mẫu")
    browsing.seat(made, "quan.tri", "administrator")
    browsing.seat(made, "mot.cua", "clerk")
    return made


@pytest.fixture(scope="module")
def pages(sohoa: Sohoa, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of its pages, whose settings lead to the office's server."""
    port, secret = free_port(), tmp_path_factory.mktemp("secret") / "oidc"
    with office() as address:
        client = registered(address, f"http://127.0.0.1:{port}/sign-in/office/back/")
        secret.write_text(client["client_secret"] + "\n", encoding="utf-8")
        with served(known_there(sohoa, address, client["client_id"], secret), port=port) as (url, _process):
            yield url


@pytest.fixture
def page(chromium: str, pages: str) -> Iterator[Page]:
    """A window before the form for signing in."""
    with browsing.desk(chromium, pages) as desk:
        yield at_the_form(desk)
        desk.complaints = [t for t in desk.complaints if not set(t.split()) & {"401", "403"} and CDN not in t]


def led_to_the_office(page: Page) -> None:
    """Press the button; the office asks who one is, and was asked with a proof key (PKCE) and a state."""
    page.get_by_role("button", name=BUTTON).click()
    page.wait_for_url("**/oauth2/authorize?**")
    asked = parse_qs(urlsplit(page.url).query)
    assert asked["code_challenge_method"] == ["S256"] and asked["code_challenge"][0] and asked["state"][0]
    assert set(asked["scope"][0].split()) >= {"openid", "profile"}


def vouched_for(page: Page, sub: str) -> None:
    """Be who the office knows as `sub`."""
    led_to_the_office(page)
    page.get_by_role("button", name=sub, exact=True).first.click()


def test_whom_the_office_vouches_for_is_in_as_the_person_who_was_invited_the_second_time_as_well(page: Page) -> None:
    for _time in range(2):
        vouched_for(page, "nv-1")
        expect(page.locator("#q")).to_be_visible()
        expect(page.get_by_role("link", name="Mot Cua")).to_be_visible()
        page.get_by_role("button", name="Đăng xuất").click()
        expect(page.locator("#id_login")).to_be_visible()


def test_who_was_not_invited_is_told_so_and_stays_out(page: Page, pages: str) -> None:
    vouched_for(page, "nv-2")
    expect(page.locator("main")).to_contain_text("Chưa có lời mời nào cho tên đăng nhập của bạn")
    page.goto(pages)
    expect(page.locator("#id_login")).to_be_visible()


def test_who_turns_back_at_the_office_may_sign_in_otherwise(page: Page) -> None:
    led_to_the_office(page)
    page.get_by_role("button", name="Deny").click()
    expect(page.get_by_role("heading", name="Không đăng nhập được")).to_be_visible()
    page.get_by_role("main").get_by_role("link", name="Đăng nhập").click()
    expect(page.locator("#id_login")).to_be_visible()


@pytest.fixture
def suspended(sohoa: Sohoa, pages: str) -> None:
    """The clerk has left."""
    from accounts import people

    with pages_of(sohoa.home):
        people.suspend(next(p.id for p in people.listing() if p.name == "mot.cua"), "test")


def test_who_was_suspended_here_stays_out_whatever_the_office_says(suspended: None, page: Page, pages: str) -> None:
    vouched_for(page, "nv-1")
    expect(page.locator("main")).to_contain_text("tạm khóa")
    page.goto(pages)
    expect(page.locator("#id_login")).to_be_visible()


def test_a_secret_that_the_office_does_not_know_lets_nobody_in_and_an_office_that_is_away_is_told_of(
    chromium: str, sohoa: Sohoa, tmp_path: Path
) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text("another", encoding="utf-8")
    port = free_port()
    with ExitStack() as opened:
        with office() as address:
            client = registered(address, f"http://127.0.0.1:{port}/sign-in/office/back/")
            other = known_there(Sohoa(sohoa.home), address, client["client_id"], wrong)
            url, _process = opened.enter_context(served(other, port=port))
            desk = opened.enter_context(browsing.desk(chromium, url))
            page = at_the_form(desk)
            vouched_for(page, "nv-1")
            expect(page.locator("main")).to_contain_text("Máy chủ kia không xác nhận bạn")
        page.goto(f"{url}/sign-in/")
        page.get_by_role("button", name=BUTTON).click()
        expect(page.locator("main")).to_contain_text("Máy chủ của cơ quan không trả lời")
        desk.complaints = [t for t in desk.complaints if "401" not in t and "503" not in t and CDN not in t]
