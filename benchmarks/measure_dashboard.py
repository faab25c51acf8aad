"""How long a dashboard takes: a province of 200 units and millions of lines, in a database of its own on PostgreSQL.

Times are those of Django's client in this process, so without the network. What is asked is the page as a whole, and
each chart of it: drawn for the first time, and asked for again by a reader who has it.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
import uuid
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

import psutil

from benchmarks.province import ROOT, TODAY

if TYPE_CHECKING:
    from django.test import Client


def measure(arguments: list[str]) -> dict[str, Any]:
    """Milliseconds of pages and charts, and megabytes of this process and the one that draws."""
    parser = argparse.ArgumentParser(prog="./run measure dashboard", description=__doc__)
    parser.add_argument("--lines", type=int, default=2_000_000)
    parser.add_argument("--units", type=int, default=200)
    parser.add_argument("--days", type=int, default=330, help="nights that were counted")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--charts", type=int, default=500, help="drawn to look at memory")
    options = parser.parse_args(arguments)
    server = os.environ["SOHOA_DATABASE_URL"]  # of ./run services urls
    with TemporaryDirectory(prefix="sohoa-dashboard-") as home, _Database(server) as url:
        os.environ |= {"SOHOA_HOME": home, "SOHOA_DATABASE_URL": url}
        for name in ("SOHOA_STORAGE_URL", "SOHOA_SEARCH_URL"):
            os.environ.pop(name, None)
        return _measured(options)


class _Database:
    def __init__(self, server: str) -> None:
        self._server, self._name = server, f"bench_{uuid.uuid4().hex}"

    def __enter__(self) -> str:
        self._tell(f"CREATE DATABASE {self._name} TEMPLATE template0 ENCODING 'UTF8'")
        return urlunsplit(urlsplit(self._server)._replace(path=f"/{self._name}"))

    def __exit__(self, *_error: object) -> None:
        import catalog

        catalog.close()
        self._tell(f"DROP DATABASE {self._name} WITH (FORCE)")

    def _tell(self, command: str) -> None:
        import psycopg

        with psycopg.connect(self._server, autocommit=True) as connection:
            connection.execute(command.encode())


def _measured(options: argparse.Namespace) -> dict[str, Any]:
    import catalog
    from web.settings import extras

    catalog.setup(extras())
    catalog.migrate()
    from benchmarks import busy_province, province
    from quotas import figures
    from quotas.charts import drawing

    province.fill(options.lines, options.units)
    busy_province.fill(options.days, scans=options.lines // 20, samples=options.lines // 500, uses=options.lines // 10)
    began = time.perf_counter()
    figures.take(TODAY)
    took = {"seconds to count the figures of a night": round(time.perf_counter() - began, 1)}
    client = _signed_in()
    unit = f"{ROOT}.X0"
    pages = {
        path.replace(unit, "COMMUNE"): _times(client, path, options.rounds)
        for path in (
            "/quotas/",
            "/quotas/?kind=new&sort=need",
            f"/quotas/of/{unit}/",
            f"/quotas/of/{unit}/?on=01/07/2026",
        )
    }
    now = _times(client, "/quotas/?now=1", 2)
    charts = {}
    for name in ("units", "trend", "months", "capacity", "quality", "backlog", "reuse"):
        path = f"/quotas/of/{ROOT}/charts/{name}.svg"
        first, etag = _asked(client, path)
        again, _etag = _asked(client, path, etag)
        charts[name] = {"drawn": first, "asked again": again}
    drawing.DRAWER.close()
    return took | {
        "lines": options.lines,
        "units": options.units,
        "milliseconds of pages": pages,
        "milliseconds counted just now": now,
        "milliseconds of charts": charts,
        "charts drawn": _drawn(options.charts),
    }


def _signed_in() -> Client:
    """An administrator of the whole installation."""
    from django.test import Client

    from accounts.models import Membership, User

    user = User.objects.create_user("quan.tri")
    Membership.objects.create(user=user, role="administrator", unit="")
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return client


def _times(client: Client, path: str, rounds: int) -> dict[str, float]:
    times, worked = [], []
    for _round in range(rounds):
        began = time.process_time()
        times.append(_asked(client, path)[0])
        worked.append(round(1000 * (time.process_time() - began)))
    of_processor = {"of this process's processor": round(statistics.median(worked[1:]))}
    return {"first": times[0], "median": round(statistics.median(times[1:])), "most": max(times[1:])} | of_processor


def _asked(client: Client, path: str, etag: str = "") -> tuple[int, str]:
    """Milliseconds until the whole answer is there, and its ETag."""
    began = time.perf_counter()
    answer = client.get(path, headers={"If-None-Match": etag} if etag else {})
    assert answer.status_code == (304 if etag else 200), (path, answer.status_code)
    assert etag or answer.content
    return round(1000 * (time.perf_counter() - began)), str(answer.headers.get("ETag", ""))


def _drawn(count: int) -> dict[str, Any]:
    """So many charts that all differ, one after the other: how long, and what it does to memory."""
    from quotas.charts import drawing
    from quotas.charts.records import Bar, Bars

    words = {"axis": "Tỷ lệ", "target": "Chỉ tiêu", "reached": "đạt", "missed": "chưa đạt", "nothing": "N/A"}
    times, own, others = [], [], []
    for number in range(count):
        rows = tuple(Bar(f"Ủy ban nhân dân xã {n}", (number + 7 * n) % 50 + number / 1000, 20.0) for n in range(25))
        began = time.perf_counter()
        drawing.svg(Bars(rows, **words))
        times.append(1000 * (time.perf_counter() - began))
        own.append(_megabytes(os.getpid()))
        others.append(_megabytes(drawing.DRAWER.process or os.getpid()))
    drawing.DRAWER.close()
    return {
        "number": count,
        "milliseconds of the first": round(times[0]),
        "milliseconds of the others, median": round(statistics.median(times[1:])),
        "megabytes of this process": {"after the first": own[0], "most": max(own), "after the last": own[-1]},
        "megabytes of the one that draws": {"after the first": others[0], "most": max(others)},
    }


def _megabytes(process: int) -> int:
    return int(psutil.Process(process).memory_info().rss // 1_000_000)
