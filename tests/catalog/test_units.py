"""Units, procedures and batches."""

from __future__ import annotations

from datetime import date

import pytest

from catalog import batches, events, procedures, units
from core.errors import NotFoundError, UsageError


def test_units_form_a_tree_with_life_spans_and_successors(database: str) -> None:
    units.add("H61", "Ủy ban nhân dân tỉnh")
    units.add("H61.12", "Ủy ban nhân dân xã Tân Hòa", parent="H61", valid_from=date(2025, 7, 1))
    old = units.add(
        "H61.D3", "Ủy ban nhân dân huyện Lai Vung", "H61", valid_to=date(2025, 6, 30), successors=("H61.12",)
    )
    assert (old.parent, old.valid_to, old.successors) == ("H61", date(2025, 6, 30), ("H61.12",))
    assert [unit.code for unit in units.listing()] == ["H61", "H61.12", "H61.D3"]
    assert units.require("H61.D3") == old


def test_adding_a_unit_again_changes_nothing(database: str) -> None:
    first = units.add("H1", "Sở  Tư pháp ")
    assert units.add("H1", "Sở Tư pháp") == first
    assert events.verify("H1").events == 1


@pytest.mark.parametrize(
    ("code", "name", "parent", "why"),
    [
        ("", "Sở", None, "no unit code"),
        ("a b", "Sở", None, "no unit code"),
        ("../x", "Sở", None, "no unit code"),
        ("H" * 65, "Sở", None, "no unit code"),
        ("H2", " ", None, "needs a name"),
        ("H2", "x" * 401, None, "needs a name"),
        ("H2", "Sở", "H9", "unknown unit H9"),
        ("H1", "Sở khác", None, "already"),
    ],
)
def test_a_wrong_unit_is_refused_and_nothing_is_kept(
    database: str, code: str, name: str, parent: str | None, why: str
) -> None:
    before = units.add("H1", "Sở Tư pháp")
    with pytest.raises(UsageError, match=why):
        units.add(code, name, parent)
    assert units.listing() == (before,)


def test_an_unknown_unit_is_told_with_its_remedy(database: str) -> None:
    with pytest.raises(UsageError, match="sohoa units add"):
        units.require("H9")


def test_names_are_stored_in_nfc_without_nul(database: str) -> None:
    assert units.add("H1", "Sơ\u0309 Tư pha\u0301p\0").name == "Sở Tư pháp"


def test_a_batch_is_opened_once(unit: str) -> None:
    first = batches.open_batch(unit, None, "thùng 7")
    assert batches.open_batch(unit, None, " thùng  7") == first
    assert [e.kind for e in events.listing(unit)] == ["batch.opened", "unit.added"]
    assert batches.find("thùng 7").id == first


def test_a_batch_keeps_to_its_procedure(unit: str) -> None:
    batches.open_batch(unit, "1.004873", "thùng 7")
    assert procedures.require("1.004873").name == ""
    with pytest.raises(UsageError, match="choose another name"):
        batches.open_batch(unit, "2.000635", "thùng 7")
    assert batches.find("thùng 7").procedure == "1.004873"
    with pytest.raises(UsageError, match="unknown procedure"):
        procedures.require("2.000635")  # nothing half-done


def test_a_procedure_gets_its_name_later(database: str) -> None:
    procedures.add("1.004873")
    assert procedures.add("1.004873", "Cấp giấy phép xây dựng", "Xây dựng").sector == "Xây dựng"
    assert procedures.add("1.004873").name == "Cấp giấy phép xây dựng"
    assert len(procedures.listing()) == 1


def test_two_units_may_name_a_batch_alike(unit: str) -> None:
    units.add("H2", "Sở Y tế")
    mine, theirs = batches.open_batch(unit, None, "1"), batches.open_batch("H2", None, "1")
    assert mine != theirs
    with pytest.raises(UsageError, match="several units"):
        batches.find("1")
    assert batches.find("1", "H2").id == theirs


def test_unknown_batches_are_told(database: str) -> None:
    with pytest.raises(NotFoundError):
        batches.find("none")
    with pytest.raises(NotFoundError):
        batches.status(7)
    with pytest.raises(UsageError, match="unknown unit"):
        batches.open_batch("H9", None, "x")
