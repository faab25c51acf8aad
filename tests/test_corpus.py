"""The main job on the whole corpus: taken in, read, recorded, found; and how well, against the truth."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from benchmarks.measure_corpus import ASK
from benchmarks.searches import Truth, all_searches, drawn
from core.text import plain, words
from pipeline.evaluation.corpus import load
from pipeline.evaluation.scoring import NOTHING, Found, score
from pipeline.evaluation.summary import Summary, summary
from pipeline.records import FIELD_NAMES
from tests.cli.support import ROOT, Sohoa
from tests.digitizing import BATCH, installed, run

SCORE = ROOT.parent / "shared" / "bench" / "score.py"
"""The scorer that goes with the corpus; without it fields are compared by `shares` alone."""

pytestmark = pytest.mark.timeout(1800)


def test_every_document_is_stored_and_indexed(digitized: Sohoa, truth: Truth) -> None:
    status = digitized("status", BATCH, "--json").json
    wanted = {
        "files": len(truth),
        "documents": len(truth),
        "indexed": len(truth),
        "pages": sum(t["pages"] for t in truth),
    }
    assert wanted.items() <= status.items()
    assert (status["refused"], status["failed"], status["pending"]) == (0, 0, 0)


def first_hits(sohoa: Sohoa, texts: list[str]) -> list[str | None]:
    """The file of the first hit of each search."""
    done = subprocess.run(
        [sys.executable, "-c", ASK], input=json.dumps(texts), env=sohoa.env, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def share_found(sohoa: Sohoa, truth: Truth) -> float:
    """Share of all searches of the truth that find their document first."""
    files = {t["id"]: Path(t["file"]).name for t in truth}
    searches = all_searches(truth)
    found = first_hits(sohoa, [s.text for s in searches])
    return sum(files[s.document] == source for s, source in zip(searches, found, strict=True)) / len(searches)


def twenty(sohoa: Sohoa, truth: Truth) -> None:
    """Twenty drawn searches find their document first, by the command itself."""
    files = {t["id"]: Path(t["file"]).name for t in truth}
    for search in drawn(truth):
        found = sohoa("search", search.text, "--json").json["results"]
        assert found and found[0]["source"] == files[search.document], search


def test_twenty_searches_find_their_document_first_embedded(digitized: Sohoa, truth: Truth) -> None:
    twenty(digitized, truth)
    assert share_found(digitized, truth) >= 0.95


def test_twenty_searches_find_their_document_first_in_elasticsearch(
    digitized: Sohoa, truth: Truth, es_url: str, es_index: str
) -> None:
    sohoa = Sohoa(digitized.home)
    sohoa.env.update(SOHOA_SEARCH_URL=es_url, SOHOA_SEARCH_INDEX=es_index)
    assert sohoa("reindex").code == 0
    twenty(sohoa, truth)
    assert share_found(sohoa, truth) >= 0.95


def test_a_batch_splits_into_exactly_its_documents(corpus: Path, truth: Truth, tmp_path: Path) -> None:
    """Upside down, sideways, with separators and blank backs: first pages are those of batches.json."""
    sohoa = installed(tmp_path / "home")
    assert run(sohoa, "ingest", corpus / "batches", "--unit", "H61").code == 0
    script = (
        "import catalog, json; catalog.setup()\nfrom catalog.results import recent\n"
        "print(json.dumps([[r.source, r.first_page, r.document_type] for r in recent(1000)]))"
    )
    done = subprocess.run([sys.executable, "-c", script], env=sohoa.env, capture_output=True, text=True, check=True)
    types = {t["id"]: t["fields"]["document_type"] for t in truth}
    wanted = {
        (Path(batch["file"]).name, document["first_page"], types[document["id"]])
        for batch in json.loads((corpus / "batches.json").read_text("utf-8"))
        for document in batch["documents"]
    }
    assert {tuple(row) for row in json.loads(done.stdout)} == wanted


@pytest.fixture(scope="module")
def extracted(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The lines of `sohoa extract` on the corpus."""
    folder = tmp_path_factory.mktemp("extract")
    file = folder / "found.jsonl"
    done = run(Sohoa(folder / "home"), "extract", corpus / "docs", "--jsonl", file)
    assert done.code == 0, done.err
    return file


def test_reading_reaches_the_bar(corpus: Path, extracted: Path, truth: Truth) -> None:
    """Printed fields right, right with nobody asked, and wrong with nobody asked; where the scorer is, words too."""
    right, unasked, silent = shares(truth, extracted)
    assert right >= 0.96 and unasked >= 0.90 and silent <= 0.005
    if not SCORE.is_file():
        return
    done = subprocess.run(
        [sys.executable, SCORE, corpus / "truth.jsonl", extracted, "--json"], capture_output=True, text=True, check=True
    )
    groups = json.loads(done.stdout)["groups"]
    assert groups["all"]["words"] >= 0.975
    assert groups["printed"]["field"] >= 0.93
    assert groups["printed"]["auto"] >= 0.87
    assert groups["all"]["silent"] <= 0.01


def test_our_measures_are_those_of_the_scorer(corpus: Path, extracted: Path, scorer: Path, tmp_path: Path) -> None:
    """On what was found, and on the same made worse in every way: wrong, silent, invented, missing, documents lost."""
    lines = [json.loads(line) for line in extracted.read_text("utf-8").splitlines()]
    for found in (lines, list(worse(lines))):
        file = tmp_path / "found.jsonl"
        file.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in found), "utf-8")
        call = [sys.executable, scorer, corpus / "truth.jsonl", file, "--json"]
        theirs = json.loads(subprocess.run(call, capture_output=True, text=True, check=True).stdout)
        ours = our_figures(corpus, found)
        assert ours.groups.keys() == theirs["groups"].keys()
        for name, group in ours.groups.items():
            figures = theirs["groups"][name]
            assert group.fields == figures["fields"]
            shares = [group.words, group.folded, group.right, group.auto, group.silent, group.review]
            assert shares == pytest.approx(
                [figures[k] for k in ("words", "folded", "field", "auto", "silent", "review")]
            )
        assert {n: (f.fields, f.silent) for n, f in ours.fields.items()} == {
            n: (f["n"], f["silent"]) for n, f in theirs["fields"].items()
        }
        assert [f.right for f in ours.fields.values()] == pytest.approx(
            [theirs["fields"][n]["right"] for n in ours.fields]
        )


def our_figures(corpus: Path, lines: list[dict[str, Any]]) -> Summary:
    """What `sohoa evaluate` makes of the lines of `sohoa extract`."""
    found = {line["id"]: Found(line["text"], line["fields"], frozenset(line["review"])) for line in lines}
    return summary([score(entry, found.get(entry.id, NOTHING)) for entry in load(corpus)])


def worse(lines: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Every seventh document lost, and in the others values exchanged, emptied, invented or asked about."""
    for number, line in enumerate(lines):
        if number % 7 == 0:
            continue
        fields = dict(line["fields"])
        names = sorted(fields)
        fields[names[number % len(names)]] = line["text"][:20]
        fields.pop(names[(number + 3) % len(names)], None)
        fields.setdefault(FIELD_NAMES[number % len(FIELD_NAMES)], "bịa ra")
        review = [name for name in line["review"] if len(name) % 2] + names[: number % 3]
        yield {**line, "fields": fields, "review": review, "text": line["text"].replace("ng", "n", 40).upper()}


def shares(truth: Truth, extracted: Path) -> tuple[float, float, float]:
    """Of the printed fields: right, right and not asked about, wrong and not asked about."""
    found = {line["id"]: line for line in map(json.loads, extracted.read_text("utf-8").splitlines())}
    right = unasked = silent = total = 0
    for entry in truth:
        line = found[entry["id"]]
        for name in set(entry["fields"]) - set(entry["handwritten"]):
            value, asked = line["fields"].get(name), name in line["review"]
            same = value is not None and plain_words(value) == plain_words(entry["fields"][name])
            total += 1
            right += same
            unasked += same and not asked
            silent += value is not None and not same and not asked
    return right / total, unasked / total, silent / total


def plain_words(value: str) -> str:
    """A value without case, punctuation and the place of tone marks; accents count."""
    return " ".join(words(plain(value)))


def test_extract_gives_evidence_for_each_value(extracted: Path) -> None:
    for line in extracted.read_text("utf-8").splitlines():
        document = json.loads(line)
        assert set(document["fields"]) == set(document["confidence"]) == set(document["evidence"])
        for evidence in document["evidence"].values():
            assert evidence["page"] >= 1 and evidence["text"]
            assert evidence["box"] is None or len(evidence["box"]) == 4


@pytest.fixture
def services(pg_url: str, s3_url: str, es_url: str, es_index: str) -> Iterator[dict[str, str]]:
    """Settings that name the real services."""
    yield {
        "SOHOA_DATABASE_URL": pg_url,
        "SOHOA_STORAGE_URL": s3_url,
        "SOHOA_SEARCH_URL": es_url,
        "SOHOA_SEARCH_INDEX": es_index,
    }


def test_the_same_on_postgresql_s3_and_elasticsearch(
    samples: Path, tmp_path: Path, services: dict[str, str], corpus: Path
) -> None:
    """Ingest, search, show, export, reindex and a second run, with nothing of it on the disk of this machine."""
    sohoa = installed(tmp_path / "home", **services)
    batch = samples / "batches" / "sample-batch.pdf"
    done = run(sohoa, "ingest", batch, "--unit", "H61", "--json")
    assert done.code == 0, done.err
    wanted = json.loads((samples / "batches.json").read_text("utf-8"))[0]["documents"]
    assert sohoa("status", "--json").json["indexed"] == len(wanted)
    truth = {t["id"]: t["fields"] for t in map(json.loads, (samples / "truth.jsonl").read_text("utf-8").splitlines())}
    first = truth[wanted[0]["id"]]
    found = sohoa("search", first["holder"].lower(), "--json").json["results"]
    assert found[0]["holder"] == first["holder"]
    shown = sohoa("show", found[0]["id"], "--json").json
    assert shown["fields"]["document_type"] == first["document_type"]
    target = tmp_path / "out"
    assert sohoa("export", found[0]["id"], "--to", target).code == 0
    assert any(file.read_bytes()[:5] == b"%PDF-" for file in target.rglob("*.pdf"))
    assert sohoa("reindex").code == 0
    assert sohoa("search", first["holder"].lower(), "--json").json["results"][0]["id"] == found[0]["id"]
    again = run(sohoa, "ingest", batch, "--unit", "H61", "--json")
    assert again.code == 0 and sohoa("status", "--json").json["documents"] == len(wanted)
    assert not any(path.is_file() for path in (tmp_path / "home" / "objects").rglob("*"))
    assert urlsplit(services["SOHOA_DATABASE_URL"]).scheme == "postgresql"
