"""How well papers are read that no rule was written for: made-up ones of other kinds (`benchmarks.unseen`).

Two parts: one whose mistakes may be looked at while rules are written (``--errors`` lists them), and one of other
kinds that is kept back, of which only the score is told. Scored by ``bench/score.py`` beside the development corpus.
"""

from __future__ import annotations

import argparse
import json
import runpy
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.unseen import corpus
from benchmarks.unseen.browser import printer
from benchmarks.unseen.documents import PARTS
from benchmarks.unseen.plan import COUNTS, SEED
from benchmarks.workbench import command, corpus_folder, environment

Line = dict[str, Any]


def measure(arguments: list[str]) -> dict[str, Any]:
    """Seconds and the score of each part, by group and by field."""
    parser = argparse.ArgumentParser(prog="./run measure unseen", description=__doc__)
    parser.add_argument("--part", choices=PARTS, action="append", help="default: both")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--count", type=int, help="documents a part (default: 69 open, 24 kept back)")
    parser.add_argument("--folder", type=Path, help="keep the documents here, or score those that are here")
    parser.add_argument("--errors", type=Path, metavar="FILE", help="write each wrong field of the open part here")
    options = parser.parse_args(arguments)
    scorer = corpus_folder(None).parent / "bench" / "score.py"
    if not scorer.is_file():
        sys.exit(f"no scorer: {scorer}")
    results: dict[str, Any] = {"seed": options.seed}
    with TemporaryDirectory(prefix="sohoa-unseen-") as passing:
        for part in options.part or PARTS:
            folder = part_in(options.folder or Path(passing), part, options.count or COUNTS[part], options.seed)
            results[part] = score(folder, scorer, Path(passing))
            if options.errors and part == "open":
                options.errors.write_text("".join(errors(folder, scorer, Path(passing))), encoding="utf-8")
    return results


def part_in(folder: Path, part: str, count: int, seed: int = SEED) -> Path:
    """The corpus of `part` in `folder`; made where it is not there."""
    place = folder / part
    if not (place / "truth.jsonl").is_file():
        with printer() as browser:
            corpus.write(browser, place, part, count, seed)
    return place


def score(folder: Path, scorer: Path, work: Path) -> dict[str, Any]:
    """Read the documents of `folder` and score them; what was found stays in `work`."""
    found = _found(folder, work)
    found.unlink(missing_ok=True)
    began = time.perf_counter()
    call = command("extract", folder / "docs", "--jsonl", found)
    subprocess.run(call, env=environment(work / "home"), check=True, capture_output=True)
    seconds = round(time.perf_counter() - began, 1)
    truth = _lines(folder / "truth.jsonl")
    _leave_out(truth, found)
    call = [sys.executable, str(scorer), str(folder / "truth.jsonl"), str(found), "--json"]
    done = subprocess.run(call, capture_output=True, text=True, check=True)
    pages = sum(entry["pages"] for entry in truth)
    return {"documents": len(truth), "pages": pages, "seconds": seconds, "score": json.loads(done.stdout)}


def errors(folder: Path, scorer: Path, work: Path) -> Iterator[str]:
    """A line for each field that is wrong or invented: document, field, truth, value, confidence, whether asked."""
    same = runpy.run_path(str(scorer))["same"]
    found = {line["id"]: line for line in _lines(_found(folder, work))}
    for entry in _lines(folder / "truth.jsonl"):
        line = found.get(entry["id"], {"fields": {}, "review": [], "confidence": {}})
        yield f"{entry['id']}\t{entry['kind']}\t{entry['profile']}\n"
        for field in sorted(entry["fields"].keys() | {name for name, value in line["fields"].items() if value}):
            true, value = entry["fields"].get(field), line["fields"].get(field)
            asked = field in line["review"]
            if (true and same(field, true, value)) or (true is None and asked):
                continue
            how = "review" if asked else "SILENT" if value else "missing"
            pen = " (pen)" if field in entry["handwritten"] else ""
            yield f"  {how:8} {field}{pen}: {true!r} read {value!r} ({line['confidence'].get(field, '-')})\n"


def _found(folder: Path, work: Path) -> Path:
    return work / f"found-{folder.name}.jsonl"


def _leave_out(truth: list[Line], found: Path) -> None:
    """Drop values of fields that the truth leaves open."""
    unscored = {entry["id"]: set(entry["unscored"]) for entry in truth}
    kept = [line | {"fields": _without(line, unscored.get(line["id"], set()))} for line in _lines(found)]
    found.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in kept), encoding="utf-8")


def _without(line: Line, names: set[str]) -> dict[str, Any]:
    return {name: value for name, value in line["fields"].items() if name not in names}


def _lines(path: Path) -> list[Line]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
