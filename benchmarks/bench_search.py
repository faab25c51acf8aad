"""How fast results are found: made-up results, eight searches at a time, each with all facets, filters and snippets.

The embedded index is made in a folder of its own; Elasticsearch is asked where its address is given. Every asker is a
process, as a worker of the pages is. A search is what a page asks: 20 hits with snippets, six facets, what one office
may see, and for one search in three a filter on sector or years.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from multiprocessing.pool import Pool
from multiprocessing.synchronize import Barrier
from pathlib import Path
from statistics import quantiles
from typing import Any

from benchmarks.made_up import UNITS, results, slip
from core.text import fold
from indexing import Query, SearchDocument, Visible, open_index
from indexing.records import FACETS

AT_ONCE = 8
"""Searches under way at a time."""

ASKED = 200
"""Searches of each kind that are timed, after a quarter as many that are not."""

EMBEDDED = 100_000
"""Results in the embedded index."""

ELASTIC = (10_000, 100_000)
"""Results in Elasticsearch, one index each, where --sizes names no others."""

GOALS: dict[str, dict[str, int]] = {
    "elastic": {
        **dict.fromkeys(("id", "dossier", "number", "name one slip", "number one slip"), 30),
        **dict.fromkeys(("name", "name without accents", "phrase"), 70),
        "common words": 110,
    },
}
EMBEDDED_GOAL = 25
"""95 of 100 searches answer within so many milliseconds."""

KINDS = tuple(GOALS["elastic"])

_COMMON = (
    "quyền sử dụng đất|chuyển mục đích|nhà ở riêng lẻ|đăng ký kết hôn|hộ kinh doanh|ủy ban nhân dân|giấy phép xây dựng|"
    "bồi thường hỗ trợ|an toàn thực phẩm|thường trú tại xã|nộp tiền sử dụng đất|giấy khai sinh"
).split("|")
_PHRASES = (
    '"chuyển mục đích sử dụng"|"nộp tiền sử dụng đất theo quy định"|"chỉnh lý hồ sơ địa chính"|"nhà ở riêng lẻ"|'
    '"có hiệu lực kể từ ngày ký"|"bán lẻ tạp hóa, nước giải khát"|"chưa đăng ký kết hôn với ai"'
).split("|")


@dataclass(frozen=True)
class Place:
    """What `open_index` takes."""

    url: str
    name: str
    folder: Path


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """Milliseconds of each kind of search on each index, and results indexed a second."""
    with tempfile.TemporaryDirectory(prefix="sohoa-bench-") as folder:
        found: dict[str, Any] = {
            "at_once": AT_ONCE,
            "asked": options.asked,
            "goals_p95": GOALS | {"embedded": EMBEDDED_GOAL},
        }
        if not options.elasticsearch or options.embedded:
            size = options.embedded or EMBEDDED
            found["embedded"] = {size: _on(Place("embedded:", f"bench-{size}", Path(folder)), size, options)}
        if options.elasticsearch:
            places = {size: Place(options.elasticsearch, f"sohoa-bench-{size}", Path(folder)) for size in options.sizes}
            found["elastic"] = {size: _on(place, size, options) for size, place in places.items()}
    return found


def add_options(parser: argparse.ArgumentParser) -> None:
    """What this benchmark alone understands."""
    parser.add_argument("--elasticsearch", metavar="URL", help="search: measure this server (ES_BENCH=1 ES_HEAP=3g)")
    parser.add_argument("--sizes", type=int, nargs="+", default=ELASTIC, help="search: results in Elasticsearch")
    parser.add_argument("--embedded", type=int, default=0, help=f"search: results in the embedded index ({EMBEDDED})")
    parser.add_argument("--asked", type=int, default=ASKED, help=f"search: searches of each kind ({ASKED})")
    parser.add_argument("--keep", action="store_true", help="search: use an index of this size that is there, keep it")


def _on(place: Place, size: int, options: argparse.Namespace) -> dict[str, Any]:
    """One index: made, asked, thrown away."""
    found: dict[str, Any] = {}
    with open_index(place.url, place.name, place.folder) as index:
        if not (options.keep and index.exists() and index.count() == size):
            began = time.perf_counter()
            index.rebuild(results(size))
            found["indexed_per_second"] = round(size / (time.perf_counter() - began))
            found["compacted_seconds"] = _compacted(place)
    load = os.getloadavg()[0]
    spawned = multiprocessing.get_context("spawn")
    ready = spawned.Barrier(AT_ONCE)
    with spawned.Pool(AT_ONCE, _open, (place, ready)) as askers:
        found["milliseconds"] = {
            kind: _timed(askers, queries, options.asked) for kind, queries in searches(size, options.asked)
        }
    found["load_before_and_after"] = [round(load, 1), round(os.getloadavg()[0], 1)]
    if not options.keep and place.url != "embedded:":
        _drop(place)
    return found


def searches(size: int, count: int, seed: int = 7) -> Iterator[tuple[str, list[Query]]]:
    """Kind, and `count` searches of it with a quarter more to warm up, over `size` made-up results."""
    lots = random.Random(seed)
    known = list(islice(results(size), 4_000))  # the same as the first ones in the index
    for kind in KINDS:
        yield kind, [_query(_typed(kind, lots.choice(known), lots), lots) for _ in range(count + count // 4)]


def _typed(kind: str, one: SearchDocument, lots: random.Random) -> str:
    """What a clerk types who looks for `one`, or for what many have."""
    *others, last = fold(one.holder).split()
    ways: dict[str, Callable[[], str]] = {
        "id": lambda: one.ids[0],
        "dossier": lambda: one.dossier,
        "number": lambda: one.number,
        "number one slip": lambda: slip(one.ids[0], lots),
        "name one slip": lambda: " ".join([*others, slip(last, lots)]),
        "name": lambda: one.holder,
        "name without accents": lambda: fold(one.holder),
        "phrase": lambda: lots.choice(_PHRASES),
        "common words": lambda: lots.choice(_COMMON),
    }
    return ways[kind]()


def _query(text: str, lots: random.Random) -> Query:
    """As a page asks: a clerk sees the open results of 40 units, and criminal records of one."""
    first = lots.randrange(len(UNITS) - 40)
    units = frozenset(UNITS[first : first + 40]) if lots.random() < 0.5 else None
    visible = Visible(units, (("criminal_record", frozenset(UNITS[first : first + 1])),))
    years = lots.random() < 1 / 6
    return Query(
        text,
        visible=visible,
        sector="Đất đai" if lots.random() < 1 / 6 else None,
        date_from=date(2008, 1, 1) if years else None,
        date_to=date(2018, 12, 31) if years else None,
        facets=FACETS,
    )


def _timed(askers: Pool, queries: list[Query], count: int) -> dict[str, float]:
    """Milliseconds within which 50, 95 and 99 of 100 searches were answered, and the mean of results found."""
    portions = [(queries[turn::AT_ONCE], -(-count // AT_ONCE)) for turn in range(AT_ONCE)]
    answers = [answer for portion in askers.map(_ask, portions, chunksize=1) for answer in portion]
    cuts = quantiles([seconds * 1_000 for seconds, _ in answers], n=100)
    found = sum(total for _, total in answers) / len(answers)
    return {"p50": round(cuts[49], 1), "p95": round(cuts[94], 1), "p99": round(cuts[98], 1), "found": round(found)}


_asker: dict[str, Any] = {}


def _open(place: Place, ready: Barrier) -> None:
    """An asker gets to work."""
    _asker.update(index=open_index(place.url, place.name, place.folder), ready=ready)


def _ask(portion: tuple[list[Query], int]) -> list[tuple[float, int]]:
    """Seconds and totals of the last searches of one asker, once all are ready; the first ones are to get warm."""
    queries, timed = portion
    answers = []
    _asker["ready"].wait()
    for query in queries:
        began = time.perf_counter()
        hits = _asker["index"].search(query)
        answers.append((time.perf_counter() - began, hits.total))
    return answers[-timed:]


def _compacted(place: Place) -> float:
    """Seconds until the server has put the pieces of the new index together."""
    if place.url == "embedded:":
        return 0.0
    from elasticsearch import Elasticsearch

    began = time.perf_counter()
    with Elasticsearch(place.url, request_timeout=3600) as client:
        client.indices.forcemerge(index=place.name, max_num_segments=1)
    return round(time.perf_counter() - began, 1)


def _drop(place: Place) -> None:
    from elasticsearch import Elasticsearch

    with Elasticsearch(place.url) as client:
        for index in client.indices.get(index=f"{place.name}-*"):
            client.indices.delete(index=index)
        client.indices.delete_index_template(name=place.name)
