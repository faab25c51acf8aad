"""Settling a document: alone, by two who do not see each other's values, and by a third where these differ."""

from __future__ import annotations

from datetime import date

import pytest

from catalog import decisions, events, results
from catalog.life import Decision
from catalog.refusals import Refusal, RefusedChangeError
from catalog.states import State
from review import asides, beside, drafts, keys, leases, policies, queue, settling
from review.refusals import Reason, RefusedReviewError
from review.states import Outcome, Second
from tests.catalog.support import at_once
from tests.review.conftest import Record

GIVEN = {"number": "578/GPXD"}


def refused(reason: Reason, call: object) -> None:
    assert callable(call)
    with pytest.raises(RefusedReviewError) as caught:
        call()
    assert caught.value.reason is reason


@pytest.fixture
def two(unit: str) -> str:
    """The unit wants two people for each document."""
    policies.put("H61.12", Second.ALL, 0, "quản trị")
    return unit


def test_one_person_is_enough_where_nothing_else_is_said(record: Record) -> None:
    result = record()
    drafts.save(result, "lan", 1, GIVEN)
    asides.put(result, "minh", "mờ")
    done = settling.settle(result, GIVEN, "lan", 1)
    assert done.outcome is Outcome.VERIFIED
    assert done.change == decisions.changes(result)[-1].id
    assert results.show(result).row.state is State.VERIFIED
    assert drafts.of(result, "lan") is None
    assert asides.of_result(result) == ()


def test_the_second_person_does_not_see_the_first_ones_values_and_agreement_verifies(two: str, record: Record) -> None:
    result = record()
    assert settling.settle(result, GIVEN, "lan", 1).outcome is Outcome.WAITING
    shown = results.show(result)
    assert (shown.row.state, shown.row.number, shown.edition) == (State.TO_REVIEW, "577/GPXD", 1)
    assert keys.of_result(result, 1, "minh").differences == ()
    assert queue.next_for("lan", None, {}) is None
    refused(Reason.OWN_KEY, lambda: settling.settle(result, GIVEN, "lan", 1))
    assert queue.next_for("minh", None, {}) == result
    done = settling.settle(result, {"number": " 578/GPXD"}, "minh", 1)
    assert done.outcome is Outcome.VERIFIED
    shown = results.show(result)
    assert (shown.row.number, shown.row.state) == ("578/GPXD", State.VERIFIED)
    told = shown.events[-1]
    assert (told.kind, told.actor, told.data["keys"]) == ("result.reviewed", "minh", ["lan"])
    assert [event.kind for event in shown.events[-2:]] == ["review.entered", "result.reviewed"]
    assert events.verify(two).sound


def test_where_two_differ_a_third_sees_both_and_decides(two: str, record: Record) -> None:
    result = record(("number", "signer"))
    settling.settle(result, GIVEN | {"signer": ""}, "lan", 1)
    done = settling.settle(result, {"number": "579/GPXD", "signer": "", "holder": "Đỗ Thị Hoa"}, "minh", 1)
    assert done.outcome is Outcome.DISAGREED
    found = keys.of_result(result, 1, "hoa")
    assert found.entered == ("lan", "minh")
    assert {(d.name, d.first, d.second) for d in found.differences} == {
        ("number", "578/GPXD", "579/GPXD"),
        ("holder", "Đỗ Thị Hòa", "Đỗ Thị Hoa"),
    }
    assert results.show(result).row.state is State.TO_REVIEW
    for name in ("lan", "minh"):
        assert keys.of_result(result, 1, name).differences == ()
        assert queue.next_for(name, None, {}) is None
        refused(Reason.OWN_KEY, lambda name=name: settling.settle(result, GIVEN, name, 1))
    assert queue.next_for("hoa", None, {}) == result
    assert settling.settle(result, {"number": "579/GPXD", "signer": ""}, "hoa", 1).outcome is Outcome.VERIFIED
    shown = results.show(result)
    assert shown.row.number == "579/GPXD"
    assert shown.events[-1].data["keys"] == ["lan", "minh"]
    assert [event.kind for event in shown.events][-3:] == ["review.entered", "review.disagreed", "result.reviewed"]


def test_beside_the_desk_one_person_settles_nothing_that_two_have_to_enter(two: str, record: Record) -> None:
    result = record()
    why = Decision("12/QĐ-UBND", date(2026, 1, 5), "ghi sai")
    refused(Reason.SECOND, lambda: beside.confirm(result, ["number"], "lan", 1))
    refused(Reason.SECOND, lambda: beside.correct(result, GIVEN, why, "lan", 1))
    assert beside.correct(result, {"subject": "Xây nhà"}, why, "lan", 1) == 2, "nobody doubted that"
    settling.settle(result, GIVEN, "lan", 2)
    policies.put("H61.12", Second.NONE, 0, "quản trị")  # what waits for a second person goes on waiting
    refused(Reason.SECOND, lambda: beside.confirm(result, ["holder"], "hoa", 2))
    refused(Reason.SECOND, lambda: beside.correct(result, {"subject": "Xây kho"}, why, "hoa", 2))
    assert beside.correct(result, {"confidential": "secret"}, why, "hoa", 2) == 3
    assert keys.of_result(result, 3, "hoa").entered == ("lan",)
    assert results.show(result).row.state is State.TO_REVIEW
    assert settling.settle(result, GIVEN, "minh", 3).outcome is Outcome.VERIFIED
    assert beside.confirm(result, ["holder"], "lan", 4) == 5, "checked: it is a result like any other"


def test_beside_the_desk_one_person_is_enough_where_nothing_else_is_said(record: Record) -> None:
    result = record()
    assert not beside.two_wanted(results.show(result))
    beside.confirm(result, ["number"], "lan", 1)
    assert results.show(result).row.state is State.VERIFIED


def test_of_two_first_people_at_once_one_is_the_second(two: str, record: Record) -> None:
    result = record()

    def one(n: int) -> str:
        try:
            return settling.settle(result, GIVEN, f"user{n}", 1).outcome
        except RefusedChangeError as error:
            return error.refusal

    assert sorted(at_once(3, one)) == sorted([Outcome.WAITING, Outcome.VERIFIED, Refusal.STALE])


def test_the_first_person_takes_back_what_nobody_has_entered_after(two: str, record: Record) -> None:
    result = record()
    settling.settle(result, GIVEN, "lan", 1)
    settling.undo(result, "lan", "nhầm")
    draft = drafts.of(result, "lan")
    assert draft and draft.values == GIVEN, "what was typed is a draft again"
    assert queue.next_for("lan", None, {}) == result
    refused(Reason.NOTHING_TO_UNDO, lambda: settling.undo(result, "lan", "nhầm"))
    settling.settle(result, GIVEN, "lan", 1)
    settling.settle(result, {"number": "1/GPXD"}, "minh", 1)
    for name in ("lan", "minh"):  # neither agrees afterwards: a third person decides
        refused(Reason.KEYED_AFTER, lambda name=name: settling.undo(result, name, "nhầm"))
    assert keys.of_result(result, 1, "hoa").entered == ("lan", "minh")


def test_undoing_the_check_leaves_the_first_persons_entry_standing(two: str, record: Record) -> None:
    result = record()
    settling.settle(result, GIVEN, "lan", 1)
    settling.settle(result, GIVEN, "minh", 1)
    refused(Reason.NOTHING_TO_UNDO, lambda: settling.undo(result, "lan", "nhầm"))
    settling.undo(result, "minh", "nhầm")
    shown = results.show(result)
    assert (shown.row.state, shown.row.number, shown.edition) == (State.TO_REVIEW, "577/GPXD", 3)
    assert keys.of_result(result, 3, "minh").entered == ("lan",)
    draft = drafts.of(result, "minh")
    assert draft and draft.values == GIVEN
    assert settling.settle(result, GIVEN, "minh", 3).outcome is Outcome.VERIFIED


def test_what_was_entered_over_an_older_edition_counts_no_more(two: str, record: Record) -> None:
    result = record(("number", "signer"))
    settling.settle(result, GIVEN | {"signer": ""}, "lan", 1)
    decisions.confirm(result, ["signer"], "quản trị")
    assert settling.settle(result, GIVEN, "minh", 2).outcome is Outcome.WAITING
    assert keys.of_result(result, 2, "hoa").entered == ("minh",)


def test_what_somebody_else_has_before_them_or_changed_cannot_be_settled(record: Record) -> None:
    result = record()
    leases.take(result, "minh")
    refused(Reason.HELD, lambda: settling.settle(result, GIVEN, "lan", 1))
    with pytest.raises(RefusedChangeError) as caught:
        settling.settle(result, GIVEN, "minh", 7)
    assert caught.value.refusal is Refusal.STALE
    settling.settle(result, GIVEN, "minh", 1)
    with pytest.raises(RefusedChangeError) as caught:
        settling.settle(result, GIVEN, "minh", 2)
    assert caught.value.refusal is Refusal.NOT_IN_REVIEW


def test_policies_hold_below_unless_something_else_is_said(unit: str) -> None:
    assert policies.of(unit) is None
    policies.put("H61.12", Second.ALL, 0, "a")
    assert policies.second_wanted(1, unit)
    policies.put(unit, Second.NONE, 0, "a")
    assert not policies.second_wanted(1, unit)
    assert policies.second_wanted(1, "H61.12")
    assert policies.drop(unit, "a")
    assert not policies.drop(unit, "a")
    assert policies.second_wanted(1, unit)
    assert [(row.unit, row.second) for row in policies.listing()] == [("H61.12", Second.ALL)]
    kinds = [event.kind for event in events.listing(unit, 3)]
    assert kinds[:2] == ["review.policy_dropped", "review.policy_put"]
    for share in (0, 101, -1):
        refused(Reason.SHARE, lambda share=share: policies.put(unit, Second.SAMPLED, share, "a"))


def test_a_share_is_drawn_by_chance_and_the_same_for_everybody(unit: str) -> None:
    policies.put(unit, Second.SAMPLED, 20, "a")
    drawn = [result for result in range(2000) if policies.second_wanted(result, unit)]
    assert 320 < len(drawn) < 480
    assert drawn == [result for result in range(2000) if policies.second_wanted(result, unit)]


def test_drafts_are_each_persons_own(record: Record) -> None:
    result = record()
    drafts.save(result, "lan", 1, {"number": "5\0"}, done=("number", "other"))
    drafts.save(result, "lan", 1, {"number": "57"}, done=("number",))
    drafts.save(result, "minh", 1, {"number": "6"})
    mine = drafts.of(result, "lan")
    assert mine and (mine.values, mine.done, mine.edition) == ({"number": "57"}, {"number"}, 1)
    refused(Reason.TOO_MUCH, lambda: drafts.save(result, "lan", 1, {"number": "x" * 60_000}))
    drafts.drop(result, "lan")
    assert drafts.of(result, "lan") is None
    assert drafts.of(result, "minh")
