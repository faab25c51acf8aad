"""Migrations: a catalog filled by an earlier version comes over with all that is known since."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

import catalog
from catalog import outbox, persons, results

BEFORE = ("catalog", "0002_words_file")


def _old_results() -> list[int]:
    """Three results as they were recorded before migration 0003."""
    apps = MigrationExecutor(connection).loader.project_state([BEFORE]).apps
    now = datetime.now(UTC)
    model = lambda name: apps.get_model("catalog", name).objects  # noqa: E731
    unit = model("Unit").create(code="H1", name="Sở Tư pháp")
    model("ChainHead").create(unit=unit)
    batch = model("Batch").create(unit=unit, name="thùng 1", created=now)
    scan = model("Scan").create(
        batch=batch,
        unit=unit,
        name="a.pdf",
        sha256="a",
        size=1,
        media_type="application/pdf",
        pages=3,
        split="blank",
        received=now,
    )
    common: dict[str, Any] = {"unit": unit, "archive_size": 1, "recorded": now}
    kinds = ["Giấy phép xây dựng", "Phiếu lý lịch tư pháp", "Quyết định"]
    ids = []
    for n, kind in enumerate(kinds, start=1):
        document = model("Document").create(
            scan=scan,
            ordinal=n,
            first_page=n,
            last_page=n,
            page_kinds=[[n, "text", False]],
            pages=1,
            state="recorded",
            changed=now,
        )
        result = model("Result").create(
            document=document,
            document_type=kind,
            issue_date=date(2019, 3, 5),
            holder_ids=["087190001234"],
            in_review=n == 1,
            text="UBND TỈNH\nTỐI MẬT\n" if n == 3 else "chữ " * 10_000 + "\fTỐI MẬT",
            **common,
        )
        for name, value in {"document_type": kind, "issue_date": "2019-03-05", "validity": "12 tháng"}.items():
            model("Field").create(result=result, name=name, value=value, confidence=0.9, review=False)
        model("Outbox").create(result=result, version=1, created=now, done=now)
        ids.append(result.pk)
    return ids


@pytest.fixture
def older(database: str) -> list[int]:
    call_command("migrate", *BEFORE, verbosity=0, interactive=False)
    return _old_results()


def test_older_results_are_told_what_new_ones_are(older: list[int]) -> None:
    catalog.migrate()
    catalog.ready()
    shown = [results.show(id).row for id in older]
    assert [row.state for row in shown] == ["to_review", "accepted", "accepted"]
    assert [row.confidential for row in shown] == ["", "criminal_record", "secret"]
    assert {(row.valid_from, row.valid_to) for row in shown} == {(date(2019, 3, 5), date(2020, 3, 5))}
    assert {(row.status, row.origin, row.dossier, row.delivered) for row in shown} == {
        ("in_force", "backlog", "", None)
    }
    assert persons.results_of(["087 190 001 234"]) == tuple(older)
    assert [(entry.result, entry.version) for entry in outbox.pending()] == [(id, 2) for id in older]
    assert [row.version for row in outbox.search_documents(older)] == [2, 2, 2]


def test_models_and_migrations_say_the_same(database: str) -> None:
    call_command("makemigrations", "catalog", check=True, dry_run=True, verbosity=0)
