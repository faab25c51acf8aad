"""What is due, by which period; and who is listed for whom."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from catalog.values import today
from core.errors import UsageError
from preservation.retention import disposals, due, holds, schedules
from preservation.retention.due import Asked
from preservation.retention.schedules import Wish
from preservation.retention.states import Clock
from tests.catalog.support import queries
from tests.preservation.retention import support

PERMIT, BIRTH = "Giấy phép xây dựng", "Giấy khai sinh"


@pytest.fixture
def place(database: str, tmp_path: Path) -> Path:
    support.organisation()
    return tmp_path


def _set(unit: str, years: int | None, kind: str = "", clock: Clock = Clock.ISSUED) -> int:
    return schedules.put(Wish(unit, kind, years, clock, "Thông tư"), "an").id


def _due(unit: str = "H61", **asked: object) -> list[int]:
    return [one.row.id for one in due.page(Asked(unit, **asked), support.EVERYTHING).rows]  # type: ignore[arg-type]


def test_a_type_goes_before_all_others_and_then_the_nearest_unit(place: Path) -> None:
    store = support.store_at(place)
    (permit,) = support.result(store, place, "a")
    (birth,) = support.result(store, place, "b", document_type=BIRTH)
    (other,) = support.result(store, place, "c", unit="H61.13")
    support.result(store, place, "d", unit="H99")
    assert _due() == []  # nothing is said: permanently
    _set("H61", None, BIRTH)
    _set("H61.12", 10)  # the district shortens all else, not what the province says of birth certificates
    assert _due() == [permit]
    _set("H61", 5)
    assert _due() == [permit, other]
    mine = _set("H61.12", None)
    assert _due() == [other] and _due("H61.12") == []
    schedules.end(mine, "an", "nhầm")
    assert _due(document_type=PERMIT) == [permit, other] and _due(document_type=BIRTH) == []
    _set("H61.12", 3, BIRTH)
    assert _due(document_type=BIRTH) == [birth]
    assert schedules.listing(["H61.12"], ended=True)[-1].ended


def test_periods_run_from_issue_from_the_end_of_validity_or_from_the_last_reuse(place: Path) -> None:
    store, now = support.store_at(place), today()
    ago = now.replace(year=now.year - 5, day=1)
    days = {"issue_date": ago.isoformat(), "expiry_date": now.replace(year=now.year - 2, day=1).isoformat()}
    (valid,) = support.result(store, place, "a", **days)
    (open_end,) = support.result(store, place, "b", issue_date=ago.isoformat())
    support.result(store, place, "c", issue_date="")
    _set("H61", 5)
    assert _due(day=ago.replace(year=now.year)) == [valid, open_end]
    assert _due(day=ago.replace(year=now.year) - timedelta(days=1)) == []
    _set("H61", 2, clock=Clock.ENDED)
    assert _due() == [valid]
    _set("H61", 1, clock=Clock.USED)
    assert _due() == [valid, open_end]
    from tests.preservation.retention.test_disposal import use

    use(open_end)
    assert _due() == [valid]


def test_pages_go_on_where_the_last_one_ended_with_as_many_queries_whatever_there_is(place: Path) -> None:
    store = support.store_at(place)
    ids = [id for n in range(3) for id in support.result(store, place, f"{n}", count=3)]
    _set("H61", 1)
    first = due.page(Asked("H61"), {}, limit=4)
    assert first.after
    with queries(10):
        second = due.page(Asked("H61"), {}, first.after, limit=2)
    with queries(10):
        third = due.page(Asked("H61"), {}, second.after, limit=4)
    assert [one.row.id for page in (first, second, third) for one in page.rows] == ids
    assert third.after is None and due.count(Asked("H61"), {}) == 9


def test_what_is_listed_or_secret_is_not_due_and_what_is_held_is_not_proposed(place: Path) -> None:
    store = support.store_at(place)
    listed, held, free = support.result(store, place, count=3)
    (secret,) = support.result(store, place, "s", document_type="Phiếu lý lịch tư pháp")
    _set("H61", 1)
    disposals.propose_these("H61.12", [listed], {}, "an", "phiếu")
    holds.place("H61.12", [held], "vụ án", "an")
    assert [(one.row.id, one.held) for one in due.page(Asked("H61"), {}).rows] == [(held, True), (free, False)]
    assert secret in [one.row.id for one in due.page(Asked("H61"), {"criminal_record": None}).rows]
    made = disposals.propose(Asked("H61"), {}, "an")
    assert [item.row.id for item in disposals.items(made.id, None)] == [free] and disposals.verify(made.id)
    with pytest.raises(UsageError, match="nothing"):
        disposals.propose(Asked("H61"), {}, "an")


def test_holds_are_on_what_a_person_or_a_period_has(place: Path) -> None:
    store = support.store_at(place)
    (mine,) = support.result(store, place, "a")
    (theirs,) = support.result(store, place, "b", holder_id="087185009999", issue_date="2012-01-01")
    (foreign,) = support.result(store, place, "c", unit="H99")
    assert holds.of_holder(["087185001234"], "H61") == (mine,)
    assert holds.of_period("H61", date(2011, 1, 1), date(2012, 1, 1)) == (theirs,)
    for ids in ([], [foreign], [mine, foreign], [12345]):
        with pytest.raises(UsageError):
            holds.place("H61", ids, "vụ án", "an")
    with pytest.raises(UsageError):
        holds.place("H61", [mine], " ", "an")
    one, other = (holds.place("H61", [mine], f"vụ {n}", "an").id for n in (1, 2))
    holds.lift(one, "xong", "an")
    holds.lift(one, "xong", "an")
    assert [hold.id for hold in holds.of_result(mine)] == [other]


@pytest.mark.parametrize(("years", "basis"), [(0, "x"), (-1, "x"), (201, "x"), (5, " ")])
def test_periods_that_are_none_are_refused(place: Path, years: int, basis: str) -> None:
    with pytest.raises(UsageError):
        schedules.put(Wish("H61", "", years, Clock.ISSUED, basis), "an")
