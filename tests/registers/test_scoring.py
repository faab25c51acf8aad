"""What each field says for or against a line being the result, in bits."""

from __future__ import annotations

from datetime import date

import pytest

from catalog.paper_facts import PaperFacts, Said, UnitFamilies
from registers import deciding, scoring, sides
from registers.keys import holder_key, number_key
from registers.scoring import MARGIN, PAPER, SURE, Agreement, Match
from registers.sides import LineFacts, Paper
from registers.states import Outcome

FAMILIES = UnitFamilies({"cũ": frozenset({"cũ", "mới"}), "mới": frozenset({"cũ", "mới"})}, {"cũ": frozenset({"huyện"})})
DAY = date(2019, 3, 5)


def paper(unit: str = "cũ", doubted: str = "", other_ids: tuple[str, ...] = (), **values: str) -> Paper:
    said = {
        "number": "577/GPXD",
        "issue_date": "2019-03-05",
        "holder": "Nguyễn Thị Hòa",
        "holder_id": "087185001234",
        "document_type": "Giấy phép xây dựng",
    } | values
    fields = {name: Said(value, review=name in doubted.split()) for name, value in said.items() if value or doubted}
    return sides.paper(PaperFacts(1, unit, 1, fields, frozenset(other_ids)))


def line(id: int = 1, unit: str = "cũ", day: date | None = DAY, **values: str) -> LineFacts:
    said = {
        "number": "577/GPXD",
        "holder": "Nguyễn Thị Hòa",
        "holder_id": "087185001234",
        "document_type": "Giấy phép xây dựng",
    } | values
    keys = {"number_key": number_key(said["number"], day), "holder_key": holder_key(said["holder"])}
    return LineFacts(id, unit, issue_date=day, **(said | keys))


def held(one: Paper, other: LineFacts, **names: int) -> Match:
    return scoring.match(one, other, FAMILIES, names)


@pytest.mark.parametrize(
    ("field", "one", "other", "agreement"),
    [
        ("number", paper(), line(), Agreement.SAME),
        ("number", paper(), line(number="577"), Agreement.SAME),
        ("number", paper(), line(number="577/QĐ"), Agreement.LETTERS),
        ("number", paper(), line(number="177/GPXD"), Agreement.SLIP),
        ("number", paper(), line(number="578/GPXD"), Agreement.OTHER),
        ("number", paper(), line(number="577/GPXD", day=date(2018, 3, 5)), Agreement.OTHER),
        ("number", paper(), line(number=""), Agreement.MISSING),
        ("number", paper(issue_date=""), line(), Agreement.RUNNING),
        ("holder", paper(), line(holder="NGUYEN THI HOA"), Agreement.ACCENTS),
        ("holder", paper(), line(holder="Nguyễn Thị Hóa"), Agreement.MARKS),
        ("holder", paper(), line(holder="bà Nguyễn Thị Hòa"), Agreement.SAME),
        ("holder", paper(), line(holder="Nguyễn Thị Họa"), Agreement.MARKS),
        ("holder", paper(), line(holder="Nguyễn Thi Hoaf"), Agreement.SLIP),
        ("holder", paper(), line(holder="Trần Văn Đức"), Agreement.OTHER),
        ("holder", paper(), line(holder="Trần Văn Đức", co_holder="Nguyễn Thị Hòa"), Agreement.SAME),
        ("holder_id", paper(), line(holder_id="087185001235"), Agreement.SLIP),
        ("holder_id", paper(), line(holder_id="331234567"), Agreement.OTHER_KIND),
        ("holder_id", paper(other_ids=("331234567",)), line(holder_id="331234567"), Agreement.LINKED),
        ("holder_id", paper(), line(holder_id="012345678901"), Agreement.OTHER),
        ("issue_date", paper(), line(day=date(2019, 5, 3)), Agreement.SWAPPED),
        ("issue_date", paper(), line(day=date(2019, 3, 6)), Agreement.SLIP),
        ("issue_date", paper(), line(day=date(2018, 4, 6)), Agreement.OTHER),
        ("unit", paper(), line(unit="mới"), Agreement.FAMILY),
        ("unit", paper(), line(unit="huyện"), Agreement.NEAR),
        ("unit", paper(), line(unit="khác"), Agreement.OTHER),
        ("document_type", paper(), line(document_type="GPXD"), Agreement.SAME),
        ("document_type", paper(), line(document_type="Giấy khai sinh"), Agreement.OTHER),
    ],
)
def test_a_field_agrees_so(field: str, one: Paper, other: LineFacts, agreement: Agreement) -> None:
    assert held(one, other).agreement(field) is agreement


def test_what_agrees_speaks_for_a_line_and_what_differs_against_it() -> None:
    for reason in held(paper(), line()).reasons:
        assert reason.bits > 0, reason
    other = line(number="9/X", holder="Trần Văn Đức", holder_id="012345678901", unit="khác", day=date(2001, 8, 9))
    for reason in held(paper(), other).reasons:
        assert reason.bits < 0 or reason.field == "document_type", reason


def test_a_common_name_says_less_than_a_rare_one() -> None:
    common = held(paper(), line(), **{"nguyen thi hoa": 900})
    rare = held(paper(), line())
    assert common.score < rare.score - 4


def test_a_number_that_is_under_review_costs_little_when_it_differs() -> None:
    read = held(paper(number="299/GPXD"), line())
    by_hand = held(paper(number="299/GPXD", doubted="number"), line())
    assert by_hand.score > read.score + 5
    assert deciding.surely([by_hand]) == by_hand


def test_the_score_is_the_sum_of_its_reasons() -> None:
    found = held(paper(), line(number="9/X"))
    assert found.score == pytest.approx(sum(reason.bits for reason in found.reasons), abs=0.01)
    assert found.without("number").score == pytest.approx(found.score - found.reasons[0].bits, abs=0.02)


def test_all_fields_alike_are_sure() -> None:
    decided = deciding.decide(paper(), [held(paper(), line())], ())
    assert (decided.outcome, decided.line) == (Outcome.LINKED, 1)


def test_a_twin_of_the_same_name_in_the_same_unit_is_not_linked_by_its_name() -> None:
    twin = line(number="12/GPXD", holder_id="", day=date(2011, 8, 9))
    assert deciding.decide(paper(), [held(paper(), twin)], ()).outcome is Outcome.NONE


def test_another_paper_of_the_same_person_is_not_taken_however_much_is_known_of_the_person() -> None:
    other = held(paper(), line(number="", day=None))
    assert other.score >= SURE and other.paper < PAPER
    assert deciding.decide(paper(), [other], ()).outcome is Outcome.UNSURE


def test_two_papers_of_one_person_from_one_day_are_told_apart_by_a_number_that_is_sure_alone() -> None:
    lines = [line(1), line(2, number="578/GPXD")]
    sure = deciding.decide(paper(), [held(paper(), one) for one in lines], ())
    doubtful = paper(doubted="number")
    unsure = deciding.decide(doubtful, [held(doubtful, one) for one in lines], ())
    assert (sure.outcome, sure.line) == (Outcome.LINKED, 1)
    assert unsure.outcome is Outcome.UNSURE
    assert [match.line for match in unsure.matches] == [1, 2]


def test_a_line_that_is_another_results_is_asked_for_and_says_so() -> None:
    decided = deciding.decide(paper(), [held(paper(), line())], {1})
    assert decided.outcome is Outcome.UNSURE
    assert decided.notes == (deciding.TAKEN,)


def test_lines_that_come_near_each_other_are_asked_for() -> None:
    matches = [held(paper(), line(1)), held(paper(), line(2))]
    assert matches[0].score - matches[1].score < MARGIN
    assert deciding.decide(paper(), matches, ()).outcome is Outcome.UNSURE


def test_at_most_five_lines_are_offered() -> None:
    matches = [held(paper(), line(number)) for number in range(9)]
    assert len(deciding.decide(paper(), matches, ()).matches) == 5


def test_a_number_under_review_is_taken_from_the_register_where_the_line_is_sure_without_it() -> None:
    one = paper(number="299/GPXD", doubted="number")
    found = deciding.claims(one, line(), [held(one, line())])
    assert set(found) == {"number"}
    assert (found["number"].value, found["number"].alone) == ("577/GPXD", True)


def test_nothing_is_settled_by_a_field_that_alone_makes_the_line_sure() -> None:
    one = paper(doubted="number", issue_date="2018-01-01", holder_id="")
    other = line(holder_id="")
    assert not deciding.sure_without("number", [held(one, other)], 1)
    found = deciding.claims(one, other, [held(one, other)])
    assert not any(claim.alone for name, claim in found.items() if name == "number")


def test_bare_figures_of_a_register_do_not_replace_a_number_with_letters() -> None:
    one = paper(number="299/GPXD", doubted="number")
    assert not deciding.claims(one, line(number="577"), [held(one, line(number="577"))])["number"].alone


def test_a_day_that_is_swapped_is_left_to_a_person() -> None:
    one, other = paper(doubted="issue_date"), line(day=date(2019, 5, 3))
    assert not deciding.claims(one, other, [held(one, other)])["issue_date"].alone


def test_a_day_that_nobody_read_is_taken_where_day_and_month_cannot_have_changed_places() -> None:
    one = paper(doubted="issue_date", issue_date="")
    for day, taken in ((date(2019, 3, 25), True), (date(2019, 3, 5), False), (date(2019, 5, 5), True)):
        assert ("issue_date" in deciding.claims(one, line(day=day), [held(one, line(day=day))])) is taken, day


def test_what_was_read_surely_and_differs_is_questioned_and_not_settled_when_it_stands_for_sure() -> None:
    one, other = paper(), line(day=date(2019, 3, 6))
    assert set(deciding.claims(one, other, [held(one, other)])) == {"issue_date"}


def test_the_accents_of_a_register_are_taken_and_its_lost_ones_are_not() -> None:
    bare = paper(holder="Nguyen Thi Hoa", doubted="holder")
    assert deciding.claims(bare, line(), [held(bare, line())])["holder"].instead
    accented, lost = paper(doubted="holder"), line(holder="Nguyen Thi Hoa")
    assert not any(c.alone for n, c in deciding.claims(accented, lost, [held(accented, lost)]).items() if n == "holder")


def test_what_a_register_settled_is_no_evidence_for_its_line_but_what_a_person_confirmed_is() -> None:
    def number(person: bool) -> Paper:
        said = Said("577/GPXD", person=person, source="register", read="299/GPXD")
        return sides.paper(PaperFacts(1, "cũ", 1, {"number": said, "issue_date": Said("2019-03-05")}))

    assert number(person=False).side.number.key == "299/2019" and "number" in number(person=False).doubted
    assert number(person=True).side.number.key == "577/2019" and not number(person=True).doubted
