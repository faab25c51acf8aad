"""Setting up, units and doctor."""

from __future__ import annotations

import stat

import pytest

from tests.cli.support import Sohoa


def test_init_says_what_it_did_and_may_be_repeated(sohoa: Sohoa) -> None:
    first, second = sohoa("init"), sohoa("init")
    assert (first.code, second.code) == (0, 0)
    assert "made:" in first.out
    assert "made:" not in second.out
    assert "results in it: 0" in second.out


def test_a_home_is_for_its_owner_alone(sohoa: Sohoa) -> None:
    sohoa.home.rmdir()
    assert sohoa("init").code == 0
    assert stat.S_IMODE(sohoa.home.stat().st_mode) == 0o700


def test_a_home_that_cannot_be_made_is_told_with_the_remedy(sohoa: Sohoa) -> None:
    run = sohoa("init", SOHOA_HOME="/dev/null/home")
    assert run.code == 2
    assert "set SOHOA_HOME to a folder" in run.err


def test_several_may_set_up_the_same_home_at_once(sohoa: Sohoa) -> None:
    started = [sohoa.start("init") for _ in range(3)]
    ended = [(process.communicate(timeout=120), process.returncode) for process in started]
    assert [code for _said, code in ended] == [0, 0, 0], ended
    assert sohoa("doctor").code == 0


@pytest.mark.parametrize(
    "call", [["units", "list"], ["search", "x"], ["show", "1"], ["status"], ["ingest", ".", "--unit", "X"]]
)
def test_before_init_every_command_says_to_run_it(sohoa: Sohoa, call: list[str]) -> None:
    run = sohoa(*call)
    assert run.code == 4
    assert run.out == ""
    assert "sohoa init" in run.err
    assert len(run.err.splitlines()) == 1


def test_units_are_shown_as_a_tree_with_their_names_as_they_are(sohoa: Sohoa) -> None:
    sohoa("init")
    for call in (["H61", "Tỉnh Đồng Tháp"], ["H61.2", "Sở Y tế", "--parent", "H61"], ["A1", "Xã Ô Môn"]):
        assert sohoa("units", "add", *call).code == 0
    listed = sohoa("units", "list").out.splitlines()
    assert listed == ["Code\tName", "A1\tXã Ô Môn", "H61\tTỉnh Đồng Tháp", "H61.2\tSở Y tế"]
    rows = sohoa("units", "list", "--json").json
    assert [(row["code"], row["parent"]) for row in rows] == [("A1", None), ("H61", None), ("H61.2", "H61")]


def test_a_unit_below_an_unknown_one_is_a_wrong_call(sohoa: Sohoa) -> None:
    sohoa("init")
    run = sohoa("units", "add", "H61.2", "Sở Y tế", "--parent", "H99")
    assert run.code == 2
    assert "H99" in run.err


def test_doctor_is_content_with_a_home_that_is_set_up(ready: Sohoa) -> None:
    run = ready("doctor", "--json")
    assert run.code == 0
    assert run.json["ok"] is True
    names = [check["name"] for check in run.json["checks"]]
    assert names == [
        "python",
        "tesseract",
        "pdf",
        "disk",
        "database",
        "storage",
        "search",
        "prefect",
        "viruses",
        "backup",
    ]


def test_doctor_names_the_remedy_of_each_thing_that_is_wrong(ready: Sohoa) -> None:
    run = ready(
        "doctor",
        "--json",
        SOHOA_SEARCH_URL="http://user:secret@127.0.0.1:9",
        SOHOA_DATABASE_URL="postgresql://user:secret@127.0.0.1:9/none",
        PREFECT_API_URL="http://127.0.0.1:9/api",
    )
    assert run.code == 4
    failed = {check["name"]: check for check in run.json["checks"] if check["state"] == "fail"}
    assert set(failed) == {"database", "search", "prefect"}
    assert all(check["remedy"] for check in failed.values())
    assert "secret" not in run.out


def test_doctor_without_tesseract_says_how_to_get_it(ready: Sohoa) -> None:
    run = ready("doctor", PATH="/nonexistent", SOHOA_ENGINE="tesseract")
    assert run.code == 4
    assert "apt-get install tesseract-ocr tesseract-ocr-vie" in run.out


def test_procedures_are_listed_with_the_documents_that_they_need(sohoa: Sohoa) -> None:
    assert sohoa("init").code == 0
    assert "sohoa procedures add" in sohoa("procedures", "list").err
    land = "Giấy chứng nhận quyền sử dụng đất, quyền sở hữu nhà ở"
    call = ["procedures", "add", "1.004873", "Cấp giấy phép xây dựng", "--sector", "Xây dựng", "--type", land]
    for _twice in range(2):
        assert sohoa(*call, "--type", "Giấy khai sinh").code == 0
    (told,) = sohoa("procedures", "list", "--json").json
    assert told == {
        "code": "1.004873",
        "name": "Cấp giấy phép xây dựng",
        "sector": "Xây dựng",
        "document_types": [land, "Giấy khai sinh"],
        "yields": [],
        "validity": "",
        "returns_paper": True,
        "valid_to": None,
    }
    assert "Cấp giấy phép xây dựng" in sohoa("procedures", "list").out
    assert sohoa("procedures", "add", "a b", "x").code == 2
