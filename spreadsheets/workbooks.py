"""Rows of an xlsx, xls or ods file, unpacked by a process of its own (`spreadsheets.child`)."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from threading import Timer
from typing import Any

from spreadsheets.records import Cell, Limits, Refusal, RefusedSheetError

_CHILD = Path(__file__).with_name("child.py")
_MOST_PARTS = 10_000
"""Parts of a zip file; a workbook of 1,000 sheets has about 2,000."""
_MESSAGES = {
    Refusal.ENCRYPTED: "the file is locked by a password: take it off and save the file again",
    Refusal.NO_SHEET: "the file has no such sheet with cells",
    Refusal.BROKEN: "the file is damaged or no spreadsheet: open it in its own program and save it as .xlsx",
    Refusal.TOO_BIG: "the sheet has more cells than can be: delete what lies outside of the table, or part the file",
    Refusal.TOO_SLOW: "the file takes too long to unpack: save it anew as .xlsx, or part it",
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a workbook says of a sheet before its rows."""

    names: tuple[str, ...]
    """Of all sheets with cells, in their order."""
    name: str
    left: int
    """Columns, from 0, that are empty on the left and left out of rows."""
    merged: tuple[tuple[int, int, int, int], ...]
    """Merged cells: first row, first column, last row, last column; all from 0 and of the sheet."""


RawRow = tuple[int, list[Cell]]
"""Number in the sheet, from 1; cells, from the first column that is not empty."""


@contextmanager
def opened(path: Path, sheet: str, limits: Limits, rows: int) -> Iterator[tuple[Sheet, Iterator[RawRow]]]:
    """A sheet (empty: the first one) and its rows that are not empty, at most down to row `rows`.

    Raises RefusedSheetError, also while rows are read; more rows than `rows` are an error only where that is
    `limits.rows`. The process ends with the block.
    """
    _unpacks_to_little(path, limits)
    arguments = [str(path), sheet, str(limits.memory_bytes), str(limits.seconds), str(rows)]
    with subprocess.Popen(
        [sys.executable, "-I", str(_CHILD), *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
    ) as process:
        watch = Timer(limits.seconds * 2, process.kill)
        watch.daemon = True
        watch.start()
        try:
            assert process.stdout is not None
            lines = _lines(process, limits)
            head = next(lines)
            found = Sheet(tuple(head["sheets"]), head["sheet"], head["left"], tuple(map(tuple, head["merged"])))
            yield found, _rows(lines, rows >= limits.rows, limits)
        finally:
            watch.cancel()
            process.kill()


def _lines(process: subprocess.Popen[str], limits: Limits) -> Iterator[Any]:
    """What the process says, until it says that this was all; its faults are raised."""
    assert process.stdout is not None
    for line in process.stdout:
        said = json.loads(line)
        if isinstance(said, dict) and "fault" in said:
            raise _refused(Refusal(said["fault"]))
        if isinstance(said, dict) and "end" in said:
            return
        yield said
        if isinstance(said, dict) and "more" in said:
            return
    # It ended without a word: out of memory it aborts, out of time it is killed.
    code = process.wait()
    raise _refused(Refusal.TOO_SLOW if code in (-9, -24) else Refusal.TOO_BIG)


def _rows(lines: Iterator[Any], all_wanted: bool, limits: Limits) -> Iterator[RawRow]:
    for said in lines:
        if isinstance(said, dict):
            if all_wanted:
                message = f"the sheet has more than {limits.rows} rows: part it"
                raise RefusedSheetError(Refusal.TOO_BIG, message)
            return
        number, cells = said
        if len(cells) > limits.columns:
            if any(cell is not None for cell in cells[limits.columns :]):
                message = f"row {number} has more than {limits.columns} columns: delete those that belong to no table"
                raise RefusedSheetError(Refusal.TOO_BIG, message)
            cells = cells[: limits.columns]
        yield number, [_cell(value) for value in cells]


def _cell(value: Any) -> Cell:
    if isinstance(value, dict):
        if "t" in value:
            moment = datetime.fromisoformat(value["t"])
            return moment if moment.time() != time() else moment.date()
        return date.fromisoformat(value["d"]) if "d" in value else time.fromisoformat(value["c"])
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    return value  # type: ignore[no-any-return]


def _unpacks_to_little(path: Path, limits: Limits) -> None:
    """Raise RefusedSheetError for a zip file that says itself that it is a bomb; one that lies meets the limits."""
    if not zipfile.is_zipfile(path):
        return
    try:
        with zipfile.ZipFile(path) as file:
            parts = file.infolist()
    except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError) as error:
        raise _refused(Refusal.BROKEN) from error
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > limits.unpacked_bytes:
        raise _refused(Refusal.TOO_BIG)


def _refused(refusal: Refusal) -> RefusedSheetError:
    return RefusedSheetError(refusal, _MESSAGES[refusal])
