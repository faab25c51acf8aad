"""How long the indicators of a province take: 2,000,000 dossiers of three years, three components each, on PostgreSQL.

Run it as ``./run measure reports``, or with SOHOA_DATABASE_URL naming an empty PostgreSQL database.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent.parent))

UNITS, DOSSIERS, COMPONENTS = 200, 2_000_000, 3

_DOSSIERS = f"""
INSERT INTO registers_dossier (code, unit_id, procedure, received, resolved, returns_paper, result_digitized, shared,
    applicant, applicant_id, way, imported_id, changed)
SELECT 'H1-' || n, (SELECT MIN(id) FROM catalog_unit) + n %% {UNITS}, '1.' || n %% 900,
    DATE '2024-01-01' + n %% 1095,
    CASE WHEN n %% 10 = 0 THEN NULL ELSE DATE '2024-01-01' + n %% 1095 + n %% 20 END,
    n %% 8 <> 0, n %% 3 = 0, n %% 9 = 0,
    '', '', 'api', %s, now()
FROM generate_series(1, {DOSSIERS}) n
"""
_COMPONENTS = f"""
INSERT INTO registers_component (dossier_id, ordinal, name, state)
SELECT d.id, o, 'Giấy tờ', (ARRAY['none', 'digitized', 'none', 'reused', 'reused_portal', 'none'])[1 + (d.id + o) %% 6]
FROM registers_dossier d, generate_series(1, {COMPONENTS}) o
"""


def main() -> None:
    """Fill the database, and time the reports."""
    import catalog

    catalog.setup()
    catalog.migrate()
    from django.db import connection

    from quotas import dossier_lists, indicators, periods
    from quotas.dossier_facts import Figure

    _fill()
    for code in ("2026", "2026-q3", "2026-07"):
        period = periods.parse(code)
        all_units = _timed(partial(indicators.figures, "H1", period))
        one_unit = _timed(partial(indicators.figures, "H1.7", period))
        listed = _timed(partial(dossier_lists.listing, dossier_lists.Wanted("H1", period, Figure.COMPLETE)))
        print(f"{code}: {all_units:.2f} s, one unit {one_unit:.2f} s, a list {listed:.3f} s")
    connection.close()


def _fill() -> None:
    from django.db import connection

    from catalog import units
    from catalog.models import Unit
    from catalog.values import now
    from registers.models import Import

    if Unit.objects.exists():
        return
    units.add("H1", "Tỉnh")
    for number in range(1, UNITS):
        units.add(f"H1.{number}", f"Xã {number}", "H1")
    first = Import.objects.create(unit_id="H1", way="api", name="", actor="an", time=now())
    with connection.cursor() as cursor:
        cursor.execute(_DOSSIERS, [first.pk])
        cursor.execute(_COMPONENTS, [])
        cursor.execute("ANALYZE")


def _timed(work: Callable[[], object]) -> float:
    """Median of three turns, in seconds."""
    times = []
    for _turn in range(3):
        begin = time.perf_counter()
        work()
        times.append(time.perf_counter() - begin)
    return sorted(times)[1]


if __name__ == "__main__":
    main()
