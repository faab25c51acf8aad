"""The queue: what comes first, who is handed what, and how many questions that costs."""

from __future__ import annotations

import pytest

from catalog import batches, carriers, decisions, results, scans, units
from catalog import queue as waiting
from catalog.queue import Sight, Wanted
from catalog.states import Origin
from catalog.values import today
from pipeline.records import SplitRule
from review import asides, keys, leases, queue, samples, sampling
from review.refusals import Reason, RefusedReviewError
from tests.catalog.support import processed, queries, scan
from tests.review.conftest import VALUES, Record

ALL = Sight(None)


def order(sight: Sight = ALL, wanted: Wanted | None = None) -> list[int]:
    return list(waiting.first(sight, wanted or Wanted(), limit=100))


def test_first_what_a_citizen_waits_for_then_unit_batch_doubts_and_age(unit: str, record: Record) -> None:
    hard, easy = record(("number", "signer", "holder")), record()
    later_batch = record(batch="thùng 2")
    again_easy = record()
    record(())
    other_unit = record(of="H61.12")
    received = scans.receive(
        scan(content=b"%PDF-counter"),
        batches.open_batch(unit, None, "một cửa"),
        SplitRule.SEPARATOR,
        origin=Origin.COUNTER,
    )
    urgent = results.record(received.id, processed(review=("number",)), "key", "words")
    above, below = [other_unit], [easy, again_easy, hard, later_batch]
    assert order() == [urgent, *above, *below], "the unit that was added first comes first"


def test_it_is_filtered_by_unit_batch_and_kind(unit: str, record: Record) -> None:
    one, other = record(), record(batch="thùng 2", document_type="Quyết định")
    elsewhere = record(of="H61.12")
    assert order(wanted=Wanted(unit=unit)) == [one, other]
    assert order(wanted=Wanted(kind="Quyết định")) == [other]
    assert order(wanted=Wanted(batch=batches.find("thùng 2", unit).id)) == [other]
    assert order(Sight(frozenset({"H61.12"}))) == [elsewhere]
    assert order(Sight(frozenset())) == []
    assert order(wanted=Wanted(unit="H99")) == []


def test_confidential_results_are_for_those_who_may_see_their_kind_there(unit: str, record: Record) -> None:
    secret = record(document_type="Phiếu lý lịch tư pháp")
    assert order() == []
    assert queue.counts(ALL).waiting == 0
    assert order(Sight(None, {"criminal_record": None})) == [secret]
    assert order(Sight(None, {"criminal_record": frozenset({unit})})) == [secret]
    assert order(Sight(None, {"criminal_record": frozenset({"H61.12"})})) == []
    assert order(Sight(None, {"adoption": None})) == []
    assert waiting.kinds(ALL, Wanted()) == ()


def test_nobody_is_handed_what_others_hold_or_they_entered_or_put_aside(record: Record) -> None:
    one, two, three, four = (record() for _ in range(4))
    leases.take(one, "minh")
    keys.add(two, 1, {"number": "1"}, (), "lan")
    asides.put(three, "lan", "chữ mờ")
    assert queue.next_for("lan", None, {}) == four
    assert queue.next_for("lan", None, {}, after=four) is None
    assert queue.next_for("minh", None, {}) == one, "one's own document is there again after a crash"
    held = queue.hand_out("hoa", ALL)
    assert held and held.result == two
    second = queue.hand_out("hoa", ALL, but=(two,))
    assert second and second.result == three
    counts = queue.counts(ALL)
    assert (counts.waiting, counts.second, counts.aside, counts.samples) == (4, 1, 1, 0)


def test_what_is_settled_leaves_the_queue_and_comes_back_when_that_is_undone(record: Record) -> None:
    result = record()
    decisions.review(result, {"number": "578/GPXD"}, "lan")
    assert order() == []
    [change] = decisions.changes(result)
    decisions.undo(result, change.id, "lan", "nhầm")
    assert order() == [result]


def test_counts_by_unit_batch_and_kind(unit: str, record: Record) -> None:
    record(("number", "signer"))
    record()
    record(batch="thùng 2", document_type="Quyết định")
    record(of="H61.12")
    assert [(row.unit, row.count) for row in waiting.by_unit(ALL)] == [("H61.12", 1), (unit, 3)]
    rows = waiting.by_batch(ALL, Wanted(unit=unit), 0, 10)
    assert [(row.name, row.unit, row.count, row.doubts) for row in rows] == [
        ("thùng 1", unit, 2, 3),
        ("thùng 2", unit, 1, 1),
    ]
    assert [row.name for row in waiting.by_batch(ALL, Wanted(unit=unit), 1, 10)] == ["thùng 2"]
    assert waiting.kinds(ALL, Wanted(unit=unit)) == ((VALUES["document_type"], 2), ("Quyết định", 1))


def test_the_next_document_is_found_with_one_question_for_it(unit: str, record: Record) -> None:
    for _ in range(30):
        record()
    with queries(1):
        assert queue.next_for("lan", None, {})
    with queries(2):  # one for the row ids of the units
        assert queue.next_for("lan", frozenset({unit}), {})


def test_a_note_is_asked_for_and_goes_with_the_check(unit: str, record: Record) -> None:
    result = record()
    for note in ("", " \u200b", "x" * 1001):
        with pytest.raises(RefusedReviewError) as caught:
            asides.put(result, "lan", note)
        assert caught.value.reason is Reason.NOTE
    asides.put(result, "lan", "chữ  mờ")
    asides.put(result, "lan", "chữ mờ quá")
    asides.put(result, "minh", "em cũng chịu")
    assert [(row.actor, row.note) for row in asides.of_result(result)] == [
        ("lan", "chữ mờ quá"),
        ("minh", "em cũng chịu"),
    ]
    assert [row.result for row in asides.listing("lan")] == [result]
    assert asides.take_back(result, "lan")
    assert not asides.take_back(result, "lan")
    told = results.show(result).events[-1]
    assert (told.kind, told.actor) == ("review.put_aside", "minh")
    assert "chịu" not in str(told.data)
    assert units.require(unit)


def test_a_sheet_that_only_carries_others_and_a_scan_set_aside_wait_for_nobody(record: Record, unit: str) -> None:
    sheet, twice, kept = record(), record(), record()
    carriers.mark(sheet, True, "lan")
    edition = decisions.set_aside(twice, kept, "lan")
    assert (queue.counts(ALL).waiting, batches.status().in_review) == (1, 1)
    assert queue.next_for("minh", None, {}) == kept
    assert {row.count for row in waiting.by_unit(ALL)} == {1}
    carriers.mark(sheet, False, "lan")
    decisions.undo(twice, decisions.changes(twice)[-1].id, "lan", "nhầm")
    assert edition == 2 and queue.counts(ALL).waiting == 3


def test_no_sheet_that_only_carries_others_is_drawn_for_a_sample(record: Record, unit: str) -> None:
    sheet, other = record(review=()), record(review=())
    drawn = samples.draw(unit, 100, today(), today(), "minh")
    assert drawn.drawn == 2
    carriers.mark(sheet, True, "lan")
    assert sampling.first(ALL, "lan", limit=5) == (other,)
    assert samples.draw(unit, 100, today(), today(), "minh", seed="x").population == 1
