"""Signing in: passwords, the lock after wrong ones, second factors, invitations, the office's own server."""

from __future__ import annotations

import dataclasses
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.test import Client, RequestFactory

from accounts import people
from accounts.models import User
from accounts.rights import Role
from core.settings import settings

PASSWORD = "mưa rơi trên mái ngói cũ"


@pytest.fixture
def clerk(site: Path) -> User:
    """A clerk with a password."""
    person = people.add("le.thi.lan", "Lê Thị Lan", PASSWORD)
    people.grant(person, Role.CLERK, "H61.12", "test")
    return User.objects.get(pk=person)


def post(client: Client, name: str, password: str, **more: str) -> Any:
    return client.post("/sign-in/", {"login": name, "password": password}, **more)


def test_one_signs_in_with_name_and_password_and_lands_where_one_wanted_to_go(anonymous: Client, clerk: User) -> None:
    led = anonymous.get("/?q=hoa")
    assert led["Location"] == "/sign-in/?next=%2F%3Fq%3Dhoa"
    done = anonymous.post(led["Location"], {"login": "le.thi.lan", "password": PASSWORD, "next": "/?q=hoa"})
    assert done["Location"] == "/?q=hoa"
    assert anonymous.get("/").status_code == 200
    assert anonymous.cookies["sohoa_session"]["httponly"]
    assert anonymous.cookies["sohoa_session"]["samesite"] == "Lax"


@pytest.mark.parametrize("elsewhere", ["https://example.org/", "//example.org/", "javascript:alert(1)"])
def test_signing_in_leads_nowhere_else(anonymous: Client, clerk: User, elsewhere: str) -> None:
    done = anonymous.post("/sign-in/", {"login": "le.thi.lan", "password": PASSWORD, "next": elsewhere})
    assert done["Location"] == "/"


def test_wrong_passwords_close_the_name_for_a_while_and_say_so(anonymous: Client, clerk: User) -> None:
    for _attempt in range(settings().lock_out_after - 1):
        page = post(anonymous, "le.thi.lan", "sai")
        assert page.status_code == 200
        assert "Tên đăng nhập hoặc mật khẩu không đúng" in page.content.decode()
    assert post(anonymous, "le.thi.lan", "sai").status_code == 429
    locked = post(anonymous, "le.thi.lan", PASSWORD)
    assert locked.status_code == 429
    assert "15 phút" in locked.content.decode()
    elsewhere = post(anonymous, "le.thi.lan", PASSWORD, REMOTE_ADDR="10.0.0.7")
    assert elsewhere.status_code == 302  # who sits at another desk is not kept out


def test_a_name_that_does_not_exist_is_told_like_a_wrong_password(anonymous: Client, clerk: User) -> None:
    for name in ("le.thi.lan", "khong.co"):
        page = post(anonymous, name, "sai")
        assert page.status_code == 200
        faults = re.findall(r'class="fault"[^>]*>([^<]*)<', page.content.decode())
        assert faults == ["Tên đăng nhập hoặc mật khẩu không đúng."]


def test_who_is_suspended_is_out_at_once_and_cannot_come_back(
    anonymous: Client, clerk: User, sign_in: Callable[[str], Client]
) -> None:
    inside = sign_in("le.thi.lan")
    assert inside.get("/").status_code == 200
    people.suspend(clerk.pk, "test")
    assert inside.get("/").status_code == 302
    post(anonymous, "le.thi.lan", PASSWORD)
    assert anonymous.get("/").status_code == 302


def test_nobody_signs_up(anonymous: Client, site: Path) -> None:
    for path in ("/sign-in/up/", "/sign-in/office/up/"):
        assert anonymous.get(path).status_code == 404
        assert anonymous.post(path, {"username": "x", "password1": PASSWORD}).status_code == 404


def test_an_invitation_works_once(client: Client, anonymous: Client, site: Path) -> None:
    added = client.post(
        "/people/add/", {"name": "pham.van.an", "full_name": "Phạm Văn An", "role": "clerk", "unit": "H61.12"}
    )
    page = client.post(added["Location"] + "invite/").content.decode()
    address = page[page.index("/invitations/") :].split("<")[0]
    assert "pham.van.an" in anonymous.get(address).content.decode()
    weak = anonymous.post(address, {"password": "12345678901234", "again": "12345678901234"})
    assert weak.status_code == 200
    assert anonymous.post(address, {"password": PASSWORD, "again": PASSWORD})["Location"] == "/sign-in/"
    assert anonymous.get(address).status_code == 404
    assert post(anonymous, "pham.van.an", PASSWORD)["Location"] == "/"


@pytest.mark.parametrize("address", ["/invitations/1/x-y/", "/invitations/!!/x/", "/invitations/zzzzzzzzzzzzzz/a-b/"])
def test_made_up_invitations_are_not_there(anonymous: Client, site: Path, address: str) -> None:
    assert anonymous.get(address).status_code == 404


def code_of(secret: str) -> str:
    """What an authenticator app with this secret shows now."""
    counter = next(iter(yield_hotp_counters_from_time()))
    return str(format_hotp_value(hotp_value(secret, counter)))


def test_a_second_factor_is_asked_for_and_its_secret_is_unreadable_in_the_catalog(
    anonymous: Client, clerk: User
) -> None:
    from allauth.mfa.models import Authenticator

    post(anonymous, "le.thi.lan", PASSWORD)
    assert anonymous.get("/me/factors/app/")["Location"].startswith("/me/confirm/")
    anonymous.post("/me/confirm/", {"password": PASSWORD})
    page = anonymous.get("/me/factors/app/").content.decode()
    secret = re.findall(r"<code>([A-Z2-7]{32})</code>", page)[0]
    assert anonymous.get("/me/factors/app/picture.svg")["Content-Type"] == "image/svg+xml"
    assert anonymous.post("/me/factors/app/", {"code": code_of(secret)}).status_code == 302
    kept = str(Authenticator.objects.get(user=clerk, type="totp").data)
    assert secret not in kept
    anonymous.post("/sign-out/")
    asked = post(anonymous, "le.thi.lan", PASSWORD)
    assert asked["Location"] == "/sign-in/code/"
    assert anonymous.get("/").status_code == 302  # the password alone opens nothing
    assert anonymous.post("/sign-in/code/", {"code": "000000"}).status_code == 200
    from django.core.cache import cache

    cache.clear()  # a code is taken once only; the clock does not move on within a test
    assert anonymous.post("/sign-in/code/", {"code": code_of(secret)}).status_code == 302
    assert anonymous.get("/").status_code == 200


def test_codes_cannot_be_guessed_one_after_the_other(anonymous: Client, clerk: User) -> None:
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
    from django.core.cache import cache

    cache.clear()
    TOTP.activate(clerk, secret := generate_totp_secret())
    assert post(anonymous, "le.thi.lan", PASSWORD)["Location"] == "/sign-in/code/"
    for _guess in range(6):
        assert anonymous.post("/sign-in/code/", {"code": "000000"}).status_code in {200, 429}
    anonymous.post("/sign-in/code/", {"code": code_of(secret)})
    assert anonymous.get("/").status_code == 302  # even the right one comes too late
    cache.clear()


def test_where_everybody_needs_a_second_factor_nothing_opens_before_it_is_set_up(
    sign_in: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOHOA_SECOND_FACTOR", "everybody")
    settings.cache_clear()
    client = sign_in("mot.cua")
    assert client.get("/")["Location"] == "/me/factors/app/"
    assert client.get("/language/en/").status_code == 302


def test_the_office_vouches_only_for_who_was_invited(clerk: User) -> None:
    from allauth.core.exceptions import ImmediateHttpResponse

    from web.signing_in import SocialAdapter

    @dataclasses.dataclass
    class Account:
        extra_data: dict[str, Any]

    class Login:
        """What the library hands over after the server has vouched; the server itself is the library's to test."""

        is_existing = False
        connected: User | None = None

        def __init__(self, name: str) -> None:
            self.account = Account({"userinfo": {"preferred_username": name}})

        def connect(self, _request: object, user: User) -> None:
            self.connected = user

    request = RequestFactory().get("/", SERVER_NAME="127.0.0.1")
    known, stranger = Login("Le.Thi.Lan"), Login("ke.la")
    SocialAdapter().pre_social_login(request, known)
    assert known.connected == clerk
    with pytest.raises(ImmediateHttpResponse):
        SocialAdapter().pre_social_login(request, stranger)
    people.suspend(clerk.pk, "test")
    with pytest.raises(ImmediateHttpResponse):
        SocialAdapter().pre_social_login(request, Login("le.thi.lan"))


def test_a_form_from_elsewhere_changes_nothing(site: Path, clerk: User) -> None:
    strict = Client(SERVER_NAME="127.0.0.1", enforce_csrf_checks=True)
    response = strict.post("/sign-in/", {"login": "le.thi.lan", "password": PASSWORD})
    assert response.status_code == 403
    assert "không được chấp nhận" in response.content.decode()


def test_over_tls_cookies_stay_there(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from web.settings import extras

    monkeypatch.setenv("SOHOA_PUBLIC_URL", "https://sohoa.example.vn")
    settings.cache_clear()
    made = extras()
    assert made["SESSION_COOKIE_SECURE"]
    assert made["CSRF_COOKIE_SECURE"]
    assert "sohoa.example.vn" in made["ALLOWED_HOSTS"]


def test_events_tell_who_was_given_what(site: Path) -> None:
    from catalog import events

    begun = time.time()
    person = people.add("bui.thi.yen", "Bùi Thị Yến")
    people.grant(person, Role.STAFF, "H61.12.3", "quan.tri")
    newest = events.listing("H61.12.3", 1)[0]
    assert (newest.kind, newest.subject, newest.actor) == ("person.granted", "person:bui.thi.yen", "quan.tri")
    assert newest.time.timestamp() >= begun - 1
