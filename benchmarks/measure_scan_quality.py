"""Findings about the quality of scans: how often good pages are blamed, and from where on spoiled ones are.

Good pages: the documents of the corpus and aged pages (`benchmarks.aged_pages`). Spoiled: some of them blurred, dark,
faded, turned and cut step by step. What is told of a file alone (resolution, colour, size) is counted apart, since the
corpus holds copies of one bit.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from benchmarks.aged_pages import aged, originals, write_pdf
from core.settings import settings
from pipeline import intake, scan_quality
from pipeline.page_image import Pixels, Preview
from pipeline.pages import Pages
from pipeline.records import PageKind
from pipeline.scan_quality import Finding, Flaw, judge, of_view
from pipeline.split import survey

_STEPS: dict[str, tuple[float, ...]] = {
    "blur, mm": (0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5),
    "dark, share of light": (0.6, 0.5, 0.4, 0.3, 0.2),
    "faint, share of contrast": (0.5, 0.3, 0.2, 0.12),
    "skew, degrees": (4, 5, 6, 7, 8, 10, 14),
    "cut left, share": (0.14, 0.15, 0.16, 0.17, 0.2),
    "cut right, share": (0.1, 0.12, 0.15, 0.2),
    "cut top, share": (0.075, 0.08, 0.085, 0.09),
}


def measure(arguments: list[str]) -> dict[str, Any]:
    """Judge ``--aged`` aged pages and all documents of the corpus, and spoil each ``--every``-th of these."""
    parser = argparse.ArgumentParser(prog="./run measure scan-quality")
    parser.add_argument("--aged", type=int, default=60)
    parser.add_argument("--every", type=int, default=5)
    asked = parser.parse_args(arguments)
    corpus = settings().corpus or Path("../shared/corpus")
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        sound, views = _judged(sorted((corpus / "docs").iterdir()), work)
        write_pdf(list(aged(originals(corpus), asked.aged)), work / "aged.pdf")
        worn, _ = _judged([work / "aged.pdf"], work)
    return {
        "pages of the corpus": len(sound),
        "found in the corpus": _counted(sound),
        "aged pages": len(worn),
        "found in aged pages": _counted(worn),
        "spoiled, of": len(views[:: asked.every]),
        "found when spoiled": {name: _spoiled(name, steps, views[:: asked.every]) for name, steps in _STEPS.items()},
    }


def _judged(files: list[Path], work: Path) -> tuple[list[tuple[Finding, ...]], list[Preview]]:
    found, views = [], []
    for file in files:
        scan = intake.inspect(file, file.name, intake.Limits(), work)
        with Pages(scan) as pages:
            for page in survey(pages):
                if page.kind is PageKind.TEXT:
                    found.append(judge(pages, page.number))
                    views.append(pages.preview(page.number, scan_quality.VIEW_DPI))
        scan.path.unlink()
    return found, views


def _counted(found: list[tuple[Finding, ...]]) -> dict[str, int]:
    return dict(Counter(finding.flaw.value for page in found for finding in page))


def _spoiled(name: str, steps: tuple[float, ...], views: list[Preview]) -> dict[str, str]:
    """Step → how many of the pages were blamed for it."""
    meant = {"blur": Flaw.BLUR, "dark": Flaw.TOO_DARK, "faint": Flaw.TOO_LIGHT, "skew": Flaw.SKEW}
    flaw = meant.get(name.split(",", maxsplit=1)[0], Flaw.CUT_OFF)
    told = {}
    for step in steps:
        found = [of_view(Preview(_worse(name, step, view), view.dpi)) for view in views]
        told[str(step)] = f"{sum(any(f.flaw is flaw for f in page) for page in found)}/{len(views)}"
    return told


def _worse(name: str, step: float, view: Preview) -> Pixels:
    grey = view.pixels
    height, width = grey.shape
    changed: dict[str, Any] = {
        "blur": lambda: cv2.GaussianBlur(grey, (0, 0), step * view.dpi / 25.4),
        "dark": lambda: grey * step,
        "faint": lambda: 255 - (255.0 - grey) * step,
        "skew": lambda: _turned(grey, step),
        "cut left": lambda: grey[:, round(width * step) :],
        "cut right": lambda: grey[:, : round(width * (1 - step))],
        "cut top": lambda: grey[round(height * step) :],
    }
    return np.ascontiguousarray(changed[name.split(",", maxsplit=1)[0]](), dtype=np.uint8)


def _turned(grey: Pixels, degrees: float) -> Any:
    height, width = grey.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    return cv2.warpAffine(grey, matrix, (width, height), borderValue=255)
