"""Whose turn is next, on both databases."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from catalog import batches, scans, slots, turns, units
from catalog.states import Lane, Origin
from pipeline.records import MediaType, Scan, SplitRule

ALL = (Lane.URGENT, Lane.NORMAL, Lane.BACKLOG)


@pytest.fixture(autouse=True)
def _set_up(database: str) -> None:
    """Each test runs on SQLite and on PostgreSQL."""


def _stored(unit: str, many: int, pages: int = 10, origin: Origin = Origin.BACKLOG, name: str = "box") -> list[int]:
    batch = batches.open_batch(unit, None, name)
    ids = []
    for number in range(many):
        sha256 = hashlib.sha256(f"{unit}{name}{number}".encode()).hexdigest()
        scan = Scan(Path("x"), f"{name}-{number}.pdf", sha256, 10, MediaType.PDF, pages)
        ids.append(scans.receive(scan, batch, SplitRule.SEPARATOR, origin=origin).id)
        scans.stored(ids[-1], f"sha256/{sha256}")
    return ids


def _ids(chunk: turns.Chunk | None) -> list[int]:
    return [scan.id for scan in chunk.scans] if chunk else []


def test_units_take_turns_however_much_one_of_them_has() -> None:
    units.add("A", "A")
    units.add("B", "B")
    big, small = _stored("A", 30), _stored("B", 4)

    got = [turns.take(f"w{n}", ALL, 20) for n in range(4)]

    assert [chunk.unit for chunk in got if chunk] == ["A", "B", "A", "B"]
    assert _ids(got[0]) + _ids(got[2]) == big[:4]
    assert _ids(got[1]) + _ids(got[3]) == small
    assert [chunk.unit if chunk else "" for chunk in (turns.take("w", ALL, 20),)] == ["A"]


def test_a_new_result_is_next_whatever_waits() -> None:
    units.add("A", "A")
    _stored("A", 10)
    urgent = _stored("A", 1, origin=Origin.COUNTER, name="counter")

    chunk = turns.take("w", ALL, 100)

    assert chunk is not None
    assert (chunk.lane, _ids(chunk)) == (Lane.URGENT, urgent)
    assert turns.take("w", (Lane.URGENT, Lane.NORMAL), 100) is None


def test_what_is_reserved_is_begun_by_its_worker_alone_and_blames_nobody_before() -> None:
    units.add("A", "A")
    first, second = _stored("A", 2)
    turns.take("w/1", ALL, 100)

    assert not scans.claim(first, "w/2")
    assert scans.claim(first, "w/1")
    assert not scans.claim(first, "w/1")
    assert turns.holders("w") == {"w/1"}
    assert turns.holders("x") == frozenset()
    assert turns.give_back("w/1") == 1
    assert [(s.id, s.attempts, s.holder) for s in scans.unfinished()] == [(first, 1, "w/1"), (second, 0, "")]
    assert turns.bury(["w/1", ""]) == 1
    assert _ids(turns.take("w/2", ALL, 100)) == [first, second]


def test_what_waits_is_counted_by_lane() -> None:
    units.add("A", "A")
    _stored("A", 3)
    _stored("A", 1, origin=Origin.API, name="api")
    turns.take("w", (Lane.BACKLOG,), 10)

    waiting = turns.waiting()

    assert [(lane, w.scans, w.pages, w.units) for lane, w in waiting.items()] == [
        (Lane.URGENT, 1, 10, 1),
        (Lane.NORMAL, 0, 0, 0),
        (Lane.BACKLOG, 2, 20, 1),
    ]
    assert waiting[Lane.URGENT].oldest is not None


def test_a_worker_without_a_sign_of_life_is_cleared_away(monkeypatch: pytest.MonkeyPatch) -> None:
    slots.open_slot("w", "run", "host", Lane.BACKLOG)
    assert [row.run for row in slots.listing()] == ["run"]
    assert slots.clear_away() == 0
    monkeypatch.setattr(slots, "_dead_before", slots.now)
    assert slots.listing() == ()
    assert slots.clear_away() == 1
