"""Each fault of a batch is found, where it is, and none where there is none."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from catalog.records import ScanRow
from pipeline.records import MediaType, PageKind, SplitRule, SurveyedPage
from pipeline.split import documents
from staging import codes, duplex, faulty
from staging.arrangement import apply
from staging.duplex import StacksError
from staging.planned import Act, LookedPage, LookedScan, Operation, PageRef, Plan, initial
from staging.records import DeskBatch, Fault, FaultKind, Severity
from staging.states import BatchState, Sides

UNIT = "H61.12.3"
KINDS = {"T": PageKind.TEXT, "B": PageKind.BLANK, "S": PageKind.SEPARATOR}


def batch(documents: int | None = None, pages: int | None = None, slip: tuple[str, ...] = ()) -> DeskBatch:
    opened = datetime(2026, 11, 22, tzinfo=UTC)
    closed = (None, "", "")
    places = ("", "", "lan", documents, pages, slip, SplitRule.SEPARATOR, Sides.FRONT)
    return DeskBatch(1, UNIT, "thùng 1", None, BatchState.OPEN, *places, opened, "lan", *closed, 1, 1)


def file(id: int, state: str = "staged") -> ScanRow:
    day = datetime(2026, 11, 22, tzinfo=UTC)
    kind = (MediaType.PDF, 1, SplitRule.SEPARATOR)
    return ScanRow(id, 1, f"{id}.pdf", "0" * 64, 1, *kind, state, "", "", day)


def plan(*scans: str, unit: str = UNIT, procedure: str = "") -> Plan:
    """Files as letters: digits are covers for the register line of this number."""
    looked = []
    for id, letters in enumerate(scans, 1):
        surveyed = []
        for number, letter in enumerate(letters, 1):
            code = codes.cover(unit, procedure, register_line=letter) if letter.isdigit() else None
            surveyed.append(SurveyedPage(number, KINDS.get(letter, PageKind.COVER), code=code))
        firsts = {document.first for document in documents(surveyed, SplitRule.SEPARATOR)}
        pages = [
            LookedPage(page.number, page.kind, page.code.text if page.code else "", page.number in firsts)
            for page in surveyed
        ]
        looked.append(LookedScan(id, tuple(pages)))
    return initial(looked)


def found(of: DeskBatch, pages: Plan, known: tuple[str, ...] = ()) -> list[tuple[FaultKind, int | None, int | None]]:
    files = [file(id) for id in sorted({page.ref.scan for page in pages.pages})]
    faults = faulty.faults(of, files, [f.id for f in files], pages, known)
    assert all(fault.severity is Severity.STOPS for fault in faults)
    return [(fault.kind, fault.scan, fault.page) for fault in faults]


K = FaultKind


@pytest.mark.parametrize(
    ("of", "scans", "expected"),
    [
        (batch(), ("TTSTBST",), []),
        (batch(documents=3, pages=4), ("TTSTBST",), []),
        (batch(documents=2), ("STST",), []),
        (batch(documents=3), ("TSTTT",), [(K.WRONG_DOCUMENTS, None, None), (K.MISSING_SEPARATOR, 1, 3)]),
        (batch(documents=1), ("TST",), [(K.WRONG_DOCUMENTS, None, None)]),
        (batch(pages=4), ("TSTB",), [(K.WRONG_PAGES, None, None)]),
        (batch(), ("TSTSTTSTSTTTTTTTT",), [(K.MISSING_SEPARATOR, 1, 10)]),
        (batch(documents=5), ("TSTSTTSTSTTTTTTTT",), []),
        (batch(), ("TSTTTTTTTTTT",), []),
        (batch(), ("TSSTSBST",), [(K.DOUBLED_SEPARATOR, 1, 3), (K.DOUBLED_SEPARATOR, 1, 7)]),
        (batch(), ("TS", "ST"), []),
        (batch(), ("1T2TB",), []),
        (batch(), ("S1TS2T",), []),
        (batch(), ("1ST2T",), []),
        (batch(), ("12T3",), [(K.COVER_ALONE, 1, 1), (K.COVER_ALONE, 1, 4)]),
        (batch(), ("T1T",), [(K.NO_COVER, 1, 1)]),
        (batch(), ("1TST",), [(K.NO_COVER, 1, 4)]),
        (batch(), ("1", "T"), []),
        (batch(), ("T", "BB"), [(K.NO_TEXT, 2, 1)]),
        (batch(), ("1T1T",), [(K.TWICE, 1, 2), (K.TWICE, 1, 4)]),
        (batch(slip=("1", "2")), ("2T1T",), []),
        (
            batch(slip=("1", "2", "4")),
            ("1T3T",),
            [(K.NOT_ON_SLIP, 1, 4), *[(K.SLIP_MISSING, None, None)] * 2],
        ),
        (batch(slip=("1", "2")), ("TST",), []),
        (batch(slip=("1", "2")), ("T",), [(K.WRONG_DOCUMENTS, None, None)]),
        (batch(slip=("1", "2")), ("TT",), [(K.MISSING_SEPARATOR, 1, 1), (K.WRONG_DOCUMENTS, None, None)]),
    ],
)
def test_faults_are_found_where_they_are(
    of: DeskBatch, scans: tuple[str, ...], expected: list[tuple[FaultKind, int | None, int | None]]
) -> None:
    assert found(of, plan(*scans)) == expected


def test_covers_of_another_unit_or_an_unknown_procedure_are_told() -> None:
    assert found(batch(), plan("1T", unit="H99")) == [(K.UNKNOWN_CODE, 1, 2)]
    assert found(batch(), plan("1T", procedure="1.004873")) == [(K.UNKNOWN_CODE, 1, 2)]
    assert found(batch(), plan("1T", procedure="1.004873"), ("1.004873",)) == []


def test_what_was_put_in_order_is_what_counts() -> None:
    """A page that is asked for again is told, one in the bin no longer, and a split that was missed is counted."""
    pages = plan("TTSST")
    asked = apply(pages, Operation(Act.ASK_RESCAN, (PageRef(1, 2),)))
    assert found(batch(), asked) == [(K.DOUBLED_SEPARATOR, 1, 4), (K.RESCAN, 1, 2)]
    mended = apply(apply(pages, Operation(Act.BIN, (PageRef(1, 4),))), Operation(Act.SPLIT, (PageRef(1, 2),)))
    assert found(batch(documents=3), mended) == []


def test_files_that_are_not_there_or_not_looked_at() -> None:
    empty, half = initial([]), plan("T")
    assert faulty.faults(batch(documents=5), [], [], empty, ()) == (Fault(K.WRONG_DOCUMENTS, expected="5", found="0"),)
    assert faulty.faults(batch(), [], [], empty, ()) == (Fault(K.EMPTY),)
    told = faulty.faults(batch(documents=9), [file(1), file(2)], [1], half, ())
    assert [(f.kind, f.severity, f.scan) for f in told] == [(K.LOOKING, Severity.BARS, 2)]
    told = faulty.faults(batch(), [file(1), file(2, "receiving")], [1], half, ())
    assert [(f.kind, f.severity, f.name) for f in told] == [(K.RECEIVING, Severity.STOPS, "2.pdf")]


def test_numbers_are_told_with_a_wrong_count() -> None:
    [first, *_] = faulty.faults(batch(documents=3), [file(1)], [1], plan("TST"), ())
    assert (first.expected, first.found) == ("3", "2")


def test_two_stacks_become_one() -> None:
    pages = duplex.order(7, 3, 9, 3)
    assert [str(page) for page in pages] == ["7:1", "9:3", "7:2", "9:2", "7:3", "9:1"]


@pytest.mark.parametrize(("odd", "even", "again"), [(3, 2, "backs"), (2, 3, "fronts"), (0, 1, "fronts")])
def test_stacks_that_do_not_agree_say_which_to_scan_again(odd: int, even: int, again: str) -> None:
    with pytest.raises(StacksError, match=f"scan the {again}") as refused:
        duplex.order(7, odd, 9, even)
    assert (refused.value.odd, refused.value.even) == (odd, even)


def test_a_file_is_not_both_sides_of_a_stack() -> None:
    with pytest.raises(StacksError):
        duplex.order(7, 3, 7, 3)
