"""Papers that were scanned twice are found as they are recorded, shown in pairs, and decided by people."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from catalog import decisions, events, results, units
from catalog.life import ChangeKind, Decision
from catalog.models import Result
from catalog.queue import Sight
from catalog.refusals import Refusal, RefusedChangeError
from catalog.states import Standing
from catalog.values import now
from review import duplicates, pairs
from review.models import Pair
from review.refusals import Reason, RefusedReviewError
from review.states import Likeness, Verdict
from tests.catalog.support import at_once, queries
from tests.catalog.test_fingerprints import HOA, MISREAD, NAM
from tests.review.conftest import Record

ALL = Sight(None, {})
BY = Decision("12/QĐ-UBND", date(2020, 1, 2), "cấp lại")


@pytest.fixture
def pair(record: Record) -> Pair:
    """One paper that was scanned twice, as a pair that waits."""
    record(text=HOA)
    record(text=MISREAD)
    duplicates.catch_up()
    return Pair.objects.get()


def refused(reason: Reason, pair: int, verdict: Verdict, **more: object) -> None:
    with pytest.raises(RefusedReviewError) as caught:
        duplicates.decide(pair, verdict, "lan", **more)  # type: ignore[arg-type]
    assert caught.value.reason is reason


def test_papers_scanned_twice_are_found_and_others_on_the_same_form_are_not(record: Record) -> None:
    first = record(text=HOA, number="1/GPXD")
    record(text=NAM, number="2/GPXD")
    again = record(text=MISREAD, number="7/GPXD")
    assert duplicates.catch_up() == 3
    assert [(pair.first_id, pair.second_id, pair.likenesses()) for pair in Pair.objects.all()] == [
        (first, again, (Likeness.PAGES,))
    ]
    assert duplicates.catch_up() == 0


def test_a_paper_whose_annex_was_left_out_the_second_time_is_found(record: Record) -> None:
    first, again = record(text=HOA), record(text=MISREAD, number="7/GPXD")
    Result.objects.filter(pk=first).update(text=f"{HOA}\f\f{'Phụ lục các hạng mục công trình kèm theo ' * 9}")
    duplicates.catch_up()
    assert [row.second.id for row in pairs.listing(ALL)] == [again]


def test_the_same_number_in_another_unit_is_found_whatever_else_the_paper_says(record: Record, unit: str) -> None:
    units.add("H61.12.4", "Ủy ban nhân dân xã Phong Hòa")
    one, other = record(text=HOA), record(text=NAM, of="H61.12.4")
    duplicates.catch_up()
    [row] = pairs.listing(ALL)
    assert (row.first.id, row.second.id, row.likenesses) == (one, other, (Likeness.IDENTITY,))
    assert pairs.listing(Sight({unit}, {})) == [], "both must be seen"
    assert pairs.count(Sight({unit, "H61.12.4"}, {})) == 1


def test_a_number_that_a_person_reads_right_is_sought_in_other_units_then(record: Record, unit: str) -> None:
    units.add("H61.12.4", "Ủy ban nhân dân xã Phong Hòa")
    one, other = record(text=HOA), record(text=NAM, of="H61.12.4", number="57?/GPXD")
    duplicates.catch_up()
    assert pairs.listing(ALL) == []
    decisions.review(other, {"number": "577/GPXD"}, "lan")
    assert duplicates.catch_up() == 1
    [row] = pairs.listing(ALL)
    assert (row.first.id, row.second.id, row.likenesses) == (one, other, (Likeness.IDENTITY,))
    decisions.correct(other, {"signer": "Trần Văn Đức"}, BY, "lan")
    assert duplicates.catch_up() == 0, "still the same number"


def test_several_that_look_at_once_find_each_pair_once(record: Record) -> None:
    ids = [record(text=HOA) for _ in range(4)]
    assert sum(at_once(3, lambda _: duplicates.catch_up())) == len(ids)
    assert Pair.objects.count() == 6


def test_of_one_paper_the_worse_scan_is_set_aside_and_comes_back(pair: Pair) -> None:
    kept, other = pair.second_id, pair.first_id
    duplicates.decide(pair.pk, Verdict.SAME, "lan", kept=kept)
    shown = results.show(other)
    assert (shown.row.status, shown.replaced_by) == (Standing.REPLACED, kept)
    assert decisions.changes(other)[-1].kind is ChangeKind.SET_ASIDE
    assert pairs.count(ALL) == 0
    assert events.listing(shown.row.unit, 1)[0].kind == "review.pair_decided"
    refused(Reason.DECIDED, pair.pk, Verdict.DIFFERENT)
    duplicates.undo(pair.pk, "lan", "nhầm")
    assert results.show(other).row.status is Standing.IN_FORCE
    assert pairs.count(ALL) == 1


def test_a_third_scan_of_a_paper_is_no_pair_with_one_that_was_set_aside(record: Record, pair: Pair) -> None:
    record(text=HOA)
    duplicates.catch_up()
    assert pairs.count(ALL) == 3
    duplicates.decide(pair.pk, Verdict.SAME, "lan", kept=pair.first_id)
    assert pairs.count(ALL) == 1


def test_a_new_version_takes_the_place_of_the_old_one_by_a_decision_alone(pair: Pair) -> None:
    refused(Reason.DECISION, pair.pk, Verdict.NEW_VERSION, kept=pair.second_id)
    duplicates.decide(pair.pk, Verdict.NEW_VERSION, "lan", kept=pair.second_id, decision=BY)
    change = decisions.changes(pair.first_id)[-1]
    assert (change.kind, change.by, change.decision) == (ChangeKind.REPLACE, pair.second_id, BY)


def test_different_papers_stay_what_they_are_and_are_not_asked_about_again(pair: Pair) -> None:
    duplicates.decide(pair.pk, Verdict.DIFFERENT, "lan")
    assert results.show(pair.first_id).row.status is results.show(pair.second_id).row.status is Standing.IN_FORCE
    assert pairs.count(ALL) == 0
    [row] = pairs.listing(ALL, Verdict.DIFFERENT)
    assert (row.actor, row.undoable) == ("lan", True)


def test_what_cannot_be_is_refused_and_changes_nothing(pair: Pair) -> None:
    refused(Reason.KEPT, pair.pk, Verdict.SAME, kept=999)
    refused(Reason.NO_PAIR, 999, Verdict.SAME, kept=1)
    decisions.revoke(pair.second_id, BY, "minh")
    with pytest.raises(RefusedChangeError) as caught:
        duplicates.decide(pair.pk, Verdict.SAME, "lan", kept=pair.second_id)
    assert caught.value.refusal is Refusal.REPLACEMENT_REVOKED
    assert Pair.objects.get().verdict == Verdict.OPEN


def test_two_results_side_by_side_show_what_differs_and_which_one_is_better(record: Record) -> None:
    record(text=HOA, review=("number", "holder"))
    checked = record(text=HOA, review=(), holder="Đỗ Thị Hoa")
    duplicates.catch_up()
    told = pairs.compare(Pair.objects.get().pk)
    assert [field.name for field in told.fields if field.differs] == ["holder"]
    assert told.better == checked


def test_a_list_asks_as_much_for_many_as_for_one(record: Record) -> None:
    for _ in range(5):
        record(text=HOA)
    duplicates.catch_up()
    with queries(2):
        assert len(pairs.listing(ALL)) == 10
    with queries(2):
        assert len(pairs.listing(ALL, limit=1)) == 1


def test_whatever_was_said_is_taken_back_on_the_same_day_alone(pair: Pair) -> None:
    duplicates.decide(pair.pk, Verdict.DIFFERENT, "lan")
    Pair.objects.filter(pk=pair.pk).update(time=now() - timedelta(days=1))
    with pytest.raises(RefusedChangeError) as caught:
        duplicates.undo(pair.pk, "lan", "nhầm")
    assert caught.value.refusal is Refusal.NOT_TODAY
    assert Pair.objects.get().verdict == Verdict.DIFFERENT


@pytest.mark.parametrize("verdict", [Verdict.SAME, Verdict.DIFFERENT])
def test_who_saw_other_values_decides_nothing(pair: Pair, verdict: Verdict) -> None:
    decisions.confirm(pair.second_id, ["number"], "minh")
    with pytest.raises(RefusedChangeError) as caught:
        duplicates.decide(pair.pk, verdict, "lan", kept=pair.second_id, seen=(1, 1))
    assert caught.value.refusal is Refusal.STALE
    duplicates.decide(pair.pk, verdict, "lan", kept=pair.second_id, seen=(1, 2))
    assert Pair.objects.get().verdict == verdict
