"""A watched folder under attack: each file is taken in exactly once, or refused with a reason beside it.

The watchers are processes of their own (``sohoa watch``), the files real ones; waiting is for what a watcher tells.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, Queue

import pytest

from catalog import events, scans, units
from staging import batches
from staging.watch_folder import CLAIMED, NOTE, OURS, REFUSED, TAKEN
from tests.catalog.support import ROOT
from tests.staging.support import pdf

UNIT = "H61.12.3"
QUICK = {"SOHOA_WATCH_EVERY": "0.1", "SOHOA_WATCH_SETTLED": "0.4", "SOHOA_WATCH_PATIENCE": "3"}


class Watching:
    """A running ``sohoa watch``, and what it tells."""

    def __init__(self, folder: Path, told: Queue[dict[str, str]] | None = None, **variables: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "cli", "watch", str(folder), "--unit", UNIT, "--batch", "thùng 1", "--json"],
            env=os.environ | QUICK | {"PYTHONPATH": str(ROOT)} | variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        self._told: Queue[dict[str, str]] = Queue() if told is None else told
        self.told: list[dict[str, str]] = []
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self._told.put(json.loads(line))

    def until(self, enough: Callable[[list[dict[str, str]]], bool], seconds: float = 60) -> list[dict[str, str]]:
        """All that was told, once it is `enough`."""
        end = time.monotonic() + seconds
        while not enough(self.told):
            try:
                self.told.append(self._told.get(timeout=max(0.01, end - time.monotonic())))
            except Empty:
                pytest.fail(f"{self.told[-20:]} (exit {self.process.poll()})")
        return self.told

    def until_done(self, count: int, seconds: float = 60) -> Counter[str]:
        """What happened to `count` files."""
        done = {"taken", "already", "refused"}
        told = self.until(lambda all: sum(t["what"] in done for t in all) >= count, seconds)
        return Counter(t["what"] for t in told)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@contextmanager
def watching(folder: Path, told: Queue[dict[str, str]] | None = None, **variables: str) -> Iterator[Watching]:
    watcher = Watching(folder, told, **variables)
    try:
        yield watcher
    finally:
        watcher.process.send_signal(signal.SIGTERM)
        _, err = watcher.process.communicate(timeout=60)
        assert "Traceback" not in err and "Error" not in err, err


@pytest.fixture
def share(sqlite_url: str, tmp_path: Path) -> Iterator[Path]:
    """A watched folder of an installation on this machine."""
    from tests.catalog.support import use_database

    with use_database(sqlite_url):
        units.add(UNIT, "Ủy ban nhân dân xã Tân Hòa")
        folder = tmp_path / "máy quét"
        folder.mkdir()
        yield folder


def came() -> list[str]:
    """Names of the files that lie in batches, sorted."""
    rows = batches.listing(None).rows
    found = [scan for row in rows for scan in scans.of_batch(row.id)]
    assert all(scan.state == "staged" for scan in found)
    return sorted(scan.name for scan in found)


def left(share: Path) -> list[str]:
    """What still lies in the folder itself, and in claims."""
    waiting = [p for p in share.iterdir() if p.name not in OURS]
    claimed = [p for p in (share / CLAIMED).rglob("*") if p.is_file() and p.name != "alive"]
    return sorted(p.name for p in (*waiting, *claimed))


def taken(share: Path) -> list[str]:
    return sorted(p.name for p in (share / TAKEN).rglob("*") if p.is_file())


def refused(share: Path) -> dict[str, str]:
    """Name of each refused file → the text beside it."""
    folder = share / REFUSED
    notes = {p.name.removesuffix(NOTE): p.read_text() for p in folder.rglob("*" + NOTE)}
    files = {p.name for p in folder.rglob("*") if (p.is_symlink() or not p.is_dir()) and not p.name.endswith(NOTE)}
    assert files == set(notes), "each with its reason, and no reason without its file"
    return notes


def noted() -> list[str]:
    """Reasons of refusals in the unit's events."""
    return sorted(str(e.data["reason"]) for e in events.listing(UNIT, 5000) if e.kind == "scan.refused")


def test_files_are_taken_in_and_put_away(share: Path) -> None:
    with watching(share) as watcher:
        pdf(share / "a.pdf", "a")
        pdf(share / "b.pdf", "b")
        (share / "Thumbs.db").write_bytes(b"of another program")
        (share / ".hidden").write_bytes(b"of another program")
        assert watcher.until_done(2) == {"taken": 2}
    assert came() == ["a.pdf", "b.pdf"] == taken(share)
    assert left(share) == [".hidden", "Thumbs.db"] and not (share / CLAIMED).exists()
    [batch] = batches.listing(None).rows
    assert (batch.name, batch.operator, batch.files) == ("thùng 1", "watch", 2)


def test_a_file_that_is_written_slowly_is_waited_for(share: Path, tmp_path: Path) -> None:
    """The writer stops for longer than files take to settle; what it left so far is broken off."""
    whole = pdf(tmp_path / "whole.pdf", "slow", 20).read_bytes()
    with watching(share) as watcher, (share / "slow.pdf").open("wb", buffering=0) as out:
        for piece in range(4):
            out.write(whole[piece * len(whole) // 4 : (piece + 1) * len(whole) // 4])
            pdf(share / f"quick {piece}.pdf", f"quick {piece}")
            watcher.until_done(piece + 1)  # files beside it come in meanwhile, each after the time to settle
        out.close()
        assert watcher.until_done(5) == {"taken": 5}
    assert "slow.pdf" in came() and refused(share) == {} == dict.fromkeys(noted())
    assert scans_pages("slow.pdf") == 20


def test_a_file_that_somebody_here_has_open_is_left_alone_however_sound_it_looks(share: Path, tmp_path: Path) -> None:
    whole = pdf(tmp_path / "whole.pdf", "open").read_bytes()
    with watching(share, SOHOA_WATCH_PATIENCE="60") as watcher, (share / "open.pdf").open("wb", buffering=0) as out:
        out.write(whole)
        for number in range(2):
            pdf(share / f"{number}.pdf", f"beside {number}")
            watcher.until_done(number + 1)
        assert came() == ["0.pdf", "1.pdf"]
        out.close()
        assert watcher.until_done(3) == {"taken": 3}
    assert came() == ["0.pdf", "1.pdf", "open.pdf"]


def scans_pages(name: str) -> int:
    [scan] = [s for row in batches.listing(None).rows for s in scans.of_batch(row.id) if s.name == name]
    return scan.pages


def test_a_file_written_from_another_machine_is_laid_back_until_it_is_whole(share: Path, tmp_path: Path) -> None:
    """Nobody on this machine has it open: only time tells, and what was broken off is not refused at once."""
    whole = pdf(tmp_path / "whole.pdf", "far", 20).read_bytes()
    with watching(share, SOHOA_WATCH_PATIENCE="60") as watcher:
        (share / "far.pdf").write_bytes(whole[: len(whole) // 2])
        pdf(share / "b.pdf", "b")
        watcher.until_done(1)
        pdf(share / "c.pdf", "c")
        watcher.until_done(2)  # by now the first half has been looked into
        with (share / "far.pdf").open("ab") as out:
            out.write(whole[len(whole) // 2 :])
        assert watcher.until_done(3) == {"taken": 3}
    assert scans_pages("far.pdf") == 20 and noted() == []


def test_a_file_that_is_half_written_and_abandoned_is_refused_in_the_end(share: Path, tmp_path: Path) -> None:
    whole = pdf(tmp_path / "whole.pdf", "half", 20).read_bytes()
    (share / "half.pdf").write_bytes(whole[: len(whole) // 2])
    (share / "room.pdf").write_bytes(bytes(5000))  # room was made for it, and nothing written
    (share / "none.pdf").write_bytes(b"")
    (share / "next.pdf.part").write_bytes(whole[:300])
    with watching(share) as watcher:
        assert watcher.until_done(4) == {"refused": 4}
    notes = refused(share)
    assert sorted(notes) == ["half.pdf", "next.pdf.part", "none.pdf", "room.pdf"]
    assert "bị thiếu phần cuối" in notes["half.pdf"] and "rỗng" in notes["none.pdf"]
    assert noted() == ["empty", "truncated", "truncated", "unknown-type"] and came() == [] == left(share)


def test_a_file_that_is_renamed_while_it_is_waited_for_comes_in_once(share: Path) -> None:
    with watching(share) as watcher:
        pdf(share / "scan0001.tmp", "renamed")
        for number in range(8):
            before = share / ("scan0001.tmp" if number == 0 else f"name {number}.pdf")
            pdf(share / f"pulse {number}.pdf", f"pulse {number}")
            before.rename(share / f"name {number + 1}.pdf")
            watcher.until(lambda told: True)
        assert watcher.until_done(9) == {"taken": 9}
    assert came() == sorted(["name 8.pdf", *(f"pulse {n}.pdf" for n in range(8))])


def test_the_same_name_twice_is_two_files_and_the_same_bytes_are_one(share: Path) -> None:
    with watching(share) as watcher:
        for content in ("first", "second", "third"):
            pdf(share / "scan.pdf", content)
            watcher.until_done(len(watcher.told) + 1)
        pdf(share / "copy.pdf", "second")
        assert watcher.until_done(4) == {"taken": 3, "already": 1}
    assert came() == ["scan.pdf"] * 3
    assert taken(share) == ["copy.pdf", "scan (2).pdf", "scan (3).pdf", "scan.pdf"], "nothing was written over"


def test_links_pipes_and_other_kinds_are_refused_and_lead_nowhere(share: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    secret = pdf(outside / "secret.pdf", "secret")
    (share / "link.pdf").symlink_to(secret)
    (share / "dangling.pdf").symlink_to(tmp_path / "nowhere")
    (share / "folder").symlink_to(outside)
    os.mkfifo(share / "pipe.pdf")
    (share / "letter.docx").write_bytes(b"PK\x03\x04 and more of it")
    with watching(share) as watcher:
        assert watcher.until_done(5) == {"refused": 5}
    notes = refused(share)
    assert sorted(notes) == ["dangling.pdf", "folder", "letter.docx", "link.pdf", "pipe.pdf"]
    assert noted() == ["link", "link", "link", "not-a-file", "unknown-type"]
    assert "liên kết" in notes["link.pdf"] and came() == []
    assert secret.exists() and list(outside.iterdir()) == [secret]


def test_files_in_subfolders_come_in_and_those_of_the_same_name_stay_apart(share: Path) -> None:
    for folder in ("hộp 1", "hộp 2/sâu/hơn"):
        (share / folder).mkdir(parents=True)
        pdf(share / folder / "scan.pdf", folder)
        (share / folder / "bad.pdf").write_bytes(b"nothing that is known")
    with watching(share) as watcher:
        assert watcher.until_done(4) == {"taken": 2, "refused": 2}
    assert came() == ["scan.pdf", "scan.pdf"]
    [day] = (share / TAKEN).iterdir()
    assert (day / "hộp 1" / "scan.pdf").exists() and (day / "hộp 2" / "sâu" / "hơn" / "scan.pdf").exists()
    assert (share / REFUSED / "hộp 1" / ("bad.pdf" + NOTE)).exists()


def test_names_that_are_no_utf_8_and_names_of_every_length_come_in(share: Path) -> None:
    names = [b"b\xe1o c\xe1o.pdf", b"\xff\xfe.pdf", "Tờ trình số 5.pdf".encode(), b"a\nb.pdf", b"x" * 251 + b".pdf"]
    for number, name in enumerate(names):
        pdf(share / "made", f"name {number}")
        os.rename(share / "made", os.path.join(os.fsencode(share), name))
    bad = [b"\xe1.pdf", b"y" * 255, "đ".encode() * 127]
    for name in bad:
        with open(os.path.join(os.fsencode(share), name), "wb") as out:
            out.write(b"nothing that is known " + name)
    with watching(share) as watcher:
        assert watcher.until_done(8) == {"taken": 5, "refused": 3}
    assert "b�o c�o.pdf" in came() and "Tờ trình số 5.pdf" in came() and left(share) == []
    raw = {os.fsencode(p.name) for p in (share / TAKEN).rglob("*") if p.is_file()}
    assert raw == set(names), "they keep their names"
    files = list((share / REFUSED).iterdir())
    assert len(files) == 6 and sum(p.name.endswith(NOTE) for p in files) == 3


def test_a_share_that_goes_away_and_comes_back_is_waited_for(share: Path, tmp_path: Path) -> None:
    pdf(share / "a.pdf", "a")
    with watching(share) as watcher:
        watcher.until_done(1)
        share.rename(tmp_path / "gone")
        watcher.until(lambda told: told[-1]["what"] == "away")
        share.mkdir()  # the mount point without its share
        watcher.until(lambda told: told[-1]["what"] == "back")
        assert list(share.iterdir()) == [], "nothing is made where the share is not"
        share.rmdir()
        watcher.until(lambda told: told[-1]["what"] == "away")
        pdf(tmp_path / "gone" / "b.pdf", "b")
        (tmp_path / "gone").rename(share)
        assert watcher.until_done(2) == {"taken": 2, "away": 2, "back": 2}
    assert came() == ["a.pdf", "b.pdf"] and left(share) == [] and noted() == []


def test_a_watcher_that_is_killed_loses_nothing(share: Path) -> None:
    """Killed again and again in the middle; the next one takes over what it had claimed."""
    count = 60
    for number in range(count):
        pdf(share / f"{number:03}.pdf", f"killed {number}")
    for _ in range(3):
        watcher = Watching(share)
        watcher.until_done(5)
        watcher.kill()
    make_old(share / CLAIMED)
    with watching(share) as watcher:
        end = time.monotonic() + 100
        while left(share) and time.monotonic() < end:
            watcher.until_done(len(watcher.told) + 1)
    assert came() == [f"{number:03}.pdf" for number in range(count)]
    assert len(taken(share)) == count and left(share) == [] and noted() == []


def make_old(claimed: Path) -> None:
    """The dead gave their last sign an hour ago."""
    for run in claimed.iterdir():
        for path in (run / "alive", run):
            os.utime(path, (time.time() - 3600,) * 2)


def test_two_thousand_files_at_once_come_in_once_each_with_two_watchers(share: Path, tmp_path: Path) -> None:
    count = 2000
    aside = tmp_path / "aside"
    aside.mkdir()
    for number in range(count):
        pdf(aside / f"{number:04}.pdf", f"many {number}")
    both: Queue[dict[str, str]] = Queue()
    with watching(share, both) as one, watching(share, both):
        for path in sorted(aside.iterdir()):
            path.rename(share / path.name)
        assert one.until_done(count, 280) == {"taken": count}
    assert came() == [f"{number:04}.pdf" for number in range(count)]
    assert left(share) == [] and refused(share) == {} and noted() == []
