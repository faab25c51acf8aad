"""Matching: how many results meet their line of a register, how many meet a wrong one, and how long it takes.

A made-up register with fixed damage (`benchmarks.made_register`) and results as digitizing leaves them. Weights and
thresholds were chosen while looking at seed 1; what counts are the others, and the register in a worse state.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.filled_register import fill
from benchmarks.made_register import WORSE, MadeRegister, MadeResult, Rates, make
from core.settings import settings

CHOSEN_ON, HELD_BACK = 1, (2, 3)
_TIMED = 1_000


def measure(arguments: list[str]) -> dict[str, Any]:
    """``--lines`` and ``--results`` of each register, ``--seeds``, ``--sequels`` (the share of second papers of
    one person and day), and ``--postgresql URL`` of a server to try as well (``postgresql://…/postgres``; a database
    of its own is made and dropped).
    """
    parser = argparse.ArgumentParser(prog="./run measure matching")
    parser.add_argument("--lines", type=int, default=200_000)
    parser.add_argument("--results", type=int, default=5_000)
    parser.add_argument("--seeds", type=int, nargs="*", default=[CHOSEN_ON, *HELD_BACK])
    parser.add_argument("--worse", type=int, nargs="*", default=[HELD_BACK[0]], help="seeds of worse registers")
    parser.add_argument("--sequels", type=float, default=Rates().sequels, help="share of lines, 0 to 1")
    parser.add_argument("--postgresql", default="")
    parser.add_argument("--errors", action="store_true", help="show each wrong link and each one that was not made")
    options = parser.parse_args(arguments)
    told: dict[str, Any] = {}
    usual = Rates(sequels=options.sequels)
    for rates, seeds, name in ((usual, options.seeds, "seed"), (WORSE, options.worse, "worse, seed")):
        for seed in seeds:
            told[f"{name} {seed}"] = on_sqlite(make(options.lines, options.results, seed, rates), options.errors)
            print(name, seed, told[f"{name} {seed}"], file=sys.stderr, flush=True)
    if options.postgresql:
        made = make(options.lines, options.results, HELD_BACK[0], usual)
        told[f"postgresql, seed {HELD_BACK[0]}"] = on_postgresql(made, options.postgresql)
    return {"rates": str(usual), "worse": str(WORSE)} | told


def on_sqlite(made: MadeRegister, errors: bool = False) -> dict[str, Any]:
    """Figures of a register in a catalog of its own."""
    home = Path(tempfile.mkdtemp(prefix="sohoa-matching-"))
    before = os.environ.get("SOHOA_HOME")
    os.environ["SOHOA_HOME"] = str(home)
    settings.cache_clear()
    try:
        return _inside(made, f"sqlite:///{home / 'catalog.sqlite3'}", errors)
    finally:
        shutil.rmtree(home, ignore_errors=True)
        os.environ.pop("SOHOA_HOME") if before is None else os.environ.update(SOHOA_HOME=before)
        settings.cache_clear()


def on_postgresql(made: MadeRegister, server: str) -> dict[str, Any]:
    """The same in a database of a PostgreSQL server."""
    import uuid
    from urllib.parse import urlsplit, urlunsplit

    import psycopg

    name = f"b_{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
    try:
        return _inside(made, urlunsplit(urlsplit(server)._replace(path=f"/{name}")))
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _inside(made: MadeRegister, url: str, errors: bool = False) -> dict[str, Any]:
    import catalog
    from tests.catalog.support import use_database

    catalog.setup()
    with use_database(url):
        catalog.migrate()
        found = figures(made, errors)
        catalog.close()
        return found


def figures(made: MadeRegister, errors: bool = False) -> dict[str, Any]:
    """Fill the empty catalog that is set up, match, and compare with the truth."""
    from django.db import connection

    from registers import linking

    began = time.perf_counter()
    lines, results = fill(made)
    filled = time.perf_counter() - began
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    began, worked = time.perf_counter(), time.process_time()
    timed = linking.catch_up(min(_TIMED, len(results)))
    took, worked = time.perf_counter() - began, time.process_time() - worked
    while linking.catch_up(_TIMED):
        pass
    return {
        "lines": len(lines),
        "results": len(results),
        "s to fill": round(filled, 1),
        f"s for {timed} results": round(took, 2),
        "of these s of work in this process": round(worked, 2),
        **_compared(made, lines, results, errors),
    }


def _compared(made: MadeRegister, lines: Mapping[int, int], results: Mapping[int, int], errors: bool) -> dict[str, Any]:
    from registers.models import Candidate, Line, Looked

    linked = dict(Line.objects.exclude(result=None).values_list("result_id", "pk"))
    outcome = dict(Looked.objects.values_list("result_id", "outcome"))
    offered: dict[int, set[int]] = {}
    for result, line in Candidate.objects.values_list("result_id", "line_id"):
        offered.setdefault(result, set()).add(line)
    tally: Counter[str] = Counter()
    for place, one in enumerate(made.results):
        id = results[place]
        truth = lines[one.line] if one.line is not None else None
        told = _verdict(linked.get(id), truth, outcome.get(id, ""), offered.get(id, set()))
        tally[told] += 1
        if errors and told not in {"right", "rightly none"}:
            print(told, one, made.lines[one.line] if one.line is not None else None, sep="\n  ")
            if linked.get(id):
                print("  !!", Line.objects.filter(pk=linked[id]).values().get())
    listed = sum(one.line is not None for one in made.results)
    wrong = tally["wrong line"] + tally["linked, in no register"]
    return {
        "precision": round(tally["right"] / max(1, tally["right"] + wrong), 5),
        "recall": round(tally["right"] / max(1, listed), 4),
        "outcomes": dict(sorted(tally.items())),
        "settled": _settled(made.results, results),
    }


def _verdict(linked: int | None, truth: int | None, outcome: str, offered: set[int]) -> str:
    if linked is not None:
        return "right" if linked == truth else "linked, in no register" if truth is None else "wrong line"
    if truth is None:
        return "rightly none" if outcome == "none" else "asked, in no register"
    return "asked, its line offered" if truth in offered else "asked in vain" if outcome == "unsure" else "not found"


def _settled(made: tuple[MadeResult, ...], results: Mapping[int, int]) -> dict[str, int]:
    """Fields that were under review: settled by the register as they truly are, or wrong, or still under review."""
    from catalog.models import Field

    tally: Counter[str] = Counter()
    by_id = {results[place]: one for place, one in enumerate(made)}
    for result, name, value, review in Field.objects.values_list("result_id", "name", "value", "review"):
        one = by_id[result]
        if name in one.doubted:
            right = value.casefold() == _truth(one, name).casefold()
            tally["left to a person" if review else "settled right" if right else f"settled wrong: {name}"] += 1
        elif review:
            tally["read surely, questioned"] += 1
    return dict(sorted(tally.items()))


def _truth(one: MadeResult, name: str) -> str:
    paper, holders = one.truth, (*one.truth.holders, ("", ""))
    return {
        "number": paper.number_text,
        "issue_date": paper.day.isoformat(),
        "holder": holders[0][0],
        "holder_id": holders[0][1],
        "co_holder": holders[1][0],
        "co_holder_id": holders[1][1],
        "register_number": paper.book,
    }[name]
