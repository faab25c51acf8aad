"""Samples are drawn by chance that can be repeated, judged by comparing, and add up to rates with bounds."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from catalog import decisions, events, statements, units
from catalog.queue import Sight
from catalog.values import now, today
from review import asides, calibration, duplicates, queue, rates, samples, sampling, settling
from review.models import Sample, SampleField
from review.rates import By, Rate, needed, wilson
from review.refusals import Reason, RefusedReviewError
from tests.review.conftest import VALUES, Record

ALL = Sight(None, {})
DAY = timedelta(days=1)


def test_a_share_of_new_results_that_nobody_had_to_look_at_is_drawn_by_itself(record: Record, unit: str) -> None:
    samples.put("H61.12", 100, "minh")
    sure, doubtful = record(review=()), record()
    duplicates.catch_up()
    assert sampling.drawn(sure)
    assert not sampling.drawn(doubtful)
    assert samples.share_of(unit) == 100
    assert "review.sample_drawn" in {event.kind for event in events.listing(unit)}


def test_without_a_share_nothing_is_drawn_and_a_units_own_share_goes_before(record: Record, unit: str) -> None:
    samples.put("H61.12", 100, "minh")
    samples.put(unit, 0, "minh")
    record(review=())
    duplicates.catch_up()
    assert sampling.count(ALL) == 0


@pytest.mark.parametrize("share", [-1, 101, float("nan")])
def test_what_is_no_share_is_refused(unit: str, share: float) -> None:
    with pytest.raises(RefusedReviewError) as caught:
        samples.put(unit, share, "minh")
    assert caught.value.reason is Reason.SHARE


def test_a_drawing_can_be_made_again_with_its_seed(record: Record, unit: str) -> None:
    for _ in range(12):
        record(review=())
    first = samples.draw("H61.12", 25, today() - DAY, today(), "minh")
    assert (first.population, first.drawn) == (12, 3)
    drawn = set(Sample.objects.values_list("result_id", flat=True))
    Sample.objects.all().delete()
    samples.draw("H61.12", 25, today() - DAY, today(), "minh", seed=first.seed)
    assert set(Sample.objects.values_list("result_id", flat=True)) == drawn
    assert samples.draw("H61.12", 25, today() - DAY, today(), "minh", seed=first.seed).drawn == 0


def test_days_the_wrong_way_round_are_refused(unit: str) -> None:
    with pytest.raises(RefusedReviewError) as caught:
        samples.draw(unit, 10, today(), today() - DAY, "minh")
    assert caught.value.reason is Reason.PERIOD


def test_a_sample_is_handed_out_after_the_queue_and_judged_by_comparing(record: Record, unit: str) -> None:
    id = record(review=())
    samples.draw(unit, 100, today() - DAY, today(), "minh")
    assert queue.next_for("lan", None, {}) == id
    values = dict(VALUES) | {"number": "578/GPXD", "signer": ""}
    settling.settle(id, values, "lan", 1)
    assert not sampling.drawn(id)
    assert dict(SampleField.objects.values_list("name", "wrong")) == dict.fromkeys(VALUES, False) | {"number": True}
    [rate] = rates.rates(ALL, today(), today(), By.UNIT)
    assert (rate.key, rate.checked, rate.wrong) == (unit, 1, 1)
    by_field = {rate.key: rate.wrong for rate in rates.rates(Sight({unit}), today(), today(), By.FIELD)}
    assert by_field == dict.fromkeys(VALUES, 0) | {"number": 1}
    assert rates.rates(Sight({"H61.99"}), today(), today(), By.FIELD) == ()


def test_who_answers_for_a_result_does_not_judge_it(record: Record, unit: str) -> None:
    id = record(review=("number",))
    decisions.review(id, {"number": VALUES["number"]}, "lan")
    samples.draw(unit, 100, today() - DAY, today(), "minh")
    assert Sample.objects.get().operator == "lan"
    assert sampling.first(ALL, "lan") == ()
    assert sampling.first(ALL, "hoa") == (id,)
    with pytest.raises(RefusedReviewError) as caught:
        settling.settle(id, VALUES, "lan", 2)
    assert caught.value.reason is Reason.OWN_WORK
    assert sampling.drawn(id)
    settling.settle(id, VALUES, "hoa", 2)
    assert not sampling.drawn(id)


def test_a_result_that_an_index_settled_is_drawn_as_one_that_was_sure(record: Record, unit: str) -> None:
    samples.put("H61.12", 100, "minh")
    id = record(review=("number",))
    duplicates.catch_up()
    assert not sampling.drawn(id)
    statements.state(id, {"number": VALUES["number"]}, statements.INDEX, "lan", came=now() - DAY)
    duplicates.catch_up()
    assert sampling.drawn(id)


def test_who_cannot_tell_a_sample_is_not_handed_it_again_and_their_note_goes_as_it_is_judged(
    record: Record, unit: str
) -> None:
    id = record(review=())
    samples.draw(unit, 100, today() - DAY, today(), "minh")
    asides.put(id, "lan", "mực nhòe")
    assert queue.next_for("lan", None, {}) is None
    assert queue.next_for("hoa", None, {}) == id
    assert [row.result for row in asides.listing("lan")] == [id]
    settling.settle(id, VALUES, "hoa", 1)
    assert asides.listing("lan") == asides.of_result(id) == ()


def test_what_was_judged_by_mistake_waits_again(record: Record, unit: str) -> None:
    id = record(review=())
    samples.draw(unit, 100, today() - DAY, today(), "minh")
    settling.settle(id, dict(VALUES) | {"number": "578/GPXD"}, "lan", 1)
    settling.undo(id, "lan", "nhầm")
    assert sampling.drawn(id)
    assert rates.overall(ALL, today(), today()).checked == 0


def test_samples_of_units_and_kinds_that_one_may_not_see_are_not_handed_out(record: Record, unit: str) -> None:
    units.add("H61.13", "Huyện khác")
    record(review=())
    samples.draw(unit, 100, today() - DAY, today(), "minh")
    assert sampling.count(Sight({"H61.13"}, {})) == 0
    assert sampling.count(Sight({unit}, {})) == 1


@pytest.mark.parametrize(
    ("wrong", "checked", "low", "high"),
    # Newcombe 1998, "Two-sided confidence intervals for the single proportion", table I, method 3
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_bounds_are_those_of_wilson(wrong: int, checked: int, low: float, high: float) -> None:
    assert wilson(wrong, checked) == pytest.approx((low, high), abs=5e-5)


def test_bounds_of_nothing_and_of_all() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
    assert wilson(7, 7)[1] == 1.0


def test_how_many_more_samples_it_takes_is_what_brings_the_bounds_near() -> None:
    rate = Rate("", 100, 5)
    more = rate.missing
    low, high = wilson(round((100 + more) * 0.05), 100 + more)
    assert (high - low) / 2 == pytest.approx(0.01, abs=2e-4)
    assert needed(0.0) == 189
    assert Rate("", 20_000, 10_000).missing == 0


def test_the_calibration_report_tells_what_goes_wrong_most(record: Record, unit: str) -> None:
    for _ in range(3):
        decisions.review(record(review=("number",)), {"number": "9/GPXD"}, "lan")
    decisions.review(record(review=("holder",)), {"holder": VALUES["holder"]}, "lan")
    told = calibration.report(Sight({unit}))
    assert [(rate.key, rate.checked, rate.wrong) for rate in told.fields] == [("number", 3, 3), ("holder", 1, 0)]
    assert (told.sources[0][0], told.sources[0][1].key) == ("ocr", "number")
    assert [(band.found.checked, band.found.wrong) for band in told.bands] == [(4, 3)]
    assert told.bands[0].said == pytest.approx(0.9)
    assert calibration.report(Sight(frozenset())).looked == 0
    assert date.today() >= told.since.date()


def test_counts_tell_nothing_of_results_that_one_may_not_see(record: Record, unit: str) -> None:
    crime = record(review=(), document_type="Phiếu lý lịch tư pháp")
    samples.draw(unit, 100, today() - DAY, today(), "minh")
    settling.settle(crime, dict(VALUES) | {"document_type": "Phiếu lý lịch tư pháp"}, "lan", 1)
    whole = Sight({unit}, {"criminal_record": None})
    for by in By:
        assert rates.rates(Sight({unit}), today(), today(), by) == ()
        assert rates.rates(whole, today(), today(), by), by
    decisions.review(record(review=("number",), document_type="Phiếu lý lịch tư pháp"), {"number": "9/A"}, "lan")
    assert calibration.report(Sight({unit})).looked == 0
    assert {rate.key for rate in calibration.report(whole).kinds} == {"Phiếu lý lịch tư pháp"}
