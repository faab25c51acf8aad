"""How well a corpus is read, and whether what is printed in it is found: `sohoa extract` and `sohoa ingest`.

Words and fields are scored by ``bench/score.py`` beside the corpus. Searches are drawn from the truth
(`benchmarks.searches`) and asked of the embedded index, and of Elasticsearch where its address is given.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks.searches import all_searches, drawn
from benchmarks.workbench import UNIT, command, corpus_folder, environment, fresh_home, sohoa

ASK = """
import catalog, json, sys
catalog.setup()
from catalog.results import rows
from cli.services import open_index
from indexing import Query
with open_index() as index:
    hits = [index.search(Query(text=text, limit=1)).hits for text in json.load(sys.stdin)]
known = rows([hit.id for found in hits for hit in found])
print(json.dumps([known[found[0].id].source if found else None for found in hits]))
"""
"""Prints the file of the first hit of each search that comes in: one process for all of them."""


def measure(arguments: list[str]) -> dict[str, Any]:
    """Scores by group and field, seconds, and the share of searches that find their document first."""
    parser = argparse.ArgumentParser(prog="./run measure corpus", description=__doc__)
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--elasticsearch", metavar="URL", help="ask this server too")
    options = parser.parse_args(arguments)
    corpus = corpus_folder(options.corpus)
    with fresh_home() as home:
        results: dict[str, Any] = {"extract": _extract(corpus, home)}
        began = time.perf_counter()
        summary = sohoa(home, "ingest", corpus / "docs", "--unit", UNIT)
        results["ingest"] = {"seconds": round(time.perf_counter() - began, 1), "summary": summary}
        results["status"] = sohoa(home, "status")
        results["searches"] = {"embedded": _searches(corpus, environment(home))}
        if options.elasticsearch:
            there = environment(home) | {"SOHOA_SEARCH_URL": options.elasticsearch, "SOHOA_SEARCH_INDEX": "measure"}
            subprocess.run(command("reindex"), env=there, check=True, capture_output=True)
            results["searches"]["elasticsearch"] = _searches(corpus, there)
    return results


def _extract(corpus: Path, home: Path) -> dict[str, Any]:
    """Seconds of `sohoa extract` and what the scorer says of its lines."""
    found = home / "found.jsonl"
    began = time.perf_counter()
    subprocess.run(
        command("extract", corpus / "docs", "--jsonl", found), env=environment(home), check=True, capture_output=True
    )
    seconds = round(time.perf_counter() - began, 1)
    scorer = corpus.parent / "bench" / "score.py"
    if not scorer.is_file():
        return {"seconds": seconds, "score": "no scorer beside this corpus"}
    call = [sys.executable, str(scorer), str(corpus / "truth.jsonl"), str(found), "--json"]
    done = subprocess.run(call, capture_output=True, text=True, check=True)
    return {"seconds": seconds, "score": json.loads(done.stdout)}


def _searches(corpus: Path, env: dict[str, str]) -> dict[str, Any]:
    """Searches by kind: how many, and which do not find their document first."""
    truth = [json.loads(line) for line in (corpus / "truth.jsonl").read_text("utf-8").splitlines()]
    files = {entry["id"]: Path(entry["file"]).name for entry in truth}
    every, twenty = all_searches(truth), drawn(truth)
    searches = every + twenty
    done = subprocess.run(
        [sys.executable, "-c", ASK],
        input=json.dumps([s.text for s in searches]),
        env=env,
        capture_output=True,
        text=True,
        check=True,
    )
    missed = [s for s, source in zip(searches, json.loads(done.stdout), strict=True) if files[s.document] != source]
    return {
        "asked": Counter(s.kind for s in every),
        "missed": [f"{s.document} {s.kind}: {s.text}" for s in dict.fromkeys(missed)],
        "drawn": len(twenty),
        "drawn_found_first": sum(s not in missed for s in twenty),
    }
