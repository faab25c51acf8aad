"""Results meet their lines: linked where that is sure, asked where it is not, and never over what a person said."""

from __future__ import annotations

from datetime import date

import pytest

from catalog import decisions, events, results, units
from registers import candidates, keeping, linking, verdicts
from registers.models import Candidate, Line, Looked
from tests.catalog.support import at_once, queries
from tests.registers.matching import line, linked, outcome, result
from tests.registers.support import OTHER, UNIT

pytestmark = pytest.mark.usefixtures("register")


def value(id: int, name: str) -> tuple[str, bool, str]:
    row = next(field for field in results.show(id).fields if field.name == name)
    return row.value, row.review, row.source


def kinds(id: int) -> list[str]:
    return [event.kind for event in results.show(id).events]


def test_without_any_register_nothing_is_looked_for() -> None:
    one = result()
    assert linking.catch_up() == 0
    assert outcome(one) == ""


def test_a_result_meets_its_line_once() -> None:
    one, other = result(), line()
    assert linking.catch_up() == 1
    assert linked(one) == other and outcome(one) == "linked"
    kept = Line.objects.get(pk=other)
    assert kept.score > 20 and ["number", "same"] in kept.reasons and not kept.linked_by
    assert linking.catch_up() == 0
    assert kinds(one).count("register.linked") == 1
    assert events.verify(UNIT).sound


def test_events_tell_no_names_and_no_identity_numbers() -> None:
    one = result()
    line()
    linking.catch_up()
    told = " ".join(str(event.data) for event in results.show(one).events if event.kind.startswith("register."))
    assert told and "Hòa" not in told and "087185001234" not in told


def test_a_result_without_a_line_is_in_no_register() -> None:
    one = result(holder="Trần Văn Đức", holder_id="", number="9/X", issue_date="2001-01-02")
    line()
    linking.catch_up()
    assert linked(one) is None and outcome(one) == "none"


def test_two_lines_that_could_be_it_are_offered_and_none_is_linked() -> None:
    one = result(review=("number",))
    lines = {line(), line(number="578/GPXD")}
    linking.catch_up()
    assert linked(one) is None and outcome(one) == "unsure"
    assert set(Candidate.objects.filter(result=one).values_list("line", flat=True)) == lines


def test_a_second_scan_of_a_paper_does_not_take_the_line_of_the_first() -> None:
    first = result()
    other = line()
    linking.catch_up()
    second = result()
    linking.catch_up()
    assert linked(first) == other and outcome(second) == "unsure"
    assert ["line", "taken"] in Candidate.objects.get(result=second).reasons


def test_of_two_results_that_want_one_line_at_once_one_gets_it() -> None:
    wanting = [result(), result()]
    other = line()
    linking.catch_up()
    assert sorted(map(outcome, wanting)) == ["linked", "unsure"]
    assert Line.objects.get(pk=other).result_id in wanting


def test_the_line_of_a_scan_that_was_set_aside_goes_to_the_one_that_counts() -> None:
    first = result()
    other = line()
    linking.catch_up()
    second = result()
    linking.catch_up()
    decisions.set_aside(first, second, "van.thu")
    linking.catch_up()
    assert linked(second) == other
    assert outcome(first) == "none"


def test_a_withdrawn_line_is_no_candidate() -> None:
    one, other = result(), line()
    Line.objects.filter(pk=other).update(withdrawn=Line.objects.get(pk=other).changed)
    linking.catch_up()
    assert outcome(one) == "none"


def test_the_register_of_the_unit_that_came_after_is_looked_in() -> None:
    units.add("H61.99", "Ủy ban nhân dân xã mới")
    units.add("H61.98", "Ủy ban nhân dân xã cũ", successors=("H61.99",))
    one, other = result(unit="H61.98", holder_id=""), line(unit="H61.99", holder_id="")
    linking.catch_up()
    assert linked(one) == other


def test_a_number_written_by_hand_comes_from_the_register_and_what_was_read_is_kept() -> None:
    one = result(review=("number",), number="299/GPXD")
    line()
    linking.catch_up()
    assert value(one, "number") == ("577/GPXD", False, "register")
    shown = results.show(one)
    assert next(field.ocr_value for field in shown.fields if field.name == "number") == "299/GPXD"
    assert shown.row.number == "577/GPXD" and not shown.row.in_review
    assert "result.vouched" in kinds(one)
    assert outcome(one) == "linked" and linking.catch_up() == 0


def test_what_was_read_surely_and_differs_is_put_before_a_person_and_not_changed() -> None:
    one = result(issue_date="2019-03-06")
    line()
    linking.catch_up()
    assert linked(one)
    assert value(one, "issue_date")[:2] == ("2019-03-06", True)
    assert results.show(one).row.in_review


def test_what_a_person_looked_at_stays_as_it_is() -> None:
    one = result(review=("number",), number="299/GPXD")
    decisions.review(one, {"number": "299/GPXD"}, "van.thu")
    line()
    linking.catch_up()
    assert value(one, "number")[0] == "299/GPXD"


def test_a_link_that_a_person_undoes_puts_what_it_settled_back_under_review() -> None:
    one = result(review=("number",), number="299/GPXD")
    other = line()
    linking.catch_up()
    verdicts.unlink(one, "van.thu", "khác")
    assert linked(one) is None
    assert value(one, "number")[:2] == ("299/GPXD", True)
    linking.catch_up()
    assert linked(one) is None, "a person said that it is another paper"
    assert Candidate.objects.get(result=one, line=other).verdict == "other"


def test_a_result_that_was_corrected_is_looked_for_again_and_leaves_a_line_that_is_its_no_more() -> None:
    from catalog.life import Decision

    one, other = result(), line()
    linking.catch_up()
    changed = {"number": "12/QĐ", "holder": "Lê Văn Sáu", "holder_id": "", "issue_date": "2001-02-03"}
    decisions.correct(one, changed, Decision("1/QĐ", date(2026, 1, 2), "ghi sai"), "van.thu")
    assert linking.catch_up() == 1
    assert linked(one) is None and outcome(one) == "none"
    assert Line.objects.get(pk=other).result_id is None
    assert "register.unlinked" in kinds(one)


def test_a_link_that_a_person_made_is_never_undone_by_the_program() -> None:
    one, other = result(holder="Lê Văn Sáu", holder_id="", number="9/X"), line()
    verdicts.link(one, other, "van.thu")
    line(holder="Lê Văn Sáu", holder_id="", number="9/X")
    Looked.objects.all().delete()
    linking.catch_up()
    assert linked(one) == other and outcome(one) == "linked"


def test_a_result_that_a_person_says_is_in_no_register_is_not_linked() -> None:
    one = result()
    line(number="578/GPXD", holder_id="", day=None)
    linking.catch_up()
    verdicts.not_listed(one, "van.thu")
    line()
    linking.catch_up()
    assert linked(one) is None and outcome(one) == "not_listed"


def test_where_too_many_lines_lie_on_a_day_the_likeliest_are_looked_at_and_that_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(candidates, "CROWD", 5)
    for number in range(10):
        line(number=f"{number + 1}/GPXD", holder=f"Người Thứ {number}", holder_id="")
    one, other = result(holder="Nguyễn Thị Hoà", number="", holder_id=""), line(holder="Nguyễn Thi Hoaf", holder_id="")
    linking.catch_up()
    assert linked(one) == other
    assert ["issue_date", "crowded"] in Line.objects.get(pk=other).reasons


def test_one_result_that_cannot_be_looked_for_keeps_no_other_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    bad, good = result(holder="Lê Văn Hỏng"), result()
    line()
    right = keeping._one

    def broken(one: keeping.Weighed, *rest: object) -> None:
        if one.result == bad:
            raise ValueError("broken")
        right(one, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(keeping, "_one", broken)
    assert linking.catch_up() == 2
    assert linked(good) and outcome(bad) == "none"


def test_two_processes_may_look_at_once() -> None:
    made = [result(number=f"{number}/GPXD", holder_id="") for number in range(600, 612)]
    for number in range(600, 612):
        line(number=f"{number}/GPXD", holder_id="")
    at_once(2, lambda _: linking.catch_up())
    while linking.catch_up():
        pass
    assert all(linked(one) for one in made)
    assert all(kinds(one).count("register.linked") == 1 for one in made)
    assert events.verify(UNIT).sound


def test_looking_for_many_results_asks_a_handful_of_times() -> None:
    from catalog import paper_facts

    ids = [result(number=f"{number}/GPXD") for number in range(600, 620)]
    for number in range(600, 620):
        line(number=f"{number}/GPXD")
    families = paper_facts.families()
    few, many = paper_facts.of_results(ids[:2]), paper_facts.of_results(ids)
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        linking.weigh(few, families)
    with queries(len(asked)):
        linking.weigh(many, families)


def test_lines_of_another_unit_count_by_what_is_rare() -> None:
    one, other = result(), line(unit=OTHER)
    linking.catch_up()
    assert linked(one) == other


def test_the_desk_takes_a_share_of_the_time() -> None:
    sparing = linking.Sparing()
    result()
    line()
    assert sparing.catch_up() == 1
    result(number="8/GPXD")
    assert sparing.catch_up() == 0, "it rests"


def test_a_number_that_was_settled_does_not_settle_the_day_that_settled_it() -> None:
    one = result(review=("number", "issue_date"), number="299/GPXD")
    line()
    linking.catch_up()
    assert value(one, "number") == ("577/GPXD", False, "register")
    first = value(one, "issue_date")
    Looked.objects.all().delete()
    linking.catch_up()
    assert value(one, "issue_date") == first and value(one, "number") == ("577/GPXD", False, "register")


def test_the_desk_goes_through_all_results_window_by_window(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linking, "WINDOW", 3)
    monkeypatch.setattr(linking, "AT_ONCE", 2)
    made = [result(number=f"{number}/GPXD") for number in range(600, 610)]
    line()
    sparing = linking.Sparing()
    seen = []
    for _look in range(12):
        sparing._rests_until = 0.0
        seen.append(sparing.catch_up())
    assert sum(seen) == len(made) and not linking.pending(1)
    newest = result(number="700/GPXD")
    sparing._rests_until = 0.0
    assert sparing.catch_up() == 1 and outcome(newest)
    Looked.objects.filter(result=made[0]).delete()
    for _look in range(6):
        sparing._rests_until = 0.0
        sparing.catch_up()
    assert outcome(made[0])


def test_nobody_waits_for_a_result_whose_line_an_import_holds() -> None:
    import threading

    from django.db import connection, transaction

    if connection.vendor != "postgresql":
        pytest.skip("SQLite writes one after the other anyway")
    held, other, third = result(), line(), line(number="600/GPXD", holder="Lê Văn Sáu", holder_id="")
    free = result(number="600/GPXD", holder="Lê Văn Sáu", holder_id="")
    begun, over = threading.Event(), threading.Event()

    def import_() -> None:
        with transaction.atomic():
            Line.objects.filter(pk=other).update(row=7)
            begun.set()
            over.wait(20)
        connection.close()

    at_work = threading.Thread(target=import_)
    at_work.start()
    try:
        assert begun.wait(10)
        linking.catch_up()
        assert linked(free) == third and outcome(held) == ""
        assert not over.is_set() and at_work.is_alive()
    finally:
        over.set()
        at_work.join()
    assert linking.work_off(None, lambda _count: None) == 1
    assert linked(held) == other
