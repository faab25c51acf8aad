"""Tokens: made, ended, revoked, and how often they may call. On both databases where rows are counted at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.rights import Right
from tests.catalog.support import at_once, use_database
from tests.web.api.support import Program, problem

SEE = frozenset({Right.SEE})


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, home: Path, empty_home: Path) -> Iterator[None]:
    """A catalog with a unit."""
    import catalog

    if request.param == "sqlite":
        url = f"sqlite:///{home / 'tokens.sqlite3'}"
    else:
        url = str(request.getfixturevalue("migrated_pg_url"))
    with use_database(url):
        catalog.migrate()
        from catalog import units

        units.add("H61.12", "Ủy ban nhân dân huyện Lai Vung")
        yield


def test_the_secret_stands_nowhere(database: None) -> None:
    from accounts import tokens
    from accounts.models import Token
    from catalog import events

    row, secret = tokens.add("  một  cửa ", tokens.Scope(("H61.12",), SEE), "quan.tri")
    assert secret.startswith("sohoa_") and row.name == "một cửa"
    assert secret not in str(Token.objects.values())
    found = tokens.of_secret(secret)
    assert found == row
    event = events.listing("H61.12", 1)[0]
    assert (event.kind, event.subject, event.actor) == ("token.added", "token:một cửa", "quan.tri")
    for other in ("", "sohoa_", secret[:-1], secret + "A", secret.upper(), "x" * 5000):
        assert tokens.of_secret(other) is None


def test_a_token_ends_by_itself_and_when_it_is_revoked(database: None) -> None:
    from accounts import tokens
    from accounts.models import Token

    row, secret = tokens.add("a1", tokens.Scope(rights=SEE), "quan.tri", days=1)
    assert timedelta(hours=23) < row.expires - datetime.now(UTC) <= timedelta(days=1)
    Token.objects.update(expires=datetime.now(UTC))
    assert tokens.of_secret(secret) is None
    row, secret = tokens.add("a2", tokens.Scope(rights=SEE), "quan.tri")
    tokens.revoke(row.id, "quan.tri")
    tokens.revoke(row.id, "khác")
    assert tokens.of_secret(secret) is None
    assert Token.objects.get(pk=row.id).revoked_by == "quan.tri"


@pytest.mark.parametrize(
    ("name", "units", "rights", "kinds", "days"),
    [
        ("x", (), SEE, (), 1),
        ("a\nb", (), SEE, (), 0),
        ("tên", ("H99",), SEE, (), 1),
        ("tên", (), frozenset({Right.MANAGE}), (), 1),
        ("tên", (), SEE, ("gossip",), 1),
        ("tên", (), SEE, (), 732),
    ],
)
def test_what_makes_no_token(
    site: Path, name: str, units: tuple[str, ...], rights: frozenset[Right], kinds: tuple[str, ...], days: int
) -> None:
    from accounts import tokens
    from core.errors import UsageError

    with pytest.raises(UsageError):
        tokens.add(name, tokens.Scope(units, rights, kinds), "quan.tri", days)
    assert tokens.listing() == ()


def test_a_name_is_taken_once_and_for_all(database: None) -> None:
    from accounts import tokens
    from core.errors import UsageError

    row, _secret = tokens.add("một cửa", tokens.Scope(rights=SEE), "quan.tri")
    tokens.revoke(row.id, "quan.tri")
    with pytest.raises(UsageError, match="already"):
        tokens.add("một cửa", tokens.Scope(rights=SEE), "quan.tri")


@pytest.mark.parametrize(("limit", "expected"), [(50, 50), (7, 7), (1, 1)])
def test_no_more_calls_than_allowed_get_through_however_many_processes_there_are(
    database: None, limit: int, expected: int
) -> None:
    from accounts import tokens
    from accounts.rates import Rates

    row, _secret = tokens.add("a1", tokens.Scope(rights=SEE), "quan.tri")
    processes, now = [Rates() for _ in range(3)], 1_800_000_030.0

    def call(number: int) -> int:
        return sum(not processes[number].take(row.id, limit, now) for _ in range(60))

    assert sum(at_once(3, call)) == expected
    assert processes[0].take(row.id, limit, now) == 30
    assert processes[0].take(row.id, limit, now + 30) == 0
    assert tokens.show(row.id).last_used == datetime.fromtimestamp(now + 30, UTC)


def test_a_call_over_the_limit_costs_no_query(database: None) -> None:
    from accounts import tokens
    from accounts.rates import Rates

    row, _secret = tokens.add("a1", tokens.Scope(rights=SEE), "quan.tri")
    rates, now = Rates(), 1_800_000_030.0
    assert [rates.take(row.id, 2, now) for _ in range(3)] == [0, 0, 30]
    with CaptureQueriesContext(connection) as captured:
        assert [rates.take(row.id, 2, now + n) for n in range(3)] == [30, 29, 28]
    assert len(captured) == 0
    assert rates.take(row.id, 2, now + 30) == 0


def test_who_calls_too_often_is_told_how_long_to_wait(
    program: Callable[..., Program], monkeypatch: pytest.MonkeyPatch
) -> None:
    from core.settings import settings
    from web.api import asking

    monkeypatch.setenv("SOHOA_API_RATE", "3")
    settings.cache_clear()
    monkeypatch.setattr("accounts.rates.time.time", lambda: 1_800_000_030.0)
    monkeypatch.setattr(asking, "_rates", asking.Rates())
    busy, other = program(), program()
    assert [busy.get("/search").status_code for _ in range(3)] == [200, 200, 200]
    told = busy.get("/search")
    problem(told, 429, "too-often")
    assert told.headers["Retry-After"] == "30"
    assert other.get("/search").status_code == 200


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer sohoa_x", "Basic c29ob2E6eA==", "sohoa_x"])
def test_nothing_opens_without_a_good_token_not_even_for_who_is_signed_in(client: Client, header: str) -> None:
    from django.urls import reverse

    for method, path in [("get", "/search"), ("get", "/results/1"), ("post", "/reuses"), ("post", "/holders/results")]:
        answered = getattr(client, method)("/api/v1" + path, headers={"Authorization": header} if header else {})
        problem(answered, 401, "token")
        assert answered.headers["WWW-Authenticate"].startswith("Bearer")
    assert client.get(reverse("api:openapi-json")).status_code == 200


def test_every_fault_is_a_problem(one_stop: Program) -> None:
    problem(one_stop.get("/nowhere"), 404, "not-found")
    problem(one_stop.get("/"), 404, "not-found")
    told = one_stop.delete("/search")
    problem(told, 405, "method")
    assert told.headers["Allow"] == "GET"
    places = problem(one_stop.post("/holders/results", {"id": "1" * 41, "more": 1}), 422, "invalid")["errors"]
    assert {"id", "more"} == {place["where"][-1] for place in places}
    assert "1111" not in str(places), "what was sent is not repeated"
    problem(one_stop.get("/results/0"), 422, "invalid")
    problem(one_stop.post("/reuses", "x" * 3_000_000), 413, "too-big")


def test_a_service_that_is_away_is_a_problem_without_its_address(
    one_stop: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core.errors import ServiceError
    from web.api import search

    def away() -> None:
        raise ServiceError("http://secret-host:9200 does not answer")

    monkeypatch.setattr(search, "index", away)
    told = one_stop.get("/search")
    assert "secret-host" not in str(problem(told, 503, "unavailable"))
    assert told.headers["Retry-After"] == "30"
