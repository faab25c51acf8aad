"""Results with files in a store, as the pipeline leaves them; and disposals whose waiting time is over."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import catalog
from catalog import batches, results, scans, units
from pipeline.records import SplitRule
from storage import ObjectStore, open_store
from tests.catalog.support import processed, scan

OLD = {
    "document_type": "Giấy phép xây dựng",
    "number": "577/GPXD",
    "issuer": "UBND huyện Lai Vung",
    "issue_date": "2009-03-05",
    "holder": "Nguyễn Thị Hòa",
    "holder_id": "087185001234",
    "subject": "Cấp phép cho bà Nguyễn Thị Hòa",
}
EVERYTHING: dict[str, None] = {}
UNITS = ("H61", "H61.12", "H61.13", "H99")


def organisation() -> None:
    """A province with two districts, and another province."""
    units.add("H61", "Tỉnh")
    units.add("H61.12", "Huyện Lai Vung", "H61")
    units.add("H61.13", "Huyện Lấp Vò", "H61")
    units.add("H99", "Tỉnh khác")


def store_at(folder: Path) -> ObjectStore:
    return open_store((folder / "objects").as_uri())


def put(store: ObjectStore, folder: Path, content: bytes) -> str:
    """The key of an object with these bytes."""
    path = folder / "bytes"
    path.write_bytes(content)
    return store.put(path, hashlib.sha256(content).hexdigest(), "application/pdf")


def result(
    store: ObjectStore,
    folder: Path,
    name: str = "a",
    unit: str = "H61.12",
    count: int = 1,
    content: bytes = b"",
    **values: str,
) -> list[int]:
    """Ids of `count` results out of one file of the unit; the file's bytes are `content`, or made of its name."""
    batch = batches.open_batch(unit, None, f"hộp {unit}")
    data = content or f"%PDF {name}".encode()
    received = scans.receive(scan(f"{name}.pdf", data, pages=2 * count), batch, SplitRule.SEPARATOR)
    scans.stored(received.id, put(store, folder, data))
    assert scans.claim(received.id, "tests")
    found = []
    for ordinal in range(1, count + 1):
        made = processed(ordinal, 2 * ordinal - 1, 2 * ordinal, OLD | values)
        seed = f"{hashlib.sha256(data).hexdigest()} {ordinal}".encode()
        archive, words = (put(store, folder, seed + kind) for kind in (b" pdf", b" xml"))
        made = replace(
            made,
            archive=replace(made.archive, sha256=archive[-64:]),
            words=replace(made.words, sha256=words[-64:]),
        )
        found.append(results.record(received.id, made, archive, words))
    scans.finished(received.id, "tests")
    return found


def decided(ids: list[int], unit: str = "H61.12") -> int:
    """A disposal of these results, decided and with its waiting time over."""
    from preservation.retention import disposals

    made = disposals.propose_these(unit, ids, EVERYTHING, "an.nguyen", "hồ sơ số 12")
    disposals.decide(made.id, disposals.Decision("12/QĐ-UBND", date(2026, 1, 2), "Trần Văn Bình"), "binh.tran")
    over(made.id)
    return made.id


def over(disposal: int) -> None:
    """Let the waiting time of a disposal be over."""
    from catalog.values import today
    from preservation.retention.models import Disposal

    Disposal.objects.filter(pk=disposal).update(ready=today() - timedelta(days=1))


def close() -> None:
    catalog.close()
