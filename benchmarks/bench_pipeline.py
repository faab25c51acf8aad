"""The whole way of a batch, from the file to stored and found, against Tesseract alone on the same pages.

Raw is what the engine costs by itself: ``tesseract PAGE … pdf tsv``, a process a page, as many at a time as there are
processors, over page images that were taken out of the PDF beforehand (all of them, separator sheets and blank backs
too). Ours is ``sohoa ingest`` from the call to its end, in a home without anything in it. The start is the same call
once more, when nothing is left to do.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import pikepdf

from benchmarks.workbench import UNIT, batch_files, corpus_folder, environment, fresh_home, sohoa


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """Seconds (medians of ``options.runs``) for each batch of the corpus, and how many times raw Tesseract that is."""
    return {batch.name: _batch(batch, options.runs) for batch in batch_files(corpus_folder(options.corpus))}


def _batch(batch: Path, runs: int) -> dict[str, Any]:
    raw, ours, again = [], [], []
    summary: dict[str, Any] = {}
    with TemporaryDirectory(prefix="sohoa-bench-") as folder:
        pages = _page_images(batch, Path(folder))
        for _ in range(runs):  # in turn, so that both meet the same load
            raw.append(_raw(pages))
            with fresh_home() as home:
                seconds, summary = _ingest(home, batch)
                ours.append(seconds)
                again.append(_ingest(home, batch)[0])
    work = median(ours) - median(again)
    return {
        "pages": len(pages),
        "documents": summary["documents"],
        "jobs": _jobs(),
        "raw_seconds": [round(s, 2) for s in raw],
        "ours_seconds": [round(s, 2) for s in ours],
        "start_seconds": [round(s, 2) for s in again],
        "ratio": round(median(ours) / median(raw), 2),
        "ratio_without_start": round(work / median(raw), 2),
        "pages_per_minute": round(60 * len(pages) / median(ours)),
    }


def _jobs() -> int:
    return len(os.sched_getaffinity(0))


def _page_images(batch: Path, folder: Path) -> list[Path]:
    """The image of each page, as it is embedded."""
    made = []
    with pikepdf.open(batch) as pdf:
        for number, page in enumerate(pdf.pages, 1):
            image = pikepdf.PdfImage(next(iter(page.get_images().values())))
            made.append(Path(image.extract_to(fileprefix=str(folder / f"{number:06d}"))))
    return made


def _raw(pages: list[Path]) -> float:
    """Seconds that Tesseract alone takes for `pages`."""
    began = time.perf_counter()
    with ThreadPoolExecutor(_jobs()) as pool:
        list(pool.map(_tesseract, pages))
    return time.perf_counter() - began


def _tesseract(page: Path) -> None:
    call = ["tesseract", str(page), str(page.with_suffix("")), "-l", "vie", "pdf", "tsv"]
    subprocess.run(call, env=environment(page.parent), check=True, capture_output=True)


def _ingest(home: Path, batch: Path) -> tuple[float, dict[str, Any]]:
    began = time.perf_counter()
    summary = sohoa(home, "ingest", batch, "--unit", UNIT, "--batch", "bench")
    return time.perf_counter() - began, summary
