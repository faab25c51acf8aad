"""Reports on the command line: shown, given out, written, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cli.main import app
from core.errors import UsageError
from tests.quotas import province


@pytest.fixture
def run(database: str) -> Any:
    province.build(60)

    def run(*words: str) -> str:
        told = CliRunner().invoke(app, ["reports", *words])
        if told.exception:
            raise told.exception
        return told.output

    return run


def test_a_report_is_given_out_and_written_and_flags_are_too(run: Any, tmp_path: Path) -> None:
    issued = json.loads(run("issue", "H61", "2025", "--json"))
    assert json.loads(run("list", "--json"))[0]["digest"] == issued["digest"]
    assert json.loads(run("show", "H61", "2025", "--json"))["units"][0]["all"] == issued["report"]["units"][0]["all"]
    for ending, start in (("xlsx", b"PK"), ("pdf", b"%PDF"), ("json", b"{")):
        file = tmp_path / f"bao cao.{ending}"
        run("export", str(file), "--report", str(issued["id"]))
        assert file.read_bytes().startswith(start)
        with pytest.raises(UsageError):
            run("export", str(file), "--report", str(issued["id"]))
    flags = tmp_path / "co.jsonl"
    run("export", str(flags), "--unit", "H61", "--period", "2025")
    assert json.loads(flags.read_text("utf-8").splitlines()[0])["MaHoSo"]
    with pytest.raises(UsageError):
        run("mail")
