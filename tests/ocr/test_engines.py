"""Two engines behind one protocol: the same words, and a fault that costs one page and nothing more."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import psutil
import pytest

from core.text import fold_words
from ocr import EngineError, engines, read_page, tesserocr_engine
from ocr.engine import OcrEngine, variables_of
from ocr.options import OcrSettings
from ocr.program import TesseractProgram
from ocr.records import Engine
from ocr.tesserocr_engine import CHILD, TesserocrEngine
from ocr.worker import Worker
from pipeline.pages import Pages
from tests.ocr.pictures import DPI, LINES, printed
from tests.pipeline import making

WANTED = fold_words(" ".join(LINES)).split()
ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(autouse=True)
def no_others() -> None:
    """What other tests keep in this process would be counted."""
    engines.close()


@pytest.fixture
def engine() -> Iterator[TesserocrEngine]:
    made = TesserocrEngine("vie")
    yield made
    made.close()
    assert children() == []


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "000001_clean.pgm"
    assert cv2.imwrite(str(path), cv2.cvtColor(printed(), cv2.COLOR_BGR2GRAY))
    return path


def children(parent: int | None = None) -> list[psutil.Process]:
    """The processes below `parent` (by default this one) that hold an engine."""
    return [child for child in psutil.Process(parent).children() if str(CHILD) in child.cmdline()]


def words(engine: OcrEngine, page: Path, timeout: float = 60.0, layout: int = 3, extra: str = "") -> list[str]:
    return [w.text for w in engine.words(page, dpi=DPI, layout=layout, timeout=timeout, extra=extra)]


def reads_on(engine: OcrEngine, page: Path) -> bool:
    return fold_words(" ".join(words(engine, page))).split() == WANTED


def replaced_by(code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """New children greet and take their first question, and then do `code`."""
    script = tmp_path / "child.py"
    greeting = 'import os, signal, sys, time\nprint(\'{"version": "5.5.4"}\', flush=True)\nsys.stdin.readline()\n'
    script.write_text(greeting + code, encoding="utf-8")
    monkeypatch.setattr(tesserocr_engine, "CHILD", script)


def test_both_engines_read_the_same_words(engine: TesserocrEngine, page: Path) -> None:
    assert words(engine, page) == words(TesseractProgram("vie"), page)
    assert reads_on(engine, page)


@pytest.mark.parametrize("name", ["dev-009.pdf", "dev-052.jpg"])
def test_both_engines_read_real_pages_alike(name: str, engine: TesserocrEngine, samples: Path, tmp_path: Path) -> None:
    """Of the print that they are sure of, versions 5.3 and 5.5 of Tesseract see nineteen of twenty words alike.

    What a pen left on a form is not compared: neither is sure of it, and each sees something else.
    """
    scan = making.scan_of(samples / "docs" / name, tmp_path / "in")
    with Pages(scan) as pages:
        image = pages.image(1, tmp_path / "page")
    ours, theirs = (
        Counter(
            word.text
            for word in read_page(
                image.path, page=1, dpi=image.dpi, work=tmp_path, settings=OcrSettings(), engine=reader
            ).words
            if word.confidence > 0.8 and word.pen < 0.5
        )
        for reader in (engine, TesseractProgram("vie"))
    )
    assert ours.total() > 90
    assert (ours & theirs).total() >= 0.95 * max(ours.total(), theirs.total())


def test_engines_can_be_told_apart(engine: TesserocrEngine) -> None:
    ours, program = engine.identity(), TesseractProgram("vie").identity()
    assert (ours.name, program.name) == ("tesserocr", "tesseract")
    assert ours.data == program.data == "vie"
    assert ours.version.startswith("5.") and program.version.startswith("5.")


@pytest.mark.parametrize("made", [TesserocrEngine, TesseractProgram])
def test_variables_and_layout_hold_for_one_call(made: Callable[[str], OcrEngine], page: Path) -> None:
    reader = made("vie")
    before = words(reader, page)
    digits = words(reader, page, layout=6, extra="-c tessedit_char_whitelist=0123456789")
    assert digits and "".join(digits).isdigit()
    assert words(reader, page) == before
    reader.close()


def test_a_variable_that_nobody_knows_costs_one_call(engine: TesserocrEngine, page: Path) -> None:
    with pytest.raises(EngineError, match="no_such_thing"):
        words(engine, page, extra="-c no_such_thing=1")
    assert reads_on(engine, page)
    assert len(children()) == 1


@pytest.mark.parametrize("extra", ["--psm 6", "-c", "-c name", "-c a=1 b=2"])
def test_what_is_no_variable_is_refused(extra: str) -> None:
    with pytest.raises(ValueError, match="no list of variables"):
        variables_of(extra)


def test_one_process_serves_many_pages(engine: TesserocrEngine, page: Path) -> None:
    words(engine, page)
    [first] = children()
    words(engine, page)
    assert children() == [first]


def test_a_process_that_holds_on_to_memory_is_replaced(
    engine: TesserocrEngine, page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tesserocr_engine, "_MEMORY", 1)
    words(engine, page)
    assert children() == []
    assert reads_on(engine, page)


def test_two_threads_have_a_process_each(engine: TesserocrEngine, page: Path) -> None:
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda _: words(engine, page), range(6)))
    assert found == [found[0]] * 6
    assert 1 <= len(children()) <= 2


def test_a_process_that_is_killed_in_the_middle_of_a_page_costs_that_page(
    engine: TesserocrEngine, page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.identity()
    [child] = children()
    child.suspend()  # so that it cannot answer before it is killed
    asked, wait_for_line = threading.Event(), Worker._line

    def told(worker: Worker, until: float, seconds: float) -> bytes:
        asked.set()
        return wait_for_line(worker, until, seconds)

    monkeypatch.setattr(Worker, "_line", told)
    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(words, engine, page)
        assert asked.wait(30)
        child.kill()
        with pytest.raises(EngineError, match=r"failed on 000001_clean\.pgm: it was killed by SIGKILL"):
            reading.result(30)
    assert reads_on(engine, page)


FAULTS = {
    "dies": ("os.kill(os.getpid(), signal.SIGKILL)", "killed by SIGKILL"),
    "crashes": ("os.kill(os.getpid(), signal.SIGSEGV)", "killed by SIGSEGV"),
    "leaves": ("sys.exit(3)", "ended with code 3"),
    "hangs": ("time.sleep(600)", "took more than 0.5 seconds"),
    "talks nonsense": ("print('\\udcff\\x00 nonsense', flush=True); time.sleep(600)", "not understood"),
    "answers with something else": ("print('[1, 2]', flush=True); time.sleep(600)", "not understood"),
    "stops half-way": ('sys.stdout.write(\'{"table": "5\'); sys.stdout.flush(); sys.exit()', "ended with code 0"),
    "never stops": ("while True: sys.stdout.write('x' * 65536)", "has no end|took more than"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_process_that_fails_costs_one_page(
    fault: str, engine: TesserocrEngine, page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, why = FAULTS[fault]
    with monkeypatch.context() as patched:
        replaced_by("sys.stdout.reconfigure(errors='surrogateescape')\n" + code, tmp_path, patched)
        with pytest.raises(EngineError, match=f"tesserocr failed on 000001_clean.pgm: .*{why}"):
            words(engine, page, timeout=0.5)
    assert [c for c in psutil.Process().children() if "child.py" in " ".join(c.cmdline())] == []
    assert reads_on(engine, page)


def test_a_process_that_died_while_it_waited_costs_nothing(engine: TesserocrEngine, page: Path) -> None:
    words(engine, page)
    [child] = children()
    child.kill()
    psutil.wait_procs([child], 10)
    assert reads_on(engine, page)


@pytest.mark.parametrize("content", [b"", b"P5\n3000 3000\n255\nshort", b"no picture"])
def test_an_image_that_is_none_costs_itself(content: bytes, engine: TesserocrEngine, page: Path) -> None:
    broken = page.with_name("broken.pgm")
    broken.write_bytes(content)
    with pytest.raises(EngineError, match=r"tesserocr failed on broken\.pgm"):
        words(engine, broken)
    assert reads_on(engine, page)


@pytest.mark.parametrize("made", [TesserocrEngine, TesseractProgram])
def test_language_data_that_are_missing_are_named_with_the_remedy(made: Callable[[str], OcrEngine]) -> None:
    with pytest.raises(EngineError, match=r"'xyz'.*apt-get install tesseract-ocr tesseract-ocr-vie"):
        made("xyz").identity()


def test_data_are_looked_for_where_the_environment_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TESSDATA_PREFIX", str(tmp_path))
    with pytest.raises(EngineError, match=f"'vie'.*{tmp_path}"):
        TesserocrEngine("vie").identity()


def test_data_that_are_broken_are_an_error_and_not_a_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "vie.traineddata").write_bytes(b"no data")
    monkeypatch.setenv("TESSDATA_PREFIX", str(tmp_path))
    with pytest.raises(EngineError, match=r"does not start.*SOHOA_ENGINE=tesseract"):
        TesserocrEngine("vie").identity()


@pytest.fixture
def no_engines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "_made", {})


@pytest.mark.usefixtures("no_engines")
def test_the_library_reads_where_it_works() -> None:
    assert engines.engine_for(OcrSettings()).identity().name == "tesserocr"
    assert engines.engine_for(OcrSettings(engine="tesseract")).identity().name == "tesseract"
    engines.close()


@pytest.mark.usefixtures("no_engines")
def test_the_program_reads_where_the_library_is_missing_or_does_not_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "child.py").write_text("raise ImportError('built for another machine')", encoding="utf-8")
    monkeypatch.setattr(tesserocr_engine, "CHILD", tmp_path / "child.py")
    assert engines.engine_for(OcrSettings()).identity().name == "tesseract"
    with pytest.raises(EngineError, match="tesserocr does not start"):
        engines.engine_for(OcrSettings(engine="tesserocr")).identity()
    monkeypatch.setattr(engines, "_made", {})
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert engines.engine_for(OcrSettings()).identity().name == "tesseract"


PARENT = """
import sys
from pathlib import Path
from ocr.options import OcrSettings
from ocr.engines import engine_for
engine = engine_for(OcrSettings(engine="tesserocr"))
engine.identity()
print("ready", flush=True)
while True:
    engine.words(Path(sys.argv[1]), dpi=200, layout=3, timeout=60)
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_no_process_outlives_the_one_that_started_it(how: signal.Signals, page: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, str(page)], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as parent:
        assert parent.stdout is not None and parent.stdout.readline() == b"ready\n"
        orphans = children(parent.pid)
        assert len(orphans) == 1
        parent.send_signal(how)
        parent.wait(30)
    gone, alive = psutil.wait_procs(orphans, timeout=30)
    assert gone and not alive


def test_an_identity_is_a_record_of_its_own() -> None:
    assert Engine("tesserocr", "5.5.4", "vie") != Engine("tesseract", "5.5.4", "vie")
