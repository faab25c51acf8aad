"""Decisions: a result is changed whole or not at all, the version before it stays, and nobody's change gets lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from catalog import decisions, events, outbox, results, versions
from catalog.confidential import Confidential
from catalog.life import ChangeKind, Decision
from catalog.models import Change, Result, ResultVersion
from catalog.refusals import Refusal, RefusedChangeError
from catalog.states import Standing, State
from catalog.validity import Validity
from catalog.values import today
from core.errors import NotFoundError
from tests.catalog.support import at_once, processed, run_python, stored_scan

VALUES = {
    "document_type": "Giấy phép xây dựng",
    "number": "577/GPXD",
    "issuer": "Ủy ban nhân dân huyện Lai Vung",
    "issue_date": "2019-03-05",
    "holder": "Đỗ Thị Hòa",
    "holder_id": "087190001234",
    "validity": "12 tháng",
}
WHY = Decision("12/QĐ-UBND", date(2026, 1, 5), "ghi sai trên bản quét")


@pytest.fixture
def scan_id(batch: int) -> int:
    return stored_scan(batch, "hồ sơ 1.pdf")


@pytest.fixture
def record(scan_id: int) -> Callable[..., int]:
    """Record one more result."""
    count = iter(range(1, 100))

    def one(review: tuple[str, ...] = (), **changed: str) -> int:
        ordinal = next(count)
        return results.record(
            scan_id, processed(ordinal, ordinal, ordinal, VALUES | changed, review=review), "key", "words"
        )

    return one


@pytest.fixture
def id(record: Callable[..., int]) -> int:
    return record()


def waiting() -> dict[int, list[int]]:
    """Result → versions that search has not learned of."""
    found: dict[int, list[int]] = {}
    for entry in outbox.pending():
        found.setdefault(entry.result, []).append(entry.version)
    return found


def refused(refusal: Refusal, call: Callable[[], object]) -> RefusedChangeError:
    with pytest.raises(RefusedChangeError) as raised:
        call()
    assert raised.value.refusal is refusal
    return raised.value


def test_a_recorded_result_says_what_it_is(record: Callable[..., int]) -> None:
    row = results.show(record(("number",))).row
    assert (row.state, row.status, row.confidential) == (State.TO_REVIEW, Standing.IN_FORCE, Confidential.OPEN)
    assert (row.valid_from, row.valid_to) == (date(2019, 3, 5), date(2020, 3, 5))
    assert row.validity(date(2020, 3, 5)) is Validity.VALID
    assert row.validity(date(2020, 3, 6)) is Validity.EXPIRED
    record_of_crimes = record(document_type="Phiếu lý lịch tư pháp")
    assert results.show(record_of_crimes).row.state is State.ACCEPTED
    assert results.place(record_of_crimes) == ("H61.12.3", Confidential.CRIMINAL_RECORD)
    with pytest.raises(NotFoundError):
        results.place(record_of_crimes + 1)
    [found] = outbox.search_documents([record_of_crimes])
    assert (found.state, found.status, found.confidential) == ("accepted", "in_force", "criminal_record")
    assert (found.valid_from, found.valid_to) == (date(2019, 3, 5), date(2020, 3, 5))


def test_a_correction_changes_all_that_follows_and_keeps_what_was(unit: str, id: int) -> None:
    new = {
        "issue_date": "2021-01-31",
        "holder": "  Đô\u0303 Thi\u0323 Hoa ",
        "validity": "1 tháng",
        "signer": "Lê Văn An",
    }
    assert decisions.correct(id, new, WHY, "lan", seen=1) == 2
    shown = results.show(id)
    assert shown.edition == 2
    assert shown.row.holder == "Đỗ Thị Hoa"
    assert (shown.row.issue_date, shown.row.valid_to) == (date(2021, 1, 31), date(2021, 2, 28))
    assert shown.row.state is State.VERIFIED
    holder = next(field for field in shown.fields if field.name == "holder")
    assert (holder.source, holder.actor, holder.ocr_value) == ("person", "lan", "Đỗ Thị Hòa")
    assert holder.text == "ĐỖ THỊ HÒA"
    assert holder.box is not None
    signer = next(field for field in shown.fields if field.name == "signer")
    assert (signer.value, signer.ocr_value, signer.page, signer.source) == ("Lê Văn An", "", None, "person")
    number = next(field for field in shown.fields if field.name == "number")
    assert (number.source, number.actor) == ("ocr", "")
    [before] = versions.listing(id)
    old = versions.show(id, before.edition)
    assert {field.name: field.value for field in old.fields} == VALUES
    assert (old.edition, old.valid_to, old.state) == (1, date(2020, 3, 5), State.ACCEPTED)
    assert waiting() == {id: [1, 2]}
    [found] = outbox.search_documents([id])
    assert (found.version, found.state, found.holder) == (2, "verified", "Đỗ Thị Hoa")
    [change] = decisions.changes(id)
    assert (change.kind, change.decision, change.edition, change.actor) == (ChangeKind.CORRECT, WHY, 2, "lan")
    assert change.fields == ("holder", "issue_date", "signer", "validity")
    event = shown.events[-1]
    assert (event.kind, event.actor, event.data["decision"]) == ("result.corrected", "lan", "12/QĐ-UBND")
    assert "Hoa" not in str(event.data)
    assert "ghi sai" not in str(event.data), "a reason may name people"
    assert events.verify(unit).sound


def test_corrected_identity_makes_and_ends_duplicates(record: Callable[..., int]) -> None:
    first, second = record(), record(number="578/GPXD")
    decisions.correct(second, {"number": "577/GPXD"}, WHY, "lan")
    assert results.show(first).duplicates == (second,)


@pytest.mark.parametrize(
    ("changes", "refusal", "field"),
    [
        ({"issue_date": "05/03/2019"}, Refusal.DATE, "issue_date"),
        ({"issue_date": "2019-02-29"}, Refusal.DATE, "issue_date"),
        ({"issue_date": "2999-01-01"}, Refusal.DATE, "issue_date"),
        ({"issue_date": "1789-07-14"}, Refusal.DATE, "issue_date"),
        ({"expiry_date": "2019-03-04"}, Refusal.ENDS_BEFORE_ISSUE, "expiry_date"),
        ({"holder_id": "12345678"}, Refusal.IDENTITY, "holder_id"),
        ({"holder_id": "0123456789"}, Refusal.IDENTITY, "holder_id"),
        ({"holder_id": "٠٨٧١٩٠٠٠١٢٣٤"}, Refusal.IDENTITY, "holder_id"),
        ({"co_holder_id": "087190O01234"}, Refusal.IDENTITY, "co_holder_id"),
        ({"validity": "lâu"}, Refusal.PERIOD, "validity"),
        ({"confidential": "very"}, Refusal.CONFIDENTIAL, "confidential"),
        ({"dossier": "H61 1"}, Refusal.DOSSIER, "dossier"),
        ({"colour": "red"}, Refusal.UNKNOWN_FIELD, "colour"),
        ({"text": "x"}, Refusal.UNKNOWN_FIELD, "text"),
        ({"subject": "x" * 4001}, Refusal.TOO_LONG, "subject"),
        ({"number": "577/GPXD"}, Refusal.NOTHING_CHANGED, ""),
        ({}, Refusal.NOTHING_CHANGED, ""),
    ],
)
def test_a_wrong_value_is_refused_and_nothing_is_changed(
    unit: str, id: int, changes: dict[str, str], refusal: Refusal, field: str
) -> None:
    before = (events.verify(unit).events, results.show(id))
    good = {} if refusal is Refusal.NOTHING_CHANGED else {"holder": "Ai khác"}
    assert refused(refusal, lambda: decisions.correct(id, good | changes, WHY, "lan")).field == field
    assert (events.verify(unit).events, results.show(id)) == before
    assert waiting() == {id: [1]}


def test_values_are_kept_in_one_form(id: int) -> None:
    decisions.correct(
        id, {"holder_id": " 087 190.001235", "co_holder_id": "0100233488", "number": "578\u200b/\0GPXD"}, WHY, "a"
    )
    shown = results.show(id)
    assert shown.values["holder_id"] == "087190001235"
    assert shown.values["co_holder_id"] == "0100233488"
    assert shown.row.number == "578/GPXD"
    decisions.correct(id, {"validity": "", "holder_id": ""}, WHY, "a")
    assert "holder_id" not in results.show(id).values
    assert results.show(id).row.valid_to is None


@pytest.mark.parametrize(
    ("decision", "refusal"),
    [
        (Decision(" ", date(2026, 1, 5), "x"), Refusal.DECISION_NUMBER),
        (Decision("1" * 201, date(2026, 1, 5), "x"), Refusal.TOO_LONG),
        (Decision("1", date(2999, 1, 5), "x"), Refusal.DECISION_DATE),
        (Decision("1", date(1900, 1, 5), "x"), Refusal.DECISION_DATE),
        (Decision("1", date(2026, 1, 5), "\u200b \n"), Refusal.REASON),
        (Decision("1", date(2026, 1, 5), "x" * 2001), Refusal.TOO_LONG),
    ],
)
def test_nothing_is_decided_without_a_decision(id: int, decision: Decision, refusal: Refusal) -> None:
    refused(refusal, lambda: decisions.revoke(id, decision, "lan"))
    refused(refusal, lambda: decisions.correct(id, {"number": "1"}, decision, "lan"))
    refused(refusal, lambda: decisions.replace(id, id, decision, "lan"))
    assert decisions.changes(id) == ()


def test_confirming_all_that_is_to_be_looked_at_verifies(record: Callable[..., int]) -> None:
    id = record(("number", "signer"))
    assert decisions.confirm(id, ["number"], "lan") == 2
    assert results.show(id).row.state is State.TO_REVIEW
    assert results.show(id).review == ("signer",)
    assert decisions.confirm(id, ["number"], "lan") == 2, "once more changes nothing"
    assert decisions.confirm(id, ["signer"], "minh", seen=2) == 3
    shown = results.show(id)
    assert (shown.row.state, shown.row.in_review, shown.review) == (State.VERIFIED, False, ())
    number = next(field for field in shown.fields if field.name == "number")
    assert (number.source, number.actor, number.value) == ("ocr", "lan", "577/GPXD")
    refused(Refusal.UNKNOWN_FIELD, lambda: decisions.confirm(id, ["colour"], "lan"))
    [first, second] = decisions.changes(id)
    assert [e.data.get("state") for e in shown.events[-2:]] == ["to_review", "verified"]
    assert (first.kind, first.decision, second.undoable) == (ChangeKind.CONFIRM, None, True)


def test_a_correction_of_the_last_doubt_verifies_and_one_of_facts_does_not(record: Callable[..., int]) -> None:
    id = record(("number",))
    decisions.correct(id, {"dossier": "H61.12.3-230420-0001"}, WHY, "lan")
    assert results.show(id).row.state is State.TO_REVIEW
    assert results.show(id).row.dossier == "H61.12.3-230420-0001"
    decisions.correct(id, {"number": "577/GPXD"}, WHY, "lan")
    shown = results.show(id)
    assert shown.row.state is State.VERIFIED
    number = next(field for field in shown.fields if field.name == "number")
    assert (number.source, number.actor) == ("ocr", "lan"), "the same value again is a confirmation"


def test_what_turns_out_to_be_confidential_becomes_so_and_opens_by_name_alone(id: int) -> None:
    decisions.correct(id, {"document_type": "Phiếu lý lịch tư pháp"}, WHY, "lan")
    assert results.place(id)[1] is Confidential.CRIMINAL_RECORD
    decisions.correct(id, {"document_type": "Giấy khai sinh"}, WHY, "lan")
    assert results.place(id)[1] is Confidential.CRIMINAL_RECORD
    decisions.correct(id, {"confidential": ""}, WHY, "lan")
    assert results.place(id)[1] is Confidential.OPEN
    assert results.show(id).row.state is State.VERIFIED


def test_a_revoked_result_is_revoked(unit: str, id: int) -> None:
    assert decisions.revoke(id, WHY, "lan", seen=1) == 2
    row = results.show(id).row
    assert (row.status, row.validity(date(2019, 4, 1))) == (Standing.REVOKED, Validity.REVOKED)
    refused(Refusal.NOT_IN_FORCE, lambda: decisions.revoke(id, WHY, "lan"))
    refused(Refusal.NOT_IN_FORCE, lambda: decisions.replace(id, id, WHY, "lan"))
    assert [e.kind for e in events.listing(unit, 1)] == ["result.revoked"]
    assert outbox.search_documents([id])[0].status == "revoked"


def test_results_replace_each_other_in_chains_and_never_in_circles(record: Callable[..., int]) -> None:
    a, b, c, d = (record(number=f"{n}/GPXD") for n in "1234")
    decisions.replace(a, b, WHY, "lan")
    decisions.replace(b, c, WHY, "lan")
    refused(Refusal.SAME, lambda: decisions.replace(c, c, WHY, "lan"))
    refused(Refusal.CIRCLE, lambda: decisions.replace(c, a, WHY, "lan"))
    refused(Refusal.CIRCLE, lambda: decisions.replace(c, b, WHY, "lan"))
    refused(Refusal.NO_RESULT, lambda: decisions.replace(c, 999, WHY, "lan"))
    refused(Refusal.NOT_IN_FORCE, lambda: decisions.replace(a, d, WHY, "lan"))
    decisions.revoke(d, WHY, "lan")
    refused(Refusal.REPLACEMENT_REVOKED, lambda: decisions.replace(c, d, WHY, "lan"))
    shown = results.show(b)
    assert (shown.row.status, shown.replaced_by, shown.replaces) == (Standing.REPLACED, c, (a,))
    assert [change.by for change in decisions.changes(a)] == [b]


def test_two_who_replace_each_other_at_once_close_no_circle(record: Callable[..., int]) -> None:
    ids = [record(number=f"{n}/GPXD") for n in "1234"]

    def one(n: int) -> str:
        try:
            decisions.replace(ids[n], ids[(n + 1) % 4], WHY, f"user{n}")
        except RefusedChangeError as error:
            return error.refusal
        return "done"

    assert sorted(at_once(4, one)) == [Refusal.CIRCLE, "done", "done", "done"]


def test_of_two_who_saw_the_same_version_one_is_told_to_look_again(unit: str, id: int) -> None:
    def one(n: int) -> str:
        try:
            decisions.correct(id, {"holder": f"Người {n}"}, WHY, f"user{n}", seen=1)
        except RefusedChangeError as error:
            return error.refusal
        return "done"

    assert sorted(at_once(8, one)) == sorted(["done", *[Refusal.STALE] * 7])
    shown = results.show(id)
    [change] = decisions.changes(id)
    assert shown.edition == 2
    assert shown.row.holder == f"Người {change.actor.removeprefix('user')}"
    assert waiting() == {id: [1, 2]}
    assert events.verify(unit).sound


def test_eight_who_do_not_mind_each_other_all_get_through(unit: str, id: int) -> None:
    at_once(8, lambda n: decisions.correct(id, {"subject": f"việc {n}"}, WHY, f"user{n}"))
    assert results.show(id).edition == 9
    assert [version.edition for version in versions.listing(id)] == list(range(8, 0, -1))
    assert waiting() == {id: list(range(1, 10))}
    assert events.verify(unit).sound


def test_what_was_decided_today_can_be_taken_back_last_first(unit: str, record: Callable[..., int]) -> None:
    id = record(("signer",))
    before = results.show(id)
    decisions.correct(id, {"holder": "Ai khác", "holder_id": "123456789", "signer": "Lê An"}, WHY, "lan")
    decisions.revoke(id, WHY, "lan")
    [corrected, revoked] = decisions.changes(id)
    assert (corrected.undoable, revoked.undoable) == (False, True)
    refused(Refusal.NOT_LAST, lambda: decisions.undo(id, corrected.id, "lan", "nhầm"))
    refused(Refusal.REASON, lambda: decisions.undo(id, revoked.id, "lan", " "))
    assert decisions.undo(id, revoked.id, "lan", "nhầm hồ sơ") == 4
    assert decisions.undo(id, revoked.id, "lan", "nhầm hồ sơ") == 4, "once more changes nothing"
    assert results.show(id).row.status is Standing.IN_FORCE
    assert results.show(id).row.holder == "Ai khác"
    assert decisions.undo(id, corrected.id, "minh", "nhầm") == 5
    after = results.show(id)
    assert (after.row, after.fields, after.review) == (before.row, before.fields, before.review)
    assert Result.objects.get(pk=id).holder_ids == ["087190001234"]
    assert [v.edition for v in versions.listing(id)] == [4, 3, 2, 1]
    assert versions.show(id, 3).status is Standing.REVOKED
    undone = decisions.changes(id)[0].undone
    assert undone is not None
    assert (undone.actor, undone.reason) == ("minh", "nhầm")
    assert after.events[-1].kind == "result.undone"
    assert waiting() == {id: [1, 2, 3, 4, 5]}
    assert events.verify(unit).sound
    decisions.revoke(id, WHY, "lan")
    assert results.show(id).row.status is Standing.REVOKED


def test_yesterday_cannot_be_taken_back(id: int) -> None:
    decisions.revoke(id, WHY, "lan")
    [change] = decisions.changes(id)
    midnight = datetime.combine(today(), datetime.min.time(), UTC) - timedelta(hours=7)
    Change.objects.update(time=midnight - timedelta(seconds=1))
    refused(Refusal.NOT_TODAY, lambda: decisions.undo(id, change.id, "lan", "nhầm"))
    assert not decisions.changes(id)[0].undoable
    Change.objects.update(time=midnight)
    assert decisions.changes(id)[0].undoable
    decisions.undo(id, change.id, "lan", "nhầm")


def test_a_change_of_another_result_cannot_be_taken_back_here(record: Callable[..., int]) -> None:
    first, second = record(), record()
    decisions.revoke(first, WHY, "lan")
    [change] = decisions.changes(first)
    refused(Refusal.NO_RESULT, lambda: decisions.undo(second, change.id, "lan", "nhầm"))
    with pytest.raises(NotFoundError):
        decisions.undo(second + 1, change.id, "lan", "nhầm")
    with pytest.raises(NotFoundError):
        versions.show(first, 2)


def test_two_who_undo_at_once_undo_once(id: int) -> None:
    decisions.revoke(id, WHY, "lan")
    [change] = decisions.changes(id)
    assert at_once(4, lambda _: decisions.undo(id, change.id, "lan", "nhầm")) == [3] * 4


def test_a_process_killed_before_the_end_of_a_change_leaves_nothing(unit: str, id: int) -> None:
    before = (results.show(id), events.verify(unit).events)
    code = f"""
import catalog, os; catalog.setup()
from datetime import date
from catalog import decisions, editing
from catalog.life import Decision
real = editing.write
def killed(*args): real(*args); os.kill(os.getpid(), 9)
editing.write = killed
decisions.correct({id}, {{"holder": "Ai khác"}}, Decision("1", date(2026, 1, 5), "x"), "lan")
"""
    process = run_python(code)
    _out, told = process.communicate(timeout=60)
    assert process.returncode == -9, told
    assert (results.show(id), events.verify(unit).events) == before
    assert not Change.objects.exists()
    assert not ResultVersion.objects.exists()
    assert decisions.correct(id, {"holder": "Ai khác"}, WHY, "lan", seen=1) == 2


def test_unknown_results_are_told(database: str) -> None:
    for call in (
        lambda: decisions.correct(7, {"number": "1"}, WHY, "lan"),
        lambda: decisions.confirm(7, ["number"], "lan"),
        lambda: decisions.replace(7, 8, WHY, "lan"),
        lambda: decisions.revoke(7, WHY, "lan"),
    ):
        with pytest.raises(NotFoundError):
            call()
    assert decisions.changes(7) == ()
    assert versions.listing(7) == ()
