"""Deliveries: how a result reached the citizen, and that search knows."""

from __future__ import annotations

from datetime import timedelta

import pytest

from catalog import deliveries, events, outbox, results
from catalog.models import Delivery
from catalog.refusals import Refusal, RefusedChangeError
from catalog.states import Manner
from catalog.values import today
from core.errors import NotFoundError
from tests.catalog.support import at_once, processed, stored_scan

VALUES = {"document_type": "Giấy khai sinh", "number": "12/2019", "issue_date": "2019-03-05"}


@pytest.fixture
def id(batch: int) -> int:
    return results.record(stored_scan(batch), processed(values=VALUES), "key", "words")


def test_a_delivery_is_told_to_search_and_in_the_history(unit: str, id: int) -> None:
    made = deliveries.deliver(id, Manner.POST, "ea 123456789 vn", today(), " Đỗ Thị  Hòa ", "lan")
    [row] = deliveries.listing(id)
    assert (row.id, row.manner, row.tracking, row.date) == (made, Manner.POST, "EA123456789VN", today())
    assert (row.to, row.actor, row.undone, row.undoable) == ("Đỗ Thị Hòa", "lan", None, True)
    shown = results.show(id)
    assert (shown.row.delivered, shown.row.tracking, shown.edition) == (Manner.POST, "EA123456789VN", 1)
    [found] = outbox.search_documents([id])
    assert (found.version, found.delivered, found.tracking) == (2, "post", "EA123456789VN")
    event = shown.events[-1]
    assert (event.kind, event.actor) == ("result.delivered", "lan")
    assert "Hòa" not in str(event.data)
    assert "EA1234" not in str(event.data)
    assert events.verify(unit).sound


def test_the_same_delivery_is_noted_once_whoever_notes_it(id: int) -> None:
    made = at_once(4, lambda n: deliveries.deliver(id, Manner.COUNTER, "", today(), "Đỗ Thị Hòa", f"user{n}"))
    assert len(set(made)) == 1
    assert Delivery.objects.count() == 1
    assert len(outbox.pending()) == 2


def test_a_parcel_that_came_back_is_found_by_both_numbers(id: int) -> None:
    deliveries.deliver(id, Manner.POST, "EA111111111VN", today() - timedelta(days=3), "", "lan")
    second = deliveries.deliver(id, Manner.POST, "EA222222222VN", today(), "", "lan")
    deliveries.deliver(id, Manner.COUNTER, "", today() - timedelta(days=1), "", "lan")
    row = results.rows([id])[id]
    assert (row.delivered, row.tracking) == (Manner.POST, "EA111111111VN EA222222222VN")
    deliveries.undo(id, second, "minh", "nhầm hồ sơ")
    row = results.rows([id])[id]
    assert (row.delivered, row.tracking) == (Manner.COUNTER, "EA111111111VN")


def test_a_delivery_is_taken_back_on_its_day_alone(unit: str, id: int) -> None:
    made = deliveries.deliver(id, Manner.ELECTRONIC, "", today(), "", "lan")
    with pytest.raises(RefusedChangeError) as raised:
        deliveries.undo(id, made, "lan", "")
    assert raised.value.refusal is Refusal.REASON
    deliveries.undo(id, made, "lan", "nhầm")
    deliveries.undo(id, made, "lan", "nhầm")
    assert results.rows([id])[id].delivered is None
    [row] = deliveries.listing(id)
    assert row.undone is not None
    assert row.undone.reason == "nhầm"
    assert not row.undoable
    assert [e.kind for e in events.listing(unit, 2)] == ["result.delivery_undone", "result.delivered"]
    later = deliveries.deliver(id, Manner.ELECTRONIC, "", today(), "", "lan")
    assert later != made
    Delivery.objects.update(time=row.time - timedelta(days=1))
    assert not deliveries.listing(id)[1].undoable
    with pytest.raises(RefusedChangeError) as raised:
        deliveries.undo(id, later, "lan", "nhầm")
    assert raised.value.refusal is Refusal.NOT_TODAY


@pytest.mark.parametrize(
    ("manner", "tracking", "days", "to", "refusal"),
    [
        (Manner.POST, "", 0, "", Refusal.TRACKING),
        (Manner.POST, "EA 1", 0, "", Refusal.TRACKING),
        (Manner.POST, "EA123;DROP", 0, "", Refusal.TRACKING),
        (Manner.POST, "E" * 41, 0, "", Refusal.TRACKING),
        (Manner.COUNTER, "EA123456789VN", 0, "", Refusal.TRACKING),
        (Manner.COUNTER, "", 1, "", Refusal.DELIVERY_DATE),
        (Manner.COUNTER, "", -20_000, "", Refusal.DELIVERY_DATE),
        (Manner.COUNTER, "", 0, "x" * 401, Refusal.TOO_LONG),
    ],
)
def test_a_delivery_that_cannot_be_is_refused(
    id: int, manner: Manner, tracking: str, days: int, to: str, refusal: Refusal
) -> None:
    with pytest.raises(RefusedChangeError) as raised:
        deliveries.deliver(id, manner, tracking, today() + timedelta(days=days), to, "lan")
    assert raised.value.refusal is refusal
    assert deliveries.listing(id) == ()
    assert len(outbox.pending()) == 1


def test_unknown_results_and_deliveries_are_told(id: int) -> None:
    with pytest.raises(NotFoundError):
        deliveries.deliver(id + 1, Manner.COUNTER, "", today(), "", "lan")
    with pytest.raises(RefusedChangeError):
        deliveries.undo(id, 99, "lan", "nhầm")
