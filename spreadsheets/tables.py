"""Tables in files: `look` finds out what there is, `rows` gives it row by row; neither keeps all of it in memory.

```python
seen = tables.look(path)                  # sheets, header, columns, encodings, with samples
for row in tables.rows(path, seen):       # Row(number, cells), header and empty rows left out
    ...
```
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from spreadsheets import encodings, headers, texts, values, workbooks
from spreadsheets.columns import Meaning
from spreadsheets.columns import guess as guess_columns
from spreadsheets.records import (
    Bytes,
    Cell,
    Column,
    Encoding,
    Guess,
    Header,
    Limits,
    Refusal,
    RefusedSheetError,
    Row,
)
from spreadsheets.texts import Text
from spreadsheets.workbooks import RawRow

_LOOKED_AT = 1_000
"""Rows by which header, meanings and encodings are judged."""
_SAMPLES = 3
_LONGEST_SAMPLE = 60
_FEW = 3
"""Words by which a column's encoding is not judged on its own."""
_ZIP, _COMPOUND = b"PK", bytes.fromhex("d0cf11e0a1b11ae1")
_NO_TABLES = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"II*\0", b"MM\0*", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")
_DEFAULT = Limits()


@dataclass(frozen=True, slots=True)
class Seen:
    """What there is in a file."""

    sheets: tuple[str, ...]
    """Names of its sheets with cells; a text file has one without a name."""
    sheet: str
    """The one that was looked at."""
    header: Header
    meanings: tuple[Meaning, ...]
    encoding: Guess
    """Of its letters, all columns together; `Column.encoding` for each."""
    bytes: Bytes | None
    """Of a text file."""
    separator: str
    """Of a text file."""
    rows: int
    """Rows of values that were looked at."""
    merged: tuple[tuple[int, int, int, int], ...] = ()
    """Merged cells: first row from 1, first column from 0, last row, last column; columns as in `Row.cells`."""
    said: bool = False

    @property
    def text(self) -> Text | None:
        """How a text file is read; None: it is a workbook."""
        return Text(self.bytes, self.separator, self.said) if self.bytes else None


def look(path: Path, sheet: str = "", limits: Limits = _DEFAULT) -> Seen:
    """What there is in a file, in its sheet `sheet` (empty: the first one). Raises RefusedSheetError."""
    if _kind(path, limits):
        with workbooks.opened(path, sheet, limits, _LOOKED_AT) as (found, raw):
            first = list(raw)
            merged = tuple((r1 + 1, c1 - found.left, r2 + 1, c2 - found.left) for r1, c1, r2, c2 in found.merged)
            return _seen(first, limits, found.names, found.name, found.left, merged, None)
    text = texts.look(path)
    with texts.opened(path, text, limits, _LOOKED_AT) as raw:
        return _seen(list(raw), limits, ("",), "", 0, (), text)


def rows(path: Path, seen: Seen, limits: Limits = _DEFAULT) -> Iterator[Row]:
    """The rows below the header, as they come; RefusedSheetError where limits are met on the way."""
    width = len(seen.header.columns)
    kinds = [column.encoding.encoding for column in seen.header.columns]
    tall = sorted((r1, c1, r2) for r1, c1, r2, c2 in seen.merged if r2 > r1 and c1 == c2 and 0 <= c1 < width)
    with _opened(path, seen, limits) as raw:
        filled = _Filled(tall)
        for number, cells in raw:
            row = filled.row(number, [*cells[:width], *[None] * (width - len(cells))])
            if number > seen.header.last:
                clean = tuple(_clean(cell, kind, limits) for cell, kind in zip(row, kinds, strict=True))
                if any(cell is not None for cell in clean):
                    yield Row(number, clean, more=any(cell is not None for cell in cells[width:]))


@contextmanager
def _opened(path: Path, seen: Seen, limits: Limits) -> Iterator[Iterator[RawRow]]:
    _kind(path, limits)
    if seen.text:
        with texts.opened(path, seen.text, limits, limits.rows) as raw:
            yield raw
    else:
        with workbooks.opened(path, seen.sheet, limits, limits.rows) as (_sheet, raw):
            yield raw


class _Filled:
    """Gives each row of a merged cell the cell's value: one date or box that stands for many rows."""

    def __init__(self, tall: list[tuple[int, int, int]]) -> None:
        self._waiting = tall[::-1]
        self._open: dict[int, tuple[int, Cell]] = {}

    def row(self, number: int, cells: list[Cell]) -> list[Cell]:
        """The row with what reaches into it from above; rows come in order."""
        while self._waiting and self._waiting[-1][0] <= number:
            first, column, last = self._waiting.pop()
            if first == number:
                self._open[column] = (last, cells[column])
        empty = all(cell is None for cell in cells)
        for column, (last, value) in list(self._open.items()):
            if number > last:
                del self._open[column]
            elif cells[column] is None and not empty:
                cells[column] = value
        return cells


def _kind(path: Path, limits: Limits) -> bool:
    """Whether the file is a workbook (otherwise it is a text); raises RefusedSheetError for what is neither."""
    try:
        with path.open("rb") as file:
            start = file.read(8)
        size = path.stat().st_size
    except OSError as error:
        raise RefusedSheetError(Refusal.MISSING, f"{path.name} cannot be read ({error.strerror})") from error
    if not size:
        raise RefusedSheetError(Refusal.EMPTY, "the file is empty")
    if size > limits.file_bytes:
        message = f"the file has {size} bytes, more than {limits.file_bytes}: part it"
        raise RefusedSheetError(Refusal.TOO_BIG, message)
    if start.startswith(_NO_TABLES):
        raise RefusedSheetError(Refusal.KIND, "this is no table: give a file that ends in .xlsx, .xls, .ods or .csv")
    return start.startswith((_ZIP, _COMPOUND))


def _seen(
    first: list[RawRow],
    limits: Limits,
    sheets: tuple[str, ...],
    sheet: str,
    left: int,
    merged: tuple[tuple[int, int, int, int], ...],
    text: Text | None,
) -> Seen:
    width = max((len(cells) for _number, cells in first), default=0)
    if not width:
        raise RefusedSheetError(Refusal.EMPTY, "there is nothing in the sheet" if sheets[0] else "the file is empty")
    whole = encodings.guess(cell for _n, cells in first for cell in cells if isinstance(cell, str))
    found = headers.find(first, merged, width, lambda cell: encodings.to_unicode(cell, whole.encoding))
    below = [(number, cells) for number, cells in first if number > found.last]
    columns, read = [], []
    for index in range(width):
        cells = [cells[index] for _number, cells in below if index < len(cells)]
        own = encodings.guess(cell for cell in cells if isinstance(cell, str))
        guess = own if own.words >= _FEW else Guess(whole.encoding, own.good, own.words, own.example)
        clean = [_clean(cell, guess.encoding, limits) for cell in cells]
        read.append([*clean, *[None] * (len(below) - len(clean))])
        samples = tuple(dict.fromkeys(values.text(cell)[:_LONGEST_SAMPLE] for cell in clean if cell is not None))
        columns.append(Column(index, letter(left + index), found.titles[index], guess, samples[:_SAMPLES]))
    table = list(zip(*read, strict=True))
    return Seen(
        sheets=sheets,
        sheet=sheet,
        header=Header(found.first, found.last, tuple(columns)),
        meanings=guess_columns(columns, table),
        encoding=whole,
        bytes=text.bytes if text else None,
        separator=text.separator if text else "",
        rows=len(below),
        merged=merged,
        said=text.said if text else False,
    )


def _clean(cell: Cell, encoding: Encoding, limits: Limits) -> Cell:
    if not isinstance(cell, str):
        return cell
    return encodings.to_unicode(cell[: limits.cell_characters], encoding).strip() or None


def letter(index: int) -> str:
    """The name of a column in spreadsheet programs: 0 → ``A``, 26 → ``AA``."""
    name = ""
    while index >= 0:
        index, place = divmod(index, 26)
        name, index = chr(ord("A") + place) + name, index - 1
    return name
