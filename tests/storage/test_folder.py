"""What only a folder can meet: a full disk, damage, links, a process that died."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from core.errors import NotFoundError, ServiceError, StorageError
from storage import key_of
from storage.folder import FolderStore

Write = Callable[[bytes], tuple[Path, str]]
ROOT = Path(__file__).parents[2]
PDF = "application/pdf"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "objects"


@pytest.fixture
def folder(root: Path) -> FolderStore:
    return FolderStore(root)


def files(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def overwrite(path: Path, content: bytes) -> None:
    path.chmod(0o600)
    path.write_bytes(content)


@pytest.mark.parametrize("damaged", [b"", b"noi du", b"noi dunG", b"noi dung va them"])
def test_a_damaged_object_is_not_handed_out_as_whole(
    folder: FolderStore, root: Path, write: Write, tmp_path: Path, damaged: bytes
) -> None:
    path, sha256 = write(b"noi dung")
    key = folder.put(path, sha256, PDF)
    overwrite(root / key, damaged)
    (tmp_path / "out").write_bytes(b"before")
    with pytest.raises(StorageError, match="came back damaged"):
        folder.fetch(key, tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == b"before"
    folder.put(path, sha256, PDF)
    folder.fetch(key, tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == b"noi dung"


FULL = """
import resource, signal, sys
from pathlib import Path
from core.errors import StorageError
from storage.folder import FolderStore
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1_500_000, 1_500_000))
try:
    FolderStore(Path(sys.argv[1])).put(Path(sys.argv[2]), sys.argv[3], "application/pdf")
except StorageError as error:
    print(error)
"""


def test_where_there_is_no_room_nothing_stays_half_stored(root: Path, write: Write) -> None:
    path, sha256 = write(os.urandom(5_000_000))
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", FULL, str(root), str(path), sha256]
    done = subprocess.run(command, capture_output=True, text=True, env=env, check=True)
    assert done.stdout.strip() == f"no room in {root}: free some space and try again; nothing was stored"
    assert files(root) == []


KILLED = """
import sys
from pathlib import Path
from storage.folder import FolderStore
FolderStore(Path(sys.argv[1])).put(Path(sys.argv[2]), sys.argv[3], "application/pdf")
"""


def test_a_put_that_is_killed_half_way_leaves_no_object(
    folder: FolderStore, root: Path, write: Write, tmp_path: Path
) -> None:
    path, sha256 = write(os.urandom(4 << 20))
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", KILLED, str(root), str(pipe), sha256]
    with subprocess.Popen(command, env=env) as putting, pipe.open("wb") as half:
        half.write(path.read_bytes()[: 3 << 20])  # more than a pipe holds: it is being written when this returns
        putting.kill()
        putting.wait(30)
    assert list(folder.keys()) == []
    assert [name.partition("/")[0] for name in files(root)] == ["aside"]
    assert folder.exists(folder.put(path, sha256, PDF))


def test_links_in_a_circle_are_told(folder: FolderStore, root: Path) -> None:
    (root / "sha256").mkdir(parents=True)
    (root / "sha256" / "00").symlink_to(root / "sha256" / "00")
    with pytest.raises(StorageError, match="symbolic links"):
        list(folder.keys())
    assert not folder.exists(key_of("0" * 64))


def test_an_object_behind_a_link_that_leads_out_is_refused(
    folder: FolderStore, root: Path, write: Write, tmp_path: Path
) -> None:
    path, sha256 = write(b"x")
    outside = tmp_path / "outside"
    (outside / sha256[2:4]).mkdir(parents=True)
    (outside / sha256[2:4] / sha256).write_bytes(b"secret")
    (root / "sha256").mkdir(parents=True)
    (root / "sha256" / sha256[:2]).symlink_to(outside)
    for call in (lambda: folder.open(key_of(sha256)), lambda: folder.put(path, sha256, PDF)):
        with pytest.raises(StorageError, match="through a link"):
            call()
    assert files(outside) == [f"{sha256[2:4]}/{sha256}"]


def test_an_object_that_is_itself_a_link_is_not_opened(
    folder: FolderStore, root: Path, write: Write, tmp_path: Path
) -> None:
    key = folder.put(*write(b"x"), PDF)
    (root / key).unlink()
    (tmp_path / "secret").write_bytes(b"secret")
    (root / key).symlink_to(tmp_path / "secret")
    with pytest.raises(StorageError):
        folder.open(key)


def test_a_folder_in_place_of_an_object_is_told(folder: FolderStore, root: Path, write: Write) -> None:
    path, sha256 = write(b"x")
    (root / key_of(sha256)).mkdir(parents=True)
    with pytest.raises(StorageError):
        folder.put(path, sha256, PDF)
    assert not folder.exists(key_of(sha256))


def test_things_that_are_no_objects_are_no_keys(folder: FolderStore, root: Path, write: Write) -> None:
    key = folder.put(*write(b"x"), PDF)
    (root / "sha256" / "readme").write_text("x")
    (root / key).with_name("notes.txt").write_text("x")
    assert list(folder.keys()) == [key]


def test_a_folder_that_was_never_made_has_no_keys(folder: FolderStore) -> None:
    assert list(folder.keys()) == []
    with pytest.raises(NotFoundError):
        folder.size(key_of("0" * 64))


def test_what_a_killed_process_left_aside_goes_after_a_day(folder: FolderStore, root: Path, write: Write) -> None:
    folder.put(*write(b"x"), PDF)
    old, young = root / "aside" / "old.part", root / "aside" / "young.part"
    for part in (old, young):
        part.write_bytes(b"half")
    os.utime(old, (time.time() - 90_000,) * 2)
    folder.put(*write(b"y"), PDF)
    assert (old.exists(), young.exists()) == (False, True)


def test_objects_are_read_only(folder: FolderStore, root: Path, write: Write) -> None:
    key = folder.put(*write(b"x"), PDF)
    assert (root / key).stat().st_mode & 0o777 == 0o440


def test_a_place_that_cannot_be_a_folder_is_told(tmp_path: Path, write: Write) -> None:
    (tmp_path / "file").write_text("")
    store = FolderStore(tmp_path / "file" / "objects")
    with pytest.raises(ServiceError, match="storage_url"):
        store.check()
    with pytest.raises(StorageError, match="check the folder"):
        store.put(*write(b"x"), PDF)
