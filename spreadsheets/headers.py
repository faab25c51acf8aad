"""Where the header of a table stands: seldom the first row, often two rows, with merged cells and a row of numbers.

Above a Vietnamese office's table stand the issuing body, the national title and the table's own title; a header may
have a group over several columns (``Giấy phép`` over ``Số`` and ``Ngày``), and a row ``(1) (2) (3)`` below it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from core.text import nfc, squeeze
from spreadsheets.records import Cell
from spreadsheets.vocabulary import MEANINGS, folded
from spreadsheets.workbooks import RawRow

Merged = Sequence[tuple[int, int, int, int]]
"""Merged cells: first row from 1, first column from 0, last row, last column; columns as in the rows."""
Read = Callable[[str], str]
"""Makes Unicode of a cell's text."""

SEARCHED = 40
"""Rows among which the header is looked for."""
_KNOWN = frozenset(title for titles in MEANINGS.values() for title in titles)
_NUMBERING = re.compile(r"\(?(\d{1,2}|[A-Za-z])\)?(\s*=.*)?")
_LONGEST_TITLE = 120


@dataclass(frozen=True, slots=True)
class Found:
    """The header's rows (from 1; 0: there is none), and the title of each column."""

    first: int
    last: int
    titles: tuple[str, ...]


def find(rows: Sequence[RawRow], merged: Merged, width: int, read: Read) -> Found:
    """The header among the first rows of a table of `width` columns."""
    searched = [(number, [*cells, *[None] * (width - len(cells))]) for number, cells in rows[:SEARCHED]]
    best = max(range(len(searched)), key=lambda at: (_known(searched[at][1], read), -at), default=None)
    if best is None or _known(searched[best][1], read) < min(2, width):
        best = _plain(searched)
        if best is None:
            return Found(0, 0, ("",) * width)
    first = last = best
    if best and _groups(searched[best - 1], searched[best], merged, read):
        first = best - 1
    elif best + 1 < len(searched) and _groups(searched[best], searched[best + 1], merged, read):
        last = best + 1
    titles = _titles(searched[first : last + 1], merged, width, read)
    if last + 1 < len(searched) and _is_numbering(searched[last + 1][1]):
        last += 1
    return Found(searched[first][0], searched[last][0], titles)


def _known(cells: Sequence[Cell], read: Read) -> int:
    """How many cells say what a column can be called."""
    return len({word for cell in cells if isinstance(cell, str) and (word := folded(read(cell))) in _KNOWN})


def _plain(rows: Sequence[RawRow]) -> int | None:
    """A header of unknown titles: the first row with as many texts as the rows below have cells, and no values."""
    for at, (_number, cells) in enumerate(rows[:-1]):
        texts = [cell for cell in cells if cell is not None]
        below = [cell for cell in rows[at + 1][1] if cell is not None]
        if len(texts) < 2 or len(texts) < len(below):
            continue
        if all(isinstance(cell, str) and not _is_value(cell) for cell in texts):
            return at if any(not isinstance(cell, str) or _is_value(cell) for cell in below) else None
        return None
    return None


def _is_value(cell: str) -> bool:
    """Whether a text is one that stands in a row rather than over it."""
    return len(cell) > _LONGEST_TITLE or bool(re.search(r"\d", cell))


def _groups(upper: RawRow, lower: RawRow, merged: Merged, read: Read) -> bool:
    """Whether `lower` goes on with the header that `upper` begins."""
    if lower[0] != upper[0] + 1 or any(isinstance(cell, int | float | date | datetime) for cell in lower[1]):
        return False
    texts = [cell for cell in lower[1] if isinstance(cell, str)]
    if not texts or any(len(cell) > _LONGEST_TITLE for cell in texts) or _is_numbering(lower[1]):
        return False
    wide = [range(c1, c2 + 1) for r1, c1, r2, c2 in merged if r1 == r2 == upper[0] and c2 > c1]
    if len(wide) == 1 and len(wide[0]) > len(upper[1]) * 3 // 4:
        return False  # a title over the whole table
    tall = any(r1 == upper[0] and r2 == lower[0] for r1, _c1, r2, _c2 in merged)
    gaps = [at for at, cell in enumerate(lower[1]) if cell is not None and upper[1][at] is None]
    known = _known(lower[1], read) >= 1
    if wide or tall:
        return known or not any(re.search(r"\d", cell) for cell in texts)
    # Without merged cells (csv, ods): groups leave gaps behind their first column, and those below fill the gaps.
    return bool(gaps) and known and sum(cell is not None for cell in upper[1]) >= 2


def _titles(rows: Sequence[RawRow], merged: Merged, width: int, read: Read) -> tuple[str, ...]:
    spread = [_spread(number, cells, merged, below) for (number, cells), below in zip(rows, _below(rows), strict=True)]
    titles = []
    for column in range(width):
        parts = [squeeze(nfc(read(text))) for row in spread if isinstance(text := row[column], str)]
        titles.append(" / ".join(dict.fromkeys(filter(None, parts)))[:_LONGEST_TITLE])
    return tuple(titles)


def _below(rows: Sequence[RawRow]) -> list[Sequence[Cell] | None]:
    return [rows[at + 1][1] if at + 1 < len(rows) else None for at in range(len(rows))]


def _spread(number: int, cells: Sequence[Cell], merged: Merged, below: Sequence[Cell] | None) -> list[Cell]:
    """The row with the text of a group over each of its columns."""
    row = list(cells)
    groups = [(c1, c2) for r1, c1, r2, c2 in merged if r1 <= number <= r2 and c2 > c1]
    for first, last in groups:
        row[first : last + 1] = [row[first]] * (min(last, len(row) - 1) - first + 1)
    if below is not None and not any(r1 <= number <= r2 for r1, _c1, r2, _c2 in merged):
        for at in range(1, len(row)):
            if row[at] is None and below[at] is not None and below[at - 1] is not None:
                row[at] = row[at - 1]
    return row


def _is_numbering(cells: Sequence[Cell]) -> bool:
    """``(1) (2) (3)``, ``A B 1 2``: what some forms write under the header."""
    texts = [str(cell).strip() for cell in cells if cell is not None]
    if len(texts) < 3 or not all(_NUMBERING.fullmatch(text) for text in texts):
        return False
    digits = [int(found[1]) for text in texts if (found := _NUMBERING.fullmatch(text)) and found[1].isdecimal()]
    return len(digits) >= 2 and all(b - a == 1 for a, b in pairwise(digits))
