"""The lines that may tell a person what stands on a paper."""

from __future__ import annotations

import pytest

from catalog.values import now
from registers import linking, unsure, verdicts
from registers.listing import Sight
from registers.models import Candidate, Line
from tests.catalog.support import queries
from tests.registers.matching import line, linked, outcome, result
from tests.registers.support import UNIT

pytestmark = pytest.mark.usefixtures("register")
EVERYWHERE = Sight(None, {"adoption": None})


def waiting() -> tuple[int, list[int]]:
    """A result that could be either of two lines: its id and theirs, the likelier one first."""
    one = result(review=("number",), holder_id="")
    for number in ("700/GPXD", "900/GPXD"):
        line(number=number, holder_id="")
    linking.catch_up()
    assert outcome(one) == "unsure"
    found = Candidate.objects.filter(result=one).order_by("-score", "pk")
    return one, list(found.values_list("line", flat=True))


def told(result: int, sight: Sight = EVERYWHERE) -> list[int]:
    return [row.id for row in unsure.lines_about(result, sight)]


def test_lines_that_could_be_it_are_told_until_one_is_chosen() -> None:
    one, lines = waiting()
    Candidate.objects.filter(line=lines[1]).update(score=99.0)
    assert told(one) == [lines[1], lines[0]]
    verdicts.link(one, lines[0], "van.thu")
    assert told(one) == [lines[0]]
    verdicts.undo(one, "van.thu")
    verdicts.not_listed(one, "van.thu")
    assert told(one) == []


def test_the_line_that_it_is_stands_alone_even_beside_others_that_are_open() -> None:
    one = result()
    own, other = line(), line(number="1/X")
    linking.catch_up()
    assert linked(one) == own
    Candidate.objects.create(result_id=one, line_id=other, score=50.0, reasons=[], time=now())
    assert told(one) == [own]


def test_lines_that_are_refused_withdrawn_or_of_other_results_are_not_told() -> None:
    one, lines = waiting()
    another = result(number="1/QĐ", holder="Lê Văn Sáu", holder_id="")
    assert told(another) == []
    verdicts.refuse(one, lines[0], "van.thu")
    assert told(one) == [lines[1]]
    Line.objects.filter(pk=lines[1]).update(withdrawn=now())
    assert told(one) == []


def test_lines_of_other_units_and_confidential_ones_are_for_those_who_may_see_them() -> None:
    one, lines = waiting()
    Line.objects.filter(pk=lines[0]).update(confidential="adoption")
    assert told(one, Sight({UNIT})) == [lines[1]]
    assert told(one, Sight({UNIT}, {"adoption": {UNIT}})) == lines
    assert told(one, Sight(set())) == []


def test_one_question_and_at_most_five_lines_however_many_there_are() -> None:
    one, lines = waiting()
    more = [line(number=f"{number}/X") for number in range(8)]
    Candidate.objects.bulk_create(
        Candidate(result_id=one, line_id=other, score=-1.0 - place, reasons=[], time=now())
        for place, other in enumerate(more)
    )
    with queries(1):
        found = told(one)
    assert found == [*lines, *more[:3]]
