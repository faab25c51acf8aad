"""Registers as offices have them, made up, and the way they come in."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

from catalog import batches, results, units
from registers import columns, importing, mending
from registers.importing import Done, Mode
from registers.records import Bad, Counts, Problem, Taken
from registers.rows import Order
from tests.catalog import support
from tests.spreadsheets import making

UNIT, OTHER = "H61.12", "H61.13"
HEADER = ("STT", "Số, ký hiệu", "Ngày ban hành", "Họ và tên", "Số CMND/CCCD", "Loại văn bản", "Trích yếu nội dung")
ROWS: tuple[tuple[object, ...], ...] = (
    (1, "577/GPXD", "5/3/2019", "Ông Nguyễn Văn Ất", 87185001234, "Giấy phép xây dựng", "Nhà ở riêng lẻ"),
    (2, "578/GPXD", "06/03/2019", "Trần Thị Đào", "340123456", "Giấy phép xây dựng", "Nhà ở riêng lẻ"),
    (3, "579/GPXD", "07/03/2019", "Lê Thị Bưởi", "", "Giấy phép xây dựng", "Nhà xưởng"),
)


def set_up() -> None:
    """Two units."""
    units.add(UNIT, "Ủy ban nhân dân huyện Lai Vung")
    units.add(OTHER, "Ủy ban nhân dân huyện Lấp Vò")


def sheet(folder: Path, rows: Iterable[Sequence[object]] = ROWS, header: Sequence[object] = HEADER) -> Path:
    """A register as a workbook."""
    return making.xlsx(folder / "so theo doi.xlsx", [header, *rows])


def take(
    path: Path,
    said: Mapping[str, str] | None = None,
    mode: Mode = Mode.GOOD_ROWS,
    allowed: Collection[str] | None = None,
) -> Done:
    """Import a file into the register of UNIT."""
    table = columns.look(path, path.name, UNIT, said)
    with importing.opened(table, Order(UNIT, allowed)) as read:
        return importing.take(read, UNIT, "van.thu", mode)


def check(path: Path, said: Mapping[str, str] | None = None) -> Counts:
    """A dry run."""
    table = columns.look(path, path.name, UNIT, said)
    with importing.opened(table, Order(UNIT, None)) as read:
        return importing.compare(read)


def read(
    path: Path, said: Mapping[str, str] | None = None, allowed: Collection[str] | None = None
) -> tuple[list[Taken], list[Bad]]:
    """What each row of a file says."""
    table = columns.look(path, path.name, UNIT, said)
    with importing.opened(table, Order(UNIT, allowed)) as found:
        return [one for chunk in found.good() for one in chunk], [bad for bad, _row in found.refused()]


def mend(path: Path, to: Path) -> int:
    """Write the file to mend."""
    table = columns.look(path, path.name, UNIT)
    with importing.opened(table, Order(UNIT, None)) as found:
        return mending.write(found, to, told, "Lý do chưa nhận")


def result(name: str) -> int:
    """A digitized result of UNIT."""
    scan = support.stored_scan(batches.open_batch(UNIT, None, name), f"{name}.pdf", name.encode())
    return results.record(scan, support.processed(1, 1, 1), "archive", "words")


def told(problem: Problem) -> str:
    """A problem as a test reads it."""
    return f"{problem.column}: {problem.trouble.value} {problem.raw}"
