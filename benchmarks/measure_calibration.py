"""What a field's confidence means: its chance of being right, on documents whose truth is known.

Fitted on the development corpus and the open part of the unseen set, checked by cross-validation over documents, and
told for the kept-back part, which had no part in the fitting. ``--write`` puts the table into
`pipeline/data/calibration.toml`.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.calibration import Seen, cross_validated, expected_error, fit, reliability, thresholds
from benchmarks.measure_unseen import part_in
from benchmarks.unseen.documents import PARTS
from benchmarks.unseen.plan import COUNTS
from benchmarks.workbench import corpus_folder
from cli.progress import progress_for_people
from cli.reading import read_files
from pipeline.calibration import Knots, chance
from pipeline.evaluation.corpus import load
from pipeline.evaluation.kept import kept_readings
from pipeline.evaluation.scoring import is_right
from pipeline.extract import extract
from pipeline.records import Field, ProcessedDocument, Scan

TABLE = Path(__file__).parent.parent / "pipeline" / "data" / "calibration.toml"


def measure(arguments: list[str]) -> dict[str, Any]:
    """Reliability (10 bins) by cross-validation and on the kept-back part, and what each threshold lets pass."""
    parser = argparse.ArgumentParser(prog="./run measure calibration", description=__doc__)
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--folder", type=Path, help="keep the unseen documents and the readings here")
    parser.add_argument("--write", action="store_true", help="make this the table of the program")
    options = parser.parse_args(arguments)
    with TemporaryDirectory(prefix="sohoa-calibration-") as passing:
        folder = options.folder or Path(passing)
        parts = {part: part_in(folder, part, COUNTS[part]) for part in PARTS}
        known = _seen(corpus_folder(options.corpus), folder) + _seen(parts["open"], folder)
        kept_back = _seen(parts["back"], folder)
    knots = fit(known)
    told, told_back = cross_validated(known), [(s, chance(s.certainty, knots)) for s in kept_back]
    if options.write:
        _write(knots)
    return {"known": _told(told), "kept_back": _told(told_back), "knots": [list(knot) for knot in knots]}


def _told(told: list[tuple[Seen, float]]) -> dict[str, Any]:
    rows = reliability(told)
    return {"values": len(told), "bins": rows, "expected_error": expected_error(rows), "thresholds": thresholds(told)}


def _seen(folder: Path, readings: Path) -> list[Seen]:
    """Every value found in the corpus in `folder`, and whether it is right."""
    entries = {entry.file.resolve(): entry for entry in load(folder)}
    left_open = _left_open(folder)

    def fields(file: Path, scan: Scan, document: ProcessedDocument, work: Path) -> tuple[Field, ...]:
        return extract(document.readings).fields

    found: list[Seen] = []
    with progress_for_people() as progress:
        progress.total(sum(e.pages for e in entries.values()), len(entries))
        kept = kept_readings(readings / "readings")
        for outcome in read_files(list(entries), "separator", progress, fields, kept):
            entry = entries[outcome.file.resolve()]
            for field in outcome.documents[0] if outcome.documents else ():
                if field.name not in left_open.get(entry.id, ()):
                    truth = entry.fields.get(field.name)
                    right = truth is not None and is_right(field.name, truth, field.value)
                    found.append(Seen(entry.id, field.name, field.confidence, right))
    return found


def _left_open(folder: Path) -> dict[str, list[str]]:
    """Fields of which the truth says nothing, by document."""
    lines = (folder / "truth.jsonl").read_text(encoding="utf-8").splitlines()
    return {entry["id"]: entry.get("unscored", []) for entry in map(json.loads, lines)}


def _write(knots: Knots) -> None:
    head = (
        "# How often a value of this certainty turned out to be right; between the knots in a straight line.\n"
        "# Made by `./run measure calibration --write`: see docs/measurements.md.\n"
    )
    rows = (f"\n[[knot]]\ncertainty = {certainty}\nchance = {share}\n" for certainty, share in knots)
    TABLE.write_text(head + "".join(rows), encoding="utf-8")
