"""Each test gets an empty, migrated catalog of its own, on SQLite and on PostgreSQL, with a unit and a batch."""

from __future__ import annotations

from collections.abc import Callable

import pytest

VALUES = {
    "document_type": "Giấy phép xây dựng",
    "number": "577/GPXD",
    "issuer": "Ủy ban nhân dân huyện Lai Vung",
    "issue_date": "2019-03-05",
    "holder": "Đỗ Thị Hòa",
}
Record = Callable[..., int]


@pytest.fixture
def unit(database: str) -> str:
    """Code of a unit, with a unit above it."""
    from catalog import units

    units.add("H61.12", "Ủy ban nhân dân huyện Lai Vung")
    return units.add("H61.12.3", "Ủy ban nhân dân xã Tân Hòa", parent="H61.12").code


@pytest.fixture
def record(unit: str) -> Record:
    """Record one more result, in a scan of its own."""
    from catalog import batches, results
    from tests.catalog.support import processed, stored_scan

    count = iter(range(1, 1000))

    def one(
        review: tuple[str, ...] = ("number",), batch: str = "thùng 1", of: str = unit, text: str = "", **changed: str
    ) -> int:
        content = f"%PDF-{next(count)}".encode()
        scan = stored_scan(batches.open_batch(of, None, batch), content=content)
        return results.record(scan, processed(values=VALUES | changed, review=review, text=text), "key", "words")

    return one
