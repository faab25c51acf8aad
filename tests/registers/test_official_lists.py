"""Official lists: places before and since the reform, spreadsheets of units and procedures."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from catalog import events, procedures, unit_lists, unit_rules, units
from catalog.records import ProcedureRow, UnitRow
from catalog.unit_lists import Entry, RefusedListError
from catalog.unit_rules import Fault
from core.errors import UsageError
from registers import official_places, official_procedures, official_units
from tests.spreadsheets import making

DAY = date(2026, 3, 1)


def taken(province: str, root: str) -> None:
    plan = official_places.plan(province, root, units.listing())
    chosen = {split.code: (split.main,) for split in plan.splits}
    unit_lists.take(official_places.decided(plan, chosen, "1663/NQ-UBTVQH15"), DAY, "an")


@pytest.mark.parametrize("province", ["82", "48", "51"])
def test_the_places_of_a_province_make_an_organisation_in_which_every_ended_unit_is_answered_for(
    home: Path, province: str
) -> None:
    """Provinces that merged, and some with an island that is a commune of its own now."""
    plan = official_places.plan(province, "R", [])
    entries = official_places.decided(plan, {split.code: (split.main,) for split in plan.splits})
    made = {
        e.code: UnitRow(e.code, e.name or "", e.parent or None, e.valid_from, e.valid_to, e.successors or ())
        for e in entries
    }
    assert len(made) == len(entries)
    assert unit_rules.faults(made) == {}
    assert all(unit.successors for unit in made.values() if unit.valid_to)
    assert {unit.valid_to for unit in made.values()} == {None, date(2025, 6, 30)}
    with pytest.raises(UsageError, match="was split"):
        official_places.decided(plan, {})
    with pytest.raises(UsageError, match="was split"):
        official_places.decided(plan, {split.code: ("R",) for split in plan.splits})
    with pytest.raises(UsageError, match="unknown province"):
        official_places.plan("99", "R", [])


def test_units_that_are_there_keep_their_codes_and_a_second_time_nothing_changes(database: str) -> None:
    units.add("H61", "Ủy ban nhân dân tỉnh Đồng Tháp")
    units.add("H61.12", "Ủy ban nhân dân huyện Lai Vung", "H61")
    units.add("H61.12.3", "Ủy ban nhân dân xã Tân Hòa", "H61.12")
    taken("82", "H61")
    district = units.require("H61.12")
    assert (district.valid_to, district.successors) == (date(2025, 6, 30), ("H61",))
    assert units.require("H61.P82").name == "Ủy ban nhân dân tỉnh Tiền Giang"
    assert "H61.D876" not in units.names()
    before = units.listing()
    assert len(before) > 400
    plan = official_places.plan("82", "H61", before)
    assert plan.splits == ()
    checked = unit_lists.check(official_places.decided(plan, {}), DAY)
    assert (checked.new, checked.changed, checked.bad) == ((), (), ())
    assert events.verify("H61").sound


def test_a_list_says_which_rows_are_wrong_and_why(database: str) -> None:
    units.add("A", "Một", valid_to=date(2020, 1, 1))
    units.add("B", "Hai")
    rows = [
        (Entry(1, "C 1", "x"), Fault.CODE),
        (Entry(2, "C2", ""), Fault.NAME),
        (Entry(3, "C3", "x", parent="Không có"), Fault.AMBIGUOUS),
        (Entry(4, "C4", "x"), Fault.TWICE),
        (Entry(5, "C4", "y"), Fault.TWICE),
        (Entry(6, "A", valid_to=date(2021, 1, 1)), Fault.ENDED),
        (Entry(7, "B", "Hai mới"), Fault.DAY),
        (Entry(8, "C8", "x", fault=Fault.DATE), Fault.DATE),
    ]
    before = units.listing()
    checked = unit_lists.check([entry for entry, _fault in rows], date(2099, 1, 1))
    assert [(bad.row, bad.fault) for bad in checked.bad] == [(entry.row, fault) for entry, fault in rows]
    circle = [Entry(1, "C", "x", parent="D"), Entry(2, "D", "y", parent="C"), Entry(3, "E", "z")]
    with pytest.raises(RefusedListError) as refused:
        unit_lists.take(circle, DAY, "an")
    assert [(bad.row, bad.fault) for bad in refused.value.bad] == [(1, Fault.CIRCLE), (2, Fault.CIRCLE)]
    gone = [Entry(1, "B", valid_to=date(2019, 1, 1), successors=("C",)), Entry(2, "C", "x", valid_from=DAY)]
    assert [bad.fault for bad in unit_lists.check(gone, DAY).bad] == [Fault.GONE]
    assert units.listing() == before


def test_columns_of_a_list_are_told_by_their_titles_or_said(home: Path, tmp_path: Path) -> None:
    file = making.csv(tmp_path / "a.csv", [("Mã", "Tên đơn vị", "Ghi chú"), ("A", "Một", "A1"), ("B", "Hai", "A")])
    assert [entry.parent for entry in official_units.read(file, {"C": "parent"})[1]] == ["A1", "A"]
    assert [entry.parent for entry in official_units.read(file, {})[1]] == [None, None]
    for said in ({"Z": "parent"}, {"C": "holder"}, {"A": ""}):
        with pytest.raises(UsageError):
            official_units.read(file, said)


def test_procedures_of_a_list_are_updated_and_what_it_does_not_say_stays(database: str, tmp_path: Path) -> None:
    procedures.change(ProcedureRow("1.1", "Một", "Đất đai", ("Đơn",), ("Giấy phép",), "12 tháng"), "an")
    rows = [
        ("Mã TTHC", "Tên TTHC", "Thời hạn", "Bản giấy"),
        ("1.1", "Một", "24 tháng", ""),
        ("1.2", "Hai", "", "không"),
    ]
    sheet = official_procedures.read(making.csv(tmp_path / "a.csv", rows), {})
    official_procedures.take(sheet.rows, "an")
    assert procedures.require("1.1") == ProcedureRow("1.1", "Một", "Đất đai", ("Đơn",), ("Giấy phép",), "24 tháng")
    assert procedures.require("1.2").returns_paper is False
    assert official_procedures.check(sheet.rows).same == 2
    bad = [("Mã TTHC", "Tên TTHC", "Thời hạn"), ("1.1", "Một", "lâu lâu"), ("1.3", "", ""), ("1.4", "Bốn", "")]
    checked = official_procedures.check(official_procedures.read(making.csv(tmp_path / "b.csv", bad), {}).rows)
    assert [(one.row, one.field) for one in checked.bad] == [(2, "validity"), (3, "name")]
    with pytest.raises(official_procedures.RefusedListError):
        official_procedures.take(official_procedures.read(tmp_path / "b.csv", {}).rows, "an")
    assert procedures.rows(["1.4"]) == ()
