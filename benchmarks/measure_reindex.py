"""How fast the search index is made anew from the catalog, which holds the page text."""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any


def measure(arguments: list[str]) -> dict[str, Any]:
    """Results a second, of ``--results`` made-up ones in SQLite, into the embedded index or ``--elasticsearch URL``."""
    parser = argparse.ArgumentParser(prog="./run measure reindex")
    parser.add_argument("--results", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--elasticsearch", metavar="URL", default="", help="started with ES_BENCH=1 ES_HEAP=3g")
    options = parser.parse_args(arguments)
    home = Path(tempfile.mkdtemp(prefix="sohoa-reindex-"))
    os.environ["SOHOA_HOME"] = str(home)
    os.environ["SOHOA_SEARCH_INDEX"] = "sohoa-bench-reindex"
    if options.elasticsearch:
        os.environ["SOHOA_SEARCH_URL"] = options.elasticsearch
    try:
        return {"results": options.results, "per second": _timed(options.results, options.rounds)}
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _timed(count: int, rounds: int) -> list[int]:
    import catalog
    from web.settings import extras

    catalog.setup(extras())
    catalog.migrate()
    from benchmarks.filled_home import fill
    from catalog import outbox
    from flows.drain import search_document, search_index

    fill(count, searchable=False)
    found = []
    for _round in range(rounds):
        with search_index() as index:
            began = time.perf_counter()
            made = index.rebuild(map(search_document, outbox.all_search_documents()))
            found.append(round(made / (time.perf_counter() - began)))
    return found
