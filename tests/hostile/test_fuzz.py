"""Samples changed at random end well: a short run with a seed; `./run measure fuzz` goes on for longer."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from benchmarks import hostile, measure_fuzz
from pipeline import drawing


def test_changed_samples_end_with_a_reason_and_not_with_a_fault_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawing, "DRAW_SECONDS", hostile.SECONDS)
    monkeypatch.setattr(drawing, "READ_SECONDS", hostile.SECONDS)
    told = measure_fuzz.run(seconds=10, seed=8, folder=tmp_path)
    assert told["files"] > 5
    assert not told["faults"]
    assert len(told["outcomes"]) > 1, "files are taken and refused: the changes reach something"


def test_the_same_seed_makes_the_same_file() -> None:
    sample = measure_fuzz.samples()[0]
    assert measure_fuzz.changed(random.Random(3), sample) == measure_fuzz.changed(random.Random(3), sample) != sample
