"""What the first release left is brought to the present form: nothing is lost, and all goes on from there."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from django.db import connection

from catalog import decisions, events, facts, fingerprints, outbox, persons, queue, readings, results, scans, units
from catalog.life import Decision
from core.settings import settings
from flows.drain import search_document
from indexing import Query, open_index
from preservation.fixity import consistency
from storage import open_store
from tests.catalog.support import processed

_CHAINS = {"H61.12": 13, "H61.12.3": 9}
"""Events of each unit when the first release ended."""


def test_nothing_is_lost_and_all_is_found(first_release: dict[str, str], tmp_path: Path) -> None:
    _results_say_what_they_said()
    assert {unit.code: events.verify(unit.code).events for unit in units.listing()} == _CHAINS
    assert all(events.verify(code).sound for code in _CHAINS)
    assert not [one for unit in units.listing() for one in facts.altered(unit.code)]
    _files_are_found(first_release, tmp_path)
    _search_is_rebuilt(tmp_path / "index")


def _results_say_what_they_said() -> None:
    permit, record, birth, other = (results.show(id) for id in (1, 2, 3, 4))
    values = {field.name: field.value for field in permit.fields}
    assert (values["number"], values["holder"], values["signer"]) == ("577/GPXD", "Nguyễn Thị Hòa", "")
    assert {field.name for field in permit.fields if field.review} == {"number", "signer"}
    assert [one.row.state for one in (permit, record, birth, other)] == ["to_review", *["accepted"] * 3]
    assert [one.row.confidential for one in (permit, record, birth, other)] == ["", "criminal_record", "", ""]
    assert (permit.row.valid_from, permit.row.valid_to) == (date(2019, 3, 5), date(2020, 3, 5))
    assert (permit.row.source, permit.row.first_page, permit.row.last_page) == ("thùng 1.pdf", 1, 2)
    assert (permit.procedure, permit.words, permit.edition) == ("1.004873", None, 1)
    assert persons.results_of(["087 185 001 234"]) == (1, 4)
    assert readings.of_result(1)[0].words[0].text == "Giấy"
    assert "Nguyễn Thị Hòa" in permit.text
    assert fingerprints.fresh(10) == (1, 2, 3, 4), "all are held against each other"
    assert queue.first(queue.Sight(None), queue.Wanted(), limit=10) == (1,)
    assert [(scan.id, scan.state) for scan in scans.rows(range(1, 6)).values()] == [
        (1, "done"), (2, "done"), (3, "failed"), (4, "stored"), (5, "receiving"),
    ]  # fmt: skip


def _files_are_found(kept: dict[str, str], folder: Path) -> None:
    store = open_store(settings().storage)
    for id in (1, 2, 3, 4):
        for stored in (results.show(id).original, results.show(id).archive):
            store.fetch(stored.key, folder / "file")
            assert (folder / "file").read_text("utf-8") == kept[stored.sha256]


def _search_is_rebuilt(folder: Path) -> None:
    assert {entry.result for entry in outbox.pending()} == {1, 2, 3, 4}  # all of them have news for search
    with open_index("embedded:", "", folder) as index:
        assert index.rebuild(map(search_document, outbox.all_search_documents())) == 4
        assert not list(consistency.check(open_store(settings().storage), index))
        asked = {"577/gpxd": 1, "tran van duc": 3, "087185001234": 1, "1203/STP-LLTP": 2}
        for text, id in asked.items():
            assert id in [hit.id for hit in index.search(Query(text)).hits], text


def test_work_goes_on_and_older_results_are_watched_like_new_ones(first_release: dict[str, str]) -> None:
    today = Decision("12/QĐ", datetime.now(UTC).date(), "sai số")
    edition = decisions.correct(1, {"number": "579/GPXD"}, today, "lan", seen=1)
    assert edition == 2
    assert scans.retry(3)
    assert scans.claim(3, "w")
    made = results.record(3, processed(2, 2, 2), "sha256/key", "sha256/words")
    assert scans.finished(3, "w")
    assert results.show(1).row.number == "579/GPXD" and results.show(made).row.source == "hỏng.pdf"
    assert all(events.verify(code).sound for code in _CHAINS)
    _edit("UPDATE catalog_field SET value = 'Người khác' WHERE result_id = 3 AND name = 'holder'")
    _edit("UPDATE catalog_result SET valid_to = '2099-01-01' WHERE id = 1")
    found = [(one.result, one.what) for code in _CHAINS for one in facts.altered(code)]
    assert sorted(found) == [(1, "facts"), (3, "facts")]


def _edit(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)
