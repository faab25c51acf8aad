"""The organisation and its procedures from the command line."""

from __future__ import annotations

from pathlib import Path

from tests.cli.support import Sohoa
from tests.spreadsheets import making


def test_units_are_taken_from_a_list_renamed_moved_and_merged(set_up: Sohoa, tmp_path: Path) -> None:
    rows: list[tuple[object, ...]] = [
        ("Mã đơn vị", "Tên đơn vị", "X"),
        ("H61", "Ủy ban nhân dân tỉnh", ""),
        ("H61.1", "Xã Một", "H61"),
        ("H61.2", "Xã Hai", "H9"),
    ]
    file = making.csv(tmp_path / "units.csv", rows)
    wrong = set_up("units", "import", file, "--column", "C=parent")
    assert wrong.code == 2 and "H9" in wrong.err
    assert set_up("units", "list", "--json").json == []
    rows[3] = ("H61.2", "Xã Hai", "H61")
    making.csv(file, rows)
    assert set_up("units", "import", file, "--column", "C=parent", "--dry-run").code == 0
    assert set_up("units", "list", "--json").json == []
    assert set_up("units", "import", file, "--column", "C=parent").code == 0
    assert set_up("units", "rename", "H61.1", "Xã Một Mới", "--from", "2026-03-01", "--decision", "1/NQ").code == 0
    assert set_up("units", "move", "H61.1").code == 0
    assert set_up("units", "end", "H61.1", "--on", "01/07/2026", "--successor", "H61.2").code == 0
    found = {unit["code"]: unit for unit in set_up("units", "list", "--json").json}["H61.1"]
    assert (found["name"], found["parent"], found["valid_to"]) == ("Xã Một Mới", None, "2026-07-01")
    assert found["successors"] == ["H61.2"]
    asked = set_up("units", "import", "--province", "82", "--root", "H61")
    assert asked.code == 2 and "--splits" in asked.err


def test_procedures_are_taken_from_a_list_and_changed(set_up: Sohoa, tmp_path: Path) -> None:
    rows = [("Mã TTHC", "Tên TTHC", "Thời hạn"), ("1.1", "Một", "12 tháng")]
    assert set_up("procedures", "import", making.csv(tmp_path / "p.csv", rows)).code == 0
    assert set_up("procedures", "change", "1.1", "--validity", "mãi").code == 2
    given = ("--validity", "5 năm", "--yields", "Giấy phép", "--no-paper", "--until", "2026-12-31")
    assert set_up("procedures", "change", "1.1", *given).code == 0
    assert set_up("procedures", "list", "--json").json == [
        {
            "code": "1.1",
            "name": "Một",
            "sector": "",
            "document_types": [],
            "yields": ["Giấy phép"],
            "validity": "5 năm",
            "returns_paper": False,
            "valid_to": "2026-12-31",
        }
    ]
