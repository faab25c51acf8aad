"""Procedures are changed as a whole, checked, and told of."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from catalog import events, procedures, units
from catalog.procedures import RefusedProcedureError
from catalog.records import ProcedureRow
from core.errors import UsageError

PERMIT = ProcedureRow(
    "1.004873",
    "Cấp giấy phép xây dựng",
    "Xây dựng",
    ("Đơn đề nghị",),
    ("Giấy phép xây dựng",),
    "12 tháng",
    True,
    date(2026, 12, 31),
)


def test_a_procedure_is_added_changed_and_told_of_in_the_first_units_chain(database: str) -> None:
    units.add("H1", "Ủy ban nhân dân tỉnh")
    units.add("H1.1", "Xã", "H1")
    assert procedures.change(PERMIT, "an") == procedures.require("1.004873") == PERMIT
    longer = replace(PERMIT, validity="24 tháng", returns_paper=False)
    procedures.change(longer, "an")
    procedures.change(longer, "an")  # the same once more
    told = events.listing("H1")
    assert [(event.kind, event.subject) for event in told[:2]] == [
        ("procedure.changed", "procedure:1.004873"),
        ("procedure.added", "procedure:1.004873"),
    ]
    assert (told[0].actor, told[0].data["changed"]) == (
        "an",
        {"validity": ["12 tháng", "24 tháng"], "returns_paper": [True, False]},
    )
    assert len(told) == 3
    assert len(events.listing("H1.1")) == 1
    assert procedures.add("1.004873") == longer  # a mere code changes nothing


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"code": "không mã"}, "code"),
        ({"name": " "}, "name"),
        ({"name": "x" * 1001}, "name"),
        ({"sector": "x" * 201}, "sector"),
        ({"validity": "một thời gian"}, "validity"),
        ({"yields": ("x" * 201,)}, "yields"),
        ({"document_types": tuple(map(str, range(51)))}, "document_types"),
    ],
)
def test_a_wrong_procedure_is_refused_and_nothing_changes(database: str, wrong: dict[str, object], field: str) -> None:
    procedures.change(PERMIT, "an")
    with pytest.raises(RefusedProcedureError) as refused:
        procedures.change(replace(PERMIT, **wrong), "an")  # type: ignore[arg-type]
    assert refused.value.field == field
    assert procedures.listing() == (PERMIT,)


def test_procedures_are_found_by_sector_code_and_words_page_by_page(database: str) -> None:
    procedures.change(PERMIT, "an")
    procedures.change(ProcedureRow("2.000635", "Cấp bản sao trích lục hộ tịch", "Hộ tịch"), "an")
    procedures.change(ProcedureRow("1.000001", "Đăng ký khai tử", "Hộ tịch", valid_to=date(2020, 1, 1)), "an")
    assert procedures.sectors() == ("Hộ tịch", "Xây dựng")

    def codes(*asked: object, **more: object) -> list[str]:
        return [row.code for row in procedures.page(*asked, **more).rows]  # type: ignore[arg-type]

    assert codes("", "Hộ tịch") == ["1.000001", "2.000635"]
    assert codes("ho tich") == codes("trich luc") == codes("000635") == ["2.000635"]
    assert codes("", "Hộ tịch", ended=False) == ["2.000635"]
    assert codes(offset=1, limit=1) == ["1.004873"]
    assert procedures.page(limit=1).total == 3
    with pytest.raises(UsageError):
        procedures.require("9")
