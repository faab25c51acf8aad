"""Quotas of a made-up province in PostgreSQL: snapshot, what a dashboard reads, lists behind numbers, freezing."""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import statistics
import tempfile
import time
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit, urlunsplit


def measure(arguments: list[str]) -> dict[str, Any]:
    """Seconds, medians (and most) of ``--rounds``. SOHOA_DATABASE_URL names the server (`./run services urls`); what is
    measured is a database of its own there, dropped afterwards.
    """
    import psycopg

    parser = argparse.ArgumentParser(prog="./run measure quotas")
    parser.add_argument("--lines", type=int, default=2_000_000)
    parser.add_argument("--units", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args(arguments)
    server = urlsplit(os.environ.get("SOHOA_DATABASE_URL", ""))
    if server.scheme not in {"postgresql", "postgres"}:
        parser.error('set SOHOA_DATABASE_URL first: eval "$(./run services urls)"')
    name, home = f"bench_quotas_{uuid.uuid4().hex[:8]}", tempfile.mkdtemp(prefix="sohoa-quotas-")
    os.environ |= {"SOHOA_DATABASE_URL": urlunsplit(server._replace(path=f"/{name}")), "SOHOA_HOME": home}
    with psycopg.connect(urlunsplit(server._replace(path="/postgres")), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
        try:
            return _measured(options.lines, options.units, options.rounds)
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
            shutil.rmtree(home, ignore_errors=True)


def _measured(lines: int, units: int, rounds: int) -> dict[str, Any]:
    import catalog

    catalog.setup()
    catalog.migrate()
    from benchmarks.province import ROOT, fill
    from catalog.values import today
    from quotas import baselines, counting, lists, periods, snapshots, targets
    from quotas.lists import Asked
    from quotas.states import Kind, Which

    named = fill(lines, units)
    year, yesterday = periods.year(today().year), today() - timedelta(days=1)
    big = max((code for code in named if code != ROOT), key=lambda code: named[code])
    targets.put(ROOT, Kind.OLD, year, "20", "x", "bench")
    took: dict[str, Any] = {"live count, nothing frozen": _timed(lambda: counting.count(ROOT, Kind.OLD, year), rounds)}
    took["freezing"] = _timed(lambda: baselines.freeze(ROOT, year, "bench", "once more"), 1)
    took["live count, frozen"] = _timed(lambda: counting.count(ROOT, Kind.OLD, year), rounds)
    took["snapshot of the night"] = _timed(lambda: snapshots.take(yesterday, "bench", "once more"), rounds)

    def dashboard() -> None:
        snapshots.newest(ROOT, Kind.OLD, year)
        targets.holding(None, year)
        snapshots.trend(ROOT, Kind.OLD, year)

    took["what a dashboard reads"] = _timed(dashboard, 5 * rounds)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for root, called in ((ROOT, "province"), (big, "big unit")):
        for which in Which:
            asked = Asked(root, Kind.OLD, year, which)
            for after, page in ((0, "first page"), (lines * 3 // 4, "deep page")):
                key = f"list of {which.value}, {called}, {page}"
                took[key] = _timed(lambda asked=asked, after=after: lists.lines(asked, {}, after), rounds)  # type: ignore[misc]
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory
    return {
        "lines": lines,
        "units": units,
        "lines of the big unit": named[big],
        "seconds": took,
        "memory grown, KiB": grown,
    }


def _timed(call: Callable[[], object], rounds: int) -> dict[str, float]:
    found = []
    for _round in range(rounds):
        began = time.perf_counter()
        call()
        found.append(time.perf_counter() - began)
    return {"median": round(statistics.median(found), 3), "most": round(max(found), 3)}
