"""Taking in: every file once, each refusal one line, and no name does harm."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from catalog import batches, events, scans
from core.errors import NotFoundError, ServiceError, StorageError, UsageError
from flows import batch, intake, work
from flows.intake import files, shown
from storage.folder import FolderStore
from tests.flows.support import UNIT, Story, plain_process, request, run, tiff


@pytest.fixture(autouse=True)
def no_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "process", plain_process)


def never(path: Path, error: OSError) -> None:
    raise AssertionError(f"{path}: {error}")


def test_folders_are_walked_in_order_without_hidden_files(tmp_path: Path) -> None:
    for name in ("b.pdf", "a.pdf", ".hidden.pdf", "c/2.pdf", "c/1.pdf", ".git/x.pdf"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    found = list(files((tmp_path, tmp_path / "a.pdf", tmp_path / ".hidden.pdf"), never))
    assert [str(path.relative_to(tmp_path)) for path in found] == [
        "a.pdf",
        "b.pdf",
        "c/1.pdf",
        "c/2.pdf",
        ".hidden.pdf",
    ]


def test_links_to_folders_are_not_followed_but_told(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path)
    assert list(files((tmp_path,), never)) == [tmp_path / "loop"]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [(b"a\nb.pdf", "a�b.pdf"), (b"\xff\x00.pdf"[:1] + b".pdf", "�.pdf"), ("đơn\u202e.pdf".encode(), "đơn�.pdf")],
)
def test_names_are_shown_on_one_line(raw: bytes, expected: str) -> None:
    assert shown(Path(os.fsdecode(raw))) == expected


def test_a_batch_is_taken_in_and_a_second_run_changes_nothing(installed: Path, inbox: Path) -> None:
    tiff(inbox / "a.tif", pages=2)
    tiff(inbox / "b.tif", shade=9)
    first = run(request(inbox))
    assert (first.new, first.already, first.documents, first.pages, first.indexed, first.pending) == (2, 0, 3, 3, 3, 0)
    chain = events.verify(UNIT).events
    second = run(request(inbox))
    assert (second.new, second.already, second.documents, second.changed) == (0, 2, 0, False)
    run(request(inbox, batch="another"))
    with pytest.raises(NotFoundError):
        batches.find("another")
    assert events.verify(UNIT).events == chain
    assert sorted(path.name for path in (installed / "work").iterdir()) == ["lock", "place"], "nothing is left over"


def test_the_same_bytes_under_two_names_are_one_scan(installed: Path, inbox: Path) -> None:
    tiff(inbox / "a.tif")
    tiff(inbox / "b.tif")
    summary = run(request(inbox))
    assert (summary.new, summary.already, summary.documents) == (1, 1, 1)


def test_bad_files_cost_themselves_only(installed: Path, inbox: Path, story: Story) -> None:
    tiff(inbox / "good.tif")
    (inbox / "empty.pdf").touch()
    (inbox / "letter.pdf").write_text("not a PDF")
    os.mkfifo(inbox / "pipe.pdf")
    (inbox / "link.tif").symlink_to(inbox / "good.tif")
    summary = run(request(inbox), story)
    assert {Path(r.name).name: r.reason for r in summary.refused} == {
        "empty.pdf": "empty",
        "letter.pdf": "unknown-type",
        "pipe.pdf": "not-a-file",
        "link.tif": "link",
    }
    assert (summary.new, summary.documents) == (1, 1)
    assert len(story.lines) == 4
    status = batches.status()
    assert (status.files, status.refused) == (1, 4)
    again = run(request(inbox))
    assert len(again.refused) == 4
    assert batches.status() == status, "the second time nothing is noted"


def test_names_with_newlines_and_bytes_do_no_harm(installed: Path, inbox: Path) -> None:
    tiff(inbox / "a\n..\\b.tif")
    tiff(inbox / os.fsdecode(b"\xff\xfe.tif"), shade=3)
    (inbox / "x\r\nrefused: y.pdf").touch()
    summary = run(request(inbox))
    assert summary.new == 2
    names = [scan.name for scan in scans.unfinished()] + [e.data.get("name") for e in events.listing(UNIT)]
    assert all("\n" not in str(name) and "/.." not in str(name) for name in names)
    assert "\n" not in summary.refused[0].message + summary.refused[0].name


def test_a_folder_that_may_not_be_read_is_told_and_the_rest_goes_on(
    installed: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = inbox / "closed"
    closed.mkdir()
    tiff(closed / "x.tif")
    tiff(inbox / "z.tif", shade=1)
    closed.chmod(0)
    if os.geteuid() == 0:  # root may read everything, so the refusal is put in its place
        real: Callable[[str], object] = os.scandir
        refused = PermissionError(13, "Permission denied", str(closed))

        def scandir(path: str) -> object:
            if path == str(closed):
                raise refused
            return real(path)

        monkeypatch.setattr(os, "scandir", scandir)
    summary = run(request(inbox))
    closed.chmod(0o700)
    [refusal] = summary.refused
    assert (refusal.name, refusal.reason) == (str(closed), "unreadable")
    assert summary.new == 1
    assert batches.status().refused == 1


def test_a_wrong_call_ends_before_any_work(installed: Path, inbox: Path) -> None:
    with pytest.raises(UsageError, match="does not exist"):
        run(request(inbox, inbox / "none"))
    with pytest.raises(UsageError, match="no files"):
        run(request())
    with pytest.raises(UsageError, match="unknown unit"):
        run(intake.IngestRequest((inbox,), "H9"))
    with pytest.raises(UsageError, match="name"):
        run(request(inbox, batch=" "))
    assert not (installed / "work").exists()


def test_a_full_disk_stores_nothing_half_and_a_later_run_goes_on(
    installed: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiff(inbox / "a.tif")
    tiff(inbox / "b.tif", shade=5)
    real = FolderStore.put

    def full(store: FolderStore, path: Path, sha256: str, media_type: str) -> str:
        if media_type == "image/tiff" and sha256 == first:
            raise StorageError("no room left: free some, then try again")
        return real(store, path, sha256, media_type)

    import hashlib

    first = hashlib.sha256((inbox / "a.tif").read_bytes()).hexdigest()
    monkeypatch.setattr(FolderStore, "put", full)
    summary = run(request(inbox))
    assert [r.reason for r in summary.refused] == ["not-stored"]
    assert (summary.documents, batches.status().unfinished) == (1, 1)
    monkeypatch.setattr(FolderStore, "put", real)
    later = run(request(inbox))
    assert (later.resumed, later.already, later.documents, later.refused) == (1, 1, 1, ())


def test_a_store_that_goes_away_ends_the_run_and_a_later_one_goes_on(
    installed: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiff(inbox / "a.tif")
    tiff(inbox / "b.tif", shade=5)
    calls = []
    real = FolderStore.put

    def flaky(store: FolderStore, path: Path, sha256: str, media_type: str) -> str:
        calls.append(path)
        if len(calls) == 2:
            raise ServiceError("the store does not answer")
        return real(store, path, sha256, media_type)

    monkeypatch.setattr(FolderStore, "put", flaky)
    with pytest.raises(ServiceError, match="does not answer"):
        run(request(inbox))
    monkeypatch.setattr(FolderStore, "put", real)
    summary = run(request(inbox))
    assert (summary.resumed, summary.documents) == (2, 2)
    assert batches.status().unfinished == 0


def test_a_store_that_is_down_at_the_start_is_told_before_any_work(
    installed: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core.settings import settings

    tiff(inbox / "a.tif")
    monkeypatch.setenv("SOHOA_STORAGE_URL", "s3://key:secret@127.0.0.1:9/bucket?secure=false")
    settings.cache_clear()
    with pytest.raises(ServiceError, match=r"127\.0\.0\.1:9"):
        run(request(inbox))
    assert batches.status().files == 0


def test_the_default_batch_is_the_day(installed: Path, inbox: Path) -> None:
    tiff(inbox / "a.tif")
    summary = run(request(inbox, batch=None))
    assert summary.batch == batch._today(None)
    assert batches.find(summary.batch).unit == UNIT


def test_a_batch_that_archive_staff_opened_is_not_joined(installed: Path, inbox: Path) -> None:
    from staging import batches as staged
    from staging.records import NewBatch

    tiff(inbox / "a.tif")
    desk = staged.open_batch(NewBatch(UNIT, "Hộp 1"), "van.thu")
    for name in ("Hộp 1", " Hộp  1"):
        with pytest.raises(UsageError, match="archive staff"):
            run(request(inbox, batch=name))
    assert batches.status().files == 0
    assert run(request(inbox, batch="Hộp 2")).new == 1
    assert batches.status(desk).files == 0


def test_a_file_that_never_came_whole_on_the_desk_is_read_in_the_batch_that_brings_it(
    installed: Path, inbox: Path
) -> None:
    from catalog import scans
    from pipeline.records import SplitRule
    from staging import batches as staged
    from staging.records import NewBatch

    path = tiff(inbox / "a.tif")
    desk = staged.open_batch(NewBatch(UNIT, "Hộp 1"), "van.thu")
    scans.receive(intake.inspect(path, path.name, intake.Limits(), inbox.parent), desk, SplitRule.SEPARATOR)
    assert run(request(inbox, batch="Hộp 2")).resumed == 1
    assert batches.status(desk).files == 0
