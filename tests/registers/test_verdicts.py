"""What people say of results and lines, taken back, and said by two at once."""

from __future__ import annotations

import pytest

from catalog import events, results
from core.errors import NotFoundError
from registers import linking, verdicts
from registers.link_refusals import Reason, RefusedLinkError
from registers.models import Candidate, Line
from tests.catalog.support import at_once
from tests.registers.matching import line, linked, outcome, result
from tests.registers.support import UNIT

pytestmark = pytest.mark.usefixtures("register")


def unsure() -> tuple[int, list[int]]:
    """A result of which two lines could be the one."""
    one = result(review=("number",))
    lines = [line(), line(number="578/GPXD")]
    linking.catch_up()
    assert outcome(one) == "unsure"
    return one, lines


def refused(reason: Reason, call: object, *said: object) -> None:
    with pytest.raises(RefusedLinkError) as told:
        call(*said)  # type: ignore[operator]
    assert told.value.reason is reason


def test_a_person_chooses_a_line_and_takes_it_back() -> None:
    one, lines = unsure()
    verdicts.link(one, lines[1], "van.thu")
    assert linked(one) == lines[1] and outcome(one) == "linked"
    assert Line.objects.get(pk=lines[1]).linked_by == "van.thu"
    number = next(field for field in results.show(one).fields if field.name == "number")
    assert (number.value, number.review, number.source) == ("578/GPXD", False, "register")
    verdicts.undo(one, "van.thu")
    assert linked(one) is None and outcome(one) == "unsure"
    number = next(field for field in results.show(one).fields if field.name == "number")
    assert (number.value, number.review) == ("577/GPXD", True)
    assert Candidate.objects.filter(result=one, verdict="").count() == 2
    assert events.verify(UNIT).sound


def test_a_person_says_that_it_is_in_no_register_and_takes_it_back() -> None:
    one, _lines = unsure()
    verdicts.not_listed(one, "van.thu")
    assert outcome(one) == "not_listed"
    verdicts.undo(one, "van.thu")
    assert outcome(one) == "unsure"


def test_a_refused_line_is_offered_no_more_until_that_is_taken_back() -> None:
    one, lines = unsure()
    verdicts.refuse(one, lines[0], "van.thu")
    verdicts.refuse(one, lines[1], "van.thu")
    linking.catch_up()
    assert outcome(one) == "none"
    verdicts.undo(one, "van.thu")
    assert outcome(one) == "unsure"
    assert list(Candidate.objects.filter(result=one, verdict="").values_list("line", flat=True)) == [lines[1]]


def test_what_cannot_be_is_refused() -> None:
    one, lines = unsure()
    refused(Reason.NOTHING_TO_UNDO, verdicts.undo, one, "van.thu")
    refused(Reason.NOT_LINKED, verdicts.unlink, one, "van.thu")
    verdicts.link(one, lines[0], "van.thu")
    refused(Reason.DECIDED, verdicts.link, one, lines[1], "nguoi.khac")
    refused(Reason.DECIDED, verdicts.not_listed, one, "nguoi.khac")
    refused(Reason.LINKED, verdicts.refuse, one, lines[0], "van.thu")
    other = result(holder="Lê Văn Sáu")
    refused(Reason.TAKEN, verdicts.link, other, lines[0], "van.thu")
    Line.objects.filter(pk=lines[1]).update(withdrawn=Line.objects.get(pk=lines[1]).changed)
    refused(Reason.WITHDRAWN, verdicts.link, other, lines[1], "van.thu")
    for call in (lambda: verdicts.link(10**9, lines[0], "x"), lambda: verdicts.link(other, 10**9, "x")):
        with pytest.raises(NotFoundError):
            call()


def test_of_two_people_who_link_one_line_at_once_one_is_told_that_it_is_taken() -> None:
    wanting = [result(holder="Lê Văn Sáu"), result(holder="Lê Văn Bảy")]
    other = line()

    def link(number: int) -> str:
        try:
            verdicts.link(wanting[number], other, f"nguoi.{number}")
        except RefusedLinkError as error:
            return error.reason.value
        return "linked"

    assert sorted(at_once(2, link)) == ["linked", "taken"]
    assert events.verify(UNIT).sound


def test_of_two_people_who_decide_upon_one_result_at_once_the_second_is_told() -> None:
    one, lines = unsure()

    def link(number: int) -> str:
        try:
            verdicts.link(one, lines[number], f"nguoi.{number}")
        except RefusedLinkError as error:
            return error.reason.value
        return "linked"

    assert sorted(at_once(2, link)) == ["decided", "linked"]
    assert Line.objects.filter(result=one).count() == 1


def test_a_line_that_is_let_go_is_looked_for_by_those_that_wanted_it() -> None:
    first = result()
    other = line()
    linking.catch_up()
    second = result()
    linking.catch_up()
    assert outcome(second) == "unsure"
    verdicts.unlink(first, "van.thu", "bản quét lần hai mới đúng")
    linking.catch_up()
    assert linked(second) == other
