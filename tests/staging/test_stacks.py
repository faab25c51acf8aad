"""Two files that are the two sides of one stack become one row of pages, and can be taken apart again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from staging import codes
from staging.arrangement import apply
from staging.planned import Act, Misfit, MisfitError, Operation, PageRef, Plan
from staging.records import FaultKind
from staging.states import Sides
from tests.staging.test_faulty import batch, found, plan


def weave(of: Plan, *pages: str) -> Plan:
    return apply(of, Operation(Act.WEAVE, tuple(map(PageRef.of, pages))))


def row(of: Plan) -> list[str]:
    return [str(page.ref) for page in of.pages]


def documents(of: Plan) -> list[list[str]]:
    return [[str(page.ref) for page in document.pages] for document in of.documents]


def test_fronts_and_backs_lie_as_they_did_on_paper() -> None:
    """Three papers of one sheet, separators between them; the second paper has nothing on its back."""
    woven = weave(plan("TSTST", "TBBBT"), "1:4", "2:5")
    assert row(woven) == ["1:1", "2:5", "1:2", "2:4", "1:3", "2:3", "1:4", "2:2", "1:5", "2:1"]
    assert documents(woven) == [["1:1", "2:5", "2:4"], ["1:3", "2:3", "2:2"], ["1:5", "2:1"]]


@pytest.mark.parametrize(
    ("fronts", "backs", "expected", "lines"),
    [
        ("STST", "TBBB", [["2:4", "1:2", "2:3", "2:2"], ["1:4", "2:1"]], ["", ""]),
        ("1T2T", "TBBB", [["2:4", "1:2", "2:3", "2:2"], ["1:4", "2:1"]], ["1", "2"]),
        ("S1T", "TBB", [["2:3", "2:2", "1:3", "2:1"]], ["1"]),
    ],
)
def test_the_blank_backs_of_leading_sheets_are_no_document(
    fronts: str, backs: str, expected: list[list[str]], lines: list[str]
) -> None:
    """They belong to the first document, as in a stack that was scanned in one go."""
    woven = weave(plan(fronts, backs), "1:1", "2:1")
    assert (documents(woven), found(batch(), woven)) == (expected, [])
    read = [codes.parse(document.code) for document in woven.documents]
    assert [codes.line(code) if code else "" for code in read] == lines


def test_the_backs_of_leading_sheets_do_not_go_to_the_file_before() -> None:
    woven = weave(plan("T", "ST", "TB"), "2:1", "3:1")
    assert documents(woven) == [["1:1"], ["3:2", "2:2", "3:1"]] and 1 not in woven.touched


def test_other_files_stay_where_they_are() -> None:
    woven = weave(plan("T", "TT", "T", "TT"), "2:1", "4:1")
    assert row(woven) == ["1:1", "2:1", "4:2", "2:2", "4:1", "3:1"]
    assert documents(woven) == [["1:1"], ["2:1", "4:2", "2:2", "4:1"], ["3:1"]]


def test_a_page_that_was_scanned_twice_is_left_out_once_it_is_in_the_bin() -> None:
    of = plan("TT", "TTT")
    with pytest.raises(MisfitError, match="scan the fronts again") as refused:
        weave(of, "1:1", "2:1")
    assert refused.value.misfit is Misfit.STACKS
    binned = apply(of, Operation(Act.BIN, (PageRef(2, 2),)))
    assert documents(weave(binned, "1:1", "2:1")) == [["1:1", "2:3", "1:2", "2:1"]]


@pytest.mark.parametrize("pages", [("1:1",), ("1:1", "1:2"), ("1:1", "2:1", "3:1")])
def test_it_takes_two_files(pages: tuple[str, ...]) -> None:
    with pytest.raises(MisfitError) as refused:
        weave(plan("TT", "TT", "TT"), *pages)
    assert refused.value.misfit is Misfit.STACKS


def test_a_batch_of_two_stacks_is_not_closed_before_they_are_one() -> None:
    of, two = plan("TST", "TBT"), replace(batch(), sides=Sides.TWO_STACKS)
    assert found(two, of) == [(FaultKind.STACKS, 1, None), (FaultKind.STACKS, 2, None)]
    assert found(batch(), of) == [] == found(two, weave(of, "1:1", "2:1"))
    assert found(two, plan("T", "T")) == [], "one sheet lies right as it is"


def test_thousands_of_pages_take_no_time() -> None:
    woven = weave(plan("T" * 2500, "B" * 2500), "1:1", "2:1")
    assert len(woven.documents) == 1 and row(woven)[:3] == ["1:1", "2:2500", "1:2"]
