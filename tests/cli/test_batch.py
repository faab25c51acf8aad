"""Batches from the command line: opened, filled, looked at, closed; sheets to print; folders watched by the server."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path

import pytest

from benchmarks.aged_pages import kinds
from pipeline.records import PageKind
from tests.cli.support import Sohoa, pages_of, served
from tests.staging.support import pdf

UNIT = "H61.12.3"


@pytest.fixture
def installed(set_up: Sohoa) -> Sohoa:
    assert set_up("units", "add", UNIT, "Ủy ban nhân dân xã Hòa Long").code == 0
    return set_up


def look(home: Path) -> None:
    """What the desk of the server does by itself."""
    from core.settings import settings
    from staging import looking
    from storage import open_store

    with pages_of(home):
        looking.work_off(threading.Event(), open_store(settings().storage), "tests")


def test_a_batch_from_opening_to_closing(installed: Sohoa, tmp_path: Path) -> None:
    (tmp_path / "slip.txt").write_text("\ufeffH61.12.3-230420-0001\n\n 12/2015 \n", encoding="utf-8")
    opened = installed("batch", "open", "thùng 1", "--unit", UNIT, "--slip", tmp_path / "slip.txt", "--box", "7")
    assert opened.code == 0 and "thùng 1" in opened.out
    again = installed("batch", "open", "thùng 1", "--unit", UNIT)
    assert again.code == 2 and "already" in again.err

    papers = tmp_path / "papers"
    papers.mkdir()
    pdf(papers / "a.pdf", "a", 2)
    (papers / "bad.pdf").write_bytes(b"nothing")
    added = installed("batch", "add", "thùng 1", papers)
    assert added.code == 3 and "bad.pdf" in added.err and "Files taken in  1" in added.out
    assert installed("batch", "add", "thùng 1", papers / "a.pdf").out.split("\n")[1].endswith("1"), "there already"

    early = installed("batch", "close", "thùng 1", "--reason", "vội")
    assert early.code == 2 and "a.pdf" in early.err and "cannot be closed yet" in early.err
    look(installed.home)
    shown = installed("batch", "show", "thùng 1", "--json").json
    assert (shown["state"], shown["box"], shown["files"], shown["progress"]["looked"]) == ("open", "7", 1, 1)
    assert {fault["kind"] for fault in shown["faults"]} == {"no_text", "wrong_documents"}
    people = installed("batch", "show", "thùng 1")
    assert "a.pdf, page 1: pages that make no document" in people.err and "thùng 1" in people.out

    refused = installed("batch", "close", "thùng 1")
    assert refused.code == 2 and "--reason" in refused.err
    assert installed("batch", "close", "thùng 1", "--reason", "trang trắng").code == 0
    [row] = installed("batch", "list", "--state", "closed", "--json").json
    assert (row["name"], row["reason"]) == ("thùng 1", "trang trắng")
    assert installed("batch", "add", "thùng 1", papers / "a.pdf").code == 2
    status = installed("status", "--json").json
    assert (status["staged"], status["batches_closed"], status["unfinished"], status["pages_left"]) == (1, 1, 0, 0)
    of_batch = installed("status", "thùng 1", "--json").json
    assert (of_batch["pages_left"], of_batch["seconds_left"]) == (shown["progress"]["pages_left"], None)
    [hoa] = status["operators_today"]
    assert (hoa["batches"], hoa["files"], hoa["pages"]) == (1, 1, 2)
    assert hoa["operator"] in installed("status").out


def test_sheets_are_written_and_found_again(installed: Sohoa, tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("H61.12.3-230420-0001\nSổ 3, số 12\n", encoding="utf-8")
    assert installed("batch", "sheets", tmp_path / "s.pdf", "--separators", "3").code == 0
    assert installed("batch", "sheets", tmp_path / "c.pdf", "--unit", UNIT, "--list", tmp_path / "list.txt").code == 0
    assert kinds(tmp_path / "s.pdf") == [PageKind.SEPARATOR] * 3
    assert kinds(tmp_path / "c.pdf") == [PageKind.COVER] * 2
    assert installed("batch", "sheets", tmp_path / "x.pdf").code == 2
    assert installed("batch", "sheets", tmp_path / "x.pdf", "--list", tmp_path / "list.txt").code == 2
    (tmp_path / "list.txt").write_bytes(b"s\xe1\x80")
    assert installed("batch", "sheets", tmp_path / "x.pdf", "--unit", UNIT, "--list", tmp_path / "list.txt").code == 2
    assert not (tmp_path / "x.pdf").exists()


def test_a_folder_that_is_none_and_an_unknown_unit_are_told(installed: Sohoa, tmp_path: Path) -> None:
    assert installed("watch", tmp_path / "nowhere", "--unit", UNIT).code == 2
    assert installed("watch", tmp_path, "--unit", "H99").code == 2


def test_the_server_watches_the_folders_of_the_settings(installed: Sohoa, tmp_path: Path) -> None:
    share = tmp_path / "share"
    share.mkdir()
    watched = [{"path": str(share), "unit": UNIT, "batch": "máy 1", "operator": "hoa"}]
    lines = ["watch_every = 0.2", "watch_settled = 0.4"]
    lines += ["[[watch]]", *(f"{name} = {json.dumps(value)}" for name, value in watched[0].items())]
    (installed.home / "sohoa.toml").write_text("\n".join(lines), encoding="utf-8")
    with served(installed):
        pdf(share / "a.pdf", "a")
        end = time.monotonic() + 90
        while not list((share / "_da-nhan").rglob("a.pdf")) and time.monotonic() < end:
            threading.Event().wait(0.2)  # the folder is all that the server tells us of it
    [row] = installed("batch", "list", "--json").json
    assert (row["name"], row["operator"], row["files"]) == ("máy 1", "hoa", 1)
