"""Lists behind numbers: the very lines, in order, page by page, and nothing told that is not the reader's."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from catalog import unit_changes, units
from catalog.values import today
from quotas import baselines, counting, lists, periods
from quotas.lists import Asked
from quotas.states import Kind, Which, Why
from registers.models import Line
from tests.quotas import rows

YEAR = periods.year(today().year)
YESTERDAY = today() - timedelta(days=1)
LONG_AGO = date(2020, 5, 4)


@pytest.fixture
def tree(database: str) -> None:
    units.add("P", "Tỉnh")
    units.add("P.A", "Xã A", "P")
    units.add("P.B", "Xã B", "P")


def fallen(root: str, why: Why | None = None, at_once: int = 2) -> list[int]:
    """Ids of what fell out, read two at a time."""
    asked = Asked(root, Kind.OLD, YEAR, Which.FALLEN, why=why)
    found = [row.id for row in lists.every(asked, {}, at_once)]
    assert lists.count(asked) == len(found), "the number and the list behind it"
    return found


def test_what_fell_out_for_whatever_reason_is_listed_once_in_order(tree: None) -> None:
    expired, of_result, revoked, gone, also, replaced = (rows.line("P.A", LONG_AGO) for _ in range(6))
    kept = rows.line("P.A", LONG_AGO)
    ended, digitized = (rows.result("P.A", today()) for _ in range(2))
    Line.objects.filter(pk=of_result).update(result=ended)
    Line.objects.filter(pk=kept).update(result=digitized)
    baselines.freeze("P", YEAR, "an")
    Line.objects.filter(pk=expired).update(valid_to=YESTERDAY)
    of = Line.objects.get(pk=of_result).result
    of.valid_to = YESTERDAY
    of.save()
    Line.objects.filter(pk__in=(revoked, also)).update(status="revoked")
    Line.objects.filter(pk__in=(gone, also)).update(withdrawn=rows.noon(YESTERDAY))
    Line.objects.filter(pk=replaced).update(status="replaced", valid_to=YESTERDAY)
    assert fallen("P") == [expired, of_result, revoked, gone, also, replaced]
    assert fallen("P", Why.WITHDRAWN) == [gone, also], "each for the first reason that holds"
    assert fallen("P", Why.REVOKED) == [revoked]
    assert fallen("P", Why.REPLACED) == [replaced]
    assert fallen("P", Why.EXPIRED) == [expired, of_result]
    assert fallen("P.B") == []


def test_nothing_falls_out_of_what_was_not_frozen(tree: None) -> None:
    in_a, in_b = rows.line("P.A", LONG_AGO), rows.line("P.B", LONG_AGO)
    Line.objects.filter(pk=in_b).update(status="revoked")
    assert fallen("P") == []
    baselines.freeze("P.A", YEAR, "an")
    Line.objects.filter(pk=in_a).update(status="revoked")
    assert fallen("P") == [in_a]
    top = counting.count("P", Kind.OLD, YEAR).top
    assert top.all.frozen - top.all.counted == 1


def test_a_second_scan_and_a_mere_sheet_are_not_told_to_be_digitized(tree: None) -> None:
    for number, lessen in enumerate((None, rows.set_aside, rows.carrier)):
        line, result = rows.line("P.A", LONG_AGO), rows.result("P.A", today())
        Line.objects.filter(pk=line).update(result=result)
        if lessen:
            lessen(result)
        which = Which.MISSING if number else Which.DIGITIZED
        assert line in {row.id for row in lists.lines(Asked("P", Kind.OLD, YEAR, which), {}).rows}
    told = {row.digitized for row in lists.lines(Asked("P", Kind.OLD, YEAR, Which.MISSING), {}).rows}
    assert told == {False}


def test_a_baseline_tells_no_names_of_lines_that_another_answers_for_by_now(tree: None) -> None:
    rows.line("P.A", LONG_AGO, holder="Nguyễn Văn Đi", subject="Cấp phép")
    made = baselines.freeze("P.A", YEAR, "an")
    asked = Asked("P.A", Kind.OLD, YEAR, Which.FROZEN, baseline=made.id)
    (row,) = lists.lines(asked, {}).rows
    assert (row.holder, row.subject) == ("Nguyễn Văn Đi", "Cấp phép")
    unit_changes.end("P.A", YESTERDAY, ("P.B",), "QĐ 1", "an")
    (row,) = lists.lines(asked, {}).rows
    assert lists.count(asked) == 1 and (row.holder, row.subject) == ("", "")
    above = baselines.freeze("P", YEAR, "an")
    (row,) = lists.lines(Asked("P", Kind.OLD, YEAR, Which.FROZEN, baseline=above.id), {}).rows
    assert row.holder == "Nguyễn Văn Đi"
