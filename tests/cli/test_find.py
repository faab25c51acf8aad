"""Search, show, export and status: their JSON is a contract."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from cli.find import parse_day
from core.errors import UsageError
from tests.cli.support import Sohoa

RESULT_KEYS = ["id", "number", "document_type", "issuer", "issue_date", "holder", "unit", "source", "pages", "score"]


def test_search_prints_the_contract(ready: Sohoa) -> None:
    run = ready("search", "nguyen thi hoa", "--json")
    assert run.code == 0
    assert list(run.json) == ["total", "results"]
    assert run.json["total"] == 1
    [result] = run.json["results"]
    assert list(result) == RESULT_KEYS
    assert (result["id"], result["number"], result["issue_date"]) == ("1", "577/GPXD", "2019-03-05")
    assert result["pages"] == [1, 2]


@pytest.mark.parametrize(
    ("filters", "ids"),
    [
        (["--unit", "H61.12"], {"1", "2"}),
        (["--unit", "H61.12.3"], {"2"}),
        (["--type", "giay khai sinh"], {"2"}),
        (["--sector", "Xây dựng"], {"1"}),
        (["--from", "2019", "--to", "2019"], {"1"}),
        (["--from", "2019-03-06"], {"2"}),
        (["--to", "05/03/2019"], {"1"}),
        (["--limit", "1"], {"2"}),
    ],
)
def test_filters_hold(ready: Sohoa, filters: list[str], ids: set[str]) -> None:
    assert {result["id"] for result in ready("search", "", *filters, "--json").json["results"]} == ids


def test_nothing_found_is_no_error(ready: Sohoa) -> None:
    assert ready("search", "khongcogi", "--json").json == {"total": 0, "results": []}
    run = ready("search", "khongcogi")
    assert (run.code, run.out) == (0, "")
    assert "Nothing found" in run.err


@pytest.mark.parametrize(
    "call",
    [
        ["search", "x", "--unit", "H99"],
        ["search", "x", "--from", "yesterday"],
        ["search", "x", "--limit", "0"],
        ["search"],
        ["no-such-command"],
        ["show"],
    ],
)
def test_wrong_calls_end_with_2(ready: Sohoa, call: list[str]) -> None:
    run = ready(*call)
    assert (run.code, run.out) == (2, "")
    assert "Traceback" not in run.err


def test_an_unknown_unit_is_told_with_the_remedy(ready: Sohoa) -> None:
    run = ready("search", "x", "--unit", "H99")
    assert "sohoa units" in run.err
    assert len(run.err.splitlines()) == 1


@pytest.mark.parametrize("id_", ["999", "0", "-- -1", "abc", "1 OR 1=1", "９", "9" * 30])
def test_a_result_that_is_not_there_ends_with_6(ready: Sohoa, id_: str) -> None:
    run = ready("show", *id_.split(maxsplit=1)) if id_.startswith("--") else ready("show", id_)
    assert (run.code, run.out) == (6, "")
    assert len(run.err.splitlines()) == 1


def test_show_prints_the_contract(ready: Sohoa) -> None:
    shown = ready("show", "1", "--json").json
    assert shown["fields"]["holder"] == "Nguyễn Thị Hòa"
    assert shown["confidence"]["holder"] == 0.97
    assert shown["evidence"]["holder"]["page"] == 1
    assert shown["evidence"]["holder"]["box"] == [300, 400, 900, 460]
    assert shown["review"] == ["number", "signer"]
    assert "Nguyễn Thị Hòa" in shown["text"]
    assert [event["kind"] for event in shown["events"]][-2:] == ["result.recorded", "scan.finished"]
    for name in ("original", "archive", "words"):
        assert shown[name]["key"].endswith(shown[name]["sha256"])


def test_people_get_labels_and_local_dates(ready: Sohoa) -> None:
    run = ready("show", "1", LC_ALL="vi_VN.UTF-8")
    assert "Người được cấp\tNguyễn Thị Hòa\t97%" in run.out
    assert "\x1b" not in run.out


def told(sohoa: Sohoa) -> list[object]:
    """What the events say of exports."""
    with closing(sqlite3.connect(sohoa.home / "catalog.sqlite3")) as rows:
        found = rows.execute("SELECT data FROM catalog_event WHERE kind = 'export.made' ORDER BY id").fetchall()
    return [json.loads(data) for (data,) in found]


def test_export_writes_four_files_and_repeating_it_changes_nothing(ready: Sohoa, tmp_path: Path) -> None:
    before = told(ready)
    first = ready("export", "1", "2", "1", "--to", tmp_path / "out")
    assert first.code == 0
    assert told(ready)[len(before) :] == [{"rows": 1, "what": "results"}] * 2, "one for each unit"
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == [
        "1-577-gpxd.alto.xml",
        "1-577-gpxd.json",
        "1-577-gpxd.original.pdf",
        "1-577-gpxd.pdf",
        "2.alto.xml",
        "2.json",
        "2.original.pdf",
        "2.pdf",
    ]
    assert json.loads((tmp_path / "out" / "1-577-gpxd.json").read_text("utf-8"))["files"] == {
        "archive": names[3],
        "original": names[2],
        "words": names[0],
    }
    times = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").iterdir()}
    second = ready("export", "1", "2", "--to", tmp_path / "out")
    assert second.out.count("was there already") == 8
    assert times == {path: path.stat().st_mtime_ns for path in (tmp_path / "out").iterdir()}


def test_export_never_writes_over_another_file(ready: Sohoa, tmp_path: Path) -> None:
    (tmp_path / "1-577-gpxd.pdf").write_text("mine")
    run = ready("export", "1", "--to", tmp_path)
    assert run.code == 2
    assert (tmp_path / "1-577-gpxd.pdf").read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["1-577-gpxd.pdf"]


def test_export_with_one_unknown_id_writes_nothing(ready: Sohoa, tmp_path: Path) -> None:
    assert ready("export", "1", "999", "--to", tmp_path / "out").code == 6
    assert not (tmp_path / "out").exists()


def test_status_prints_the_contract(ready: Sohoa) -> None:
    numbers = ready("status", "--json").json
    assert {name: numbers[name] for name in ("files", "documents", "pages", "in_review", "pending")} == {
        "files": 2,
        "documents": 2,
        "pages": 3,
        "in_review": 1,
        "pending": 0,
    }
    assert set(numbers) >= {"refused", "failed", "indexed"}


def test_a_batch_name_that_two_units_use_asks_for_the_unit(ready: Sohoa) -> None:
    assert ready("status", "thùng 1").code == 2
    assert ready("status", "thùng 1", "--unit", "H61.12", "--json").json["documents"] == 1
    assert ready("status", "thùng 9").code == 6


def test_a_reader_that_leaves_early_is_no_fault(ready: Sohoa) -> None:
    with ready.start("show", "1", "--json") as process:
        assert process.stdout
        process.stdout.close()
        assert process.stderr
        err = process.stderr.read()
    assert err == ""


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2019", "2019-01-01", "2019-12-31"),
        ("2019-03-05", "2019-03-05", "2019-03-05"),
        ("5/3/2019", "2019-03-05", "2019-03-05"),
        (" 05.03.2019 ", "2019-03-05", "2019-03-05"),
    ],
)
def test_days_are_understood_as_people_write_them(text: str, first: str, last: str) -> None:
    assert str(parse_day(text, last=False)) == first
    assert str(parse_day(text, last=True)) == last


@pytest.mark.parametrize("text", ["", "31/02/2019", "2019-13-01", "0000", "mai"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        parse_day(text, last=False)
