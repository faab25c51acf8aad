"""What others say about a result is kept beside what was read, settles it or questions it, and overrules nobody."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog import batches, decisions, events, results, statements, units, versions
from catalog.refusals import Refusal, RefusedChangeError
from catalog.sameness import same
from catalog.statements import INDEX, Verdict
from catalog.states import State
from core.errors import NotFoundError
from tests.catalog import support
from tests.catalog.support import at_once

BEFORE = datetime(2020, 1, 1, tzinfo=UTC)
"""When the index came in: before anything was read."""
READ = {"document_type": "Giấy phép xây dựng", "number": "577/GPXD", "holder": "Nguyễn Thị Hòa"}


@pytest.fixture
def result(database: str) -> int:
    """A result of which number and signer are to be checked; no signer was found."""
    units.add("H61", "Huyện")
    scan = support.stored_scan(batches.open_batch("H61", None, "thùng 1"))
    return results.record(scan, support.processed(values=READ, review=("number", "signer")), "archive", "words")


def field(id: int, name: str) -> tuple[str, bool, float, str]:
    row = next(f for f in results.show(id).fields if f.name == name)
    return row.value, row.review, row.confidence, row.source


def test_what_both_say_is_settled(result: int) -> None:
    assert statements.state(result, {"number": "577"}, INDEX, "x", BEFORE) == {"number": Verdict.SAME}
    assert field(result, "number") == ("577/GPXD", False, 0.99, "ocr")
    assert results.show(result).row.state is State.TO_REVIEW  # the signer is still missing


def test_a_result_with_nothing_left_to_look_at_is_accepted(result: int) -> None:
    decisions.confirm(result, ["signer"], "van.thu")
    statements.state(result, {"number": "577/GPXD"}, INDEX, "x", BEFORE)
    assert results.show(result).row.state is State.ACCEPTED


@pytest.mark.parametrize("came", [None, datetime.max.replace(tzinfo=UTC)])
def test_what_came_in_after_the_reading_agrees_and_settles_nothing(result: int, came: datetime | None) -> None:
    assert statements.state(result, {"number": "577"}, INDEX, "x", came) == {"number": Verdict.SAME}
    assert field(result, "number") == ("577/GPXD", True, 0.9, "ocr")
    assert results.show(result).row.state is State.TO_REVIEW
    assert [row.verdict for row in statements.of_result(result)] == [Verdict.SAME]


def test_what_differs_is_looked_at_and_neither_is_lost(result: int) -> None:
    found = statements.state(result, {"holder": "Nguyễn Thị Hóa", "number": "579/GPXD"}, INDEX, "x")
    assert set(found.values()) == {Verdict.DIFFERENT}
    assert field(result, "holder") == ("Nguyễn Thị Hòa", True, 0.9, "ocr")
    shown = statements.of_result(result)
    assert [(row.name, row.value, row.verdict) for row in shown] == [
        ("number", "579/GPXD", Verdict.DIFFERENT),
        ("holder", "Nguyễn Thị Hóa", Verdict.DIFFERENT),
    ]
    assert versions.show(result, 1).fields  # what was said before is kept


def test_what_only_the_index_says_waits_for_a_person(result: int) -> None:
    found = statements.state(result, {"signer": "Trần Văn Đức", "issue_date": "2019-03-05"}, INDEX, "x")
    assert set(found.values()) == {Verdict.ONLY_STATED}
    assert field(result, "signer") == ("Trần Văn Đức", True, 0.5, "index")
    assert field(result, "issue_date") == ("2019-03-05", True, 0.5, "index")
    assert str(results.show(result).row.issue_date) == "2019-03-05"
    statements.state(result, {"signer": "Trần Văn Đúc"}, INDEX, "x")  # the index was mended
    assert field(result, "signer")[0] == "Trần Văn Đúc"


def test_what_a_person_looked_at_stays(result: int) -> None:
    decisions.confirm(result, ["number"], "van.thu")
    edition = results.show(result).edition
    assert statements.state(result, {"number": "579/GPXD"}, INDEX, "x") == {"number": Verdict.DIFFERENT}
    assert field(result, "number")[:2] == ("577/GPXD", False)
    assert results.show(result).edition == edition
    assert statements.of_result(result)[0].verdict is Verdict.DIFFERENT


def test_the_same_a_second_time_changes_nothing(result: int) -> None:
    said = {"number": "577", "signer": "Trần Văn Đức", "holder": ""}
    first = statements.state(result, said, INDEX, "x")
    before = events.heads()
    assert statements.state(result, said, INDEX, "x") == first
    assert events.heads() == before


def test_events_tell_names_and_digests_alone(result: int) -> None:
    statements.state(result, {"holder": "Lê Văn Khác"}, INDEX, "nha.thau")
    event = events.listing("H61")[0]
    assert (event.kind, event.actor, event.data["stated"]) == ("result.stated", "nha.thau", ["holder"])
    assert "Khác" not in str(event.data)
    assert events.verify("H61").sound


def test_what_cannot_be_is_refused_whole(result: int) -> None:
    for values in ({"issue_date": "5/3/2019"}, {"holder_id": "12"}, {"dossier": "H61"}, {"number": "1", "x": "y"}):
        with pytest.raises(RefusedChangeError):
            statements.state(result, values, INDEX, "x")
    assert statements.of_result(result) == ()
    with pytest.raises(NotFoundError):
        statements.state(10**9, {}, INDEX, "x")


def test_several_at_once_leave_one_statement(result: int) -> None:
    at_once(6, lambda _n: statements.state(result, {"number": "577"}, INDEX, "x"))
    assert len(statements.of_result(result)) == 1
    assert events.verify("H61").sound


def test_a_statement_can_make_a_result_confidential(result: int) -> None:
    statements.state(result, {"document_type": "Phiếu lý lịch tư pháp"}, INDEX, "x")
    assert not results.show(result).row.confidential  # what was read stands until a person decides
    scan = support.stored_scan(batches.open_batch("H61", None, "thùng 2"), "b.pdf", b"%PDF b")
    other = results.record(scan, support.processed(values={}), "archive", "words")
    statements.state(other, {"document_type": "Phiếu lý lịch tư pháp"}, INDEX, "x")
    assert results.show(other).row.confidential == "criminal_record"


@pytest.mark.parametrize(
    ("name", "one", "other"),
    [
        ("holder", "Nguyễn Thị Hòa", "NGUYỄN THỊ HOÀ"),
        ("holder", "Bà Nguyễn Thị Hòa", "nguyen thi hoa"),
        ("issuer", "UBND huyện Lai Vung", "Ủy ban nhân dân huyện Lai Vung"),
        ("number", "Số: 0577 / GPXD", "577/GPXD"),
        ("number", "577", "577/GPXD"),
        ("number", "12/QD-UBND", "12/QĐ-UBND"),
        ("holder_id", "087 185 001 234", "087185001234"),
        ("subject", "Xây dựng nhà ở, riêng lẻ", "xây dựng nhà ở riêng lẻ"),
        ("document_type", "QĐ", "Quyết định"),
    ],
)
def test_writing_habits_aside_these_are_the_same(name: str, one: str, other: str) -> None:
    assert same(name, one, other)
    assert same(name, other, one)


@pytest.mark.parametrize(
    ("name", "one", "other"),
    [
        ("holder", "Nguyễn Thị Hòa", "Nguyễn Thị Hóa"),
        ("holder", "Nguyễn Thị Hòa", "Nguyễn Thị Hoà Bình"),
        ("number", "57", "577/GPXD"),
        ("number", "577/GPXD", "577/QĐ-UBND"),
        ("number", "GPXD", "577/GPXD"),
        ("number", "", ""),
        ("issue_date", "2019-03-05", "2019-05-03"),
        ("holder_id", "087185001234", "087185001235"),
        ("issuer", "UBND huyện Lai Vung", "UBND huyện Lấp Vò"),
    ],
)
def test_these_are_not(name: str, one: str, other: str) -> None:
    assert not same(name, one, other)
    assert not same(name, other, one)


@given(st.sampled_from(["holder", "number", "issuer", "issue_date", "holder_id"]), st.text(), st.text())
def test_sameness_has_two_sides(name: str, one: str, other: str) -> None:
    assert same(name, one, other) == same(name, other, one)


def test_undoing_a_change_takes_back_nothing_that_was_stated_after_it(result: int) -> None:
    decisions.confirm(result, ["signer"], "lan")
    statements.state(result, {"holder": "Lê Văn Khác"}, INDEX, "x")
    [change] = decisions.changes(result)
    assert not change.undoable
    with pytest.raises(RefusedChangeError) as caught:
        decisions.undo(result, change.id, "lan", "nhầm")
    assert caught.value.refusal is Refusal.NOT_LAST
    assert field(result, "holder")[1], "a person still has to look at what the index questions"
    decisions.confirm(result, ["holder"], "lan")
    *_, last = decisions.changes(result)
    assert last.undoable
    decisions.undo(result, last.id, "lan", "nhầm")
    assert not any(change.undoable for change in decisions.changes(result))
    assert field(result, "holder")[1]


def test_changes_are_undone_one_after_the_other(result: int) -> None:
    decisions.confirm(result, ["signer"], "lan")
    decisions.confirm(result, ["number"], "lan")
    for _ in range(2):
        change = next(change for change in decisions.changes(result) if change.undoable)
        decisions.undo(result, change.id, "lan", "nhầm")
    assert results.show(result).review == ("number", "signer")
