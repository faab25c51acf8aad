"""What pages and interface say while something that they need is away."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import pytest
from django.db import OperationalError, connection
from django.test import Client

from core import outages
from core.errors import AwayError
from tests.catalog.support import use_database


@contextmanager
def _nobody_listens() -> Iterator[str]:
    """URL of a PostgreSQL server that is stopped."""
    with socket.socket() as bound:  # nobody else gets the port meanwhile
        bound.bind(("127.0.0.1", 0))
        yield f"postgresql://sohoa:secret-of-ours@127.0.0.1:{bound.getsockname()[1]}/sohoa"


def _plain(body: str) -> None:
    for inside in ("127.0.0.1", "secret-of-ours", "Traceback", "OperationalError", "psycopg", "sqlite"):
        assert inside not in body


@pytest.mark.parametrize("address", ["/", "/me/", "/batches/", "/no-such-page/", "/sign-in/"])
def test_without_the_database_each_page_says_so_at_once(client: Client, address: str) -> None:
    with _nobody_listens() as url, use_database(url):
        answer = client.get(address)
    body = answer.content.decode()
    assert (answer.status_code, answer.headers.get("Retry-After")) in {(503, "30"), (200, None)}, body
    if address != "/sign-in/":
        assert answer.status_code == 503
    if answer.status_code == 503:
        assert "Hiện không kết nối được với cơ sở dữ liệu" in body
        assert "không bị mất" in body
    _plain(body)


def test_the_page_asks_the_database_no_second_time(client: Client) -> None:
    with (
        _nobody_listens() as url,
        use_database(url),
        mock.patch.object(connection, "ensure_connection", wraps=connection.ensure_connection) as asked,
    ):
        assert client.get("/").status_code == 503
    assert asked.call_count <= 1


def test_it_speaks_english_to_who_chose_that(client: Client) -> None:
    client.cookies["sohoa_language"] = "en"
    with _nobody_listens() as url, use_database(url):
        answer = client.get("/")
    assert "The database cannot be reached at the moment" in answer.content.decode()
    assert answer.headers["Content-Language"] == "en"


def test_a_catalog_that_cannot_be_opened_is_told_alike(client: Client, tmp_path: Path) -> None:
    with use_database(f"sqlite:///{tmp_path / 'gone' / 'catalog.sqlite3'}"):
        answer = client.get("/")
    assert answer.status_code == 503
    assert "cơ sở dữ liệu" in answer.content.decode()
    _plain(answer.content.decode())


def test_the_interface_answers_with_a_problem(anonymous: Client) -> None:
    with _nobody_listens() as url, use_database(url):
        answer = anonymous.get("/api/v1/results/1", headers={"Authorization": f"Bearer sohoa_{'a' * 43}"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "unavailable"
    assert answer.json()["detail"].startswith("database ")
    _plain(answer.content.decode())


def test_a_fault_around_the_views_is_told_as_well(client: Client) -> None:
    with mock.patch("web.gate.Gate.process_view", side_effect=OperationalError("127.0.0.1 is away")):
        answer = client.get("/")
    assert answer.status_code == 503
    _plain(answer.content.decode())


@pytest.mark.parametrize(("what", "told"), [("storage", "kho lưu tệp"), ("search", "hệ thống tìm kiếm")])
def test_store_and_search_are_named(client: Client, what: str, told: str) -> None:
    with mock.patch("web.context.places.shown", side_effect=AwayError(what, "127.0.0.1 is away")):
        answer = client.get("/batches/")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert told in answer.content.decode()
    _plain(answer.content.decode())


@pytest.mark.parametrize(("name", "address"), [("van.thu", "/batches/"), ("mot.cua", "/")])
def test_staff_and_clerks_see_what_work_waits_for(sign_in: Callable[[str], Client], name: str, address: str) -> None:
    someone = sign_in(name)
    outages.note("storage", "no S3 server answers at 127.0.0.1")
    body = someone.get(address).content.decode()
    assert body.count("Kho lưu tệp mất kết nối") == 1
    assert "127.0.0.1" not in body
    outages.over("storage")
    assert "mất kết nối" not in someone.get(address).content.decode()
