"""Peak memory of every process, and of the disk, while ``sohoa ingest`` takes in PDFs of 100 and of 1,000 pages.

The pages are those of the corpus' batch scans, over and over, each with image bytes of its own. Two shapes: one
document of all pages (no separator sheet in it), and as many documents as the separators make. What counts is
the high-water mark of resident memory that the kernel keeps for each process (VmHWM), and whether it is the same
for few and for many pages. Disk is what lies in the folder for files in flight and in that for temporary files: the
scan, the largest archive file (which must be whole before it can be stored), and what is told apart, the rest.
"""

from __future__ import annotations

import argparse
import itertools
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pikepdf
import psutil

from benchmarks.workbench import UNIT, batch_files, command, corpus_folder, environment, fresh_home

LIMIT = 400_000_000
"""Bytes that no process of ours may pass."""
SAME = 0.10
"""Share by which the peaks of few and of many pages may differ."""
SAMPLE_SECONDS = 0.1


def measure(arguments: list[str]) -> dict[str, Any]:
    """Peaks in bytes by shape, number of pages and process."""
    parser = argparse.ArgumentParser(prog="./run measure memory", description=__doc__)
    parser.add_argument("--pages", type=int, action="append", help="default: 100 and 1000")
    parser.add_argument("--shape", choices=["one", "many"], action="append", help="default: both")
    parser.add_argument("--corpus", type=Path)
    options = parser.parse_args(arguments)
    corpus = corpus_folder(options.corpus)
    shapes, counts = options.shape or ["one", "many"], options.pages or [100, 1000]
    return {shape: _compared([_measure_shape(corpus, n, shape == "many") for n in counts]) for shape in shapes}


def _compared(runs: list[dict[str, Any]]) -> dict[str, Any]:
    """The runs, and how far their peaks lie apart."""
    peaks = [run["peak_bytes_of_ours"] for run in runs]
    apart = max(peaks) / min(peaks) - 1
    return {"apart": round(apart, 3), "within_goals": max(peaks) <= LIMIT and apart <= SAME, "runs": runs}


def _measure_shape(corpus: Path, pages: int, separators: bool) -> dict[str, Any]:
    with fresh_home() as home, TemporaryDirectory(prefix="sohoa-bench-") as folder:
        aside = Path(folder)
        big = aside / "big.pdf"
        size = _write_pdf(big, corpus, pages, separators)
        temporary = aside / "tmp"
        temporary.mkdir()
        began = time.perf_counter()
        call = command("ingest", big, "--unit", UNIT, "--batch", "memory", "--json")
        own = environment(home) | {"TMPDIR": str(temporary)}
        with (aside / "out").open("w") as out, (aside / "err").open("w") as err:
            process = subprocess.Popen(call, env=own, stdout=out, stderr=err)
            peaks, disk = _watch(process, (home / "work", temporary))
        if process.returncode:
            sys.exit(f"sohoa ingest ended with {process.returncode}:\n{(aside / 'err').read_text(encoding='utf-8')}")
        seconds = time.perf_counter() - began
        archive = _largest_made(home / "objects", size)
    return {
        "pages": pages,
        "file_bytes": size,
        "seconds": round(seconds, 1),
        "pages_per_minute": round(60 * pages / seconds),
        "peak_bytes_by_process": peaks,
        "peak_bytes_of_ours": max(peak for name, peak in peaks.items() if "python" in name or "sohoa" in name),
        "peak_disk_bytes": disk,
        "peak_disk_bytes_beside_the_scan": max(0, disk - size),
        "largest_archive_bytes": archive,
        "peak_disk_bytes_beside_scan_and_archive": max(0, disk - size - archive),
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


def _watch(process: subprocess.Popen[bytes], folders: Sequence[Path]) -> tuple[dict[str, int], int]:
    """The highest memory of each kind of process in the tree, and the most bytes in `folders`, until it ends."""
    peaks: dict[str, int] = {}
    disk = 0
    root = psutil.Process(process.pid)
    while process.poll() is None:
        for one in _tree(root):
            name, peak = _peak(one)
            peaks[name] = max(peaks.get(name, 0), peak)
        disk = max(disk, sum(map(_bytes_in, folders)))
        time.sleep(SAMPLE_SECONDS)
    return {name: peak for name, peak in sorted(peaks.items()) if peak}, disk


def _bytes_in(folder: Path) -> int:
    """Bytes of the files below `folder`, some of which may go while we look."""
    total = 0
    for where, _, names in os.walk(folder):
        for name in names:
            with suppress(FileNotFoundError):
                total += (Path(where) / name).stat().st_size
    return total


def _largest_made(objects: Path, scan: int) -> int:
    """Bytes of the largest stored object that is not the scan of `scan` bytes: an archive file."""
    sizes = (path.stat().st_size for path in objects.rglob("*") if path.is_file())
    return max((size for size in sizes if size != scan), default=0)


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
