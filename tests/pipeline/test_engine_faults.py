"""An engine that crashes, hangs or is killed on one page costs that page's document; the batch goes on."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from ocr import engines, tesserocr_engine
from ocr.options import OcrSettings
from pipeline.process import Job, ProcessOptions, process
from pipeline.records import FailedDocument, ProcessedDocument
from tests.pipeline import making

CHILD = """
import os, signal, sys, time
sys.path.insert(0, {folder!r})
import tesserocr_child
read = tesserocr_child.read

def read_or_fail(api, question):
    if "000003_clean" in question["image"]:
        {fault}
    return read(api, question)

tesserocr_child.read = read_or_fail
tesserocr_child.main()
"""
FAULTS = {
    "crash": ("os.kill(os.getpid(), signal.SIGSEGV)", "it was killed by SIGSEGV"),
    "kill": ("os.kill(os.getpid(), signal.SIGKILL)", "it was killed by SIGKILL"),
    "hang": ("time.sleep(600)", "it was ended because it took more than 15 seconds"),
    "fault": ("raise RuntimeError('out of ideas')", "out of ideas"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_one_page_fails_one_document_fails_the_rest_is_done(
    fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, why = FAULTS[fault]
    before = set(psutil.Process().children())
    script = tmp_path / "child.py"
    script.write_text(CHILD.format(folder=str(tesserocr_engine.CHILD.parent), fault=code), encoding="utf-8")
    monkeypatch.setattr(tesserocr_engine, "CHILD", script)
    monkeypatch.setattr(engines, "_made", {})
    text, cut = making.jpeg(making.printed()), making.jpeg(making.separator())
    scan = making.scan_of(making.pdf_of([text, cut, text, cut, text, text], tmp_path / "scan.pdf"), tmp_path / "in")
    options = ProcessOptions(ocr=OcrSettings(engine="tesserocr", timeout=15))
    with ThreadPoolExecutor(2) as pool:
        found = list(process(scan, Job(tmp_path / "job", pool, options)))
    assert [type(d) for d in found] == [ProcessedDocument, FailedDocument, ProcessedDocument]
    failed = found[1]
    assert isinstance(failed, FailedDocument)
    assert failed.reason == f"tesserocr failed on 000003_clean.pgm: {why}"
    engines.close()
    assert [c for c in set(psutil.Process().children()) - before if str(script) in c.cmdline()] == []
