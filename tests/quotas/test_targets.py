"""Targets are inherited and overridden; baselines and snapshots stand; the forecast says no more than it can."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from catalog import events, units
from catalog.records import UnitRow
from catalog.values import today
from core.errors import UsageError
from quotas import baselines, counting, lists, periods, responsibility, snapshots, targets, verification
from quotas.forecast import Outlook, forecast, working_days
from quotas.lists import Asked
from quotas.models import BaselineLine, Snapshot, Target
from quotas.records import TrendPoint
from quotas.states import Kind, Which, Why
from registers.models import Line
from tests.catalog.support import at_once, queries
from tests.quotas import rows

YEAR = periods.year(today().year)
YESTERDAY = today() - timedelta(days=1)
LONG_AGO = date(2020, 5, 4)


@pytest.fixture
def tree(database: str) -> None:
    units.add("P", "Tỉnh")
    units.add("P.A", "Xã A", "P")
    units.add("P.B", "Xã B", "P")


def test_the_nearest_target_above_holds_until_one_has_its_own(tree: None) -> None:
    above = targets.put("P", Kind.OLD, YEAR, "20", "Kế hoạch 1", "an")
    own = targets.put("P.A", Kind.OLD, YEAR, "12,5", "Kế hoạch 2", "an")
    held = targets.holding(None, YEAR)
    assert (held["P.A", Kind.OLD], held["P.B", Kind.OLD]) == (own, above)
    assert own.share == Decimal("12.50")
    targets.end(own.id, "an", "bãi bỏ")
    assert targets.holding("P.A", YEAR)["P.A", Kind.OLD] == above
    assert targets.holding("P.A", YEAR, at=own.time)["P.A", Kind.OLD] == own, "as it was then"
    assert [event.kind for event in events.listing("P.A")][:2] == ["quota.target_ended", "quota.target_set"]


@pytest.mark.parametrize("share", ["-1", "100.01", "20.005", "nan", "", "hai mươi"])
def test_a_share_that_is_none_is_refused(tree: None, share: str) -> None:
    with pytest.raises(UsageError):
        targets.put("P", Kind.OLD, YEAR, share, "Kế hoạch 1", "an")


def test_a_target_needs_its_basis_and_two_at_once_leave_one(tree: None) -> None:
    with pytest.raises(UsageError):
        targets.put("P", Kind.OLD, YEAR, "20", "  ", "an")

    def put(number: int) -> bool:
        try:
            targets.put("P", Kind.NEW, YEAR, str(50 + number), "Kế hoạch 1", "an")
        except UsageError:
            return False
        return True

    assert any(at_once(3, put))
    assert len(targets.listing(frozenset({"P"}), ended=False)) == 1


def test_what_was_frozen_stays_and_what_fell_out_is_told_with_its_reason(tree: None) -> None:
    kept, revoked, expired = (rows.line("P.A", LONG_AGO) for _ in range(3))
    made = baselines.freeze("P", YEAR, "an")
    assert made.lines == 3
    with pytest.raises(UsageError):
        baselines.freeze("P", YEAR, "an")
    rows.line("P.A", LONG_AGO)  # came later: the denominator does not drift
    Line.objects.filter(pk=revoked).update(status="revoked")
    Line.objects.filter(pk=expired).update(valid_to=YESTERDAY)
    found = dict(baselines.drift(made.id).fallen)
    assert found == {Why.WITHDRAWN: 0, Why.REVOKED: 1, Why.REPLACED: 0, Why.EXPIRED: 1}
    top = counting.count("P", Kind.OLD, YEAR).top
    assert (top.all.frozen, top.all.counted, top.all.digitized) == (3, 1, 0)
    missing = lists.lines(Asked("P", Kind.OLD, YEAR, Which.MISSING), {})
    assert [row.id for row in missing.rows] == [kept]
    assert baselines.freeze("P", YEAR, "an", "sổ bổ sung").lines == 2
    assert baselines.verify(made.id)
    BaselineLine.objects.filter(baseline=made.id, line=kept).delete()
    assert not baselines.verify(made.id)


def test_confidential_lines_are_counted_and_shown_to_those_who_may_see_them_without_names(tree: None) -> None:
    rows.line("P.A", LONG_AGO, confidential="adoption", holder="Trần Văn Kín")
    asked = Asked("P", Kind.OLD, YEAR, Which.COUNTED)
    assert lists.count(asked) == 1
    assert lists.lines(asked, {}).rows == lists.lines(asked, {"adoption": {"P.B"}}).rows == ()
    (row,) = lists.lines(asked, {"adoption": {"P.A"}}).rows
    assert (row.number != "", row.holder) == (True, "")


def test_a_snapshot_is_never_changed_and_an_edited_one_shows(tree: None) -> None:
    line = rows.line("P.A", LONG_AGO)
    assert snapshots.missed() == YESTERDAY
    taken = snapshots.take(YESTERDAY, "an")
    assert snapshots.missed() is None
    with pytest.raises(UsageError):
        snapshots.take(YESTERDAY, "an")
    Line.objects.filter(pk=line).update(result=rows.result("P.A", today()))
    then = snapshots.newest("P", Kind.OLD, YEAR)
    assert then and (then.top.all.counted, then.top.all.digitized) == (1, 0)
    (told, below) = verification.differences("P", Kind.OLD, YEAR, YESTERDAY)
    assert (told.unit, told.now.digitized, below.unit) == ("P", 1, "P.A")
    assert snapshots.take(YESTERDAY, "an", "nhập bổ sung").revision == 1
    assert [point.digitized for point in snapshots.trend("P", Kind.OLD, YEAR)] == [1]
    assert verification.verify().faults == ()
    Snapshot.objects.filter(revision=0, unit="P.A", kind="old").update(own_digitized=1)
    (fault,) = verification.verify().faults
    assert str(taken.day) in fault and "revision 0" in fault
    Snapshot.objects.filter(revision=1).delete()
    assert len(verification.verify().faults) == 2


def test_a_snapshot_of_a_day_that_was_not_over_is_none_of_its_end(tree: None) -> None:
    from flows import quota_snapshot

    rows.line("P.A", LONG_AGO)
    snapshots.take(YESTERDAY, "an")
    Snapshot.objects.update(time=rows.noon(YESTERDAY))  # as somebody took it at noon of that day
    assert snapshots.missed() == YESTERDAY and quota_snapshot.due()
    assert quota_snapshot.take.fn() == str(YESTERDAY)
    assert set(Snapshot.objects.values_list("revision", "reason")) == {(0, ""), (1, snapshots.EARLY)}
    assert snapshots.missed() is None and verification.verify().faults == ()


def test_the_share_of_a_snapshot_is_the_one_that_was_kept(tree: None) -> None:
    rows.line("P.A", LONG_AGO)
    made = targets.put("P", Kind.OLD, YEAR, "20", "Kế hoạch 1", "an")
    snapshots.take(YESTERDAY, "an")
    Target.objects.filter(pk=made.id).update(share=Decimal(10))  # whatever the table of targets says by now
    then = snapshots.newest("P", Kind.OLD, YEAR)
    assert then and then.top.target and then.top.target.share == Decimal(20)


def test_of_two_who_freeze_at_once_the_second_needs_a_reason(tree: None) -> None:
    rows.line("P.A", LONG_AGO)

    def freeze(_number: int) -> bool:
        try:
            baselines.freeze("P", YEAR, "an")
        except UsageError:
            return False
        return True

    assert at_once(3, freeze).count(True) == 1


def test_snapshots_taken_at_once_are_one(tree: None) -> None:
    def take(_number: int) -> bool:
        try:
            snapshots.take(YESTERDAY, "an")
        except UsageError:
            return False
        return True

    assert at_once(3, take).count(True) == 1
    assert verification.verify().faults == ()


def test_killed_half_way_there_is_no_half_snapshot(tree: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(snapshots, "_tell", killed)
    with pytest.raises(KeyboardInterrupt):
        snapshots.take(YESTERDAY, "an")
    assert not Snapshot.objects.exists()
    assert snapshots.missed() == YESTERDAY


def test_queries_do_not_follow_the_number_of_units(tree: None) -> None:
    rows.line("P.A", LONG_AGO)
    counting.count("P", Kind.OLD, YEAR)
    for number in range(20):
        with queries(7):
            counting.count("P", Kind.OLD, YEAR)
        units.add(f"P.{number}", f"Xã {number}", "P")
        if number == 2:
            break


def unit(code: str, parent: str | None, last: date | None = None, heirs: tuple[str, ...] = ()) -> UnitRow:
    return UnitRow(code, code, parent, None, last, heirs)


def test_who_answers_for_a_unit_that_ended() -> None:
    gone = date(2025, 6, 30)
    there = {
        row.code: row
        for row in (
            unit("P", None),
            unit("D", "P", gone),
            unit("C", "D"),
            unit("E", "D"),
            unit("merged", "D", gone, ("between",)),
            unit("between", "D", gone, ("C",)),
            unit("split", "D", gone, ("C", "E")),
            unit("ring", "D", gone, ("ring2",)),
            unit("ring2", "D", gone, ("ring",)),
            unit("lost", None, gone),
        )
    }
    found = responsibility.on(date(2026, 1, 1), there)
    answers = {code: (answer.unit, answer.apportioned) for code, answer in found.answers.items()}
    assert answers["merged"] == ("C", True)
    assert answers["split"] == ("P", False), "the district above both has ended"
    assert answers["D"] == answers["ring"] == ("P", True)
    assert answers["lost"] == ("lost", True)
    assert found.parents["C"] == "P"
    assert responsibility.on(gone, there).answers["split"].unit == "split", "its last day is its own"


def points(*digitized: int, counted: int = 1000) -> list[TrendPoint]:
    begin = date(2026, 3, 2)
    return [TrendPoint(begin + timedelta(n), counted, done, None, 100, 300) for n, done in enumerate(digitized)]


def test_the_forecast_says_no_more_than_it_can() -> None:
    last = date(2026, 12, 31)
    steady = [10 * working_days(date(2026, 3, 1), date(2026, 3, 2) + timedelta(n)) for n in range(40)]
    said = forecast(points(*steady), Decimal(50), last)
    assert said.outlook is Outlook.LIKELY
    assert said.missing == 500 - steady[-1]
    assert said.rate == 10
    assert said.met == said.earliest == said.latest, "each day was the same"
    assert said.met and working_days(points(*steady)[-1].day, said.met) == -(-said.missing // 10)
    assert forecast(points(*steady), Decimal(1), last).outlook is Outlook.MET
    assert forecast(points(*[5] * 40), Decimal(50), last).outlook is Outlook.NEVER
    assert forecast(points(1, 2, 3), Decimal(50), last).outlook is Outlook.TOO_EARLY
    assert forecast([], Decimal(50), last).outlook is Outlook.TOO_EARLY
    assert forecast(points(0, counted=0), Decimal(50), last).outlook is Outlook.NOTHING
    assert forecast(points(1), None, last).outlook is Outlook.NO_TARGET
    bumpy = forecast(points(*(n * n for n in range(30))), Decimal(100), last)
    assert bumpy.earliest and bumpy.latest and bumpy.earliest < bumpy.latest
    assert forecast(points(*(n * n for n in range(30))), Decimal(100), last) == bumpy, "the same each time"


def test_a_night_is_taken_by_the_flow_once(tree: None, tmp_path: Path) -> None:
    from flows import quota_snapshot

    rows.line("P.A", LONG_AGO)
    assert quota_snapshot.due()
    assert quota_snapshot.take.fn() == str(YESTERDAY)
    assert not quota_snapshot.due()
    assert quota_snapshot.take.fn() == ""
