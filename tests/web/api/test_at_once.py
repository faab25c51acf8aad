"""The same as elsewhere on SQLite, here on PostgreSQL, where writers do not wait for each other by themselves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings

from tests.catalog.support import at_once, use_database
from tests.flows.support import tiff
from tests.web import library
from tests.web.api.support import DOSSIER, Program, problem


@pytest.fixture
def site(home: Path, migrated_pg_url: str) -> Iterator[Path]:
    """As `tests.web.conftest.site`, on PostgreSQL."""
    from web import services
    from web.settings import extras

    def forget() -> None:
        for opened in (services.store, services.index, services.shelf):
            opened.cache_clear()

    forget()
    with use_database(migrated_pg_url):
        library.units()
        services.index().rebuild([])
        with override_settings(**{name: value for name, value in extras().items() if name != "DATABASES"}):
            yield home
        services.index().close()
    forget()


@pytest.mark.parametrize("key", ["", "k"])
def test_a_result_is_used_once(one_stop: Program, permit: int, key: str) -> None:
    from reuse import entries

    person = {"name": "Nguyễn Thị Hòa"}
    wish = {"result": permit, "dossier": DOSSIER, "unit": "H61.12", "person": person, "reason": "đã xem"}
    answers = at_once(6, lambda number: Program(one_stop.secret).post("/reuses", wish, key=key))
    assert len(entries.of_result(permit)) == 1
    done = [answer.json()["id"] for answer in answers if answer.status_code == 201]
    assert done and set(done) == {done[0]}
    for answer in answers:
        if answer.status_code != 201:
            problem(answer, 409, "key-at-work")
    assert one_stop.post("/reuses", wish, key=key).json()["id"] == done[0]


def test_a_key_that_died_is_taken_over_by_one(one_stop: Program, permit: int) -> None:
    from datetime import timedelta

    from web.api.once import _claim
    from web.api.problems import ProblemError
    from web.models import KeptAnswer

    old = datetime.now(UTC) - timedelta(minutes=11)
    from accounts.models import Token

    token = Token.objects.get().pk
    KeptAnswer.objects.create(token_id=token, key="k", asked="a" * 64, created=old)

    def take(number: int) -> bool:
        try:
            return isinstance(_claim(token, "k", "a" * 64), int)
        except ProblemError as error:
            assert error.code == "key-at-work"
            return False

    assert sum(at_once(6, take)) == 1


def test_a_file_is_taken_in_once(one_stop: Program, tmp_path: Path) -> None:
    from catalog import batches

    content = tiff(tmp_path / "kq.tif").read_bytes()

    def send(number: int) -> int:
        parts = {"file": SimpleUploadedFile("kq.tif", content), "unit": "H61.12", "dossier": DOSSIER}
        answer = Program(one_stop.secret).upload("/results", parts)
        assert answer.status_code == 202, answer.content
        return int(answer.json()["id"])

    assert len(set(at_once(6, send))) == 1
    assert batches.status().files == 1


def test_each_event_becomes_one_message_and_each_message_one_call(
    one_stop: Program, permit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    from catalog import decisions
    from catalog.life import Decision
    from web.models import Message
    from web.webhooks import telling
    from web.webhooks.hearing import hear

    called: list[str] = []

    def call(url: str, secret: str, name: str, body: str) -> str:
        called.append(name)
        return ""

    monkeypatch.setattr(telling, "call", call)
    one_stop.post("/webhooks", {"url": "https://93.184.215.14/", "events": ["result.revoked", "result.undone"]})
    for _round in range(3):
        decisions.revoke(permit, Decision("1/QĐ", date(2024, 1, 2), "sai"), "test")
        decisions.undo(permit, decisions.changes(permit)[-1].id, "test", "nhầm")
    at_once(4, lambda number: hear())
    assert Message.objects.count() == 6
    assert sum(at_once(4, lambda number: telling.deliver())) == 6
    assert len(called) == len(set(called)) == 6
