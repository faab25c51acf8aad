"""A page is read however it lies, and an engine that fails costs one page and says so."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import cv2
import pytest

from core.text import fold_words
from ocr import EngineError, OcrSettings, PageImageError, Reading, read_page
from ocr.geometry import turn
from tests.ocr.pictures import DPI, LINES, blank, printed, saved

WANTED = fold_words(" ".join(LINES)).split()


def read(path: Path, work: Path, **settings: float) -> Reading:
    return read_page(path, page=1, dpi=DPI, work=work, settings=OcrSettings(**settings))  # type: ignore[arg-type]


def read_by_program(path: Path, work: Path, timeout: float = 60.0) -> Reading:
    return read_page(path, page=1, dpi=DPI, work=work, settings=OcrSettings(engine="tesseract", timeout=timeout))


def found(reading: Reading) -> float:
    """Share of the printed words that were read."""
    words = fold_words(reading.text).split()
    return sum(w in words for w in WANTED) / len(WANTED)


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_a_page_is_read_whichever_way_up_it_lies(turned: int, tmp_path: Path) -> None:
    page = saved(turn(printed(), turned), tmp_path)
    reading = read(page, tmp_path)
    assert found(reading) > 0.95
    assert reading.rotation == (360 - turned) % 360
    assert (reading.width, reading.height) == (1654, 2339)


def test_words_lie_where_they_are_printed(tmp_path: Path) -> None:
    reading = read(saved(printed(), tmp_path), tmp_path)
    line = next(line for line in reading.lines if "chứng nhận" in line.text)
    assert line.box.left == pytest.approx(220, abs=8)
    assert line.box.top == pytest.approx(250 + 140 + 4, abs=12)


def test_an_empty_page_has_no_words(tmp_path: Path) -> None:
    reading = read(saved(blank(), tmp_path), tmp_path)
    assert reading.words == () and reading.text == ""
    assert reading.engine.name == "tesserocr" and reading.engine.data == "vie"


def test_a_picture_that_is_none_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "page.png"
    broken.write_bytes(b"no picture")
    with pytest.raises(PageImageError, match="cannot be decoded"):
        read(broken, tmp_path)


def put_in_place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str) -> None:
    """A program that says it is Tesseract, and runs `script` when it is to read a page."""
    program = tmp_path / "tesseract"
    program.write_text(
        "#!/bin/sh\n"
        "case $1 in --version) echo tesseract 5.3.0; exit;; --list-langs) echo List; echo vie; exit;; esac\n"
        f"{script}\n"
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr("pytesseract.pytesseract.tesseract_cmd", str(program))


FAULTS = {
    "killed": "kill -9 $$",
    "failing": "echo 'Error during processing.' >&2; exit 1",
    "hanging": "exec sleep 60",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_program_that_fails_is_an_error_of_one_page(
    fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_in_place(monkeypatch, tmp_path, FAULTS[fault])
    with pytest.raises(EngineError, match="tesseract failed on 000001_clean"):
        read_by_program(saved(printed(), tmp_path), tmp_path, timeout=2.0)


def test_a_program_that_writes_broken_text_does_no_harm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    row = "5\\t1\\t1\\t1\\t1\\t1\\t10\\t10\\t50\\t20\\t96\\tb\\377d\\n5\\t1\\t1\\tx\\n"
    script = f"for a; do case $a in */tess_*) out=$a;; esac; done\nprintf 'head\\n{row}' > $out.tsv"
    put_in_place(monkeypatch, tmp_path, script)
    reading = read_by_program(saved(printed(), tmp_path), tmp_path)
    assert [w.text for w in reading.words][:1] == ["b\ufffdd"]


def test_pages_do_not_leave_threads_to_the_engine() -> None:
    assert os.environ["OMP_THREAD_LIMIT"] == "1"


def test_a_line_beside_a_seal_that_the_layout_drops_is_read(tmp_path: Path) -> None:
    """The second look reads ink that no word covers."""
    page = printed()
    from tests.ocr.pictures import BLACK, RED, text_on

    cv2.circle(page, (1150, 1250), 140, RED, 6)
    page = text_on(page, "CHỦ TỊCH", (1080, 1090), BLACK, 34)
    page = text_on(page, "Huỳnh Công Bình", (1020, 1370), BLACK, 34)
    reading = read(saved(page, tmp_path), tmp_path)
    assert "huynh cong binh" in fold_words(reading.text)
