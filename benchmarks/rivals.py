"""What we are measured against: Tesseract alone, page by page, and OCRmyPDF. Both as programs of their own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import venv
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.report import ROOT
from benchmarks.workbench import environment

OCRMYPDF = "17.13.0"
JOBS = 2


def tesseract(pages: Sequence[Path], jobs: int = JOBS) -> float:
    """Seconds of ``tesseract PAGE … pdf tsv``, a process a page, so many at a time."""
    began = time.perf_counter()
    with ThreadPoolExecutor(jobs) as pool:
        list(pool.map(_tesseract, pages))
    return time.perf_counter() - began


def _tesseract(page: Path) -> None:
    call = ["tesseract", str(page), str(page.with_suffix("")), "-l", "vie", "pdf", "tsv"]
    subprocess.run(call, env=environment(page.parent), check=True, capture_output=True)


def ocrmypdf(scan: Path, to: Path, jobs: int = JOBS) -> float:
    """Seconds of OCRmyPDF over `scan`; ends the measurement where it fails."""
    call = [_program(), "--deskew", "--rotate-pages", "--output-type", "pdfa", "--jobs", str(jobs), "-l", "vie"]
    began = time.perf_counter()
    done = subprocess.run(
        [*call, str(scan), str(to)], env=environment(to.parent), capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"ocrmypdf ended with {done.returncode}:\n{done.stderr[-2000:]}")
    return time.perf_counter() - began


def prepare() -> None:
    """Install OCRmyPDF into an environment of its own, unless it is there; Ghostscript must be."""
    if shutil.which("gs") is None:
        sys.exit("the comparison with OCRmyPDF needs Ghostscript: apt-get install ghostscript")
    program = Path(_program())
    if program.is_file():
        return
    folder = program.parent.parent
    venv.create(folder, clear=True, with_pip=True)
    call = [str(folder / "bin" / "python"), "-m", "pip", "install", "-q", f"ocrmypdf=={OCRMYPDF}"]
    subprocess.run(call, check=True, stdout=sys.stderr)


def _program() -> str:
    """The command, outside of our own environment: nothing of it is part of sohoa."""
    cache = Path(os.environ.get("XDG_CACHE_HOME", ROOT / ".cache"))
    return str(cache / f"bench-ocrmypdf-{OCRMYPDF}" / "bin" / "ocrmypdf")
