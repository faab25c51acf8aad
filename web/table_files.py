"""A list as a table for spreadsheet programs, row by row: a province's takes no more memory than a short one."""

from __future__ import annotations

import csv
import hashlib
import io
import tempfile
from collections.abc import Callable, Iterable, Sequence
from typing import IO, Any

import xlsxwriter
from django.http import FileResponse

from core.sheets import harmless

_SHEET = 1_000_000
"""Rows of a sheet at most: spreadsheet programs take 1,048,576."""
_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_WIDTH = 18


def kind(asked: str) -> str:
    """``csv`` or ``xlsx``, which it is where nothing else is asked for."""
    return "csv" if asked == "csv" else "xlsx"


def answer(
    name: str, heads: Sequence[str], rows: Iterable[Sequence[Any]], note: Callable[[int, str], None]
) -> FileResponse:
    """The file `name`, of the kind that it ends in. `note` is told the number of rows and the SHA-256 before it leaves.

    Cells are texts, whole numbers, days and None. Days are days in xlsx, and as people here write them in csv.
    """
    ending = name.rpartition(".")[2]
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    count = (_write_csv if ending == "csv" else _write_xlsx)(file, heads, rows)
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").hexdigest()
    file.seek(0)
    note(count, digest)
    return FileResponse(file, as_attachment=True, filename=name, content_type=_TYPES[ending])


def _write_csv(file: IO[bytes], heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    written, count = csv.writer(text), 0
    written.writerow(heads)
    for row in rows:
        count += 1
        cells = (f"{one:%d/%m/%Y}" if hasattr(one, "strftime") else one for one in row)
        written.writerow([harmless(one) if isinstance(one, str) else one for one in cells])
    text.flush()
    text.detach()
    return count


def _write_xlsx(file: IO[bytes], heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(file, options)
    head, day = book.add_format({"bold": True, "text_wrap": True}), book.add_format({"num_format": "dd/mm/yyyy"})
    count, sheet = 0, _sheet(book, heads, head)
    for count, row in enumerate(rows, start=1):
        place = (count - 1) % _SHEET + 1
        if place == 1 and count > 1:
            sheet = _sheet(book, heads, head)
        for column, cell in enumerate(row):
            if hasattr(cell, "strftime"):
                sheet.write_datetime(place, column, cell, day)
            elif isinstance(cell, int):
                sheet.write_number(place, column, cell)
            elif cell:
                sheet.write_string(place, column, cell)
    book.close()
    return count


def _sheet(book: Any, heads: Sequence[str], head: Any) -> Any:
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(heads) - 1, _WIDTH)
    for column, text in enumerate(heads):
        sheet.write_string(0, column, text, head)
    return sheet
