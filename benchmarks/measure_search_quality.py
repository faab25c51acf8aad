"""How well searches find what they are about: the judged set of the corpus, on both backends.

Once on what is recorded after a person has looked at each result (from the truth), once on what the machine alone
read (`sohoa ingest`), which says what review is worth. Elasticsearch is asked where its address is given.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.judged import GOALS, Judged, judged, load, reviewed, scores
from benchmarks.workbench import UNIT, corpus_folder, environment, fresh_home, sohoa
from indexing import SearchDocument, open_index

INDEX = "sohoa-quality"

TELL = """
import dataclasses, json
import catalog
catalog.setup()
from catalog.outbox import all_search_documents
from flows.drain import search_document
for row in all_search_documents():
    print(json.dumps(dataclasses.asdict(search_document(row)), default=str))
"""
"""Prints each result of a home as search takes it, a line each."""


def measure(arguments: list[str]) -> dict[str, Any]:
    """For each way of recording and each backend: kind → asked, MRR@10, recall in the first 20."""
    parser = argparse.ArgumentParser(prog="./run measure search-quality", description=__doc__)
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--elasticsearch", metavar="URL", help="ask this server too")
    options = parser.parse_args(arguments)
    corpus = corpus_folder(options.corpus)
    truth = load(corpus)
    searches = judged(truth)
    results: dict[str, Any] = {"asked": len(searches), "kinds": Counter(one.kind for one in searches), "goals": GOALS}
    urls = {"embedded": "embedded:"} | ({"elasticsearch": options.elasticsearch} if options.elasticsearch else {})
    results["reviewed"] = _on_each(urls, list(reviewed(truth)), searches, None)
    read = _read(corpus)
    files = {Path(entry["file"]).name: place for place, entry in enumerate(truth)}
    places = {document.id: files[document.source] for document in read}
    results["as read"] = _on_each(urls, read, searches, places)
    return results


def _on_each(
    urls: dict[str, str], documents: Iterable[SearchDocument], searches: list[Judged], places: dict[int, int] | None
) -> dict[str, Any]:
    found = {}
    for name, url in urls.items():
        with TemporaryDirectory(prefix="sohoa-quality-") as folder, open_index(url, INDEX, Path(folder)) as index:
            index.rebuild(documents)
            found[name] = scores(index, searches, places)
            index.rebuild(())
    return found


def _read(corpus: Path) -> list[SearchDocument]:
    """The results as they are recorded by the machine alone."""
    with fresh_home() as home:
        sohoa(home, "ingest", corpus / "docs", "--unit", UNIT)
        told = subprocess.run(
            [sys.executable, "-c", TELL], env=environment(home), check=True, capture_output=True, text=True
        ).stdout
    return [_document(json.loads(line)) for line in told.splitlines()]


def _document(told: dict[str, Any]) -> SearchDocument:
    for name in ("issue_date", "valid_from", "valid_to"):
        told[name] = date.fromisoformat(told[name]) if told[name] else None
    return SearchDocument(**told | {name: tuple(told[name]) for name in ("ids", "linked_ids")})
