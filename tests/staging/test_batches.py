"""Batches are opened, closed when what came in is what was expected, and opened again only while nothing went on."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

import catalog.batches
import storage
from catalog import events, scans, units
from catalog.values import today
from core.errors import NotFoundError, UsageError
from core.settings import settings
from pipeline.records import SplitRule
from staging import arrivals, batches, looking, progress
from staging.records import FaultKind, NewBatch, Severity
from staging.refusals import BatchError, BatchRefusal, ClosingError
from staging.states import BatchState, Sides, Way
from tests.catalog.support import at_once, queries
from tests.staging.support import pdf

UNIT = "H61.12.3"


@pytest.fixture
def unit(database: str) -> str:
    return units.add(UNIT, "Ủy ban nhân dân xã Tân Hòa").code


def filled(path: Path, **more: object) -> int:
    """A batch with one file that was looked at."""
    id = batches.open_batch(NewBatch(UNIT, "thùng 1", **more), "lan")  # type: ignore[arg-type]
    arrivals.accept(pdf(path / "a.pdf", "a", 2), "a.pdf", id, "lan", Way.UPLOAD)
    looking.work_off(threading.Event(), storage.open_store(settings().storage), "tests")
    return id


def test_what_is_told_of_a_batch_is_kept(unit: str) -> None:
    new = NewBatch(
        unit,
        "  thùng   1 ",
        procedure="1.004873",
        box="12",
        shelf="A3",
        operator="hoa",
        expected_documents=3,
        expected_pages=7,
        slip=("000.00.53.H48-220921-0099", " 12/2015 ", "", "12/2015"),
        split=SplitRule.BLANK,
        sides=Sides.TWO_STACKS,
    )
    batch = batches.show(batches.open_batch(new, "lan"))
    assert (batch.name, batch.procedure, batch.box, batch.shelf) == ("thùng 1", "1.004873", "12", "A3")
    assert (batch.operator, batch.opened_by, batch.state) == ("hoa", "lan", BatchState.OPEN)
    assert batch.slip == ("000.00.53.H48-220921-0099", "12/2015")
    assert (batch.expected_documents, batch.expected_pages) == (3, 7)
    assert (batch.split, batch.sides) == (SplitRule.BLANK, Sides.TWO_STACKS)
    assert [e.kind for e in events.listing(unit)][:2] == ["batch.staged", "batch.opened"]


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"name": " "}, BatchRefusal.NAME),
        ({"name": "x" * 201}, BatchRefusal.NAME),
        ({"expected_documents": -1}, BatchRefusal.NUMBER),
        ({"expected_pages": 10**7}, BatchRefusal.NUMBER),
        ({"box": "x" * 101}, BatchRefusal.TOO_LONG),
        ({"slip": ("x" * 201,)}, BatchRefusal.SLIP),
        ({"slip": tuple(map(str, range(10_001)))}, BatchRefusal.SLIP),
    ],
)
def test_what_cannot_be_is_refused(unit: str, changes: dict[str, object], refusal: BatchRefusal) -> None:
    with pytest.raises(BatchError) as refused:
        batches.open_batch(NewBatch(**{"unit": unit, "name": "thùng 1"} | changes), "lan")  # type: ignore[arg-type]
    assert refused.value.refusal is refusal
    assert batches.listing(None).total == 0


def test_a_name_is_taken_once_in_a_unit_also_by_what_is_no_batch_of_ours(unit: str) -> None:
    batches.open_batch(NewBatch(unit, "thùng 1"), "lan")
    catalog.batches.open_batch(unit, None, "đã quét")
    for name in ("thùng 1", "đã quét"):
        with pytest.raises(BatchError) as refused:
            batches.open_batch(NewBatch(unit, name), "lan")
        assert refused.value.refusal is BatchRefusal.TAKEN
    with pytest.raises(UsageError):
        batches.open_batch(NewBatch("H99", "thùng 1"), "lan")


def test_who_asks_for_the_batch_of_a_name_gets_one_that_is_open(unit: str) -> None:
    catalog.batches.open_batch(unit, None, "hôm nay")
    first = batches.current(NewBatch(unit, "hôm nay"), "watch")
    assert batches.current(NewBatch(unit, "hôm nay"), "watch") == first
    assert batches.show(first).name == "hôm nay (2)"
    batches.close(first, "lan", "trống")
    assert batches.show(batches.current(NewBatch(unit, "hôm nay"), "watch")).name == "hôm nay (3)"


def test_several_at_once_get_the_same_batch(unit: str) -> None:
    assert len(set(at_once(4, lambda _: batches.current(NewBatch(unit, "hôm nay"), "watch")))) == 1


def test_a_batch_is_closed_where_what_came_in_was_expected(unit: str, tmp_path: Path) -> None:
    id = filled(tmp_path, expected_documents=None)
    looked = batches.faults(id)
    assert [f.kind for f in looked] == [FaultKind.NO_TEXT], "its pages are empty"
    with pytest.raises(ClosingError) as refused:
        batches.close(id, "lan")
    assert refused.value.faults == looked and not refused.value.bars
    assert batches.close(id, "lan", " trang   trắng ") == looked
    closed = batches.show(id)
    assert (closed.state, closed.closed_by, closed.reason) == (BatchState.CLOSED, "lan", "trang trắng")
    told = events.listing(unit)[0]
    assert told.kind == "batch.closed" and "trang" not in str(told.data) and told.data["faults"] == ["no_text"]
    assert batches.due() == (id,)
    with pytest.raises(BatchError):
        batches.close(id, "lan")


def test_no_reason_helps_while_a_file_was_not_looked_at(unit: str, tmp_path: Path) -> None:
    id = batches.open_batch(NewBatch(unit, "thùng 1"), "lan")
    arrivals.accept(pdf(tmp_path / "a.pdf", "a"), "a.pdf", id, "lan", Way.UPLOAD)
    [fault] = batches.faults(id)
    assert (fault.kind, fault.severity, fault.name) == (FaultKind.LOOKING, Severity.BARS, "a.pdf")
    with pytest.raises(ClosingError) as refused:
        batches.close(id, "lan", "không đợi")
    assert refused.value.bars and batches.show(id).state is BatchState.OPEN


def test_a_closed_batch_is_opened_again_until_a_scan_of_it_went_on(unit: str, tmp_path: Path) -> None:
    id = filled(tmp_path)
    with pytest.raises(BatchError):
        batches.reopen(id, "lan")
    batches.close(id, "lan", "vì vậy")
    batches.reopen(id, "hoa")
    again = batches.show(id)
    assert (again.state, again.closed, again.reason, batches.due()) == (BatchState.OPEN, None, "", ())
    batches.close(id, "lan", "vì vậy")
    assert not batches.handed_on(id), "its scan still lies on the desk"
    [scan] = scans.of_batch(id)
    assert scans.hand_on(scan.id) and not scans.hand_on(scan.id)
    with pytest.raises(BatchError) as refused:
        batches.reopen(id, "lan")
    assert refused.value.refusal is BatchRefusal.HANDED_ON
    assert batches.handed_on(id) and not batches.handed_on(id)
    assert batches.show(id).state is BatchState.HANDED_ON and batches.due() == ()
    assert [waiting.id for waiting in scans.unfinished(id)] == [scan.id]


def test_a_scan_whose_pages_went_on_in_others_is_kept_and_not_read(unit: str, tmp_path: Path) -> None:
    id = filled(tmp_path)
    [scan] = scans.of_batch(id)
    assert scans.arrange(scan.id, [7, 5]) and not scans.arrange(scan.id, [])
    assert events.listing(unit)[0].data == {"derived": [5, 7]}
    assert scans.unfinished() == () and catalog.batches.status(id).arranged == 1


def test_the_list_is_paged_filtered_and_asks_no_more_for_more_rows(unit: str) -> None:
    units.add("H61.12.4", "Ủy ban nhân dân xã Long Hậu")
    ids = [batches.open_batch(NewBatch(unit, f"thùng {n}"), "lan") for n in range(batches.PAGE + 2)]
    other = batches.open_batch(NewBatch("H61.12.4", "thùng 1"), "lan")
    first, second = batches.listing([unit]), batches.listing([unit], page=2)
    assert (first.total, first.pages, len(first.rows), len(second.rows)) == (52, 2, batches.PAGE, 2)
    assert [row.id for row in (*first.rows, *second.rows)] == ids[::-1]
    assert batches.listing([unit], page=99).page == 2 and batches.listing([]).rows == ()
    assert batches.listing(None).rows[0].id == other
    assert batches.listing(None, BatchState.CLOSED).total == 0
    with queries(3):
        batches.listing(None)


def test_unknown_batches_are_told(unit: str) -> None:
    ingested = catalog.batches.open_batch(unit, None, "đã quét")
    for id in (999, ingested):
        for act in (batches.show, batches.faults, progress.of_batch):
            with pytest.raises(NotFoundError):
                act(id)


def test_progress_is_read_from_the_database(unit: str, tmp_path: Path) -> None:
    id = filled(tmp_path, operator="hoa")
    now = progress.of_batch(id)
    assert (now.files, now.looked, now.pages, now.documents, now.seconds_left) == (1, 1, 2, 0, None)
    assert now.pages_left == 2 and now.planned == 1
    [row] = progress.of_operators([unit], today())
    assert (row.operator, row.batches, row.files, row.pages, row.rate) == ("hoa", 1, 1, 2, None)
    assert progress.of_operators([], today()) == ()
    assert progress.desks() == progress.Desks(1, 0)
    batches.close(id, "lan", "vì vậy")
    for scan in scans.of_batch(id):
        scans.hand_on(scan.id)
    batches.handed_on(id)
    after = progress.of_batch(id)
    assert (after.planned, after.pages_left, after.seconds_left) == (0, 2, None), "nothing is read now"
    assert progress.seconds(0, 0) == 0.0 and progress.seconds(100, 200) == 1800.0
