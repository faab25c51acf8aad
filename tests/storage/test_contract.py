"""What every store must do alike."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from core.errors import NotFoundError, StorageError
from storage import ObjectStore, key_of, open_store

Write = Callable[[bytes], tuple[Path, str]]
ROOT = Path(__file__).parents[2]
PDF = "application/pdf"
ABSENT = key_of("0" * 64)


def test_what_is_put_comes_back(store: ObjectStore, write: Write, tmp_path: Path) -> None:
    path, sha256 = write(b"%PDF-1.7 noi dung")
    key = store.put(path, sha256, PDF)
    assert key == f"sha256/{sha256[:2]}/{sha256[2:4]}/{sha256}"
    assert store.exists(key)
    assert store.size(key) == 17
    with store.open(key) as data:
        assert data.read(4) == b"%PDF"
        assert data.read() == b"-1.7 noi dung"
    store.fetch(key, tmp_path / "out.pdf")
    assert (tmp_path / "out.pdf").read_bytes() == path.read_bytes()
    store.check()


def test_an_empty_object_is_an_object(store: ObjectStore, write: Write, tmp_path: Path) -> None:
    key = store.put(*write(b""), PDF)
    assert store.size(key) == 0
    assert store.read_range(key, 0, 10) == b""
    with store.open(key) as data:
        assert data.read() == b""
    store.fetch(key, tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == b""


def test_putting_twice_has_no_second_effect(store: ObjectStore, write: Write) -> None:
    path, sha256 = write(b"hai lan")
    assert store.put(path, sha256, PDF) == store.put(path, sha256, PDF)
    assert list(store.keys()) == [key_of(sha256)]


def test_eight_threads_putting_the_same_and_others_at_once(store: ObjectStore, write: Write, tmp_path: Path) -> None:
    same = write(b"chung" * 100_000)
    own = [write(b"rieng %d" % number) for number in range(8)]
    start, failures = threading.Barrier(8), list[BaseException]()

    def put(number: int) -> None:
        try:
            start.wait(30)
            store.put(*same, PDF)
            store.put(*own[number], PDF)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=put, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    assert list(store.keys()) == sorted(key_of(sha256) for _, sha256 in (same, *own))
    store.fetch(key_of(same[1]), tmp_path / "out")


@pytest.mark.parametrize("size", [10, 9 << 20], ids=["one request", "several parts"])
def test_a_wrong_hash_is_refused_and_nothing_is_kept(store: ObjectStore, write: Write, size: int) -> None:
    path, _ = write(os.urandom(size))
    other = hashlib.sha256(b"other").hexdigest()
    with pytest.raises(StorageError, match="does not have the hash"):
        store.put(path, other, PDF)
    assert not store.exists(key_of(other))
    assert list(store.keys()) == []


def test_a_wrong_hash_is_refused_where_the_object_is_there_already(store: ObjectStore, write: Write) -> None:
    key = store.put(*write(b"dung"), PDF)
    wrong, _ = write(b"sai!")
    with pytest.raises(StorageError, match="does not have the hash"):
        store.put(wrong, key.rpartition("/")[2], PDF)
    with store.open(key) as data:
        assert data.read() == b"dung"


def test_a_file_that_is_not_there_is_told(store: ObjectStore, tmp_path: Path) -> None:
    with pytest.raises(StorageError):
        store.put(tmp_path / "none.pdf", "0" * 64, PDF)
    assert not store.exists(ABSENT)


def test_a_missing_object_is_not_found(store: ObjectStore, tmp_path: Path) -> None:
    assert not store.exists(ABSENT)
    for call in (
        lambda: store.open(ABSENT),
        lambda: store.fetch(ABSENT, tmp_path / "out"),
        lambda: store.read_range(ABSENT, 0, 1),
        lambda: store.size(ABSENT),
    ):
        with pytest.raises(NotFoundError, match="no object"):
            call()
    assert not (tmp_path / "out").exists()


def test_ranges(store: ObjectStore, write: Write) -> None:
    key = store.put(*write(b"0123456789"), PDF)
    assert store.read_range(key, 0, 4) == b"0123"
    assert store.read_range(key, 8, 4) == b"89"
    assert store.read_range(key, 3, 0) == b""
    assert store.read_range(key, 10, 5) == b""
    assert store.read_range(key, 99, 5) == b""
    for start, length in ((-1, 5), (0, -1)):
        with pytest.raises(StorageError):
            store.read_range(key, start, length)


HOSTILE = [
    "",
    "/etc/passwd",
    "../../etc/passwd",
    "sha256/../../../etc/passwd",
    "sha256/ab/cd/../../../../etc/passwd",
    "sha256/ab/cd/" + "0" * 64,
    "sha256/00/00/" + "0" * 63,
    "sha256/00/00/" + "0" * 64 + "\n",
    "sha256/00/00/" + "A" * 64,
    "SHA256/00/00/" + "0" * 64,
    "sha256/00/00/" + "0" * 64 + "/x",
    "\x00",
    "sha256\\00\\00\\" + "0" * 64,
    "x" * 10_000,
]


@pytest.mark.parametrize("key", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_keys_are_refused(store: ObjectStore, key: str, tmp_path: Path) -> None:
    for call in (
        lambda: store.open(key),
        lambda: store.fetch(key, tmp_path / "out"),
        lambda: store.read_range(key, 0, 1),
        lambda: store.exists(key),
        lambda: store.size(key),
    ):
        with pytest.raises(StorageError, match="no object key"):
            call()


@pytest.mark.parametrize("sha256", ["", "0" * 63, "F" * 64, "../" * 20, "0" * 64 + "\n"])
def test_hostile_hashes_are_refused(store: ObjectStore, write: Write, sha256: str) -> None:
    path, _ = write(b"x")
    with pytest.raises(StorageError, match="no SHA-256"):
        store.put(path, sha256, PDF)


def test_keys_come_in_order_and_lazily(store: ObjectStore, write: Write) -> None:
    wanted = sorted(store.put(*write(b"%d" % number), PDF) for number in range(30))
    assert list(store.keys()) == wanted
    assert next(iter(store.keys())) == wanted[0]


def test_fetching_replaces_a_file_at_once_and_leaves_nothing_aside(
    store: ObjectStore, write: Write, tmp_path: Path
) -> None:
    key = store.put(*write(b"moi"), PDF)
    (tmp_path / "to").mkdir()
    (tmp_path / "to" / "out.pdf").write_bytes(b"cu")
    store.fetch(key, tmp_path / "to" / "out.pdf")
    assert [p.read_bytes() for p in (tmp_path / "to").iterdir()] == [b"moi"]
    with pytest.raises(StorageError):
        store.fetch(key, tmp_path / "none" / "out.pdf")


MEMORY = """
import resource, sys
from pathlib import Path
from storage import open_store
store = open_store(sys.argv[1])
start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
key = store.put(Path(sys.argv[2]), sys.argv[3], "application/pdf")
store.fetch(key, Path(sys.argv[2] + ".out"))
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - start) // 1024)
"""


def test_200_megabytes_pass_in_bounded_memory(store_url: str, tmp_path: Path) -> None:
    big, digest, chunk = tmp_path / "big.pdf", hashlib.sha256(), os.urandom(1 << 20)
    with big.open("wb") as out:
        for number in range(200):
            block = number.to_bytes(4, "big") + chunk[4:]
            out.write(block)
            digest.update(block)
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", MEMORY, store_url, str(big), digest.hexdigest()]
    done = subprocess.run(command, capture_output=True, text=True, env=env, check=True)
    assert int(done.stdout) <= 64
    assert open_store(store_url).size(key_of(digest.hexdigest())) == 200 << 20
    assert (tmp_path / "big.pdf.out").stat().st_size == 200 << 20
