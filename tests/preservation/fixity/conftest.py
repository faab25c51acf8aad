"""An installation with one of everything, in a folder and on the other set of services."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from catalog.configuration import database
from core.settings import settings
from tests.catalog.support import use_database


@pytest.fixture
def index(filled: Path) -> Iterator[Any]:
    from flows.drain import search_index

    with search_index() as opened:
        yield opened


@pytest.fixture
def on_services(
    filled: Path,
    migrated_pg_url: str,
    s3_url: str,
    es_url: str,
    es_index: str,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Any]:
    """The same on PostgreSQL, S3 and Elasticsearch; gives the index."""
    from flows.drain import search_document, search_index
    from preservation.backup import moving
    from storage import open_store

    moving.objects(open_store(settings().storage), open_store(s3_url), lambda told: None)
    for name, value in (("DATABASE", migrated_pg_url), ("STORAGE", s3_url), ("SEARCH", es_url)):
        monkeypatch.setenv(f"SOHOA_{name}_URL", value)
    monkeypatch.setenv("SOHOA_SEARCH_INDEX", es_index)
    settings.cache_clear()
    from catalog import outbox

    with use_database(migrated_pg_url), search_index() as opened:
        moving.rows(database(f"sqlite:///{filled / 'catalog.sqlite3'}"), lambda told: None)
        opened.rebuild(map(search_document, outbox.all_search_documents()))
        yield opened
