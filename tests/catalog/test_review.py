"""The review desk's decision: values looked up on the paper are confirmed and corrected at once, without a decision."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from catalog import decisions, events, outbox, results, versions
from catalog.confidential import Confidential
from catalog.life import ChangeKind
from catalog.models import Result
from catalog.refusals import Refusal, RefusedChangeError
from catalog.states import Origin, State
from core.errors import NotFoundError
from pipeline.records import SplitRule
from tests.catalog.support import at_once, processed, scan, stored_scan

VALUES = {
    "document_type": "Giấy phép xây dựng",
    "number": "577/GPXD",
    "issue_date": "2019-03-05",
    "holder": "Đỗ Thị Hòa",
    "holder_id": "087190001234",
}


@pytest.fixture
def record(batch: int) -> Callable[..., int]:
    """Record one more result."""
    scan_id = stored_scan(batch)
    count = iter(range(1, 100))

    def one(review: tuple[str, ...] = ("number", "signer"), **changed: str) -> int:
        ordinal = next(count)
        return results.record(
            scan_id, processed(ordinal, ordinal, ordinal, VALUES | changed, review=review), "key", "words"
        )

    return one


@pytest.fixture
def id(record: Callable[..., int]) -> int:
    """A result of which the number is doubtful and the signer was not found."""
    return record()


def refused(refusal: Refusal, call: Callable[[], object]) -> RefusedChangeError:
    with pytest.raises(RefusedChangeError) as caught:
        call()
    assert caught.value.refusal is refusal
    return caught.value


def test_what_a_person_looked_up_is_confirmed_and_corrected_at_once(unit: str, id: int) -> None:
    given = {"number": "578/GPXD", "signer": "", "holder": " Đô\u0303 Thi\u0323 Hoa "}
    assert decisions.review(id, given, "lan", seen=1) == 2
    shown = results.show(id)
    assert (shown.row.state, shown.row.in_review, shown.review) == (State.VERIFIED, False, ())
    by_name = {field.name: field for field in shown.fields}
    number, signer, holder = by_name["number"], by_name["signer"], by_name["holder"]
    assert (number.value, number.ocr_value, number.source, number.actor) == ("578/GPXD", "577/GPXD", "person", "lan")
    assert (signer.value, signer.actor, signer.review) == ("", "lan", False)
    assert (holder.source, holder.actor) == ("person", "lan")
    assert by_name["issue_date"].actor == ""
    assert {f.name: f.value for f in versions.show(id, 1).fields}["number"] == "577/GPXD"
    [change] = decisions.changes(id)
    assert (change.kind, change.decision, change.undoable) == (ChangeKind.REVIEW, None, True)
    assert change.fields == ("holder", "number", "signer")
    told = shown.events[-1]
    assert (told.kind, told.actor, told.data["state"]) == ("result.reviewed", "lan", "verified")
    assert told.data["changed"] == ["holder", "number"]
    assert "578" not in str(told.data)
    assert events.verify(unit).sound
    assert [(row.number, row.state) for row in outbox.search_documents([id])] == [("578/GPXD", "verified")]


def test_what_is_not_looked_at_stays_to_be_reviewed(id: int) -> None:
    decisions.review(id, {"signer": "Lê Văn An"}, "lan")
    shown = results.show(id)
    assert (shown.row.state, shown.review) == (State.TO_REVIEW, ("number",))
    assert Result.objects.get(pk=id).doubts == 1
    decisions.review(id, {"number": "577/GPXD"}, "minh")
    assert results.show(id).row.state is State.VERIFIED
    [field] = [field for field in results.show(id).fields if field.name == "number"]
    assert (field.source, field.actor) == ("ocr", "minh"), "the same value again is a confirmation"


def test_only_what_is_to_be_reviewed_or_was_drawn_for_a_sample_is_changed_without_a_decision(
    record: Callable[..., int],
) -> None:
    sure = record(())
    refused(Refusal.NOT_IN_REVIEW, lambda: decisions.review(sure, {"number": "1/QĐ"}, "lan"))
    assert results.show(sure).row.state is State.ACCEPTED
    assert decisions.review(sure, dict(VALUES), "lan", sampled=True) == 2
    assert results.show(sure).row.state is State.VERIFIED
    assert decisions.review(sure, dict(VALUES), "lan", sampled=True) == 2, "once more changes nothing"
    with pytest.raises(NotFoundError):
        decisions.review(sure + 1, {}, "lan")


@pytest.mark.parametrize(
    ("given", "refusal", "field"),
    [
        ({"issue_date": "31/02/2019"}, Refusal.DATE, "issue_date"),
        ({"holder_id": "12345678"}, Refusal.IDENTITY, "holder_id"),
        ({"validity": "lâu"}, Refusal.PERIOD, "validity"),
        ({"expiry_date": "2019-01-01"}, Refusal.ENDS_BEFORE_ISSUE, "expiry_date"),
        ({"colour": "red"}, Refusal.UNKNOWN_FIELD, "colour"),
        ({"dossier": "H61.12.3-230420-0001"}, Refusal.UNKNOWN_FIELD, "dossier"),
    ],
)
def test_what_cannot_be_is_refused_whole(id: int, given: dict[str, str], refusal: Refusal, field: str) -> None:
    before = results.show(id)
    assert refused(refusal, lambda: decisions.review(id, {"number": "1/QĐ"} | given, "lan")).field == field
    assert results.show(id) == before


def test_what_the_paper_says_although_it_cannot_be_right_is_kept_when_a_person_vouches_for_it(id: int) -> None:
    odd = {"number": "577/GPXD", "signer": "", "holder_id": "12345678", "validity": "lâu", "expiry_date": "2019-01-01"}
    decisions.review(id, odd, "lan", insisted=("holder_id", "validity", "expiry_date"))
    shown = results.show(id)
    assert {name: shown.values[name] for name in ("holder_id", "validity")} == {
        "holder_id": "12345678",
        "validity": "lâu",
    }
    assert shown.row.valid_to == date(2019, 1, 1)
    assert shown.events[-1].data["insisted"] == ["expiry_date", "holder_id", "validity"]
    other = {"issue_date": "2019-02-31"}
    refused(Refusal.DATE, lambda: decisions.review(id, other, "lan", insisted=("issue_date",), sampled=True))


def test_what_ocr_read_may_be_confirmed_as_it_stands_even_where_nobody_could_type_it(
    record: Callable[..., int],
) -> None:
    id = record(("holder_id",), holder_id="12 345  678")
    decisions.review(id, {"holder_id": "12 345 678"}, "lan")
    [field] = [field for field in results.show(id).fields if field.name == "holder_id"]
    assert (field.value, field.source, field.actor) == ("12 345  678", "ocr", "lan")


def test_a_review_makes_confidential_what_turns_out_to_be(id: int) -> None:
    decisions.review(id, {"number": "", "signer": "", "document_type": "Phiếu lý lịch tư pháp"}, "lan")
    assert results.place(id)[1] is Confidential.CRIMINAL_RECORD


def test_of_two_who_saw_the_same_edition_one_is_told_to_look_again(id: int) -> None:
    def one(n: int) -> str:
        try:
            decisions.review(id, {"number": f"{n}/QĐ", "signer": ""}, f"user{n}", seen=1)
        except RefusedChangeError as error:
            return error.refusal
        return "done"

    assert sorted(at_once(6, one)) == sorted(["done", *[Refusal.STALE] * 5])
    assert len(decisions.changes(id)) == 1


def test_a_review_can_be_undone_within_the_day(id: int) -> None:
    before = results.show(id)
    decisions.review(id, {"number": "578/GPXD", "signer": "Lê Văn An"}, "lan")
    [change] = decisions.changes(id)
    assert decisions.undo(id, change.id, "lan", "nhầm") == 3
    after = results.show(id)
    assert (after.row, after.fields, after.review) == (before.row, before.fields, before.review)
    assert Result.objects.get(pk=id).doubts == 2


def test_the_queue_is_told_of_batch_doubts_and_of_who_waits(batch: int) -> None:
    from catalog import scans

    received = scans.receive(scan(content=b"%PDF-counter"), batch, SplitRule.SEPARATOR, origin=Origin.COUNTER)
    scans.stored(received.id, "key")
    id = results.record(received.id, processed(review=("number", "signer", "holder")), "key", "words")
    row = Result.objects.get(pk=id)
    assert (row.batch_id, row.doubts, row.urgent) == (batch, 3, True)
    old = results.record(stored_scan(batch, "b.pdf", b"%PDF-b"), processed(review=("number",)), "key", "words")
    row = Result.objects.get(pk=old)
    assert (row.batch_id, row.doubts, row.urgent) == (batch, 1, False)
