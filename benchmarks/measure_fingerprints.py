"""Papers that are scanned twice: how many are found again, how many others come along, and how long a lookup takes.

Each page of the corpus (and of folders given by ``--more``, such as ``python -m benchmarks.unseen`` writes them: papers
filled in on the same forms) is read as it is and as `benchmarks.rescanned` makes it. Then a catalog is filled with
made-up results, and some are recorded a second time with a word in fifty misread.
"""

from __future__ import annotations

import argparse
import itertools
import os
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from benchmarks.rescanned import rescanned
from benchmarks.workbench import corpus_folder
from catalog.sketches import Words, keys
from core.settings import settings
from ocr import OcrSettings, engines, read_page
from pipeline.fingerprint import BITS, distance, fingerprint
from pipeline.intake import Limits, inspect
from pipeline.page_image import jpeg_preview
from pipeline.pages import Pages

_PAGES = 2
_MISREAD = 0.02


@dataclass(frozen=True)
class Twice:
    """A page that was scanned twice."""

    file: str
    page: int
    text: str
    again: str
    mark: str
    mark_again: str

    @property
    def form(self) -> str:
        """The form that it was filled in on, by the name of its file; of the corpus, none."""
        return Path(self.file).stem.rpartition("-")[0]


def measure(arguments: list[str]) -> dict[str, Any]:
    """The corpus (and ``--more FOLDER``), scanned twice; and lookups among ``--results`` results."""
    parser = argparse.ArgumentParser(prog="./run measure fingerprints")
    parser.add_argument("--more", type=Path, nargs="*", default=[])
    parser.add_argument("--results", type=int, nargs="*", default=[10_000, 100_000])
    options = parser.parse_args(arguments)
    folders = [corpus_folder() / "docs", *(folder / "docs" for folder in options.more)]
    found = figures(list(read(folders)))
    return {"scanned twice": found, "lookups": {count: lookups(count) for count in options.results}}


def read(folders: Sequence[Path]) -> Iterator[Twice]:
    """The first pages of each file, as they are and scanned again."""
    options = OcrSettings(engine=settings().engine)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        for number, file in enumerate(itertools.chain.from_iterable(sorted(folder.iterdir()) for folder in folders)):
            with Pages(inspect(file, file.name, Limits.of(settings()), work)) as pages:
                for page in range(1, min(len(pages), _PAGES) + 1):
                    image = pages.image(page, work / "page")
                    data, dpi = rescanned(_decoded(image.path), image.dpi, 10 * number + page)
                    (work / "again.jpg").write_bytes(data)
                    one = read_page(image.path, page=page, dpi=image.dpi, work=work, settings=options)
                    other = read_page(work / "again.jpg", page=page, dpi=dpi, work=work, settings=options)
                    view = jpeg_preview(data, dpi, 95)
                    assert view is not None
                    marks = fingerprint(pages.preview(page)), fingerprint(view)
                    yield Twice(str(file), page, one.text, other.text, *marks)
    engines.close()


def figures(pages: list[Twice]) -> dict[str, Any]:
    """How many are found again, and how many others come along, before and after words confirm."""
    pages = [page for page in pages if len(Words.of((page.text,)).pairs) >= 15]
    words = [(Words.of((page.text,)), Words.of((page.again,))) for page in pages]
    sketches = [
        (keys(one, page.mark), keys(other, page.mark_again)) for page, (one, other) in zip(pages, words, strict=True)
    ]
    numbers = range(len(pages))
    others = [(a, b) for a, b in itertools.combinations(numbers, 2) if pages[a].file != pages[b].file]
    forms = [(a, b) for a, b in others if _same_form(pages[a], pages[b])]
    first = [n for n in numbers if pages[n].page == 1]
    candidates = {n for n in numbers if sketches[n][0] & sketches[n][1]}
    confirmed = {n for n in candidates if _confirmed(*words[n])}
    alike = [(a, b) for a, b in others if sketches[a][0] & sketches[b][0]]
    false = [(a, b) for a, b in alike if _confirmed(words[a][0], words[b][0])]
    return {
        "pages": len(pages),
        "first pages": len(first),
        "pairs of different papers": len(others),
        "of these on one form": len(forms),
        "bits that differ, same page": _spread([distance(page.mark, page.mark_again) for page in pages]),
        "bits that differ, one form": _spread([distance(pages[a].mark, pages[b].mark) for a, b in forms]),
        "bits that differ, others": _spread([distance(pages[a].mark, pages[b].mark) for a, b in others]),
        "nearer than a fifth": {
            "same page": _share(distance(p.mark, p.mark_again) < BITS / 5 for p in pages),
            "one form": _share(distance(pages[a].mark, pages[b].mark) < BITS / 5 for a, b in forms),
            "others": _share(distance(pages[a].mark, pages[b].mark) < BITS / 5 for a, b in others),
        },
        "candidates": {
            "same page": _share(n in candidates for n in numbers),
            "same first page": _share(n in candidates for n in first),
            "one form": _share(bool(sketches[a][0] & sketches[b][0]) for a, b in forms),
            "others": round(len(alike) / len(others), 5),
        },
        "confirmed": {
            "same page": _share(n in confirmed for n in numbers),
            "same first page": _share(n in confirmed for n in first),
            "false pairs of pages": len(false),
            "of first pages": sum(pages[a].page == pages[b].page == 1 for a, b in false),
        },
    }


def lookups(count: int) -> dict[str, Any]:
    """How long it takes to hold a result against `count` others, in milliseconds, and how many twins are found."""
    home = Path(tempfile.mkdtemp(prefix="sohoa-fingerprints-"))
    before = os.environ.get("SOHOA_HOME")
    os.environ["SOHOA_HOME"] = str(home)
    try:
        return _lookups(count)
    finally:
        shutil.rmtree(home, ignore_errors=True)
        os.environ.pop("SOHOA_HOME") if before is None else os.environ.update(SOHOA_HOME=before)


def _lookups(count: int) -> dict[str, Any]:
    import catalog
    from tests.catalog.support import use_database

    settings.cache_clear()
    catalog.setup()
    with use_database(f"sqlite:///{settings().root / 'catalog.sqlite3'}"):
        catalog.migrate()
        return _timed(count)


def _timed(count: int) -> dict[str, Any]:
    from django.db import transaction

    from benchmarks.filled_home import fill
    from catalog import fingerprints
    from catalog.models import Result
    from review import duplicates

    fill(count + 100, searchable=False)
    began = time.perf_counter()
    for start in range(1, count + 1, 1000):
        with transaction.atomic():
            for id in range(start, min(start + 1000, count + 1)):
                fingerprints.sketch(id)
    sketching = (time.perf_counter() - began) / count
    dice, waits, found, candidates = random.Random(1), [], 0, []
    for twin in range(count + 1, count + 101):
        original = dice.randrange(1, count + 1)
        text = _misread(Result.objects.values_list("text", flat=True).get(pk=original), dice)
        Result.objects.filter(pk=twin).update(text=text, identity="")
        began = time.perf_counter()
        fingerprints.sketch(twin)
        pairs = duplicates.find(twin)
        waits.append(1000 * (time.perf_counter() - began))
        found += original in {pair.other for pair in pairs}
        candidates.append(len(pairs))
    waits.sort()
    return {
        "ms to make the keys of one": round(1000 * sketching, 2),
        "ms of a lookup": {"median": round(statistics.median(waits), 1), "p95": round(waits[94], 1)},
        "twins found of 100": found,
        "pairs given for one": round(statistics.mean(candidates), 2),
    }


def _misread(text: str, dice: random.Random) -> str:
    return " ".join(word[::-1] if dice.random() < _MISREAD else word for word in text.split(" "))


def _confirmed(one: Words, other: Words) -> bool:
    from review.duplicates import AGREEMENT, RESEMBLANCE, SURELY

    resemblance = one.resemblance(other)
    return resemblance >= SURELY or (resemblance >= RESEMBLANCE and one.agreement(other) >= AGREEMENT)


def _same_form(one: Twice, other: Twice) -> bool:
    return one.form == other.form and one.form != "dev" and one.page == other.page


def _decoded(path: Path) -> Any:
    return np.asarray(cv2.imread(str(path), cv2.IMREAD_UNCHANGED | cv2.IMREAD_IGNORE_ORIENTATION))


def _spread(numbers: list[int]) -> dict[str, float]:
    places = (("least", 0.0), ("5 %", 0.05), ("median", 0.5), ("95 %", 0.95), ("most", 1.0))
    return {name: round(float(np.quantile(numbers, place)), 1) for name, place in places} if numbers else {}


def _share(those: Iterator[bool] | Any) -> float:
    found = list(those)
    return round(sum(found) / len(found), 4) if found else 0.0
