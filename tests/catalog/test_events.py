"""Events: one chain a unit, whole under many writers, and broken by any change."""

from __future__ import annotations

from itertools import pairwise

import pytest
from django.db import transaction

from catalog import events, units
from catalog.models import ChainHead, Event
from core.errors import UsageError
from tests.catalog.support import at_once


def add(unit: str, kind: str, **data: object) -> int:
    with transaction.atomic():
        return events.append(unit, kind, "test:1", data)


@pytest.fixture
def chain(unit: str) -> str:
    """A unit with five events (the first tells of its adding)."""
    for number in range(4):
        add(unit, "test", number=number, text="Đỗ Thị Hòa")
    assert events.verify(unit).sound
    return unit


def test_events_are_numbered_and_linked(chain: str) -> None:
    rows = events.listing(chain)
    assert [row.sequence for row in rows] == [5, 4, 3, 2, 1]
    assert rows[0].data == {"number": 3, "text": "Đỗ Thị Hòa"}
    assert rows[0].time.utcoffset() is not None
    links = list(Event.objects.order_by("sequence").values_list("previous", "hash"))
    assert links[0][0] == ""
    assert all(this[0] == before[1] for before, this in pairwise(links))


def test_an_event_outside_of_a_transaction_is_a_mistake(unit: str) -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        events.append(unit, "test", "test:1", {})
    with transaction.atomic(), pytest.raises(UsageError):
        events.append("H9", "test", "test:1", {})


def test_an_event_goes_when_its_change_is_undone(chain: str) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        events.append(chain, "test", "test:1", {})
        raise ZeroDivisionError
    assert events.verify(chain).events == 5
    assert add(chain, "test") == 6


def test_the_actor_is_who_acts(unit: str) -> None:
    with events.acting("nguyen.an"):
        add(unit, "test")
    add(unit, "test")
    newest, before = events.listing(unit)[:2]
    assert before.actor == "nguyen.an"
    assert newest.actor not in {"", "nguyen.an"}


def test_eight_writers_at_once_leave_one_whole_chain(unit: str) -> None:
    at_once(8, lambda number: [add(unit, "test", writer=number, turn=turn) for turn in range(10)])
    assert events.verify(unit).events == 81
    assert events.verify(unit).sound


def test_units_have_chains_of_their_own(chain: str) -> None:
    units.add("H2", "Sở Y tế")
    assert add("H2", "test") == 2
    assert events.verify("H2").sound
    assert events.verify(chain).events == 5
    with pytest.raises(UsageError):
        events.verify("H9")


@pytest.mark.parametrize(
    ("column", "value"),
    [("data", '{"number":9}'), ("actor", "x"), ("kind", "x"), ("subject", "x"), ("hash", "0" * 64), ("previous", "")],
)
def test_a_changed_event_is_found(chain: str, column: str, value: str) -> None:
    Event.objects.filter(sequence=3).update(**{column: value})
    verdict = events.verify(chain)
    assert (verdict.sound, verdict.broken_at) == (False, 3)
    assert "3" in verdict.reason


def test_a_changed_time_is_found(chain: str) -> None:
    event = Event.objects.get(sequence=2)
    Event.objects.filter(pk=event.pk).update(time=event.time.replace(year=2020))
    assert events.verify(chain).broken_at == 2


@pytest.mark.parametrize("sequence", [1, 3, 5])
def test_a_removed_event_is_found(chain: str, sequence: int) -> None:
    Event.objects.filter(sequence=sequence).delete()
    verdict = events.verify(chain)
    assert (verdict.sound, verdict.broken_at) == (False, sequence)


def test_removed_events_with_a_corrected_head_count_are_found(chain: str) -> None:
    Event.objects.filter(sequence=5).delete()
    ChainHead.objects.update(sequence=4)
    assert not events.verify(chain).sound


def test_reordered_events_are_found(chain: str) -> None:
    Event.objects.filter(sequence=3).update(sequence=99)
    Event.objects.filter(sequence=4).update(sequence=3)
    Event.objects.filter(sequence=99).update(sequence=4)
    assert events.verify(chain).broken_at == 3


def test_an_event_added_behind_the_end_is_found(chain: str) -> None:
    event = Event.objects.get(sequence=5)
    event.pk, event.sequence = None, 6
    event.save(force_insert=True)
    assert events.verify(chain).broken_at == 6
