"""The rows that were not taken, as a file to mend: as they came, with the reasons in a column behind them.

It comes in again like any register, with the same meanings: columns keep their letters and titles.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import xlsxwriter

from registers.records import Problem
from registers.spool import Spooled
from spreadsheets.records import Cell
from spreadsheets.vocabulary import MEANINGS

_TITLE_WIDTH, _LEAST_WIDTH, _REASON_WIDTH = 40, 12, 60


def write(read: Spooled, path: Path, tell: Callable[[Problem], str], heading: str) -> int:
    """Write the file; gives how many rows it has. `tell` says a problem in the reader's language, `heading` is the
    title of the column of reasons.
    """
    columns = read.table.seen.header.columns
    first = _index(columns[0].letter)
    last = first + len(columns)
    book = xlsxwriter.Workbook(
        str(path), {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    bold, day, moment, reason = (
        book.add_format(shape)
        for shape in (
            {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1},
            {"num_format": "dd/mm/yyyy"},
            {"num_format": "dd/mm/yyyy hh:mm"},
            {"font_color": "#9C0006", "text_wrap": True},
        )
    )
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    for at, column in enumerate(columns):
        title = column.title or _known_title(read.table.meanings.get(column.index, ""))
        sheet.set_column(first + at, first + at, min(_TITLE_WIDTH, max(_LEAST_WIDTH, len(title))))
        sheet.write_string(0, first + at, title, bold)
    sheet.set_column(last, last, _REASON_WIDTH)
    sheet.write_string(0, last, heading, bold)
    number = 0
    for number, (bad, row) in enumerate(read.refused(), start=1):
        for at, cell in enumerate(row.cells):
            _put(sheet, number, first + at, cell, day, moment)
        sheet.write_string(number, last, "; ".join(map(tell, bad.problems)), reason)
    book.close()
    return number


def _put(sheet: Any, row: int, column: int, cell: Cell, day: Any, moment: Any) -> None:
    match cell:
        case None:
            return
        case bool():
            sheet.write_boolean(row, column, cell)
        case int() | float():
            sheet.write_number(row, column, cell)
        case datetime() if cell.year >= 1900:
            sheet.write_datetime(row, column, cell, moment)
        case date():
            _put_day(sheet, row, column, cell, day)
        case time():
            sheet.write_string(row, column, f"{cell:%H:%M}")
        case _:
            sheet.write_string(row, column, cell)


def _put_day(sheet: Any, row: int, column: int, cell: date, day: Any) -> None:
    """Workbooks count days from 1900; earlier ones stand there as texts."""
    if cell.year < 1900:
        sheet.write_string(row, column, f"{cell:%d/%m/%Y}")
    else:
        sheet.write_datetime(row, column, datetime(cell.year, cell.month, cell.day), day)


def _known_title(meaning: str) -> str:
    """What a column without a title can be called, so that it is understood again."""
    return MEANINGS[meaning][0] if meaning else ""


def _index(letter: str) -> int:
    """The place of a column in a sheet, from 0."""
    found = 0
    for sign in letter:
        found = found * 26 + ord(sign) - ord("A") + 1
    return found - 1
