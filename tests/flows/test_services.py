"""The same run against PostgreSQL, S3 and Elasticsearch."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog import batches, events, outbox, results, units
from core.settings import settings
from flows import work
from flows.drain import drain, search_document, search_index, writing
from storage import open_store
from tests.catalog.support import use_database
from tests.flows.support import UNIT, found, plain_process, request, run, tiff


def test_a_batch_goes_all_the_way_on_real_services(
    home: Path,
    inbox: Path,
    monkeypatch: pytest.MonkeyPatch,
    migrated_pg_url: str,
    s3_url: str,
    es_url: str,
    es_index: str,
) -> None:
    monkeypatch.setattr(work, "process", plain_process)
    for name, value in (("STORAGE_URL", s3_url), ("SEARCH_URL", es_url), ("SEARCH_INDEX", es_index)):
        monkeypatch.setenv(f"SOHOA_{name}", value)
    for number in range(3):
        tiff(inbox / f"{number}.tif", pages=2, shade=number)
    with use_database(migrated_pg_url):
        units.add(UNIT, "Ủy ban nhân dân xã Tân Hòa")
        with search_index() as index:
            index.rebuild([])
        summary = run(request(inbox))
        assert (summary.new, summary.documents, summary.indexed, summary.pending) == (3, 6, 6, 0)
        assert not run(request(inbox)).changed
        row = results.recent(1)[0]
        assert found(row.number) == [row.id]
        with open_store(settings().storage).open(results.show(row.id).archive.key) as archive:
            assert archive.read().startswith(b"%PDF")
        with writing(wait=0), search_index() as index:
            assert index.rebuild(map(search_document, outbox.all_search_documents())) == 6
            drain(index, lambda told: None)
        assert batches.status().indexed == 6
        assert events.verify(UNIT).sound
    settings.cache_clear()


def test_a_batch_goes_all_the_way_on_postgresql(
    home: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch, migrated_pg_url: str
) -> None:
    monkeypatch.setattr(work, "process", plain_process)
    for number in range(8):
        tiff(inbox / f"{number}.tif", pages=3, shade=number)
    with use_database(migrated_pg_url):
        units.add(UNIT, "Ủy ban nhân dân xã Tân Hòa")
        with search_index() as index:
            index.rebuild([])
        summary = run(request(inbox))
        assert (summary.documents, summary.failed, summary.indexed) == (24, 0, 24)
        assert not run(request(inbox)).changed
        assert events.verify(UNIT).sound
