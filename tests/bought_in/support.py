"""A contractor's folder: small PDFs in folders, and an index beside them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from catalog import batches as catalog_batches
from catalog import results, scans, units
from tests.catalog import support
from tests.spreadsheets import making
from tests.staging.support import pdf

UNIT = "H61.12"
HEADER = ("STT", "Số, ký hiệu", "Ngày ban hành", "Họ và tên", "Tên file", "Hộp số", "Vị trí")
ROWS: tuple[tuple[object, ...], ...] = (
    (1, "577/GPXD", "5/3/2019", "Nguyễn Thị Hòa", r"D:\Scan\HOP1\577.PDF", "HT-01", 1),
    (2, "578/GPXD", "06-03-19", "Trần Văn Đức", "hop1/578", "HT-01", 2),
    (3, "579/GPXD", "30/2/2019", "Lê Thị Bưởi", "hop1/khong co.pdf", "HT-01", 3),
    (4, "580/GPXD", "8/3/2019", "Phạm Quỳnh Giang", "", "HT-02", ""),
)


def folder(to: Path, rows: Sequence[Sequence[object]] = ROWS) -> Path:
    """Three files that rows mean, and one that none does."""
    for name in ("hop1/577.pdf", "hop1/578.pdf", "hop2/giấy phép 580-GPXD.pdf", "hop2/thừa.pdf"):
        path = to / name
        path.parent.mkdir(parents=True, exist_ok=True)
        pdf(path, name)
    (to / "hop1" / "Thumbs.db").write_bytes(b"x")
    making.xlsx(to / "muc luc.xlsx", [("DANH MỤC BÀN GIAO",), (), HEADER, *rows])
    return to


def unit() -> None:
    units.add(UNIT, "Ủy ban nhân dân huyện Lai Vung")


def read(scan: int, *values: dict[str, str], review: tuple[str, ...] = ()) -> list[int]:
    """Let the scan be read: a result for each of `values`; it is done afterwards."""
    scans.hand_on(scan)
    made = [
        results.record(scan, support.processed(n, n, n, values=dict(one), review=review), "archive", "words")
        for n, one in enumerate(values, start=1)
    ]
    assert scans.claim(scan, "test")
    scans.finished(scan, "test")
    return made


def batch_id(name: str) -> int:
    return catalog_batches.find(name).id
