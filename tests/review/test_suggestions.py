"""What is suggested: what the unit's papers usually say, and nothing of what is confidential."""

from __future__ import annotations

from catalog import habits, results
from review import suggestions
from review.suggestions import RegisterLine
from tests.catalog.support import queries
from tests.review.conftest import VALUES, Record


def test_earlier_values_of_the_unit_are_counted(unit: str, record: Record) -> None:
    for number, kind in (("1/GPXD", "Giấy phép xây dựng"), ("2/GPXD", "Giấy phép xây dựng"), ("3/QĐ", "Quyết định")):
        record((), number=number, document_type=kind, signer="Lê Văn An")
    record((), of="H61.12", signer="Ai khác")
    record(("signer",), signer="Chưa chắc")
    found = suggestions.of(unit, {"document_type": "Giấy phép xây dựng"})
    assert [(s.value, s.count) for s in found.values["signer"]] == [("Lê Văn An", 3)]
    assert [(s.value, s.count) for s in found.values["document_type"]] == [
        ("Giấy phép xây dựng", 2),
        ("Quyết định", 1),
    ]
    assert found.rests == ("/GPXD",)
    assert suggestions.of(unit, {}).rests == ("/GPXD", "/QĐ")
    assert found.values["holder"] == ()


def test_what_the_register_says_comes_first_and_once(unit: str, record: Record) -> None:
    for number, kind in (("1/GPXD", "Giấy phép xây dựng"), ("2/GPXD", "Giấy phép xây dựng"), ("3/QĐ", "Quyết định")):
        record((), number=number, document_type=kind)
    said = [{"document_type": "Quyết định", "holder": "Võ Văn Tám"}, {"document_type": "Quyết định", "holder": " "}]
    lines = [RegisterLine(n, f"dòng {n}", values, guessed=n == 1) for n, values in enumerate(said, 1)]
    found = suggestions.of(unit, {}, lines).values
    kinds = [(s.value, s.count, s.lines) for s in found["document_type"]]
    assert kinds == [("Quyết định", 1, ("dòng 1", "dòng 2")), ("Giấy phép xây dựng", 2, ())]
    assert [(s.value, s.lines, s.guessed) for s in found["holder"]] == [("Võ Văn Tám", ("dòng 1",), False)]
    assert suggestions.of(unit, {}).values["holder"] == ()


def test_a_day_is_a_guess_only_while_no_line_says_it_surely(unit: str, record: Record) -> None:
    lines = [RegisterLine(1, "a", {"issue_date": "09/04/2018"}, guessed=True)]
    [day] = suggestions.of(unit, {}, lines).values["issue_date"]
    assert day.guessed
    [day] = suggestions.of(unit, {}, [*lines, RegisterLine(2, "b", {"issue_date": "09/04/2018"})]).values["issue_date"]
    assert not day.guessed and day.lines == ("a", "b")


def test_no_more_is_suggested_than_a_hand_has_fingers(unit: str, record: Record) -> None:
    for n in range(5):
        record((), number=f"{n}/QĐ", subject=f"Việc {n}")
    lines = [RegisterLine(n, str(n), {"subject": f"Sổ {n}"}) for n in range(3)]
    found = suggestions.of(unit, {}, lines).values["subject"]
    assert [s.value for s in found[:3]] == ["Sổ 0", "Sổ 1", "Sổ 2"] and len(found) == 5


def test_units_issue_papers_too(unit: str, record: Record) -> None:
    names = [s.value for s in suggestions.of(unit, {}).values["issuer"]]
    assert names == ["Ủy ban nhân dân xã Tân Hòa", "Ủy ban nhân dân huyện Lai Vung"]


def test_nothing_of_a_confidential_result_is_suggested(unit: str, record: Record) -> None:
    record((), document_type="Phiếu lý lịch tư pháp", signer="Người ký kín", number="1/STP-LLTP")
    found = suggestions.of(unit, {})
    assert (found.values["signer"], found.values["document_type"], found.rests) == ((), (), ())
    assert habits.same(unit, VALUES["issuer"], "Phiếu lý lịch tư pháp", "1/STP-LLTP", "2019-03-05", 0) == ()


def test_the_same_number_again_is_noticed(unit: str, record: Record) -> None:
    one, other = record(), record(number="578/GPXD")
    row = results.show(one).row
    same = habits.same(unit, row.issuer, row.document_type, " 577 / gpxd", "2019-12-31", other)
    assert same == (one,)
    assert habits.same(unit, row.issuer, row.document_type, "577/GPXD", "2020-01-01", other) == ()
    assert habits.same(unit, row.issuer, row.document_type, "577/GPXD", "", other) == ()


def test_as_many_questions_however_many_results(unit: str, record: Record) -> None:
    for n in range(12):
        record((), number=f"{n}/GPXD")
    with queries(4):
        suggestions.of(unit, {})
