"""Registers: how long 100,000 rows take to come in, for the first time and again, and how much memory."""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

UNIT = "H61.12"
HEADER = (
    *("STT", "Mã hồ sơ", "Số, ký hiệu", "Ngày ban hành", "Ngày tiếp nhận", "Họ và tên", "Số CMND/CCCD"),
    *("Loại văn bản", "Trích yếu nội dung", "Thời hạn", "Trạng thái", "Ghi chú"),
)
_FAMILIES = "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý".split()
_GIVEN = "An Bình Châu Dũng Đào Giang Hòa Khánh Lan Minh Nga Oanh Phúc Quỳnh Sơn Thảo Uyên Vân Xuân Yến".split()
_KINDS = (("GPXD", "Giấy phép xây dựng"), ("QĐ-UBND", "Quyết định"), ("GCN", "Giấy chứng nhận đăng ký hộ kinh doanh"))


def measure(arguments: list[str]) -> dict[str, Any]:
    """``--rows``; and ``--postgresql URL`` of a server (``postgresql://…/postgres``) to try as well."""
    parser = argparse.ArgumentParser(prog="./run measure registers")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--postgresql", default="")
    parser.add_argument("--take", metavar="FILE", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.take:
        return _taken(Path(options.take))
    found: dict[str, Any] = {"rows": options.rows}
    with tempfile.TemporaryDirectory(prefix="sohoa-registers-") as folder:
        files = made(Path(folder), options.rows)
        for path in files:
            found[f"sqlite, {path.suffix[1:]}"] = _on(path, Path(folder) / f"home-{path.suffix[1:]}", "")
            if options.postgresql:
                with _database(options.postgresql) as url:
                    found[f"postgresql, {path.suffix[1:]}"] = _on(path, Path(folder) / f"pg-{path.suffix[1:]}", url)
    return found


def made(folder: Path, rows: int) -> tuple[Path, Path]:
    """The same register as a workbook and as a text."""
    import xlsxwriter

    workbook, text = folder / "register.xlsx", folder / "register.csv"
    book = xlsxwriter.Workbook(str(workbook), {"constant_memory": True})
    sheet = book.add_worksheet()
    with text.open("w", encoding="utf-8-sig", newline="") as file:
        written = csv.writer(file)
        for at, row in enumerate((HEADER, *_rows(rows))):
            sheet.write_row(at, 0, row)
            written.writerow(row)
    book.close()
    return workbook, text


def _rows(number: int) -> Iterator[tuple[object, ...]]:
    chance = random.Random(7)
    for at in range(1, number + 1):
        letters, kind = chance.choice(_KINDS)
        year, month, day = 2010 + at * 15 // number, chance.randint(1, 12), chance.randint(1, 28)
        name = f"{chance.choice(_FAMILIES)} {chance.choice(('Văn', 'Thị'))} {chance.choice(_GIVEN)}"
        issued = f"{day:02}/{month:02}/{year}"
        code = f"H61.12-{year % 100:02}{month:02}{day:02}-{at % 900_000 + 1:06}"
        shown = f"{at}/{letters}", issued, issued, name, f"{chance.randrange(10**11, 10**12)}"
        yield (at, code, *shown, kind, f"Xây dựng nhà ở riêng lẻ tại ấp {at % 40}", "12 tháng", "Đã trả kết quả", "")


def _on(path: Path, home: Path, url: str) -> dict[str, Any]:
    """First import and another one, each in a process of its own, with a catalog of their own."""
    home.mkdir()
    variables = {name: value for name, value in os.environ.items() if not name.startswith("SOHOA_")}
    variables |= {"SOHOA_HOME": str(home)} | ({"SOHOA_DATABASE_URL": url} if url else {})
    command = [sys.executable, "-m", "benchmarks.measure_registers", "--take", str(path)]
    told = {}
    for when in ("first", "again"):
        done = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(done.stderr)
        told[when] = json.loads(done.stdout)
    shutil.rmtree(home)
    return told


def _taken(path: Path) -> dict[str, Any]:
    """Import a file, in this process."""
    import resource

    import catalog

    catalog.migrate()
    from catalog import units
    from registers import columns, importing
    from registers.importing import Mode, Stage
    from registers.rows import Order

    units.add(UNIT, "Ủy ban nhân dân huyện Lai Vung")
    at: dict[str, float] = {}
    began = time.perf_counter()

    def heard(stage: Stage, rows: int) -> None:
        at[stage.value] = round(time.perf_counter() - began, 1)

    table = columns.look(path, path.name, UNIT)
    with importing.opened(table, Order(UNIT, None), heard) as read:
        done = importing.take(read, UNIT, "measure", Mode.GOOD_ROWS, heard)
    took = time.perf_counter() - began
    own, children = (
        resource.getrusage(who).ru_maxrss / 1000 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return {
        "s": round(took, 1),
        "s until read and written": at,
        "MB at most, process and child": [round(own), round(children)],
        "new, changed, same, refused": [done.counts.new, done.counts.changed, done.counts.same, done.counts.refused],
    }


@contextmanager
def _database(server: str) -> Iterator[str]:
    import psycopg

    name = f"b_{uuid.uuid4().hex}"
    with ExitStack() as stack:
        connection = stack.enter_context(psycopg.connect(server, autocommit=True))
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
        stack.callback(connection.execute, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1:])))
