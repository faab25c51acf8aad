"""Certified copies on the pages, and the public page that whoever holds one may ask."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.dossiers import local_day
from catalog.states import Standing
from reuse import copies
from tests.reuse.test_copies import token_on
from tests.web import library
from tests.web.test_reuse import body_of, text_of
from web import genuine


@pytest.fixture(autouse=True)
def _no_memory() -> Iterator[None]:
    """How often an address asked is forgotten."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def licence(site: Path, tmp_path: Path) -> int:
    """Id of a permit with nothing in doubt."""
    return library.put(replace(library.PERMIT, review=()), tmp_path / "licence")


@pytest.fixture
def clerk(sign_in: Callable[[str], Client]) -> Client:
    return sign_in("mot.cua")


def issue(clerk: Client, result: int, folder: Path) -> str:
    """Make a copy; the secret in its address."""
    answer = clerk.post(f"/results/{result}/copies/new/")
    assert answer.status_code == 200 and answer["Content-Type"] == "application/pdf"
    path = folder / "copy.pdf"
    path.write_bytes(body_of(answer))
    return token_on(path)


def test_a_copy_is_made_listed_checked_and_withdrawn(
    clerk: Client, anonymous: Client, licence: int, tmp_path: Path
) -> None:
    assert f'href="/results/{licence}/copies/"' in clerk.get(f"/results/{licence}/").content.decode()
    token = issue(clerk, licence, tmp_path)
    [copy] = copies.of_result(licence)
    listed = text_of(clerk.get(f"/results/{licence}/copies/"))
    assert copy.serial in listed and token not in listed
    page = anonymous.get(f"/genuine/{token}/")
    assert "Bản sao này là thật" in text_of(page) and "còn hiệu lực" in text_of(page)
    assert "Cấp bản sao" in text_of(clerk.get(f"/results/{licence}/"))
    assert clerk.post(f"/copies/{copy.id}/withdraw/", {"reason": " "}).status_code == 200
    assert copies.copy(copy.id).withdrawn is None
    assert clerk.post(f"/copies/{copy.id}/withdraw/", {"reason": "cấp nhầm"}).status_code == 302
    gone = text_of(anonymous.get(f"/genuine/{token}/"))
    assert "không còn giá trị" in gone and "577/GPXD" not in gone
    assert "cấp nhầm" in text_of(clerk.get(f"/results/{licence}/copies/"))


def test_the_public_page_tells_number_issuer_date_and_validity_and_nothing_else(
    clerk: Client, anonymous: Client, licence: int, tmp_path: Path
) -> None:
    token = issue(clerk, licence, tmp_path)
    page = anonymous.get(f"/genuine/{token}/")
    text = text_of(page)
    for told in ("577/GPXD", "Ủy ban nhân dân huyện Lai Vung", "05/03/2019", "còn hiệu lực"):
        assert told in text
    for secret in ("Hòa", "087185001234", "Giấy phép", "nhà ở", "/results/", ".pdf", "mot.cua", "csrf", "sign-in"):
        assert secret not in text
    assert page.cookies == {} and "Cookie" not in page.get("Vary", "")
    assert page["X-Robots-Tag"].startswith("noindex")
    assert page["Referrer-Policy"] == "no-referrer" and page["Cache-Control"] == "private, no-store"
    assert "script-src 'self'" in page["Content-Security-Policy"] and "<script" not in text
    assert anonymous.post(f"/genuine/{token}/").status_code == 405


def test_it_says_that_the_result_is_not_valid_any_more(
    clerk: Client, anonymous: Client, licence: int, tmp_path: Path
) -> None:
    from catalog.models import Result

    token = issue(clerk, licence, tmp_path)
    result = Result.objects.filter(pk=licence)
    for columns in ({"valid_to": local_day() - timedelta(1)}, {"valid_to": None, "status": Standing.REVOKED}):
        result.update(**columns)
        text = text_of(anonymous.get(f"/genuine/{token}/"))
        assert "không còn hiệu lực" in text and "577/GPXD" in text
    result.update(status=Standing.IN_FORCE, number="578/GPXD")
    assert "đã được đính chính" in text_of(anonymous.get(f"/genuine/{token}/"))


def test_what_is_no_copy_s_address_is_404_and_costs_little(anonymous: Client, site: Path) -> None:
    for token in ("a" * 32, "a", "A" * 500, "%00" * 32, "..%2f", "1" * 32):
        with CaptureQueriesContext(connection) as asked:
            page = anonymous.get(f"/genuine/{token}/")
        assert page.status_code == 404 and len(asked) <= 1, token
    assert "Không có bản sao nào mang mã này" in text_of(anonymous.get(f"/genuine/{'a' * 32}/"))


def test_one_address_may_not_ask_without_end(anonymous: Client, site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(genuine, "PER_MINUTE", 3)
    path = f"/genuine/{'a' * 32}/"
    assert [anonymous.get(path).status_code for _ in range(5)] == [404, 404, 404, 429, 429]
    assert anonymous.get(path)["Retry-After"] == "60"
    assert anonymous.get(path, REMOTE_ADDR="192.0.2.7").status_code == 404


def test_no_copy_of_what_nobody_is_sure_of(clerk: Client, permit: int, birth: int) -> None:
    for result, said in ((permit, "sau khi có người kiểm tra"), (birth, "khi đã biết số")):
        page = text_of(clerk.get(f"/results/{result}/copies/"))
        assert said in page and "/copies/new/" not in page
        refused = clerk.post(f"/results/{result}/copies/new/", follow=True)
        assert said in text_of(refused) and copies.of_result(result) == ()


def test_who_may_not_copy_the_result_finds_nothing(
    sign_in: Callable[[str], Client], clerk: Client, licence: int, record: int, tmp_path: Path
) -> None:
    issue(clerk, licence, tmp_path)
    [copy] = copies.of_result(licence)
    for name in ("noi.khac", "van.thu"):
        client = sign_in(name)
        assert client.get(f"/results/{licence}/copies/").status_code == 404
        assert client.post(f"/results/{licence}/copies/new/").status_code == 404
        assert client.post(f"/copies/{copy.id}/withdraw/", {"reason": "x"}).status_code == 404
    assert clerk.get(f"/results/{record}/copies/").status_code == 404
    assert clerk.post(f"/results/{record}/copies/new/").status_code == 404
    assert sign_in("tu.phap").post(f"/results/{record}/copies/new/").status_code == 302, "asks why it is opened"
    assert copies.of_result(record) == ()
