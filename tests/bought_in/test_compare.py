"""What an index states meets what was read: agreeing settles, differing asks a person, and nothing is said twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from bought_in import compare, deliveries
from bought_in.records import Outcome
from catalog import contents, events, results, scans, statements
from catalog.statements import Verdict
from paper import places
from tests.bought_in.support import UNIT, read
from tests.bought_in.test_taking import take
from tests.catalog.support import at_once

HOA = {"document_type": "Giấy phép", "number": "577/GPXD", "holder": "Nguyễn Thị Hòa", "issue_date": "2019-03-05"}


@pytest.fixture
def taken(delivered: Path) -> dict[str, int]:
    """Name of each file → its scan, of a delivery that was taken in."""
    return {scan.name: scan.id for scan in scans.of_batch(take(delivered).batch)}


def outcomes() -> dict[int, str]:
    (delivery,) = deliveries.listing(None)
    return {line.number: line.outcome.value for line in deliveries.lines(delivery.id).rows}


def test_nothing_is_compared_before_it_was_read(taken: dict[str, int]) -> None:
    assert compare.catch_up() == 0
    scan = taken["577.pdf"]
    scans.hand_on(scan)
    assert compare.catch_up() == 0
    assert outcomes() == {4: "waiting", 5: "waiting", 6: "no_file", 7: "waiting"}


def test_what_agrees_is_settled_and_what_differs_is_looked_at(taken: dict[str, int]) -> None:
    (same,) = read(taken["577.pdf"], HOA, review=("number",))
    (other,) = read(taken["578.pdf"], {"number": "578/GPXD", "holder": "Trần Văn Đúc"})
    assert compare.catch_up() == 2
    assert outcomes() == {4: "same", 5: "different", 6: "no_file", 7: "waiting"}
    assert results.show(same).review == ()
    assert results.show(other).review == ("issue_date", "holder")
    assert {row.name: row.verdict for row in statements.of_result(other)} == {
        "number": Verdict.SAME,
        "issue_date": Verdict.ONLY_STATED,
        "holder": Verdict.DIFFERENT,
    }
    (delivery,) = deliveries.listing(None)
    line = deliveries.lines(delivery.id, [Outcome.DIFFERENT]).rows[0]
    assert (line.result, line.different) == (other, ("holder",))


def test_an_index_that_came_in_after_the_reading_settles_nothing(delivered: Path) -> None:
    scan = {scan.name: scan.id for scan in scans.of_batch(take(delivered).batch)}["577.pdf"]
    (same,) = read(scan, HOA, review=("number",))
    take(delivered)  # once more: written by somebody who could see what was read
    assert compare.catch_up() == 1
    assert outcomes()[4] == "same"
    assert results.show(same).review == ("number",)


def test_papers_lie_where_the_index_says(taken: dict[str, int]) -> None:
    (first,) = read(taken["577.pdf"], HOA)
    compare.catch_up()
    place = places.where([first])[first]
    assert place.box
    assert (place.box.name, place.position, place.own) == ("HT-01", 1, True)


def test_once_compared_nothing_is_done_again(taken: dict[str, int]) -> None:
    read(taken["577.pdf"], HOA)
    assert compare.catch_up() == 1
    before = events.heads()
    assert compare.catch_up() == 0
    assert events.heads() == before


def test_killed_between_two_writes_it_goes_on_without_a_second_effect(
    taken: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    from bought_in.models import IndexLine

    (first,) = read(taken["577.pdf"], HOA)
    with monkeypatch.context() as patch:
        patch.setattr(IndexLine, "save", lambda *_a, **_k: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            compare.catch_up()
    edition = results.show(first).edition
    assert compare.catch_up() == 1
    assert results.show(first).edition == edition
    assert len(places.history(first)) == 1


def test_several_at_once_compare_each_row_once_in_effect(taken: dict[str, int]) -> None:
    (first,) = read(taken["577.pdf"], HOA)
    read(taken["578.pdf"], {"number": "578/GPXD"})
    at_once(4, lambda _n: compare.catch_up())
    assert outcomes()[4] == "same"
    assert [event.kind for event in events.listing(UNIT)].count("result.stated") == 2
    assert len(statements.of_result(first)) == 3
    assert events.verify(UNIT).sound


def test_of_several_results_in_a_file_the_number_says_which_is_meant(taken: dict[str, int]) -> None:
    one, _two = read(taken["577.pdf"], HOA, {"number": "600/GPXD"})
    read(taken["578.pdf"], {"number": "1/GPXD"}, {"number": "2/GPXD"})
    compare.catch_up()
    assert outcomes() == {4: "same", 5: "unsure", 6: "no_file", 7: "waiting"}
    (delivery,) = deliveries.listing(None)
    assert deliveries.lines(delivery.id, [Outcome.SAME]).rows[0].result == one


def test_pages_that_went_on_in_another_scan_are_followed(taken: dict[str, int]) -> None:
    from catalog import batches, provenance
    from catalog.provenance import PageSource
    from pipeline.records import SplitRule
    from tests.catalog.support import scan as made_scan

    source = taken["577.pdf"]
    derived = scans.receive(made_scan("derived.pdf", b"%PDF derived"), batches.find("đợt 7").id, SplitRule.SEPARATOR).id
    provenance.note(derived, [PageSource(1, source, 1)])
    scans.stage(derived, "key")
    scans.arrange(source, [derived])
    assert contents.read_from([source]) == {}
    (first,) = read(derived, HOA)
    assert contents.read_from([source]) == {source: (first,)}
    assert compare.catch_up() == 1
    assert outcomes()[4] == "same"


def test_a_desk_that_asks_all_the_time_compares_what_there_is_and_rests(taken: dict[str, int]) -> None:
    sparing = compare.Sparing()
    read(taken["577.pdf"], HOA)
    assert sparing.catch_up() == 1
    assert sparing.catch_up() == 0  # looked, and found nothing
    read(taken["578.pdf"], {"number": "578/GPXD"})
    assert sparing.catch_up() == 0  # rests
    assert compare.Sparing().catch_up() == 1


def test_a_row_that_cannot_be_taken_over_keeps_no_other_waiting(taken: dict[str, int]) -> None:
    from bought_in.models import IndexLine

    line = IndexLine.objects.get(number=4)  # taken over before positions were bounded
    line.values["position"] = "1000000"
    line.save()
    read(taken["577.pdf"], HOA)
    read(taken["578.pdf"], {"number": "578/GPXD", "holder": "Trần Văn Đúc"})
    assert compare.catch_up() == 2
    assert outcomes() == {4: "faulty", 5: "different", 6: "no_file", 7: "waiting"}
    assert compare.catch_up() == 0
