"""What only an index on disk can meet: damage, several processes, a writer that is killed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import ServiceError, UsageError
from indexing import Query, SearchDocument, Upsert, open_index
from indexing.cursor import Cursor
from indexing.embedded import EmbeddedIndex
from indexing.embedded_files import IndexFolder
from indexing.ranking import Step

Make = Callable[..., SearchDocument]
ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path: Path, make: Make) -> Path:
    """The folder of an index with one result in it."""
    with EmbeddedIndex(tmp_path / "sohoa") as index:
        index.rebuild([make(1, text="một")])
    return tmp_path / "sohoa"


def current(folder: Path) -> Path:
    return folder / (folder / "current").read_text()


def damage_pointer_gone(folder: Path) -> None:
    (folder / "current").unlink()


def damage_pointer_nonsense(folder: Path) -> None:
    (folder / "current").write_bytes(b"../../etc\xff")


def damage_generation_gone(folder: Path) -> None:
    shutil.rmtree(current(folder))


def damage_meta_cut(folder: Path) -> None:
    meta = current(folder) / "meta.json"
    meta.write_bytes(meta.read_bytes()[:40])


def damage_files_cut(folder: Path) -> None:
    for file in current(folder).glob("*.*"):
        if file.suffix in {".term", ".idx", ".store", ".fast"}:
            os.truncate(file, 5)


def damage_files_gone(folder: Path) -> None:
    for file in current(folder).glob("*.term"):
        file.unlink()


def damage_version(folder: Path) -> None:
    newer = current(folder).rename(folder / "v999-000001")
    (folder / "current").write_text(newer.name)


DAMAGES = [
    damage_pointer_gone,
    damage_pointer_nonsense,
    damage_generation_gone,
    damage_meta_cut,
    damage_files_cut,
    damage_files_gone,
    damage_version,
]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda d: d.__name__)
def test_damage_is_told_with_the_remedy_and_mended_by_a_rebuild(
    folder: Path, damage: Callable[[Path], None], make: Make
) -> None:
    damage(folder)
    with EmbeddedIndex(folder) as index:
        for call in (
            lambda: index.search(Query("một")),
            index.check,
            index.count,
            lambda: index.apply([Upsert(make(2, text="hai"))]),
        ):
            with pytest.raises(ServiceError, match="sohoa reindex"):
                call()
        assert index.rebuild([make(1, text="một")]) == 1
        assert [hit.id for hit in index.search(Query("một")).hits] == [1]


def test_a_folder_that_went_away_whole_counts_as_never_made(folder: Path) -> None:
    shutil.rmtree(folder)
    with EmbeddedIndex(folder) as index:
        assert not index.exists()
        with pytest.raises(ServiceError, match="sohoa reindex"):
            index.search(Query("một"))


def test_a_second_writer_waits_and_then_says_why_it_gives_up(folder: Path, make: Make) -> None:
    with EmbeddedIndex(folder, lock_seconds=0.2) as index:
        with IndexFolder(folder, 1.0).writing():
            with pytest.raises(ServiceError, match="another process is writing"):
                index.apply([Upsert(make(2, text="hai"))])
            assert index.count() == 1
        index.apply([Upsert(make(2, text="hai"))])
        assert index.count() == 2


KILLED = """
import sys
from pathlib import Path
from indexing.embedded import EmbeddedIndex
from indexing import SearchDocument
def stream():
    for id_ in range(10_000):
        yield SearchDocument(id_, 1, "H61", "", "", "", None, "", "", "", (), "", "", "", 1, 1, "chữ " * 50)
        if id_ == 2_000:
            print("half", flush=True)
            sys.stdin.read()
EmbeddedIndex(Path(sys.argv[1])).rebuild(stream())
"""


def test_a_rebuild_killed_half_way_leaves_the_old_index_and_no_lock(folder: Path, make: Make) -> None:
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", KILLED, str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env) as builder:
        assert builder.stdout is not None
        assert builder.stdout.readline() == "half\n"
        with EmbeddedIndex(folder, lock_seconds=0.1) as index, pytest.raises(ServiceError, match="another process"):
            index.apply([Upsert(make(2, text="hai"))])
        builder.send_signal(signal.SIGKILL)
    with EmbeddedIndex(folder, lock_seconds=5) as index:
        assert index.count() == 1
        index.apply([Upsert(make(2, text="hai"))])
        assert index.rebuild([make(3, text="ba")]) == 1
    assert [path.name for path in folder.glob("v*")] == [current(folder).name]


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path, make: Make) -> None:
    (tmp_path / "file").write_text("")
    with open_index("embedded:", "sohoa", tmp_path / "file") as index, pytest.raises(ServiceError, match="file"):
        index.rebuild([make(1)])


FULL = """
import random, resource, sys
from pathlib import Path
from core.errors import ServiceError
from indexing.embedded import EmbeddedIndex
from indexing import SearchDocument, Upsert
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
many = [" ".join(f"{random.getrandbits(64):x}" for _ in range(2_000)) for _ in range(20)]
docs = [SearchDocument(n, 1, "H", "", "", "", None, "", "", "", (), "", "", "", 1, 1, t) for n, t in enumerate(many, 2)]
index = EmbeddedIndex(Path(sys.argv[1]))
for call in (lambda: index.apply([Upsert(d) for d in docs]), lambda: index.rebuild(docs)):
    try:
        call()
    except ServiceError as error:
        print(error)
"""


def test_where_there_is_no_room_the_old_index_stays(folder: Path, make: Make) -> None:
    env = {**os.environ, "PYTHONPATH": str(ROOT), "RUST_BACKTRACE": "0"}
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(folder)], capture_output=True, text=True, env=env, check=True
    )
    assert [line.count("free some space") for line in done.stdout.splitlines()] == [1, 1]
    with EmbeddedIndex(folder) as index:
        assert index.count() == 1
        index.apply([Upsert(make(2, text="hai"))])
        assert [hit.id for hit in index.search(Query("hai")).hits] == [2]


MEMORY = """
import re, sys
from pathlib import Path
from indexing.embedded import EmbeddedIndex
from indexing import Query, SearchDocument
def stream():
    for id_ in range(1_000):
        words = " ".join(f"chữ{(id_ * 31 + n * n) % 50_000:x} nước" for n in range(600))
        yield SearchDocument(id_, 1, "H61", f"{id_}/QĐ", "", "", None, "", "", "", (), "", "", "", 1, 1, words)
with EmbeddedIndex(Path(sys.argv[1])) as index:
    index.rebuild(stream())
    assert index.search(Query("12/QĐ")).hits[0].id == 12
# not getrusage: its mark is handed down through exec, and would be that of the whole test run
print(int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) // 1024)
"""


def test_rebuilding_takes_bounded_memory(tmp_path: Path) -> None:
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", MEMORY, str(tmp_path / "i")], capture_output=True, text=True, env=env, check=True
    )
    assert int(done.stdout) <= 400


@pytest.mark.parametrize("text", ["", "một"])
@pytest.mark.parametrize("behind", ["2", "1000000000000", "9" * 5_000, "-1", "", "x"])
def test_a_cursor_beyond_the_last_hit_is_refused_before_room_is_made_for_it(
    folder: Path, text: str, behind: str
) -> None:
    query = Query(text, limit=1)
    with EmbeddedIndex(folder) as index:
        assert index.search(replace(query, cursor=Cursor(Step.WHOLE, False, 1.0, 1, "1").written(query))).hits == ()
        forged = Cursor(Step.WHOLE, False, 1.0, 1, behind).written(query)
        with pytest.raises(UsageError, match="another search"):
            index.search(replace(query, cursor=forged))
