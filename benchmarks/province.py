"""A made-up province in PostgreSQL: 200 units, millions of lines of registers, and results for three in ten of them."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from typing import Any

ROOT = "H61"
TODAY = date(2026, 11, 30)
_LONG_AGO = date(2010, 1, 4)
_WORDS = "giấy phép xây dựng quyết định cấp chứng nhận quyền sử dụng đất hộ kinh doanh khai sinh kết hôn".split()
_FAMILY = "Nguyễn Trần Lê Phạm Huỳnh Võ Đặng Bùi".split()


def fill(lines: int, units: int = 200, seed: int = 7) -> dict[str, int]:
    """Fill the database that `catalog` works on, migrated and empty before; returns code → number of lines named."""
    from django.db import connection

    drawn = random.Random(seed)
    ids = _units(units)
    weights = [1 / (place + 6) for place in range(len(ids))]
    chosen = drawn.choices(list(ids), weights, k=lines)
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO off")
        base = _base(ids[ROOT])
        linked = sorted(drawn.sample(range(1, lines + 1), lines * 3 // 10))
        _copy("catalog_document", _documents(linked, base[1]))
        _copy("catalog_result", _results(linked, chosen, ids, base[0], random.Random(seed + 1)))
        _copy("registers_line", _lines(chosen, ids, frozenset(linked), base[2], random.Random(seed + 2)))
        cursor.execute("INSERT INTO catalog_carrier SELECT id, 'x', now() FROM catalog_result WHERE id % 1009 = 0")
        cursor.execute("ANALYZE")
    return {code: chosen.count(code) for code in ids}


def _units(count: int) -> dict[str, int]:
    """Codes with row ids: the root, departments, communes, and districts that ended with a commune as successor."""
    from catalog import organisation, units

    units.add(ROOT, "Ủy ban nhân dân tỉnh")
    departments, districts = 15, 15
    for number in range(departments):
        units.add(f"{ROOT}.S{number}", f"Sở số {number}", ROOT)
    for number in range(count - departments - districts - 1):
        units.add(f"{ROOT}.X{number}", f"Ủy ban nhân dân xã số {number}", ROOT)
    for number in range(districts):
        heirs = (f"{ROOT}.X{number}",) if number % 3 else (f"{ROOT}.X{number}", f"{ROOT}.X{number + 20}")
        name = f"Ủy ban nhân dân huyện số {number}"
        units.add(f"{ROOT}.H{number}", name, ROOT, valid_to=date(2025, 6, 30), successors=heirs)
    return dict(organisation.whole().ids)


def _base(unit: int) -> tuple[int, int, int]:
    """Ids of a batch, a scan and an import that all rows hang on."""
    from catalog.models import Batch, Scan
    from registers.models import Import

    now = datetime(2026, 1, 2, tzinfo=UTC)
    batch = Batch.objects.create(unit_id=unit, name="đợt", created=now)
    scan = Scan.objects.create(
        batch=batch,
        unit_id=unit,
        name="a",
        sha256="0" * 64,
        size=1,
        media_type="application/pdf",
        pages=1,
        received=now,
    )
    made = Import.objects.create(unit_id=ROOT, name="sổ.xlsx", actor="x", time=now)
    return batch.pk, scan.pk, made.pk


def _documents(linked: Sequence[int], scan: int) -> Iterator[dict[str, Any]]:
    for number in linked:
        yield {
            "id": number,
            "scan_id": scan,
            "ordinal": number,
            "first_page": 1,
            "last_page": 2,
            "page_kinds": "[]",
            "pages": 1 + number % 9,
            "state": "recorded",
            "changed": datetime(2026, 1, 2, tzinfo=UTC),
        }


def _results(
    linked: Sequence[int], chosen: Sequence[str], ids: dict[str, int], batch: int, drawn: random.Random
) -> Iterator[dict[str, Any]]:
    began = datetime(2025, 7, 1, 2, tzinfo=UTC)
    for number in linked:
        review = drawn.random() < 0.1
        yield {
            "id": number,
            "document_id": number,
            "unit_id": ids[chosen[number - 1]],
            "batch_id": batch,
            "document_type": "Giấy phép xây dựng",
            "number": f"{number % 9000 + 1}/GPXD",
            "holder": _name(drawn),
            "holder_ids": "[]",
            "in_review": review,
            "doubts": int(review),
            "state": "to_review" if review else "accepted",
            "valid_to": began.date() + timedelta(drawn.randrange(1500)) if drawn.random() < 0.1 else None,
            "status": "revoked" if drawn.random() < 0.005 else "in_force",
            "archive_key": "sha256/ab/cd/abcd",
            "archive_sha256": f"{number:064x}",
            "archive_size": 1000,
            "text": " ".join(drawn.choices(_WORDS, k=200)),
            "recorded": began + timedelta(minutes=drawn.randrange(740_000)),
        }


def _lines(
    chosen: Sequence[str], ids: dict[str, int], linked: frozenset[int], imported: int, drawn: random.Random
) -> Iterator[dict[str, Any]]:
    now = datetime(2026, 1, 2, tzinfo=UTC)
    days = (TODAY - _LONG_AGO).days
    for number, code in enumerate(chosen, start=1):
        day = _LONG_AGO + timedelta(drawn.randrange(days))
        chance = drawn.random()
        holder = _name(drawn)
        yield {
            "id": number,
            "unit_id": ids[code],
            "key": f"{number:032x}",
            "number": f"{number % 9000 + 1}/GPXD",
            "number_key": f"{number % 9000 + 1}/{day.year}",
            "document_type": "Giấy phép xây dựng",
            "subject": " ".join(drawn.choices(_WORDS, k=12)),
            "issue_date": None if chance > 0.97 else day,
            "holder": holder,
            "holder_key": f"{number % 700_000}",
            "holder_id": f"{number % 900_000:012d}" if chance < 0.7 else "",
            "valid_to": day + timedelta(drawn.randrange(9000)) if chance < 0.2 else None,
            "status": "revoked" if drawn.random() < 0.01 else "in_force",
            "withdrawn": now if drawn.random() < 0.002 else None,
            "values": '{"box": "HT-01", "pages": "2"}',
            "imported_id": imported,
            "row": number,
            "first_seen": now,
            "changed": now,
            "result_id": number if number in linked else None,
        }


def _name(drawn: random.Random) -> str:
    return f"{drawn.choice(_FAMILY)} Văn {drawn.choice(_WORDS).title()}"


def _copy(table: str, rows: Iterator[dict[str, Any]]) -> None:
    """Copy rows into a table; columns that they do not name get the default of their field."""
    from django.apps import apps
    from django.db import connection

    model = next(model for model in apps.get_models() if model._meta.db_table == table)
    first = next(rows)
    rest: dict[str, Any] = {
        str(field.column): _default(field.get_default)
        for field in model._meta.concrete_fields
        if field.column not in first
    }
    columns = [*first, *rest]
    named = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({named}) FROM STDIN") as copy:
        for row in chain((first,), rows):
            copy.write_row([*row.values(), *rest.values()])
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")


def _default(found: Callable[[], Any]) -> Any:
    value = found()
    return json.dumps(value) if isinstance(value, list | dict) else value
