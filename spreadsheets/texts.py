"""Rows of a text file with columns (csv): its encoding and its separator found out, row by row, never all in memory."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from spreadsheets import encodings
from spreadsheets.records import Bytes, Cell, Limits, Refusal, RefusedSheetError
from spreadsheets.workbooks import RawRow

_SEPARATORS = ",;\t|"
_SAMPLE_LINES = 60
_LONGEST_LINE = 1 << 20


@dataclass(frozen=True, slots=True)
class Text:
    """How a text file is to be read."""

    bytes: Bytes
    separator: str
    said: bool
    """Whether its first line says so (``sep=;``), and is no row of the table."""


def look(path: Path) -> Text:
    """How the text file `path` is to be read; raises RefusedSheetError."""
    found = encodings.of_file(path)
    with path.open(encoding=found.codec, errors="replace", newline="") as file:
        lines = [line for _number in range(_SAMPLE_LINES) if (line := file.readline(_LONGEST_LINE))]
    first = lines[0].strip().lower() if lines else ""
    if first.startswith("sep=") and len(first) == 5:
        return Text(found, first[4], said=True)
    return Text(found, _separator(lines), said=False)


def _separator(lines: list[str]) -> str:
    """The separator that parts most lines into the same number of columns, more than one."""

    def worth(separator: str) -> tuple[int, int]:
        try:
            counted = Counter(len(row) for row in csv.reader(lines, delimiter=separator) if row)
        except csv.Error:
            return 0, 0
        columns, rows = max(counted.items(), key=lambda one: (one[0] > 1, one[1]), default=(1, 0))
        return (rows, columns) if columns > 1 else (0, 0)

    return max(_SEPARATORS, key=worth)


@contextmanager
def opened(path: Path, text: Text, limits: Limits, rows: int) -> Iterator[Iterator[RawRow]]:
    """The rows that are not empty, at most down to row `rows`; RefusedSheetError where limits are met, as they come."""
    with path.open(encoding=text.bytes.codec, errors="replace", newline="") as file:
        yield _rows(csv.reader(_lines(file), delimiter=text.separator), text, limits, rows)


def _lines(file: Iterator[str]) -> Iterator[str]:
    """Its lines; one that never ends is refused before it fills the memory."""
    read = file.readline  # type: ignore[attr-defined]
    while line := read(_LONGEST_LINE):
        if len(line) >= _LONGEST_LINE:
            raise RefusedSheetError(Refusal.TOO_BIG, "a line of the file is longer than any row of a table")
        yield line.replace("\0", "")


def _rows(reader: Iterator[list[str]], text: Text, limits: Limits, rows: int) -> Iterator[RawRow]:
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            if number > rows:
                if rows >= limits.rows:
                    raise RefusedSheetError(Refusal.TOO_BIG, f"the file has more than {limits.rows} rows: part it")
                return
            if len(cells) > limits.columns:
                message = f"row {number} has more than {limits.columns} columns: is it a table?"
                raise RefusedSheetError(Refusal.TOO_BIG, message)
            values: list[Cell] = [cell if cell.strip() else None for cell in cells]
            if any(value is not None for value in values) and not (text.said and number == 1):
                yield number, values
    except csv.Error as error:
        message = f"row {number + 1} cannot be parted into columns ({error}): mend its quotation marks"
        raise RefusedSheetError(Refusal.BROKEN, message) from error
