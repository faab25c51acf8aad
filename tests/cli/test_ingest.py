"""Ingest and extract on real scans, good and bad."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import shutil
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from core.text import fold
from pipeline.records import SplitRule
from tests.cli.support import Run, Sohoa


@pytest.fixture(scope="module")
def taken_in(
    tmp_path_factory: pytest.TempPathFactory, samples: Path, new_home: Path
) -> tuple[Sohoa, list[Path], list[Run]]:
    """A home into which two scans, an empty file and a text were taken, twice."""
    folder = tmp_path_factory.mktemp("ingest")
    sohoa = Sohoa(folder / "home")
    shutil.copytree(new_home, sohoa.home)
    sohoa("units", "add", "H61", "Đơn vị mẫu")
    scans = folder / "scans"
    scans.mkdir()
    for name in ("dev-009.pdf", "dev-052.jpg"):
        shutil.copy(samples / "docs" / name, scans / name)
    (scans / "empty.pdf").write_bytes(b"")
    (scans / "text\n\x1b[31m.pdf").write_text("not a scan")
    runs = [sohoa("ingest", scans, "--unit", "H61", "--batch", "thùng 1", "--json") for _ in range(2)]
    return sohoa, sorted(scans.iterdir()), runs


def test_good_files_are_taken_in_and_bad_ones_named_with_their_reasons(
    taken_in: tuple[Sohoa, list[Path], list[Run]],
) -> None:
    _sohoa, _scans, [first, _second] = taken_in
    assert first.code == 3
    summary = first.json
    assert (summary["new"], summary["documents"], summary["indexed"], summary["pending"]) == (2, 2, 2, 0)
    assert {refusal["reason"] for refusal in summary["refused"]} == {"empty", "unknown-type"}
    assert "\x1b" not in first.out + first.err
    assert all(len(refusal["message"].splitlines()) == 1 for refusal in summary["refused"])


def test_a_second_run_changes_nothing_and_says_so(taken_in: tuple[Sohoa, list[Path], list[Run]]) -> None:
    sohoa, scans, [_first, second] = taken_in
    assert second.json["changed"] is False
    assert second.json["already"] == 2
    third = sohoa("ingest", scans[0], "--unit", "H61", "--batch", "thùng 1", LC_ALL="vi_VN.UTF-8")
    assert third.code == 0
    assert "Không có gì để làm" in third.out


def test_what_was_taken_in_is_found_without_accents(taken_in: tuple[Sohoa, list[Path], list[Run]]) -> None:
    sohoa = taken_in[0]
    [result] = sohoa("search", "tran van phuoc", "--json").json["results"]
    assert result["source"] == "dev-009.pdf"
    numbers = sohoa("status", "thùng 1", "--json").json
    assert (numbers["files"], numbers["documents"], numbers["refused"]) == (2, 2, 2)


def test_reindex_finds_the_same(taken_in: tuple[Sohoa, list[Path], list[Run]]) -> None:
    sohoa = taken_in[0]
    shutil.rmtree(sohoa.home / "index")
    assert sohoa("search", "phuoc").code == 4
    assert sohoa("reindex").code == 0
    assert sohoa("search", "phuoc", "--json").json["total"] == 1


@pytest.mark.parametrize(
    ("call", "wanted"),
    [
        (["nothing-here.pdf", "--unit", "H61"], "does not exist"),
        ([".", "--unit", "H99"], "sohoa units add"),
        ([".", "--unit", "H61", "--split", "never"], "--split"),
        (["."], "--unit"),
    ],
)
def test_wrong_calls_end_with_2_before_any_work(
    taken_in: tuple[Sohoa, list[Path], list[Run]], tmp_path: Path, call: list[str], wanted: str
) -> None:
    sohoa = taken_in[0]
    with sohoa.start("ingest", *call, cwd=tmp_path) as process:
        out, err = process.communicate(timeout=120)
    assert (process.returncode, out) == (2, "")
    assert wanted in err
    assert "Traceback" not in err


def test_an_interrupted_run_says_how_to_go_on(taken_in: tuple[Sohoa, list[Path], list[Run]], samples: Path) -> None:
    sohoa = taken_in[0]
    with sohoa.start("ingest", samples / "batches", "--unit", "H61") as process:
        assert process.stderr
        assert process.stderr.readline()  # the first stage has begun
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=120)
    assert process.returncode == 130
    assert out == ""
    assert "run the same command again" in err
    assert "Traceback" not in err


def test_extract_writes_a_line_a_document_and_stores_nothing(sohoa: Sohoa, samples: Path, tmp_path: Path) -> None:
    to = tmp_path / "out.jsonl"
    run = sohoa("extract", samples / "docs" / "dev-009.pdf", "--jsonl", to)
    assert (run.code, run.out) == (0, "")
    [line] = map(json.loads, to.read_text("utf-8").splitlines())
    assert line["id"] == "dev-009"
    assert set(line) >= {"text", "fields", "review", "confidence", "evidence"}
    assert fold(line["fields"]["holder"]) == "tran van phuoc"
    assert set(line["evidence"]["holder"]) == {"page", "box", "text"}
    assert not (sohoa.home / "catalog.sqlite3").exists()
    assert not (sohoa.home / "objects").exists()
    assert stat.S_IMODE(to.stat().st_mode) & 0o400


def test_on_a_terminal_a_bar_tells_the_pace(sohoa: Sohoa, samples: Path, tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    arguments = ["extract", samples / "docs" / "dev-009.pdf", "--jsonl", tmp_path / "out.jsonl"]
    with sohoa.start(*arguments, env={"LANG": "vi_VN.UTF-8", "TERM": "xterm"}, stderr=theirs) as process:
        os.close(theirs)
        shown = b""
        with contextlib.suppress(OSError):  # Linux says "no such device" where others say "end of file"
            while part := os.read(ours, 4096):
                shown += part
    os.close(ours)
    assert process.returncode == 0
    assert "1 trang, 1 văn bản" in shown.decode()
    assert "trang/phút" in shown.decode()


def test_one_file_that_trips_the_program_does_not_stop_the_others(sohoa: Sohoa, samples: Path, tmp_path: Path) -> None:
    """The engine fails on every page; each file is told of, and the exit code says that something is missing."""
    tool = tmp_path / "bin" / "tesseract"
    tool.parent.mkdir()
    real = shutil.which("tesseract")
    tool.write_text(f"#!/bin/sh\ncase $1 in --version|--list-langs) exec {real} $1;; esac\nkill -9 $$\n")
    tool.chmod(0o755)
    docs = [samples / "docs" / name for name in ("dev-009.pdf", "dev-052.jpg")]
    path = f"{tool.parent}:{os.environ['PATH']}"
    run = sohoa("extract", *docs, "--jsonl", tmp_path / "out.jsonl", PATH=path, SOHOA_ENGINE="tesseract")
    assert run.code == 3
    assert "Traceback" not in run.err
    assert all(any(line.startswith(f"failed: {doc}: ") for line in run.err.splitlines()) for doc in docs)
    assert (tmp_path / "out.jsonl").read_text() == ""


def test_documents_of_one_file_are_numbered(sohoa: Sohoa, samples: Path, tmp_path: Path) -> None:
    to = tmp_path / "out.jsonl"
    assert sohoa("extract", samples / "batches", "--jsonl", to).code == 0
    ids = [json.loads(line)["id"] for line in to.read_text("utf-8").splitlines()]
    assert ids[:2] == ["sample-batch", "sample-batch#2"]
    assert len(ids) == len(set(ids)) == 4


def test_extract_names_what_it_refused_and_goes_on(sohoa: Sohoa, samples: Path, tmp_path: Path) -> None:
    folder = tmp_path / "scans"
    folder.mkdir()
    (folder / "a.pdf").write_bytes(b"%PDF-1.7\nbroken")
    shutil.copy(samples / "docs" / "dev-052.jpg", folder / "b.jpg")
    (folder / "link").symlink_to("/")
    to = tmp_path / "out.jsonl"
    run = sohoa("extract", folder, "--jsonl", to, LC_ALL="vi_VN.UTF-8")
    assert run.code == 3
    assert [json.loads(line)["id"] for line in to.read_text("utf-8").splitlines()] == ["b"]
    assert f"{folder / 'link'}: đây là liên kết" in run.err
    assert f"từ chối: {folder / 'a.pdf'}" in run.err


def test_a_name_of_odd_bytes_is_made_readable(sohoa: Sohoa, samples: Path, tmp_path: Path) -> None:
    shutil.copy(samples / "docs" / "dev-052.jpg", os.fsencode(tmp_path) + b"/odd\xff\n\xe2\x80\xae.jpg")
    assert sohoa("extract", tmp_path, "--jsonl", tmp_path / "out.jsonl").code == 0
    line = json.loads((tmp_path / "out.jsonl").read_bytes().decode("utf-8"))
    assert (line["id"], line["file"]) == ("odd���", "odd���.jpg")


def test_extract_leaves_an_older_file_alone_when_it_cannot_finish(sohoa: Sohoa, samples: Path, tmp_path: Path) -> None:
    to = tmp_path / "out.jsonl"
    to.write_text("older")
    with sohoa.start("extract", samples / "batches", "--jsonl", to) as process:
        assert process.stderr
        assert process.stderr.readline()
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=120)
    assert process.returncode == 130
    assert to.read_text() == "older"
    assert not (sohoa.home / "logs").exists()
    assert [path.name for path in tmp_path.iterdir() if "out" in path.name] == ["out.jsonl"]


def test_extract_to_a_place_that_is_none_is_a_wrong_call(sohoa: Sohoa, samples: Path, tmp_path: Path) -> None:
    run = sohoa("extract", samples / "docs" / "dev-009.pdf", "--jsonl", tmp_path / "no" / "out.jsonl")
    assert run.code == 2
    assert "choose another file" in run.err


def test_the_words_of_the_option_are_those_of_the_rule() -> None:
    from typing import get_args

    from cli.paths import SplitName

    assert set(get_args(SplitName)) == {rule.value for rule in SplitRule}


WITHOUT_RIGHTS = (
    "setpriv",
    "--inh-caps=-dac_override,-dac_read_search",
    "--bounding-set=-dac_override,-dac_read_search",
)
"""Takes from root the right to read everything."""


def test_a_path_that_may_not_be_read_is_refused_and_the_others_go_on(
    with_unit: Sohoa, samples: Path, tmp_path: Path
) -> None:
    locked, good = tmp_path / "locked", tmp_path / "good.pdf"
    locked.mkdir()
    shutil.copy(samples / "docs" / "dev-050.pdf", good)
    locked.chmod(0)
    before = WITHOUT_RIGHTS if os.geteuid() == 0 else ()
    call = [*before, sys.executable, "-m", "cli", "ingest", str(locked), str(good), "--unit", "H61", "--json"]
    done = subprocess.run(call, env=with_unit.env, capture_output=True, text=True, timeout=240, check=False)
    locked.chmod(0o700)
    assert done.returncode == 3, done.stderr
    summary = json.loads(done.stdout)
    assert [refusal["reason"] for refusal in summary["refused"]] == ["unreadable"]
    assert summary["documents"] == 1


def test_namesakes_are_told_apart_and_each_refusal_is_told_once(with_unit: Sohoa, tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "1.pdf").touch()
    for language, said in (("C.UTF-8", "it is empty"), ("vi_VN.UTF-8", "tệp rỗng")):
        run = with_unit("ingest", tmp_path / "a", tmp_path / "b", "--unit", "H61", LC_ALL=language)
        lines = [line for line in run.err.splitlines() if "1.pdf" in line]
        assert run.code == 3
        assert [f"{folder}/1.pdf: {said}" in line for folder, line in zip("ab", lines, strict=True)] == [True, True]


def test_a_folder_without_files_is_said_to_be_one(with_unit: Sohoa, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    run = with_unit("ingest", tmp_path / "empty", "--unit", "H61")
    assert run.code == 0 and "No files found" in run.out
