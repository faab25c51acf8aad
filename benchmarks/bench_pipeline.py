"""The whole way of a batch, from the file to stored and found, against Tesseract alone and against OCRmyPDF.

At least 300 pages that all differ (`benchmarks.aged_pages`), in portions; of each portion all pages, and its pages of
text alone. In each portion the three programs run one after the other on the same pages, two pages at a time, so that
they meet the same load; what counts is the median of the portions' ratios.

* Raw: ``tesseract PAGE … pdf tsv``, a process a page, over page images taken out beforehand.
* Ours: ``sohoa ingest`` from the call to its end, in a home of its own, minus the start: the same call once more, when
  nothing is left to do. A first run over nothing makes Prefect's database, and is reported as the first start.
* OCRmyPDF: ``--deskew --rotate-pages --output-type pdfa --jobs 2``.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks import rivals
from benchmarks.aged_pages import Page, aged, kinds, originals, write_pdf
from benchmarks.workbench import UNIT, corpus_folder, fresh_home, sohoa
from pipeline.records import PageKind

GOALS = {"raw": 1.15, "ocrmypdf": 3.0, "start_seconds": 15.0}
"""Ours at most so many times raw Tesseract; OCRmyPDF at least so many times ours; seconds of an empty run."""
LEAST_PAGES = 300


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """Seconds by portion, and the medians of the ratios, with separators and blank pages and without them."""
    portions = max(1, options.runs)
    count = portions * (options.pages or max(60, -(-LEAST_PAGES // portions)))
    rivals.prepare()
    pages = list(aged(originals(corpus_folder(options.corpus)), count))
    size = count // portions
    runs: dict[str, list[dict[str, Any]]] = {"all": [], "text": []}
    for number in range(portions):
        portion = pages[number * size : (number + 1) * size]
        text = [page for page in portion if page.kind is PageKind.TEXT]
        for name, chosen in (("all", portion), ("text", text)):
            runs[name].append(_paired(chosen))
            print(f"portion {number + 1} of {portions}, {name}: {runs[name][-1]}", file=sys.stderr, flush=True)
    return {"jobs": rivals.JOBS, "goals": GOALS} | {name: _summary(found) for name, found in runs.items()}


def _paired(pages: Sequence[Page]) -> dict[str, Any]:
    """One run of the three programs over the same pages."""
    with TemporaryDirectory(prefix="sohoa-bench-") as name:
        folder = Path(name)
        scan = folder / "scan.pdf"
        write_pdf(pages, scan)
        if kinds(scan) != [page.kind for page in pages]:
            sys.exit("ageing changed what a page is: its noise is too strong to compare anything")
        images = []
        for number, page in enumerate(pages):
            images.append(folder / f"{number:06d}.jpg")
            images[-1].write_bytes(page.jpeg)
        raw = rivals.tesseract(images)
        ours = _ours(scan)
        theirs = rivals.ocrmypdf(scan, folder / "theirs.pdf")
    work = ours["seconds"] - ours["start"]
    return {
        "pages": len(pages),
        "documents": ours["documents"],
        "raw_seconds": round(raw, 2),
        "ours_seconds": round(work, 2),
        "start_seconds": round(ours["start"], 2),
        "first_start_seconds": round(ours["first_start"], 2),
        "ocrmypdf_seconds": round(theirs, 2),
        "ours_to_raw": round(work / raw, 3),
        "ocrmypdf_to_ours": round(theirs / work, 3),
    }


def _ours(scan: Path) -> dict[str, Any]:
    with fresh_home() as home:
        nothing = home / "nothing"
        nothing.mkdir()
        first_start, _ = _ingest(home, nothing)
        seconds, summary = _ingest(home, scan)
        start, again = _ingest(home, scan)
    if summary["failed"] or again["documents"]:
        sys.exit(f"the runs do not compare: {summary['failures']}, {again['documents']} documents in the empty run")
    return {"first_start": first_start, "seconds": seconds, "start": start, "documents": summary["documents"]}


def _ingest(home: Path, path: Path) -> tuple[float, dict[str, Any]]:
    began = time.perf_counter()
    summary = sohoa(home, "ingest", path, "--unit", UNIT, "--batch", "bench", jobs=rivals.JOBS)
    return time.perf_counter() - began, summary


def _summary(runs: Sequence[dict[str, Any]]) -> dict[str, Any]:
    raw, theirs = (median(run[name] for run in runs) for name in ("ours_to_raw", "ocrmypdf_to_ours"))
    start = max(run["start_seconds"] for run in runs)
    return {
        "pages": sum(run["pages"] for run in runs),
        "ours_to_raw": raw,
        "ocrmypdf_to_ours": theirs,
        "start_seconds": median(run["start_seconds"] for run in runs),
        "pages_per_minute": round(60 * sum(r["pages"] for r in runs) / sum(r["ours_seconds"] for r in runs)),
        "within_goals": raw <= GOALS["raw"] and theirs >= GOALS["ocrmypdf"] and start <= GOALS["start_seconds"],
        "portions": list(runs),
    }
