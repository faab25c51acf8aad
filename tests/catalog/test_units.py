"""Units, procedures and batches."""

from __future__ import annotations

from datetime import date

import pytest

from catalog import batches, events, procedures, units
from catalog.models import Unit
from core.errors import NotFoundError, UsageError
from tests.catalog.support import queries


def test_units_form_a_tree_with_life_spans_and_successors(database: str) -> None:
    units.add("H61", "Ủy ban nhân dân tỉnh")
    units.add("H61.12", "Ủy ban nhân dân xã Tân Hòa", parent="H61", valid_from=date(2025, 7, 1))
    old = units.add(
        "H61.D3", "Ủy ban nhân dân huyện Lai Vung", "H61", valid_to=date(2025, 6, 30), successors=("H61.12",)
    )
    assert (old.parent, old.valid_to, old.successors) == ("H61", date(2025, 6, 30), ("H61.12",))
    assert [unit.code for unit in units.listing()] == ["H61", "H61.12", "H61.D3"]
    assert units.require("H61.D3") == old
    assert units.named(["H61.D3", "H9"]) == {"H61.D3": old}


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


def test_the_types_of_document_that_a_procedure_needs_are_kept_each_once(database: str) -> None:
    land = "Giấy chứng nhận quyền sử dụng đất, quyền sở hữu nhà ở"
    procedures.add("1.004873", document_types=[f" {land}  ", land.upper(), "", "Giấy khai sinh"])
    assert procedures.require("1.004873").document_types == (land.upper(), "Giấy khai sinh")
    assert procedures.add("1.004873", "Cấp phép").document_types == (land.upper(), "Giấy khai sinh")
    assert procedures.add("1.004873", document_types=[land]).document_types == (land,)
    for wrong in (["x" * 201], [str(n) for n in range(51)]):
        with pytest.raises(UsageError, match="types of document"):
            procedures.add("1.004873", document_types=wrong)


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


@pytest.fixture
def reform(database: str) -> None:
    """A province before and after 2025-07-01: districts ended, communes merged; one office ended before that."""
    day, before = date(2025, 7, 1), date(2025, 6, 30)
    units.add("H61", "Ủy ban nhân dân tỉnh")
    units.add("H61.N1", "Ủy ban nhân dân xã Tân Hòa", "H61", valid_from=day)
    units.add("H61.N1.1", "Bộ phận một cửa xã Tân Hòa", "H61.N1", valid_from=day)
    units.add("H61.N2", "Ủy ban nhân dân xã Long Hậu", "H61", valid_from=day)
    units.add("H61.D3", "Ủy ban nhân dân huyện Lai Vung", "H61", valid_to=before, successors=("H61.N1", "H61.N2"))
    units.add("H61.D3.C1", "Ủy ban nhân dân xã Tân Hòa (cũ)", "H61.D3", valid_to=before, successors=("H61.N1",))
    units.add("H61.D3.C0", "Xã Tân Lập", "H61.D3", valid_to=date(2004, 1, 1), successors=("H61.D3.C1",))
    units.add("H61.X", "Phòng không có ai kế tục", "H61", valid_to=before)
    units.add("H61.Y", "Ủy ban nhân dân xã Phong Hòa", "H61", successors=("H61.N2",))


def test_an_ended_unit_is_answered_for_by_the_successors_that_live(reform: None) -> None:
    assert units.responsible("H61.D3") == {"H61.N1", "H61.N2"}
    assert units.responsible("H61.D3.C0") == {"H61.N1"}, "by way of a successor that ended itself"
    assert units.responsible("H61.N1") == {"H61.N1"}
    assert units.responsible("H61.X") == frozenset()
    assert units.responsible("H61.Y") == {"H61.Y"}, "it lives, whoever comes after it"
    with pytest.raises(UsageError, match="unknown unit"):
        units.responsible("H9")


def test_a_unit_looks_after_what_the_ones_before_it_issued(reform: None) -> None:
    assert units.visible_from("H61.N1") == {"H61.N1", "H61.N1.1", "H61.D3", "H61.D3.C1", "H61.D3.C0"}
    assert units.visible_from("H61.N2") == {"H61.N2", "H61.D3"}, "not those that another commune came after"
    assert units.visible_from("H61.N1.1") == {"H61.N1.1"}
    assert units.visible_from("H61") == {unit.code for unit in units.listing()}
    with pytest.raises(UsageError, match="unknown unit"):
        units.visible_from("H9")


def test_units_that_name_each_other_as_successors_end_no_search_in_a_circle(database: str) -> None:
    end = date(2020, 1, 1)
    units.add("A", "A", valid_to=end)
    units.add("B", "B", valid_to=end, successors=("A",))
    Unit.objects.get(code="A").successors.add(Unit.objects.get(code="B"))
    assert units.responsible("A") == frozenset()
    assert units.visible_from("A") == {"A", "B"}


def test_the_way_through_many_units_takes_two_queries(reform: None) -> None:
    with queries(2):
        units.visible_from("H61")


def test_several_units_together_see_what_each_sees_with_the_same_two_queries(reform: None) -> None:
    each = units.visible_from("H61.N1") | units.visible_from("H61.N2")
    with queries(2):
        assert units.visible_from_all(["H61.N1", "H61.N2"]) == each
    with queries(2):
        each_alone = units.visible_from_each(["H61.N1", "H61.N2"])
    assert each_alone == {code: units.visible_from(code) for code in ("H61.N1", "H61.N2")}
    with queries(0):
        assert units.visible_from_all([]) == frozenset()
    with pytest.raises(UsageError, match="unknown unit"):
        units.visible_from_all(["H61.N1", "H9"])
