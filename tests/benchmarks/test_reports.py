"""A figure that is kept says where it comes from."""

from __future__ import annotations

import json
from pathlib import Path

import pikepdf
import pytest

from benchmarks import bench, measure, report
from benchmarks.measure_memory import _write_pdf
from benchmarks.workbench import batch_files, corpus_folder


def test_a_report_names_commit_machine_and_date(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "REPORTS", tmp_path / "reports")
    kept = json.loads(report.write(report.report("x", {"seconds": 1.5})).read_text(encoding="utf-8"))
    assert kept["results"] == {"seconds": 1.5}
    assert kept["commit"].removesuffix("+changes") and kept["date"].endswith("+00:00")
    assert kept["machine"]["cores"] >= 1 and kept["machine"]["tesseract"].startswith("5")


def test_every_benchmark_and_measurement_can_be_called() -> None:
    import importlib

    modules = [f"bench_{name}" for name in bench.names()] + [
        f"measure_{name.replace('-', '_')}" for name in measure.names()
    ]
    assert {"bench_pipeline", "measure_memory"} <= set(modules)
    for name in modules:
        assert callable(importlib.import_module(f"benchmarks.{name}").measure), name


def test_an_unknown_name_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["measure", "nothing"])
    with pytest.raises(SystemExit, match="memory"):
        measure.main()


def test_the_long_scan_has_its_pages_with_bytes_of_their_own(tmp_path: Path, samples: Path) -> None:
    path = tmp_path / "big.pdf"
    size = _write_pdf(path, samples, 25, separators=True)
    with pikepdf.open(path) as pdf:
        assert len(pdf.pages) == 25
        images = {page.get_images()["/Scan"].objgen for page in pdf.pages}
        assert len(images) == 25
    assert size > batch_files(samples)[0].stat().st_size


def test_samples_serve_as_a_corpus(samples: Path) -> None:
    assert corpus_folder(samples) == samples
    truth = [json.loads(line) for line in (samples / "truth.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len(truth) == 12 and all((samples / row["file"]).is_file() for row in truth)
    [batch] = json.loads((samples / "batches.json").read_text(encoding="utf-8"))
    with pikepdf.open(samples / batch["file"]) as pdf:
        assert len(pdf.pages) == batch["pages"]
