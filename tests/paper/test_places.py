"""Where papers lie: one by one, by batch, undone, and by two at once."""

from __future__ import annotations

import pytest

from catalog import events
from core.errors import NotFoundError, UsageError
from paper import boxes, labels, places
from paper.places import BatchBox, Target
from paper.records import BoxRow, PaperPlace
from tests.catalog.support import at_once, queries
from tests.paper.support import UNIT, batch_id, shelve

BOX = Target(UNIT, "HT-07", "Kho 1, giá 3")


def at(result: int) -> tuple[str, int | None, bool]:
    place = places.where([result])[result]
    return (place.box.name if place.box else "", place.position, place.own)


def follow(batch: str, box: str, shelf: str = "") -> int:
    return places.follow([BatchBox(batch_id(batch), UNIT, box, shelf, "van.thu")])


def test_a_paper_lies_where_its_batch_was_scanned_from(papers: list[int]) -> None:
    assert at(papers[1]) == ("", None, False)
    assert follow("thùng 1", "HT-01", "Kho 1") == 1
    assert [at(id) for id in papers] == [("HT-01", 1, False), ("HT-01", 2, False), ("HT-01", 3, False)]
    assert follow("thùng 1", "HT-99") == 0  # once known, what people did since is not overwritten
    assert at(papers[0])[0] == "HT-01"


def test_a_paper_that_is_put_elsewhere_leaves_the_stack(papers: list[int]) -> None:
    follow("thùng 1", "HT-01")
    places.put([papers[1]], BOX, "van.thu")
    assert [at(id) for id in papers] == [("HT-01", 1, False), ("HT-07", 1, True), ("HT-01", 2, False)]
    first, other = boxes.find(UNIT, "HT-01"), boxes.find(UNIT, "HT-07")
    assert first and other
    assert (first.papers, other.papers, other.shelf) == (2, 1, "Kho 1, giá 3")
    assert [place.result for place in boxes.papers(first.id)] == [papers[0], papers[2]]
    row = BoxRow(other.id, UNIT, "HT-07", "Kho 1, giá 3")
    assert boxes.papers(other.id) == (PaperPlace(papers[1], row, 1, own=True),)


def test_papers_are_put_in_the_order_given_behind_those_that_are_there(papers: list[int]) -> None:
    places.put([papers[2]], BOX, "van.thu")
    done = places.put([papers[1], papers[0], papers[1]], BOX, "van.thu")
    assert done.papers == 2
    assert [at(id)[1] for id in papers] == [3, 2, 1]
    places.put([papers[0]], BOX, "van.thu", position=40)
    assert at(papers[0])[1] == 40


def test_what_was_put_can_be_taken_back(papers: list[int]) -> None:
    follow("thùng 1", "HT-01")
    places.put(papers[:1], Target(UNIT, "A"), "van.thu")
    done = places.put(papers, BOX, "van.thu")
    places.undo(done.id, "van.thu")
    places.undo(done.id, "van.thu")
    assert [at(id) for id in papers] == [("A", 1, True), ("HT-01", 1, False), ("HT-01", 2, False)]
    assert [moved.box.name for moved in places.history(papers[0])] == ["A"]


def test_what_was_moved_on_since_is_not_taken_back(papers: list[int]) -> None:
    done = places.put(papers, BOX, "van.thu")
    places.put(papers[:1], Target(UNIT, "B"), "van.thu")
    with pytest.raises(UsageError, match="elsewhere since"):
        places.undo(done.id, "van.thu")
    assert at(papers[0]) == ("B", 1, True)
    assert [(moved.box.name, moved.present) for moved in places.history(papers[0])] == [("B", True), ("HT-07", False)]


def test_a_batch_can_be_put_into_another_box(papers: list[int]) -> None:
    follow("thùng 1", "")
    places.put_batch(batch_id("thùng 1"), BOX, "van.thu")
    places.put_batch(batch_id("thùng 1"), BOX, "van.thu")
    assert at(papers[2]) == ("HT-07", 3, False)
    assert [e.kind for e in events.listing(UNIT)].count("paper.batch_put") == 1


def test_events_tell_what_was_done_and_name_nobody(papers: list[int]) -> None:
    done = places.put(papers, BOX, "van.thu")
    places.undo(done.id, "quan.tri")
    undone, put, kept = events.listing(UNIT)[:3]
    assert [undone.kind, put.kind, kept.kind] == ["paper.put_undone", "paper.put", "box.kept"]
    assert (undone.actor, put.actor, put.data["ids"]) == ("quan.tri", "van.thu", papers)
    assert events.verify(UNIT).sound


def test_what_cannot_be_is_refused_and_changes_nothing(papers: list[int]) -> None:
    with pytest.raises(NotFoundError):
        places.put([papers[0], 10**9], BOX, "van.thu")
    for ids, target, position in [
        ([], BOX, None),
        (papers, Target(UNIT, "  "), None),
        (papers, Target(UNIT, "x" * 101), None),
        (papers, Target("H99", "A"), None),
        (papers, BOX, 0),
        (list(range(1, places.MOST + 2)), BOX, None),
    ]:
        with pytest.raises(UsageError):
            places.put(ids, target, "van.thu", position)
    assert at(papers[0]) == ("", None, False)
    assert boxes.listing(None).total == 0
    with pytest.raises(NotFoundError):
        places.undo(1, "van.thu")
    with pytest.raises(NotFoundError):
        boxes.papers(1)


def test_eight_at_once_leave_each_paper_in_one_place(papers: list[int]) -> None:
    at_once(8, lambda n: places.put(papers, Target(UNIT, f"B{n}"), "van.thu"))
    found = {at(id)[0] for id in papers}
    assert len(found) == 1
    assert sum(box.papers for box in boxes.listing(None).rows) == 3
    assert events.verify(UNIT).sound


def test_two_who_name_the_same_new_box_get_one(papers: list[int]) -> None:
    at_once(3, lambda n: places.put([papers[n]], BOX, "van.thu"))
    found = boxes.listing(None)
    assert [(box.name, box.papers) for box in found.rows] == [("HT-07", 3)]
    assert sorted(at(id)[1] or 0 for id in papers) == [1, 2, 3]


def test_a_box_can_be_renamed_but_not_into_another(papers: list[int]) -> None:
    places.put(papers[:1], BOX, "van.thu")
    places.put(papers[1:], Target(UNIT, "B"), "van.thu")
    box = boxes.find(UNIT, "B")
    assert box
    boxes.change(box.id, " HT-08 ", "Kho 2", "van.thu")
    assert boxes.show(box.id).name == "HT-08"
    with pytest.raises(UsageError):
        boxes.change(box.id, "HT-07", "", "van.thu")


def test_boxes_are_found_by_name_and_shelf_in_the_own_units(papers: list[int]) -> None:
    places.put(papers[:1], BOX, "van.thu")
    places.put(shelve("khác", 1, "H61.13"), Target("H61.13", "HT-07"), "van.thu")
    assert boxes.listing(None, "ht-0").total == 2
    assert boxes.listing([UNIT], "Giá 3").total == 1
    assert boxes.listing(["H1"]).total == 0
    assert boxes.listing(None, "không có", page=9).page == 1


def test_the_list_asks_as_often_for_many_boxes_as_for_few(papers: list[int]) -> None:
    follow("thùng 1", "HT-01")
    for number, id in enumerate(papers):
        places.put([id], Target(UNIT, f"B{number}"), "van.thu")
    with queries(8):
        boxes.listing(None)
    for number in range(20):
        places.put([papers[0]], Target(UNIT, f"C{number}"), "van.thu")
    with queries(8):
        boxes.listing(None)


@pytest.mark.parametrize("name", ["HT-07", "Hộp số 7|8 %", "a/b\\c", "=1+1"])
def test_the_code_of_a_label_is_understood_again(name: str) -> None:
    assert labels.parse(labels.text_of("H61.12.3", name)) == ("H61.12.3", name)
    assert labels.parse(name) is None
