"""How long the indicators of a province take: dossiers of three years, three components each, on PostgreSQL."""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import tempfile
import time
import uuid
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlsplit, urlunsplit

UNITS, COMPONENTS = 200, 3

_DOSSIERS = f"""
INSERT INTO registers_dossier (code, unit_id, procedure, received, resolved, returns_paper, result_digitized, shared,
    applicant, applicant_id, way, imported_id, changed)
SELECT 'H1-' || n, (SELECT MIN(id) FROM catalog_unit) + n %% {UNITS}, '1.' || n %% 900,
    DATE '2024-01-01' + n %% 1095,
    CASE WHEN n %% 10 = 0 THEN NULL ELSE DATE '2024-01-01' + n %% 1095 + n %% 20 END,
    n %% 8 <> 0, n %% 3 = 0, n %% 9 = 0,
    '', '', 'api', %s, now()
FROM generate_series(1, %s) n
"""
_COMPONENTS = f"""
INSERT INTO registers_component (dossier_id, ordinal, name, state)
SELECT d.id, o, 'Giấy tờ', (ARRAY['none', 'digitized', 'none', 'reused', 'reused_portal', 'none'])[1 + (d.id + o) %% 6]
FROM registers_dossier d, generate_series(1, {COMPONENTS}) o
"""


def measure(arguments: list[str]) -> dict[str, Any]:
    """Seconds, medians of three. SOHOA_DATABASE_URL names the server (`./run services urls`); what is measured is a
    database of its own there, dropped afterwards.
    """
    import psycopg

    parser = argparse.ArgumentParser(prog="./run measure reports")
    parser.add_argument("--dossiers", type=int, default=2_000_000)
    options = parser.parse_args(arguments)
    server = urlsplit(os.environ.get("SOHOA_DATABASE_URL", ""))
    if server.scheme not in {"postgresql", "postgres"}:
        parser.error('set SOHOA_DATABASE_URL first: eval "$(./run services urls)"')
    name, home = f"bench_reports_{uuid.uuid4().hex[:8]}", tempfile.mkdtemp(prefix="sohoa-reports-")
    os.environ |= {"SOHOA_DATABASE_URL": urlunsplit(server._replace(path=f"/{name}")), "SOHOA_HOME": home}
    with psycopg.connect(urlunsplit(server._replace(path="/postgres")), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
        try:
            return _measured(options.dossiers)
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
            shutil.rmtree(home, ignore_errors=True)


def _measured(dossiers: int) -> dict[str, Any]:
    import catalog

    catalog.setup()
    catalog.migrate()
    from quotas import dossier_lists, indicators, periods
    from quotas.dossier_facts import Figure

    _fill(dossiers)
    took = {}
    for code in ("2026", "2026-q3", "2026-07"):
        period = periods.parse(code)
        took[code] = {
            "all units": _timed(partial(indicators.figures, "H1", period)),
            "one unit": _timed(partial(indicators.figures, "H1.7", period)),
            "a list": _timed(partial(dossier_lists.listing, dossier_lists.Wanted("H1", period, Figure.COMPLETE))),
        }
    return {"dossiers": dossiers, "units": UNITS, "seconds": took}


def _fill(dossiers: int) -> None:
    from django.db import connection

    from catalog import units
    from catalog.values import now
    from registers.models import Import

    units.add("H1", "Tỉnh")
    for number in range(1, UNITS):
        units.add(f"H1.{number}", f"Xã {number}", "H1")
    first = Import.objects.create(unit_id="H1", way="api", name="", actor="an", time=now())
    with connection.cursor() as cursor:
        cursor.execute(_DOSSIERS, [first.pk, dossiers])
        cursor.execute(_COMPONENTS, [])
        cursor.execute("ANALYZE")


def _timed(work: Callable[[], object]) -> float:
    times = []
    for _turn in range(3):
        begin = time.perf_counter()
        work()
        times.append(time.perf_counter() - begin)
    return round(statistics.median(times), 3)
