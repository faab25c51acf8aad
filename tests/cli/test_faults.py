"""What people see when things go wrong, and what never reaches their terminal."""

from __future__ import annotations

import errno
import json
import stat
import time
from pathlib import Path

import pytest

from cli.faults import guarded
from cli.terminal import one_line, safe, to_json
from core.errors import NotFoundError, ServiceError, StorageError
from tests.cli.support import Sohoa


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ServiceError("search is away: start it"), 4),
        (StorageError("no room"), 5),
        (NotFoundError("no such result"), 6),
        (OSError(errno.ENOSPC, "No space left on device", "/somewhere"), 5),
        (PermissionError(errno.EACCES, "Permission denied", "/somewhere"), 2),
        (KeyboardInterrupt(), 130),
    ],
)
def test_known_errors_end_with_their_code_and_one_line(
    error: BaseException, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    def work() -> None:
        raise error

    assert guarded(work) == code
    said = capsys.readouterr()
    assert said.out == ""
    assert len(said.err.splitlines()) == (0 if code == 130 else 1)


def test_the_unexpected_is_logged_for_its_owner_alone(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def work() -> None:
        raise RuntimeError("boom")

    assert guarded(work) == 1
    [log] = (home / "logs").iterdir()
    assert str(log) in capsys.readouterr().err
    assert "boom" in log.read_text()
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_a_home_that_cannot_be_written_does_not_hide_the_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("SOHOA_HOME", str(tmp_path / "file"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def work() -> None:
        raise RuntimeError("boom")

    assert guarded(work) == 1
    assert str(tmp_path / "error-") in capsys.readouterr().err


def test_an_unknown_setting_is_refused(sohoa: Sohoa) -> None:
    run = sohoa("init", SOHOA_JOBBS="3")
    assert run.code == 2
    assert "SOHOA_JOBBS" in run.err


def test_documents_cannot_steer_the_terminal() -> None:
    hostile = "a\x1b[2Jb\x9b31mc\u202edcba\x07\r\x00"
    assert not any(ord(c) < 32 or 127 <= ord(c) < 160 or c == "\u202e" for c in safe(hostile))
    assert one_line("a\nb\tc") == "a b c"
    written = to_json({"text": hostile})
    assert "\x9b" not in written
    assert "\u202e" not in written
    assert json.loads(written) == {"text": hostile}


def test_help_comes_at_once(sohoa: Sohoa) -> None:
    """No OpenCV, Django or Prefect for a page of help (0.5 s, here with room for a busy machine)."""
    times = []
    for _attempt in range(3):
        started = time.monotonic()
        assert sohoa("--help").code == 0
        times.append(time.monotonic() - started)
    assert min(times) < 1.0


def test_help_loads_nothing_heavy(sohoa: Sohoa) -> None:
    run = sohoa("--help", PYTHONPROFILEIMPORTTIME="1")
    loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in run.err.splitlines()}
    assert "typer" in loaded
    assert not loaded & {"cv2", "django", "numpy", "pikepdf", "prefect", "pydantic", "tantivy"}


@pytest.mark.parametrize("language", ["vi_VN.UTF-8", "vi"])
def test_people_are_spoken_to_in_their_language(sohoa: Sohoa, language: str) -> None:
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        assert "Chỉ mục" not in sohoa("--help").out
        assert "Lập lại chỉ mục tìm kiếm" in sohoa("--help", **{variable: language}).out


def test_a_locale_without_vietnamese_letters_does_not_stop_the_command(ready: Sohoa) -> None:
    run = ready("search", "hoa", LC_ALL="C", PYTHONUTF8="0", PYTHONIOENCODING="ascii")
    assert run.code == 0
    assert "Nguyễn Thị Hòa" in run.out
