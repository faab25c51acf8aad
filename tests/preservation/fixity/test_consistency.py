"""Whatever is done behind the program's back is found and named, and nothing else is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from core.settings import settings
from preservation.fixity import anchors, consistency, faults, looking, reading
from preservation.fixity.findings import Code, Finding
from storage import ObjectStore, open_store
from tests.preservation.fixity.support import flip_a_byte, one, run, stray
from tests.preservation.support import store


def told(found: list[Finding]) -> set[tuple[str, str]]:
    return {(finding.code.value, finding.subject) for finding in found}


def everything(index: Any) -> list[Finding]:
    """All findings, objects read as well."""
    found = list(looking.look(store(), index, grace=0))
    return found + reading.read(store(), None, reading.Wish(anew=True)).findings


def spoil(index: Any) -> set[tuple[str, str]]:
    """One of each kind; gives what must be told of them."""
    place = store()
    flipped = one("SELECT id, archive_key FROM catalog_result WHERE archive_key <> '' ORDER BY id LIMIT 1")
    flip_a_byte(place, flipped[1])
    missing = one("SELECT id, key FROM catalog_scan WHERE key <> '' ORDER BY id DESC LIMIT 1")
    place.remove(missing[1])
    changed = one("SELECT id FROM catalog_result WHERE disposed IS NULL ORDER BY id DESC LIMIT 1 OFFSET 1")[0]
    run("UPDATE catalog_result SET valid_to = '2001-01-01' WHERE id = %s", changed)
    field = one(
        "SELECT id, result_id FROM catalog_field WHERE result_id < %s AND value <> '' ORDER BY id DESC", changed
    )
    run("UPDATE catalog_field SET value = 'Nguyễn Văn Khác' WHERE id = %s", field[0])
    event = one(
        "SELECT e.id, u.code FROM catalog_event e JOIN catalog_unit u ON u.id = e.unit_id "
        "WHERE e.kind = 'scan.received' ORDER BY e.id LIMIT 1"
    )
    run("UPDATE catalog_event SET actor = 'nobody' WHERE id = %s", event[0])
    from indexing import Delete

    gone = one("SELECT id, version FROM catalog_result WHERE disposed IS NULL ORDER BY id LIMIT 1 OFFSET 2")
    index.apply([Delete(gone[0], gone[1] + 1)])
    lost = stray(place)
    return {
        ("object-altered", f"result:{flipped[0]}"),
        ("object-missing", f"scan:{missing[0]}"),
        ("row-altered", f"result:{changed}"),
        ("row-altered", f"result:{field[1]}"),
        ("events-broken", f"unit:{event[1]}"),
        ("index-lacks", f"result:{gone[0]}"),
        ("object-stray", f"object:{lost}"),
    }


def test_each_is_found_and_named_and_nothing_else_on_one_machine(filled: Path, index: Any) -> None:
    assert everything(index) == []
    done = spoil(index)
    assert told(everything(index)) == done
    assert {(fault.code, fault.subject) for fault in faults.standing()} == done


def test_each_is_found_and_named_and_nothing_else_on_services(on_services: Any) -> None:
    assert everything(on_services) == []
    done = spoil(on_services)
    assert told(everything(on_services)) == done


@pytest.fixture
def second(filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ObjectStore:
    monkeypatch.setenv("SOHOA_SECOND_COPY_URL", (tmp_path / "second").as_uri())
    settings.cache_clear()
    place = reading.opened_second()
    assert place is not None
    return place


def test_the_second_copy_gets_all_and_gives_back_what_went_bad(filled: Path, second: ObjectStore, index: Any) -> None:
    first = reading.read(store(), second, reading.Wish())
    assert first.complete and first.copied == first.objects > 20
    keys = list(store().keys())
    flip_a_byte(store(), keys[0])
    store().remove(keys[1])
    flip_a_byte(second, keys[2])
    second.remove(keys[3])
    then = reading.read(store(), second, reading.Wish())
    assert then.findings == [] and then.copied == 1
    assert {fault.how for fault in faults.mended()} == {"restored"} and not faults.standing()
    assert reading.read(store(), second, reading.Wish()).restored == 0
    assert list(consistency.check(store(), index)) == []


def test_bad_bytes_never_take_the_place_of_others(filled: Path, second: ObjectStore) -> None:
    reading.read(store(), second, reading.Wish())
    key = next(iter(store().keys()))
    flip_a_byte(store(), key)
    flip_a_byte(second, key)
    before = [place.open(key).read() for place in (store(), second)]
    done = reading.read(store(), second, reading.Wish())
    assert {finding.code for finding in done.findings} == {Code.ALTERED} and done.restored == 0
    assert [place.open(key).read() for place in (store(), second)] == before


def test_a_reading_that_is_cut_short_goes_on_where_it_stopped(filled: Path) -> None:
    import threading

    stop = threading.Event()
    part = reading.read(store(), None, reading.Wish(), lambda done: stop.set() if done.objects == 5 else None, stop)
    assert not part.complete and part.objects == 5
    rest = reading.read(store(), None, reading.Wish())
    assert rest.complete and rest.objects == len(set(store().keys())) - 5


def test_a_chain_that_was_written_anew_is_not_the_sealed_one(filled: Path, second: ObjectStore) -> None:
    assert anchors.seal() > 0 and anchors.seal() == 0
    assert list(anchors.broken()) == []
    unit = one("SELECT u.code, u.id FROM catalog_unit u JOIN catalog_event e ON e.unit_id = u.id LIMIT 1")
    write_anew(unit[1])
    from catalog import events

    assert events.verify(unit[0]).sound  # the chain itself tells nothing
    assert told(list(anchors.broken())) == {("anchor-broken", f"unit:{unit[0]}")}
    anchors.path().write_text("", "utf-8")
    assert told(list(anchors.broken())) == {("anchor-broken", f"unit:{unit[0]}")}  # by the second copy


def write_anew(unit: int) -> None:
    """A whole new chain with its head, as somebody would who knows how."""
    from catalog.events import _hash
    from catalog.models import ChainHead, Event

    previous = ""
    for event in Event.objects.filter(unit_id=unit).select_related("unit").order_by("sequence"):
        event.actor, event.previous = "nobody", previous
        event.hash = previous = _hash(event, event.unit.code)
        event.save()
    ChainHead.objects.filter(unit_id=unit).update(hash=previous)


def test_an_object_without_a_row_is_put_away_and_not_lost(filled: Path, index: Any) -> None:
    key = stray(store())
    (finding,) = looking.look(store(), index, grace=0)
    assert looking.put_away(store(), finding)
    assert not store().exists(key)
    assert (settings().root / "put-away" / key.rpartition("/")[2]).read_bytes() == b"nobody knows me"
    assert list(looking.look(store(), index, grace=0)) == [] and faults.count() == 0


def test_what_was_just_put_there_is_left_alone(filled: Path, index: Any) -> None:
    stray(store())
    assert list(looking.look(store(), index)) == []
    assert isinstance(open_store(settings().storage), type(store()))
