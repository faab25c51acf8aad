"""A share that fails in the middle of it: it does what it was asked and answers with an error, or cannot be seen into.

The claimed file is the only copy there is, so it is looked for on the disk, and in what the batch took in.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from pathlib import Path, PurePath
from typing import Any

import pytest

from catalog import units
from core.settings import WatchedFolder
from staging.watch import Happened, Told, Watcher
from staging.watch_folder import CLAIMED, NOTE, REFUSED, Claim, Folder
from staging.watch_moves import Sight
from tests.catalog.support import use_database
from tests.staging.support import pdf
from tests.staging.test_watch import UNIT, came, left, refused, taken


@pytest.fixture
def share(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A watched folder of an installation on this machine, in which files settle at once."""
    monkeypatch.setenv("SOHOA_WATCH_SETTLED", "0")
    monkeypatch.setenv("SOHOA_WATCH_PATIENCE", "0")
    with use_database(sqlite_url):
        units.add(UNIT, "Ủy ban nhân dân xã Tân Hòa")
        folder = tmp_path / "máy quét"
        folder.mkdir()
        yield folder


@pytest.fixture
def told() -> list[Told]:
    return []


@pytest.fixture
def watcher(share: Path, told: list[Told]) -> Watcher:
    return Watcher(WatchedFolder(path=share, unit=UNIT, batch="thùng 1"), told.append)


def fails_once(code: int, really: Callable[..., Any] | None = None, when: str = "") -> Callable[..., Any]:
    """A call that fails once with this error, after it did what it was asked if that is named, and works from then on.

    `when`: only once its first argument has this in it.
    """
    failed: list[object] = []

    def call(*given: Any, **more: Any) -> Any:
        if not failed and when in str(given[0]):
            failed.append(given)
            if really is not None and code != errno.ENOSPC:
                really(*given, **more)
            raise OSError(code, os.strerror(code), str(given[0]))
        assert really is not None
        return really(*given, **more)

    return call


def claimed(share: Path, relative: str) -> tuple[Folder, Claim]:
    folder = Folder(share)
    claim = folder.claim(PurePath(relative), Sight.of(os.lstat(share / relative)))
    assert claim is not None
    return folder, claim


@pytest.mark.parametrize("code", [errno.EIO, errno.ENOENT, errno.ETIMEDOUT])
def test_a_claim_whose_answer_was_lost_is_gone_on_with(share: Path, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    """A share that repeats a rename whose answer was lost says ENOENT: the file is no longer where it was."""
    (share / "hộp 1").mkdir()
    whole = pdf(share / "hộp 1" / "a.pdf", "a").read_bytes()
    monkeypatch.setattr(os, "rename", fails_once(code, os.rename))
    _folder, claim = claimed(share, "hộp 1/a.pdf")
    assert claim.path.read_bytes() == whole


def test_a_claim_that_failed_leaves_the_file_where_it_is(share: Path) -> None:
    pdf(share / "a.pdf", "a")
    sight = Sight.of(os.lstat(share / "a.pdf"))
    (share / "a.pdf").rename(share / "b.pdf")
    folder = Folder(share)
    assert folder.claim(PurePath("a.pdf"), sight) is None
    assert left(share) == ["b.pdf"] and [p.name for p in folder.run.iterdir()] == ["alive"]


@pytest.mark.parametrize("act", ["put_back", "put_away", "refuse"])
def test_a_move_whose_answer_was_lost_is_no_failure(share: Path, monkeypatch: pytest.MonkeyPatch, act: str) -> None:
    from catalog.values import today

    whole = pdf(share / "a.pdf", "a").read_bytes()
    folder, claim = claimed(share, "a.pdf")
    monkeypatch.setattr(os, "replace", fails_once(errno.EIO, os.replace))
    more = {"put_back": (), "put_away": (today(),), "refuse": ("vì sao",)}[act]
    getattr(folder, act)(claim, *more)
    found = [path for path in share.rglob("*") if path.is_file() and path.name != "alive"]
    assert [path.read_bytes() for path in found if not path.name.endswith(NOTE)] == [whole]
    assert not claim.path.parent.exists()


def test_a_place_that_cannot_be_seen_into_keeps_what_lies_in_it(
    share: Path, watcher: Watcher, told: list[Told], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other files come in meanwhile, and this one as soon as its place can be seen into."""
    run = watcher._folder.run
    (run / "place" / "hộp 1").mkdir(parents=True)
    (run / "alive").touch()
    pdf(run / "place" / "hộp 1" / "claimed.pdf", "claimed")
    pdf(share / "other.pdf", "other")
    monkeypatch.setattr(os, "scandir", fails_once(errno.EIO, os.scandir, "place/hộp 1"))
    watcher.once()
    assert (run / "place" / "hộp 1" / "claimed.pdf").exists()
    assert [t.what for t in told] == [Happened.TROUBLE, Happened.TAKEN] and "place/hộp 1" in told[0].text
    watcher.once()
    assert came() == ["claimed.pdf", "other.pdf"] == taken(share) and left(share) == []


def test_what_comes_into_a_place_that_looked_empty_stays(share: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A watcher that ends takes its own folder away, and the place of a file that is done, only if nothing is there."""
    for name in ("a.pdf", "b.pdf"):
        pdf(share / name, name)
    folder, claim = claimed(share, "a.pdf")
    late = pdf(claim.path.parent / "late.pdf", "late")
    folder.put_back(claim)
    assert late.exists()
    monkeypatch.setattr(Folder, "mine", lambda *_given: iter(()))
    folder.leave()
    assert late.exists()


def test_a_reason_that_cannot_be_written_is_written_later(
    share: Path, watcher: Watcher, told: list[Told], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is full just then: nothing lies among the refused without its reason, and nothing is left half done."""
    (share / "thư.docx").write_bytes(b"nothing that is known")
    really = Path.write_text
    monkeypatch.setattr(Path, "write_text", fails_once(errno.ENOSPC, really))
    watcher.once()
    assert [t.what for t in told] == [Happened.TROUBLE]
    assert refused(share) == {} and left(share) == ["thư.docx"]
    watcher.once()
    assert list(refused(share)) == ["thư.docx"] and left(share) == []
    assert (share / REFUSED / "thư.docx").read_bytes() == b"nothing that is known"
    assert not list((share / CLAIMED).rglob("*.docx"))
