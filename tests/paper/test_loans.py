"""Papers that are handed out and come back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from catalog import events
from catalog.values import today
from core.errors import NotFoundError, UsageError
from paper import boxes, loans, places
from paper.loans import Wish
from paper.models import Loan
from paper.places import BatchBox, Target
from tests.catalog.support import at_once
from tests.paper.support import UNIT, batch_id

WISH = Wish("Phòng Tài nguyên, ông Nam", "giải quyết khiếu nại", today() + timedelta(days=14))


def test_a_paper_is_lent_and_comes_back(papers: list[int]) -> None:
    (id,) = loans.lend(papers[:1], WISH, "van.thu")
    assert loans.out(papers)[papers[0]].who == WISH.who
    back = loans.return_(id, "quan.tri", "rách góc trên")
    assert (back.returned_to, back.note) == ("quan.tri", "rách góc trên")
    assert loans.return_(id, "khac", "").returned_to == "quan.tri"  # a second time changes nothing
    assert loans.out(papers) == {}
    loans.lend(papers[:1], WISH, "van.thu")
    assert len(loans.of_result(papers[0])) == 2


def test_events_name_neither_person_nor_reason(papers: list[int]) -> None:
    (id,) = loans.lend(papers[:1], WISH, "van.thu")
    loans.return_(id, "van.thu", "rách")
    told = events.listing(UNIT)[:2]
    assert [(e.kind, e.subject) for e in told] == [
        ("paper.returned", f"result:{papers[0]}"),
        ("paper.lent", f"result:{papers[0]}"),
    ]
    assert "Nam" not in str([e.data for e in told])
    assert events.verify(UNIT).sound


def test_all_or_none_are_lent(papers: list[int]) -> None:
    loans.lend(papers[1:2], WISH, "van.thu")
    with pytest.raises(UsageError, match="out already"):
        loans.lend(papers, WISH, "van.thu")
    with pytest.raises(NotFoundError):
        loans.lend([papers[0], 10**9], WISH, "van.thu")
    assert set(loans.out(papers)) == {papers[1]}


@pytest.mark.parametrize(
    "wish",
    [
        Wish("", "x", today()),
        Wish("x", " ", today()),
        Wish("x", "y", today() - timedelta(days=1)),
        Wish("x", "y", today() + timedelta(days=400)),
        Wish("x" * 401, "y", today()),
    ],
)
def test_what_was_not_said_well_is_refused(papers: list[int], wish: Wish) -> None:
    with pytest.raises(UsageError):
        loans.lend(papers, wish, "van.thu")
    with pytest.raises(UsageError):
        loans.lend([], WISH, "van.thu")
    assert not Loan.objects.exists()


def test_of_many_who_take_a_paper_at_once_one_gets_it(papers: list[int]) -> None:
    def take(_number: int) -> bool:
        try:
            return bool(loans.lend(papers[:1], WISH, "van.thu"))
        except UsageError:
            return False

    assert sum(at_once(6, take)) == 1


def test_what_is_late_stands_first_and_by_itself(papers: list[int]) -> None:
    late, soon, later = (
        loans.lend([id], Wish("A", "b", today() + timedelta(days=days)), "van.thu")[0]
        for id, days in zip(papers, (0, 3, 9), strict=True)
    )
    Loan.objects.filter(pk=late).update(until=today() - timedelta(days=2))
    assert [loan.id for loan in loans.listing(None)] == [late, soon, later]
    assert [loan.id for loan in loans.listing([UNIT], overdue=True)] == [late]
    assert [loan.id for loan in loans.listing(None, after=soon)] == [later]
    assert loans.listing(["H1"]) == ()
    assert (loans.count_overdue(None), loans.count_overdue(["H1"])) == (1, 0)
    assert loans.show(late).overdue(today())


def test_a_box_counts_what_is_out_of_it(papers: list[int]) -> None:
    places.follow([BatchBox(batch_id("thùng 1"), UNIT, "A", "", "van.thu")])
    places.put(papers[:1], Target(UNIT, "B"), "van.thu")
    loans.lend(papers[:2], WISH, "van.thu")
    found = {box.name: (box.papers, box.out) for box in boxes.listing(None).rows}
    assert found == {"A": (2, 1), "B": (1, 1)}


def test_unknown_loans_are_not_there(papers: list[int]) -> None:
    for ask in (loans.show, lambda id: loans.return_(id, "x")):
        with pytest.raises(NotFoundError):
            ask(1)
