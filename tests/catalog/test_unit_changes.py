"""Units get other names and places, end and merge; whatever is done, the organisation stays one that can answer."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog import events, unit_changes, unit_names, unit_rules, units
from catalog.unit_rules import Fault, RefusedUnitError
from catalog.values import today
from core.errors import UsageError
from tests.catalog.support import at_once

REFORM = date(2025, 7, 1)
BEFORE = REFORM - timedelta(days=1)
ME = "quan.tri"


@pytest.fixture
def province(database: str) -> None:
    """A province with a district and its two communes, and the commune that is to come after them."""
    units.add("H61", "Ủy ban nhân dân tỉnh Đồng Tháp")
    units.add("H61.D", "Ủy ban nhân dân huyện Lai Vung", "H61")
    units.add("H61.D.1", "Ủy ban nhân dân xã Tân Hòa", "H61.D")
    units.add("H61.D.2", "Ủy ban nhân dân xã Long Hậu", "H61.D")
    units.add("H61.N", "Ủy ban nhân dân xã Hòa Long", "H61", valid_from=REFORM)


def kinds(unit: str) -> list[str]:
    return [event.kind for event in reversed(events.listing(unit))]


def refused(fault: Fault) -> pytest.RaisesExc[RefusedUnitError]:
    return pytest.raises(RefusedUnitError, check=lambda error: error.fault is fault)


def test_a_renamed_unit_is_found_by_both_names_and_was_called_right_on_each_day(province: None) -> None:
    unit_changes.rename("H61.N", "Ủy ban nhân dân xã Hòa  Thạnh", date(2026, 3, 1), "12/NQ-HĐND", ME)
    assert units.require("H61.N").name == "Ủy ban nhân dân xã Hòa Thạnh"
    (old,) = unit_names.history("H61.N")
    assert (old.name, old.until, old.decision) == ("Ủy ban nhân dân xã Hòa Long", date(2026, 2, 28), "12/NQ-HĐND")
    assert unit_names.find("hoa long") == unit_names.find("Xã Hòa Thạnh") == ("H61.N",)
    assert unit_names.on(date(2026, 2, 28))["H61.N"].endswith("Hòa Long")
    assert unit_names.on(date(2026, 3, 1))["H61.N"].endswith("Hòa Thạnh")
    unit_changes.rename("H61.N", "Xã Ba", date(2026, 6, 1), "", ME)
    assert [unit_names.on(day)["H61.N"][-4:] for day in (REFORM, date(2026, 5, 31), today())] == [
        "Long",
        "hạnh",
        "ã Ba",
    ]
    assert [name.name[-4:] for name in unit_names.history("H61.N")] == ["hạnh", "Long"]
    told = events.listing("H61.N")[0]
    assert (told.kind, told.actor, told.data["before"]) == ("unit.renamed", ME, "Ủy ban nhân dân xã Hòa Thạnh")


def test_a_name_that_could_not_have_been_is_refused(province: None) -> None:
    for day in (BEFORE, REFORM, today() + timedelta(days=1)):
        with refused(Fault.DAY):
            unit_changes.rename("H61.N", "Xã Ba", day, "", ME)
    for name in ("", "  ", "x" * 401):
        with refused(Fault.NAME):
            unit_changes.rename("H61.N", name, date(2026, 3, 1), "", ME)
    unit_changes.rename("H61.N", "Xã Ba", date(2026, 3, 1), "", ME)
    with refused(Fault.DAY):
        unit_changes.rename("H61.N", "Xã Tư", date(2026, 3, 1), "", ME)
    assert unit_changes.rename("H61.N", "Xã Ba", date(2026, 4, 1), "", ME).name == "Xã Ba"  # it has that name
    assert kinds("H61.N") == ["unit.added", "unit.renamed"]
    with pytest.raises(UsageError, match="unknown unit H9"):
        unit_changes.rename("H9", "Xã Ba", date(2026, 3, 1), "", ME)


def test_communes_merge_into_one_and_their_results_are_looked_after_there(province: None) -> None:
    unit_changes.merge(["H61.D.1", "H61.D.2"], ["H61.N"], BEFORE, "1663/NQ-UBTVQH15", ME)
    unit_changes.end("H61.D", BEFORE, [], "203/2025/QH15", ME)
    assert units.responsible("H61.D.1") == units.responsible("H61.D.2") == {"H61.N"}
    assert units.visible_from("H61.N") == {"H61.N", "H61.D.1", "H61.D.2"}
    assert units.visible_from("H61.D.1") == {"H61.D.1"}
    assert units.responsible("H61.D") == frozenset()
    (told,) = [event for event in events.listing("H61.N") if event.kind == "unit.took_over"]
    assert told.data == {"from": ["H61.D.1", "H61.D.2"], "decision": "1663/NQ-UBTVQH15"}
    before = kinds("H61.D.1")
    unit_changes.merge(["H61.D.1", "H61.D.2"], ["H61.N"], BEFORE, "", ME)  # once more
    assert kinds("H61.D.1") == before == ["unit.added", "unit.ended"]
    assert all(events.verify(unit).sound for unit in units.names())


def test_a_commune_that_is_split_has_several_successors(province: None) -> None:
    units.add("H61.M", "Ủy ban nhân dân xã Phong Hòa", "H61", valid_from=REFORM)
    unit_changes.end("H61.D.1", BEFORE, ["H61.N", "H61.M"], "", ME)
    assert units.responsible("H61.D.1") == {"H61.M", "H61.N"}


def test_an_end_that_cannot_be_is_refused_and_all_of_a_merger_with_it(province: None) -> None:
    for last_day, successors, fault in (
        (BEFORE, ["H9"], Fault.SUCCESSOR),
        (BEFORE, ["H61.D.1"], Fault.SUCCESSION),
        (BEFORE - timedelta(days=1), ["H61.N"], Fault.GONE),
    ):
        with refused(fault):
            unit_changes.merge(["H61.D.2", "H61.D.1"], successors, last_day, "", ME)
    with refused(Fault.BACKWARDS):
        unit_changes.end("H61.N", BEFORE, [], "", ME)
    assert units.require("H61.D.2").valid_to is units.require("H61.D.1").valid_to is None
    unit_changes.end("H61.D.1", BEFORE, ["H61.N"], "", ME)
    with refused(Fault.ENDED):
        unit_changes.end("H61.D.1", BEFORE, ["H61"], "", ME)
    with refused(Fault.GONE):  # as it took over from one that ended later
        units.add("H61.X", "Phòng", "H61")
        unit_changes.end("H61.D.2", date(2026, 1, 1), ["H61.X"], "", ME)
        unit_changes.end("H61.X", date(2025, 12, 31), [], "", ME)
    with refused(Fault.SUCCESSION):
        unit_changes.end("H61.N", date(2026, 1, 1), ["H61.D.1"], "", ME)


def test_an_end_is_taken_back_on_the_same_day_and_later_by_a_decision(
    province: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    unit_changes.end("H61.D.1", BEFORE, ["H61.N"], "", ME)
    again = unit_changes.reopen("H61.D.1", ME)
    assert (again.valid_to, again.successors) == (None, ())
    assert units.require("H61.D.1") == again
    with refused(Fault.LIVING):
        unit_changes.reopen("H61.D.1", ME)
    unit_changes.end("H61.D.1", BEFORE, ["H61.N"], "", ME)
    monkeypatch.setattr(unit_changes, "today", lambda: today() + timedelta(days=1))
    with refused(Fault.LATE):
        unit_changes.reopen("H61.D.1", ME)
    assert unit_changes.reopen("H61.D.1", ME, "7/QĐ-UBND").valid_to is None
    assert kinds("H61.D.1")[1:] == ["unit.ended", "unit.reopened"] * 2


def test_a_unit_never_stands_below_itself_even_when_two_move_at_once(province: None) -> None:
    for parent, fault in (("H61.D.1", Fault.CIRCLE), ("H61.D", Fault.CIRCLE), ("H9", Fault.PARENT)):
        with refused(fault):
            unit_changes.move("H61.D", parent, ME)
    moves = [("H61.D", "H61.N"), ("H61.N", "H61.D")]

    def move(number: int) -> bool:
        try:
            unit_changes.move(*moves[number], ME)
        except RefusedUnitError as error:
            return error.fault is not Fault.CIRCLE
        return True

    assert sorted(at_once(2, move)) == [False, True]
    assert unit_changes.move("H61.D", None, ME).parent is None


def test_what_was_written_wrongly_is_put_right_without_a_former_name(province: None) -> None:
    unit_changes.change("H61.N", "Ủy ban nhân dân xã Hoà Long", date(2025, 6, 16), ME)
    assert (unit_names.history("H61.N"), units.require("H61.N").valid_from) == ((), date(2025, 6, 16))
    unit_changes.rename("H61.N", "Xã Ba", date(2025, 9, 1), "", ME)
    with refused(Fault.DAY):
        unit_changes.change("H61.N", "Xã Ba", date(2025, 9, 1), ME)
    unit_changes.end("H61.N", date(2026, 1, 1), [], "", ME)
    with refused(Fault.BACKWARDS):
        unit_changes.change("H61.N", "Xã", date(2026, 1, 2), ME)
    assert kinds("H61.N") == ["unit.added", "unit.changed", "unit.renamed", "unit.ended"]


CODES = ["A", "B", "C", "D", "E"]
DAYS = st.integers(-4, 2).map(lambda n: today() + timedelta(days=90 * n))
ACT = st.one_of(
    st.tuples(st.just("add"), st.sampled_from(CODES), st.sampled_from([None, *CODES])),
    st.tuples(st.just("rename"), st.sampled_from(CODES), st.sampled_from(["x", "y", "z"]), DAYS),
    st.tuples(st.just("move"), st.sampled_from(CODES), st.sampled_from([None, *CODES])),
    st.tuples(st.just("end"), st.sampled_from(CODES), DAYS, st.sets(st.sampled_from(CODES), max_size=2)),
    st.tuples(st.just("reopen"), st.sampled_from(CODES)),
    st.tuples(st.just("change"), st.sampled_from(CODES), st.one_of(st.none(), DAYS)),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ACT, max_size=20))
def test_whatever_happens_the_organisation_can_answer(database: str, history: list[tuple[object, ...]]) -> None:
    """No unit stands below or comes after itself; each ended one is answered for by living ones or by nobody; on each
    day each unit was called what the renamings until then say.
    """
    with transaction.atomic():
        names: dict[str, list[tuple[date, str]]] = {}
        for what, code, *rest in history:
            try:
                done(str(what), str(code), rest, names)
            except UsageError:
                continue
        whole = {unit.code: unit for unit in units.listing()}
        assert unit_rules.faults(whole) == {}
        for code, unit in whole.items():
            answering = units.responsible(code)
            assert all(unit_rules.lives_on(whole[other], today()) for other in answering)
            assert unit.valid_to is None or unit.valid_to >= today() or code not in answering
            assert events.verify(code).sound
        for day in (today() - timedelta(days=n * 45) for n in range(10)):
            called = unit_names.on(day)
            assert called == {code: [n for since, n in known if since <= day][-1] for code, known in names.items()}
        transaction.set_rollback(True)


def done(what: str, code: str, rest: list[object], names: dict[str, list[tuple[date, str]]]) -> None:
    """Do it, and note in the plainest way what the unit is called since when."""
    if what == "add" and code not in names:
        units.add(code, "w", rest[0])  # type: ignore[arg-type]
        names[code] = [(date.min, "w")]
    elif what == "rename":
        if units.require(code).name != unit_changes.rename(code, rest[0], rest[1], "", ME).name:  # type: ignore[arg-type]
            names[code].append((rest[1], rest[0]))  # type: ignore[arg-type]
    elif what == "move":
        unit_changes.move(code, rest[0], ME)  # type: ignore[arg-type]
    elif what == "end":
        unit_changes.end(code, rest[0], rest[1], "", ME)  # type: ignore[arg-type]
    elif what == "reopen":
        unit_changes.reopen(code, ME)
    elif what == "change":
        unit_changes.change(code, units.require(code).name, rest[0], ME)  # type: ignore[arg-type]
