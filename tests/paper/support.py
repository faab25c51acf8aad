"""Results in batches, without files behind them."""

from __future__ import annotations

from catalog import batches, results, units
from tests.catalog import support

UNIT = "H61.12"


def shelve(batch: str, count: int, unit: str = UNIT) -> list[int]:
    """Ids of the results of a batch, in the order of the papers; each came in a file of its own."""
    if not any(known.code == unit for known in units.listing()):
        units.add(unit, "Ủy ban nhân dân huyện Lai Vung")
    id = batches.open_batch(unit, None, batch)
    made = []
    for number in range(1, count + 1):
        scan = support.stored_scan(id, f"{batch}-{number}.pdf", f"{unit} {batch} {number}".encode())
        values = {"document_type": "Giấy phép xây dựng", "number": f"{number}/GPXD", "holder": "Nguyễn Thị Hòa"}
        made.append(results.record(scan, support.processed(values=values), "archive", "words"))
    return made


def batch_id(name: str) -> int:
    return batches.find(name).id
