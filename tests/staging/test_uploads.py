"""Files in pieces: nothing that is here gets lost, nothing comes in twice, and nothing goes on with another file."""

from __future__ import annotations

import os
import signal
import zlib
from datetime import timedelta
from pathlib import Path

import pytest

import catalog
from core.settings import settings
from tests.catalog.support import at_once, run_python
from tests.flows.support import tiff

UNIT = "H61.12"


@pytest.fixture
def batch(database: str) -> int:
    """An open batch."""
    from catalog import units
    from staging import batches
    from staging.records import NewBatch

    units.add(UNIT, "Ủy ban nhân dân huyện Lai Vung")
    return batches.open_batch(NewBatch(UNIT, "thùng 1"), "van.thu")


def crc(data: bytes) -> str:
    return f"{zlib.crc32(data):08x}"


def told(batch: int, data: bytes, name: str = "a.tif", **more: object):  # type: ignore[no-untyped-def]
    from staging.upload_records import NewUpload

    return NewUpload(batch, name, len(data), 1_700_000_000_000, crc(data[:100]), **more)  # type: ignore[arg-type]


def send(batch: int, data: bytes, name: str = "a.tif", piece: int = 100):  # type: ignore[no-untyped-def]
    """All of a file, as a browser does it."""
    from staging import uploads
    from staging.states import UploadState

    row = uploads.begin(told(batch, data, name), "van.thu")
    while row.state is UploadState.RECEIVING:
        part = data[row.received : row.received + piece]
        row = uploads.write(row.id, row.received, part, crc(part), "van.thu")
    return uploads.finish(row.id, "van.thu")


def files() -> list[Path]:
    return list((settings().work / "uploads").iterdir())


def paper(tmp_path: Path, shade: int = 0) -> bytes:
    return tiff(tmp_path / f"{shade}.tif", shade=shade).read_bytes()


def test_a_file_comes_in_by_pieces_and_is_on_the_desk_byte_for_byte(batch: int, tmp_path: Path) -> None:
    import hashlib

    from catalog import scans

    data = paper(tmp_path)
    row = send(batch, data)
    scan = scans.rows([row.scan])[row.scan]
    assert (scan.sha256, scan.state, scan.name) == (hashlib.sha256(data).hexdigest(), "staged", "a.tif")
    assert files() == []


def test_a_piece_that_does_not_begin_where_the_last_one_ended_changes_nothing(batch: int, tmp_path: Path) -> None:
    from staging import uploads
    from staging.upload_records import Fault, UploadError

    data = paper(tmp_path)
    row = uploads.begin(told(batch, data), "van.thu")
    uploads.write(row.id, 0, data[:50], crc(data[:50]), "van.thu")
    for offset in (0, 49, 51):
        with pytest.raises(UploadError) as caught:
            uploads.write(row.id, offset, data[50:60], crc(data[50:60]), "van.thu")
        assert caught.value.fault is Fault.GAP
    assert uploads.show(row.id).received == 50


@pytest.mark.parametrize("fault", ["damaged", "too-much", "gap"])
def test_what_is_not_as_it_was_told_is_not_kept(batch: int, tmp_path: Path, fault: str) -> None:
    from staging import uploads
    from staging.upload_records import UploadError

    data = paper(tmp_path)
    row = uploads.begin(told(batch, data), "van.thu")
    with pytest.raises(UploadError) as caught:
        if fault == "damaged":
            uploads.write(row.id, 0, data[:50], crc(data[:51]), "van.thu")
        elif fault == "too-much":
            uploads.write(row.id, 0, data + b"x", crc(data + b"x"), "van.thu")
        else:
            uploads.finish(row.id, "van.thu")
    assert caught.value.fault.value == fault
    assert uploads.show(row.id).received == 0


def test_the_same_file_is_known_again_and_goes_on_where_it_stopped(batch: int, tmp_path: Path) -> None:
    from staging import uploads

    data = paper(tmp_path)
    row = uploads.begin(told(batch, data), "van.thu")
    uploads.write(row.id, 0, data[:50], crc(data[:50]), "van.thu")
    again = uploads.begin(told(batch, data), "nguoi.khac")
    assert (again.id, again.received, again.checksum) == (row.id, 50, crc(data[:50]))
    other = uploads.begin(told(batch, data, name="b.tif"), "van.thu")
    assert other.id != row.id and other.received == 0


def test_a_file_that_only_looks_the_same_is_begun_anew(batch: int, tmp_path: Path) -> None:
    from catalog import batches
    from staging import uploads

    one = paper(tmp_path)
    other = one[:-1] + bytes([one[-1] ^ 1])
    row = uploads.begin(told(batch, one), "van.thu")
    row = uploads.write(row.id, 0, one[:-1], crc(one[:-1]), "van.thu")
    row = uploads.write(row.id, len(one) - 1, one[-1:], crc(one[-1:]), "van.thu")
    seen = uploads.begin(told(batch, other), "van.thu")
    assert seen.checksum != crc(other), "its browser sees that it is another one, and says so:"
    anew = uploads.begin(told(batch, other), "van.thu", anew=True)
    assert (anew.received, anew.state.value) == (0, "receiving")
    assert send(batch, other).scan
    assert batches.status(batch).files == 1


def test_the_same_bytes_under_another_name_say_which_scan_they_are(batch: int, tmp_path: Path) -> None:
    data = paper(tmp_path)
    first, second = send(batch, data), send(batch, data, "b.tif")
    assert (first.again, second.again) == (False, True)
    assert (second.scan, second.scan_name, second.scan_batch) == (first.scan, "a.tif", batch)
    once_more = send(batch, data)
    assert (once_more.id, once_more.state.value, once_more.again) == (first.id, "done", False)


def test_a_refused_file_says_why_and_can_be_tried_again(batch: int) -> None:
    from catalog import batches
    from staging import uploads

    row = send(batch, b"no paper at all", "thư.doc")
    assert (row.state.value, row.reason) == ("refused", "unknown-type")
    assert [one.id for one in uploads.of_batch(batch)] == [row.id]
    assert batches.status(batch).refused == 1
    assert send(batch, b"no paper at all", "thư.doc").id != row.id
    empty = send(batch, b"", "trống.pdf")
    assert (empty.state.value, empty.reason) == ("refused", "empty")
    assert files() == []


def test_a_file_over_the_limit_is_refused_before_a_byte_is_sent(batch: int, monkeypatch: pytest.MonkeyPatch) -> None:
    from catalog import batches
    from staging import uploads

    monkeypatch.setenv("SOHOA_MAX_FILE_BYTES", "1000")
    settings.cache_clear()
    row = uploads.begin(told(batch, bytes(1001)), "van.thu")
    assert (row.state.value, row.reason) == ("refused", "too-big")
    assert batches.status(batch).refused == 1


@pytest.mark.parametrize(
    "more",
    [{"mark": "xyz"}, {"mark": "123"}, {"size": -1}, {"size": 2**60}, {"modified": 2**60}, {"replaces": "a:b"}],
)
def test_what_makes_no_sense_is_refused(batch: int, more: dict[str, object]) -> None:
    from dataclasses import replace

    from staging import uploads
    from staging.upload_records import UploadError

    with pytest.raises(UploadError):
        uploads.begin(replace(told(batch, b"abc"), **more), "van.thu")  # type: ignore[arg-type]


def test_a_file_that_came_in_before_is_no_rescan_of_its_own_page(home: Path, batch: int, tmp_path: Path) -> None:
    from staging import operations, uploads
    from staging.planned import PageRef, PageState
    from tests.staging import desk
    from web.wording_batches import told_of

    data = desk.stack(tmp_path / "hộp.pdf", "ttt").read_bytes()
    scan = send(batch, data, piece=10**6).scan
    assert desk.look() == 1
    row = uploads.begin(told(batch, data, replaces=f"{scan}:3"), "van.thu")
    uploads.write(row.id, 0, data, crc(data), "van.thu")
    row = uploads.finish(row.id, "van.thu")
    assert (row.reason, row.again, row.scan) == ("rescan-known", True, scan)
    assert "chưa thay trang nào" in told_of(row)
    plan = operations.plan(batch)
    assert [(page.ref, page.state) for page in plan.pages] == [
        (PageRef(scan or 0, n), PageState.KEPT) for n in (1, 2, 3)
    ]
    newer = desk.stack(tmp_path / "tờ 3.pdf", "t").read_bytes()
    row = uploads.begin(told(batch, newer, replaces=f"{scan}:3"), "van.thu")
    uploads.write(row.id, 0, newer, crc(newer), "van.thu")
    row = uploads.finish(row.id, "van.thu")
    assert (row.reason, desk.look()) == ("", 1)
    assert operations.plan(batch).page(PageRef(scan or 0, 3)).replaced_by == PageRef(row.scan or 0, 1)


@pytest.mark.parametrize("name", ["../../etc/passwd", "a\0b.pdf", "\ud800.pdf", "a" * 5000, "", "\u202efdp.exe"])
def test_names_are_for_people_and_lead_nowhere(batch: int, name: str) -> None:
    from staging import uploads

    row = uploads.begin(told(batch, b"abc", name), "van.thu")
    assert row.name and len(row.name) <= 200 and "/" not in row.name
    uploads.write(row.id, 0, b"abc", crc(b"abc"), "van.thu")
    assert [len(file.name) for file in files()] == [32]


def test_a_full_disk_is_told_and_what_was_there_stays(
    batch: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core import disk
    from staging import uploads
    from staging.pieces import NoRoomError

    data = paper(tmp_path)
    row = uploads.begin(told(batch, data), "van.thu")
    uploads.write(row.id, 0, data[:50], crc(data[:50]), "van.thu")
    with monkeypatch.context() as patch:
        patch.setattr(disk, "TOO_LITTLE", 2**62)
        with pytest.raises(NoRoomError):
            uploads.write(row.id, 50, data[50:60], crc(data[50:60]), "van.thu")
        with pytest.raises(NoRoomError):
            uploads.begin(told(batch, data, "b.tif"), "van.thu")
    assert uploads.show(row.id).received == 50
    assert send(batch, data).scan


def test_a_folder_that_somebody_emptied_costs_the_pieces_and_nothing_else(batch: int, tmp_path: Path) -> None:
    from staging import uploads
    from staging.upload_records import UploadError

    data = paper(tmp_path)
    row = uploads.begin(told(batch, data), "van.thu")
    uploads.write(row.id, 0, data[:50], crc(data[:50]), "van.thu")
    files()[0].unlink()
    with pytest.raises(UploadError):
        uploads.write(row.id, 50, data[50:], crc(data[50:]), "van.thu")
    row = uploads.show(row.id)
    assert (row.received, row.checksum) == (0, "00000000")
    assert send(batch, data).scan


def test_two_windows_that_send_the_same_file_at_once_do_no_harm(batch: int, tmp_path: Path) -> None:
    from catalog import batches
    from staging import uploads
    from staging.upload_records import UploadError

    data = paper(tmp_path)

    def window(_number: int) -> int:
        row = uploads.begin(told(batch, data), "van.thu")
        while row.state.value == "receiving":
            part = data[row.received : row.received + 40]
            try:
                row = uploads.write(row.id, row.received, part, crc(part), "van.thu")
            except UploadError:
                row = uploads.show(row.id)
        for _twice in range(2):
            row = uploads.finish(row.id, "van.thu")
        assert not row.again
        return row.scan or 0

    assert len(set(at_once(4, window))) == 1
    assert batches.status(batch).files == 1 and files() == []


def test_a_process_that_is_killed_between_disk_and_row_loses_no_received_piece(batch: int, tmp_path: Path) -> None:
    from staging import uploads

    data = paper(tmp_path)
    row = uploads.begin(told(batch, data), "van.thu")
    uploads.write(row.id, 0, data[:50], crc(data[:50]), "van.thu")
    catalog.close()
    code = f"""
import os, zlib, signal, catalog
catalog.setup()
from staging import pieces, uploads
put = pieces.put
def dying(path, offset, data):
    put(path, offset, data)
    os.kill(os.getpid(), signal.SIGKILL)
pieces.put = dying
piece = {data[50:90]!r}
uploads.write({row.id}, 50, piece, f"{{zlib.crc32(piece):08x}}", "van.thu")
"""
    process = run_python(code)
    assert process.wait(60) == -signal.SIGKILL
    assert uploads.show(row.id).received == 50
    assert files()[0].stat().st_size == 90, "bytes beyond what the row says are written over"
    assert send(batch, data, piece=70).state.value == "done"


@pytest.mark.parametrize("where", ["before", "behind"])
def test_a_process_that_is_killed_while_a_file_is_taken_in(batch: int, tmp_path: Path, where: str) -> None:
    from catalog import batches
    from staging import uploads

    data = paper(tmp_path)
    row = uploads.begin(told(batch, data), "van.thu")
    uploads.write(row.id, 0, data, crc(data), "van.thu")
    catalog.close()
    code = f"""
import os, signal, catalog
catalog.setup()
from staging import arrivals, uploads
accept = arrivals.accept
def dying(*given):
    if {where!r} == "behind":
        accept(*given)
    os.kill(os.getpid(), signal.SIGKILL)
arrivals.accept = dying
uploads.finish({row.id}, "van.thu")
"""
    assert run_python(code).wait(60) == -signal.SIGKILL
    row = uploads.show(row.id)
    assert row.state.value == "whole"
    row = uploads.finish(row.id, "van.thu")
    assert (row.state.value, row.again) == ("done", False), "it came in by this very upload"
    assert batches.status(batch).files == 1


def test_a_file_that_is_given_up_leaves_an_event_and_no_bytes(batch: int, tmp_path: Path) -> None:
    from catalog import events
    from staging import uploads

    data = paper(tmp_path)
    row = uploads.begin(told(batch, data), "van.thu")
    uploads.write(row.id, 0, data[:50], crc(data[:50]), "van.thu")
    for _twice in range(2):
        uploads.drop(row.id, "van.thu")
    assert uploads.of_batch(batch) == () and files() == []
    told_of = events.listing(UNIT, 1)[0]
    assert (told_of.kind, told_of.actor) == ("upload.given_up", "van.thu")
    assert events.verify(UNIT).sound


def test_nothing_comes_into_a_closed_batch(batch: int, tmp_path: Path) -> None:
    from staging import uploads
    from staging.models import StagedBatch
    from staging.upload_records import Fault, UploadError

    data = paper(tmp_path)
    row = uploads.begin(told(batch, data), "van.thu")
    StagedBatch.objects.filter(pk=batch).update(state="closed")
    for attempt in (
        lambda: uploads.begin(told(batch, data, "b.tif"), "van.thu"),
        lambda: uploads.write(row.id, 0, data, crc(data), "van.thu"),
    ):
        with pytest.raises(UploadError) as caught:
            attempt()
        assert caught.value.fault is Fault.CLOSED
    uploads.drop(row.id, "van.thu")
    assert uploads.unfinished(batch) == (0, "")


def test_what_browsers_left_is_taken_in_when_whole_and_cleared_away_after_days(batch: int, tmp_path: Path) -> None:
    from catalog import batches
    from catalog.values import now
    from staging import upload_tending, uploads
    from staging.models import Upload

    whole, part, fresh = (paper(tmp_path, shade) for shade in (1, 2, 3))
    rows = [uploads.begin(told(batch, data, f"{n}.tif"), "van.thu") for n, data in enumerate((whole, part, fresh))]
    uploads.write(rows[0].id, 0, whole, crc(whole), "van.thu")
    for row, data in zip(rows[1:], (part, fresh), strict=True):
        uploads.write(row.id, 0, data[:50], crc(data[:50]), "van.thu")
    Upload.objects.filter(pk__in=[rows[0].id, rows[1].id]).update(seen=now() - timedelta(days=8))
    orphan = settings().work / "uploads" / ("0" * 32)
    orphan.write_bytes(b"x")
    os.utime(orphan, (1, 1))
    for file in files():
        os.utime(file, (1, 1))
    assert upload_tending.tend() == 3
    assert batches.status(batch).files == 1
    assert [row.id for row in uploads.of_batch(batch)] == [rows[2].id]
    assert send(batch, fresh, "2.tif").state.value == "done", "one that somebody is still at goes on"


def test_a_batch_is_not_closed_while_a_file_is_on_its_way_whatever_the_reason(batch: int, tmp_path: Path) -> None:
    from staging import batches, uploads
    from staging.refusals import ClosingError

    data = paper(tmp_path)
    row = uploads.begin(told(batch, data), "van.thu")
    with pytest.raises(ClosingError) as caught:
        batches.close(batch, "van.thu", "vội")
    assert caught.value.bars and caught.value.faults[0].name == "a.tif"
    uploads.drop(row.id, "van.thu")
    batches.close(batch, "van.thu", "không có gì")
