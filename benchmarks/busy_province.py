"""What a province did in a year, beside its lines and results (`benchmarks.province`): nights that were counted, papers
that were scanned, samples that were judged, and results that were used again.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, Any

from benchmarks.province import ROOT, TODAY

if TYPE_CHECKING:
    from django.db.models import Model

_TYPES = (
    ("Giấy khai sinh", 30),
    ("Giấy chứng nhận quyền sử dụng đất", 26),
    ("Giấy phép xây dựng", 14),
    ("Giấy chứng nhận kết hôn", 11),
    ("Quyết định cho phép chuyển mục đích sử dụng đất", 8),
    ("Giấy chứng nhận đăng ký hộ kinh doanh", 6),
    ("Phiếu lý lịch tư pháp", 3),
    ("Giấy phép môi trường", 2),
)
_PEOPLE = ("nguyen.thi.lan", "tran.van.binh", "le.thi.hoa", "pham.minh.duc", "vo.thi.mai", "dang.quoc.huy")


def fill(days: int, scans: int, samples: int, uses: int, seed: int = 11) -> None:
    """Fill what stands around lines and results; `days`: nights that were counted, today's among them."""
    from django.db import connection

    drawn = random.Random(seed)
    with connection.cursor() as cursor:
        names = [name for name, weight in _TYPES for _ in range(weight)]
        choices = " ".join(f"WHEN {number} THEN '{name}'" for number, name in enumerate(names))
        step = f"(id * 7919) % {len(names)}"
        cursor.execute(f"UPDATE catalog_result SET document_type = CASE {step} {choices} END")
    _nights(days)
    _scanned(scans, drawn)
    _judged(samples, drawn)
    _used(uses, drawn)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _nights(days: int) -> None:
    """Targets, the snapshot of today, and earlier ones with less and less of it digitized."""
    from quotas import periods, snapshots, targets
    from quotas.models import Snapshot
    from quotas.states import Kind

    year = periods.year(TODAY.year)
    targets.put(ROOT, Kind.OLD, year, Decimal(20), "Nghị định 107/2021/NĐ-CP", "quan.tri")
    targets.put(ROOT, Kind.NEW, year, Decimal(100), "Nghị định 107/2021/NĐ-CP", "quan.tri")
    targets.put(f"{ROOT}.S1", Kind.OLD, year, Decimal(35), "Kế hoạch 12/KH-UBND", "quan.tri")
    snapshots.take(TODAY, "benchmark")
    today = list(Snapshot.objects.all())
    _in_parts(Snapshot, (_earlier(row, back, days) for back in range(1, days) for row in today))


def _earlier(row: Any, back: int, days: int) -> Any:
    from quotas.models import Snapshot

    part = 1 - (back / days) ** 0.9
    kept = {
        field.attname: getattr(row, field.attname) for field in Snapshot._meta.concrete_fields if field.name != "id"
    }
    names = ("own_digitized", "digitized", "results", "pages")
    return Snapshot(**kept | {name: int(kept[name] * part) for name in names} | {"day": TODAY - timedelta(days=back)})


def _scanned(count: int, drawn: random.Random) -> None:
    from catalog.models import Batch, Scan, Unit
    from staging.models import Arrival, StagedBatch

    now = datetime(2026, 11, 1, tzinfo=UTC)
    units = list(Unit.objects.filter(valid_to=None).order_by("pk").values_list("pk", flat=True))[:60]
    batches = [Batch(unit_id=drawn.choice(units), name=f"đợt {n}", created=now) for n in range(max(1, count // 20))]
    batches = Batch.objects.bulk_create(batches)
    people = [_PEOPLE[min(int(drawn.expovariate(0.8)), len(_PEOPLE) - 1)] for _ in batches]
    StagedBatch.objects.bulk_create(
        StagedBatch(batch=batch, operator=person, split="blank", opened=now, opened_by=person)
        for batch, person in zip(batches, people, strict=True)
    )
    scans = Scan.objects.bulk_create(
        [
            Scan(
                batch=batch,
                unit_id=batch.unit_id,
                name="a.pdf",
                sha256=f"{n:064x}",
                size=1,
                media_type="application/pdf",
                pages=40,
                split="blank",
                received=now,
            )
            for n, batch in ((n, batches[n // 20 % len(batches)]) for n in range(1, count + 1))
        ],
        batch_size=5_000,
    )
    weekdays = [day for day in (TODAY - timedelta(days=back) for back in range(60)) if day.weekday() < 5]
    at = {batch.pk: drawn.choice(weekdays) for batch in batches}
    arrivals = (
        Arrival(
            scan=scan,
            batch_id=scan.batch_id,
            way="watched" if scan.pk % 5 else "upload",
            actor="x",
            time=datetime.combine(at[scan.batch_id], datetime.min.time(), UTC) + timedelta(hours=2 + scan.pk % 7),
            pages=20 + scan.pk % 60,
        )
        for scan in scans
    )
    _in_parts(Arrival, arrivals)


def _judged(count: int, drawn: random.Random) -> None:
    from catalog.models import Result
    from review.models import Sample, SampleField
    from review.states import SampleState

    results = list(Result.objects.order_by("pk").values_list("pk", "unit__code", "document_type")[: 50 * count : 50])
    made = Sample.objects.bulk_create(
        Sample(
            result_id=pk,
            unit=unit,
            document_type=kind,
            operator=drawn.choice(_PEOPLE),
            drawn=datetime(2026, 3, 1, tzinfo=UTC),
            state=SampleState.JUDGED.value,
            actor="x",
            judged=datetime(2026, 3, 2, tzinfo=UTC) + timedelta(days=pk % 200),
        )
        for pk, unit, kind in results
    )
    _in_parts(SampleField, (SampleField(sample=one, name="number", wrong=drawn.random() < 0.04) for one in made))


def _used(count: int, drawn: random.Random) -> None:
    from catalog.models import Result
    from reuse.models import Reuse

    results = list(Result.objects.order_by("pk").values_list("pk", "unit__code")[:count])
    days = (TODAY - date(2026, 1, 1)).days
    uses = (
        Reuse(
            result_id=pk,
            edition=1,
            unit_id=unit,
            dossier=f"{unit}-26-{number}",
            dossier_day=date(2026, 1, 1) + timedelta(days=drawn.randrange(days)),
            ordinal=1,
            person="x",
            actor="x",
            time=datetime(2026, 6, 1, tzinfo=UTC),
            request="x",
            vouched="{}",
        )
        for number, (pk, unit) in enumerate(results)
    )
    _in_parts(Reuse, uses)


def _in_parts(model: type[Model], rows: Iterator[Any]) -> None:
    while part := list(islice(rows, 5_000)):
        model._default_manager.bulk_create(part)
