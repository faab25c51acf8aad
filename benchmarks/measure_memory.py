"""Peak memory of every process while ``sohoa ingest`` takes in a PDF of 500 pages.

The pages are those of the corpus' batch scans, over and over, each with image bytes of its own. Two shapes: one
document of 500 pages (no separator sheet in it), and as many documents as the separators make. What counts is
the high-water mark of resident memory that the kernel keeps for each process (VmHWM).
"""

from __future__ import annotations

import argparse
import itertools
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import psutil

from benchmarks.workbench import UNIT, batch_files, command, corpus_folder, environment, fresh_home

LIMIT = 600_000_000
"""Bytes that no process of ours may pass."""
SAMPLE_SECONDS = 0.1


def measure(arguments: list[str]) -> dict[str, Any]:
    """Peaks in bytes by shape and process."""
    parser = argparse.ArgumentParser(prog="./run measure memory", description=__doc__)
    parser.add_argument("--pages", type=int, default=500)
    parser.add_argument("--shape", choices=["one", "many"], action="append", help="default: both")
    parser.add_argument("--corpus", type=Path)
    options = parser.parse_args(arguments)
    corpus = corpus_folder(options.corpus)
    shapes = options.shape or ["one", "many"]
    return {shape: _measure_shape(corpus, options.pages, shape == "many") for shape in shapes}


def _measure_shape(corpus: Path, pages: int, separators: bool) -> dict[str, Any]:
    with fresh_home() as home:
        big = home / "big.pdf"
        size = _write_pdf(big, corpus, pages, separators)
        began = time.perf_counter()
        call = command("ingest", big, "--unit", UNIT, "--batch", "memory", "--json")
        with (home / "out").open("w") as out, (home / "err").open("w") as err:
            process = subprocess.Popen(call, env=environment(home), stdout=out, stderr=err)
            peaks = _watch(process)
        if process.returncode:
            sys.exit(f"sohoa ingest ended with {process.returncode}:\n{(home / 'err').read_text(encoding='utf-8')}")
        seconds = time.perf_counter() - began
    ours = max((peak for name, peak in peaks.items() if "python" in name or "sohoa" in name), default=0)
    return {
        "pages": pages,
        "file_bytes": size,
        "seconds": round(seconds, 1),
        "pages_per_minute": round(60 * pages / seconds),
        "peak_bytes_by_process": peaks,
        "peak_bytes_of_ours": ours,
        "within_limit": 0 < ours <= LIMIT,
    }


def _write_pdf(path: Path, corpus: Path, pages: int, separators: bool) -> int:
    """A PDF of `pages` pages; returns its size in bytes."""
    with pikepdf.new() as pdf:
        for image, box in itertools.islice(_corpus_pages(corpus, separators), pages):
            stream = pdf.make_stream(image.read_raw_bytes())
            for key in ("/Type", "/Subtype", "/Width", "/Height", "/ColorSpace", "/BitsPerComponent", "/Filter"):
                stream[key] = image[key]
            page = pdf.add_blank_page(page_size=(float(box[2]), float(box[3])))
            page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Scan=stream))
            page.Contents = pdf.make_stream(f"{float(box[2])} 0 0 {float(box[3])} 0 0 cm /Scan Do".encode())
        pdf.save(path)
    return path.stat().st_size


def _corpus_pages(corpus: Path, separators: bool) -> Iterator[tuple[pikepdf.Stream, pikepdf.Array]]:
    """The image and the box of each page of the corpus' scans, without end."""
    files = batch_files(corpus) if separators else sorted((corpus / "docs").glob("*.pdf"))
    with_images = [pikepdf.open(file) for file in files]
    try:
        for pdf in itertools.cycle(with_images):
            for page in pdf.pages:
                images = list(page.get_images().values())
                if len(images) == 1 and images[0].get("/ColorSpace") in ("/DeviceRGB", "/DeviceGray"):
                    yield images[0], page.mediabox
    finally:
        for pdf in with_images:
            pdf.close()


def _watch(process: subprocess.Popen[bytes]) -> dict[str, int]:
    """The highest memory of each kind of process in the tree, until it ends."""
    peaks: dict[str, int] = {}
    root = psutil.Process(process.pid)
    while process.poll() is None:
        for one in _tree(root):
            name, peak = _peak(one)
            peaks[name] = max(peaks.get(name, 0), peak)
        time.sleep(SAMPLE_SECONDS)
    return {name: peak for name, peak in sorted(peaks.items()) if peak}


def _tree(root: psutil.Process) -> list[psutil.Process]:
    try:
        return [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _peak(process: psutil.Process) -> tuple[str, int]:
    """What the process is, and its high-water mark in bytes (0 when it has just ended)."""
    try:
        status = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
        line = [*process.cmdline()[:3], "?"]
    except (OSError, psutil.Error):
        return "ended", 0
    marks = [int(row.split()[1]) * 1024 for row in status.splitlines() if row.startswith("VmHWM:")]
    words = [Path(word).name for word in line if not word.startswith("-")]
    name = " ".join(words[:2]) if "python" in words[0] else words[0]
    return name, marks[0] if marks else 0
