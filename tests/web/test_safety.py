"""What holds for every page: headers, hosts, languages, methods, and what happens when a service is away."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest
from django.test import Client

from core.errors import SettingsError
from web.secret import secret_key

PAGES = ["/", "/results/1/", "/static/web/sohoa.css", "/no/such/page"]


@pytest.mark.parametrize("path", PAGES)
def test_every_answer_forbids_foreign_scripts_frames_and_guessing(client: Client, permit: int, path: str) -> None:
    response = client.get(path)
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("path", ["/", "/?q=hoa", "/results/1/"])
def test_pages_need_nothing_that_the_policy_forbids(client: Client, permit: int, path: str) -> None:
    html = client.get(path).content.decode()
    assert " style=" not in html
    assert "<style" not in html
    assert " onclick" not in html
    assert "<script>" not in html
    assert "http://" not in html.replace("http://www.w3.org", "")
    assert "https://" not in html


@pytest.mark.parametrize("host", ["example.org", "127.0.0.1.example.org", "192.168.1.10"])
def test_other_host_names_are_turned_away(client: Client, host: str) -> None:
    assert client.get("/", headers={"Host": host}).status_code == 400


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
@pytest.mark.parametrize("path", ["/", "/results/1/", "/results/1/original", "/language/en/"])
def test_the_pages_change_nothing(client: Client, permit: int, method: str, path: str) -> None:
    assert getattr(client, method)(path).status_code == 405


def test_a_browser_that_asks_for_an_icon_gets_it(client: Client) -> None:
    response = client.get("/favicon.ico", follow=True)
    assert response.status_code == 200
    assert response["Content-Type"] == "image/svg+xml"


def test_vietnamese_unless_the_reader_switches(client: Client) -> None:
    assert '<html lang="vi">' in client.get("/", headers={"Accept-Language": "en"}).content.decode()
    response = client.get("/language/en/?next=/%3Fq%3Dhoa")
    assert response["Location"] == "/?q=hoa"
    html = client.get("/").content.decode()
    assert '<html lang="en">' in html
    assert "Nothing has been digitized yet" in html


@pytest.mark.parametrize("wanted", ["https://example.org/", "//example.org", "javascript:alert(1)", "\\\\example.org"])
def test_the_switch_leads_nowhere_else(client: Client, wanted: str) -> None:
    assert client.get("/language/en/", {"next": wanted})["Location"] == "/"


def test_an_unknown_language_is_404(client: Client) -> None:
    assert client.get("/language/xx/").status_code == 404


def test_search_that_is_away_is_told_without_details(client: Client, site: Path) -> None:
    index = site / "index"
    index.rename(site / "gone")
    response = client.get("/", {"q": "hoa"})
    assert response.status_code == 503
    assert "sohoa doctor" in response.content.decode()
    assert str(site) not in response.content.decode()


def test_a_fault_of_ours_is_a_page_without_details(
    client: Client, permit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_id: int) -> None:
        raise RuntimeError("inner workings")

    monkeypatch.setattr("catalog.results.show", fail)
    response = client.get("/results/1/")
    assert response.status_code == 500
    assert "Đã xảy ra lỗi" in response.content.decode()
    assert "inner workings" not in response.content.decode()


def test_the_secret_key_is_made_once_and_for_the_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "home" / "secret_key"
    keys: list[str] = []
    makers = [threading.Thread(target=lambda: keys.append(secret_key(path))) for _ in range(8)]
    for maker in makers:
        maker.start()
    for maker in makers:
        maker.join()
    assert len({*keys, secret_key(path)}) == 1
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [p.name for p in path.parent.iterdir()] == ["secret_key"]


def test_a_secret_key_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "short").write_text("x")
    (tmp_path / "bytes").write_bytes(os.urandom(64))
    for name in ("short", "bytes"):
        with pytest.raises(SettingsError, match="secret key"):
            secret_key(tmp_path / name)
