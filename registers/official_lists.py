"""Official lists in spreadsheets: which column says what, by its title, or as somebody says.

The titles of such lists mean something else in registers (``tên`` is a holder there, ``đến ngày`` an expiry), so they
have words of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from catalog.values import today
from core.errors import UsageError
from spreadsheets import dates, tables, values
from spreadsheets.records import Cell, Column, Limits
from spreadsheets.vocabulary import folded

LIMITS = Limits(rows=20_000)
_LATEST = date(2100, 12, 31)

Titles = Mapping[str, str]
"""Meaning → titles, parted by semicolons."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A row of a list."""

    row: int
    """Its number in the sheet, from 1."""
    cells: Mapping[str, Cell]
    """Meaning → what stands there; what is empty is missing."""

    def text(self, name: str) -> str:
        """What stands there, on one line; empty: nothing."""
        return values.text(self.cells.get(name))

    def several(self, name: str) -> tuple[str, ...]:
        """What stands there, parted by semicolons or lines."""
        cell = self.cells.get(name)
        parts = (cell if isinstance(cell, str) else values.text(cell)).replace("\n", ";").split(";")
        return tuple(text for part in parts if (text := values.text(part)))

    def day(self, name: str) -> date | None:
        """The day that stands there; None: nothing. Raises ValueError for what is no day."""
        if name not in self.cells:
            return None
        found = dates.parse(self.cells[name], _LATEST, pivot=today()).value
        if found is None:
            raise ValueError(name)
        return found


@dataclass(frozen=True, slots=True)
class Sheet:
    """A list that was looked at."""

    columns: tuple[Column, ...]
    meanings: Mapping[int, str]
    """Column, from 0 → meaning."""
    rows: tuple[Listed, ...]


def read(path: Path, titles: Titles, needed: frozenset[str], said: Mapping[str, str]) -> Sheet:
    """Read the first sheet of a file. `said`: letter of a column → meaning (empty: none), before what titles tell.

    Raises RefusedSheetError, and UsageError where a column or meaning is none or one of those `needed` is missing.
    """
    seen = tables.look(path, limits=LIMITS)
    meanings = _meanings(seen.header.columns, titles)
    letters = {column.letter: column.index for column in seen.header.columns}
    for letter, meaning in said.items():
        if letter.upper() not in letters:
            raise UsageError(f"the list has no column {letter}: it has {', '.join(letters)}")
        if meaning and meaning not in titles:
            raise UsageError(f"a column cannot mean {meaning!r}: it can be {', '.join(titles)}")
        at = letters[letter.upper()]
        meanings = {column: name for column, name in meanings.items() if name != meaning and column != at}
        if meaning:
            meanings[at] = meaning
    if missing := sorted(needed - set(meanings.values())):
        raise UsageError(f"no column of the list says {', '.join(missing)}: name it, like A={missing[0]}")
    return Sheet(seen.header.columns, meanings, tuple(_rows(path, seen, meanings)))


def columns(path: Path) -> tuple[Column, ...]:
    """The columns of the first sheet, whatever they mean. Raises RefusedSheetError."""
    return tables.look(path, limits=LIMITS).header.columns


def _rows(path: Path, seen: tables.Seen, meanings: Mapping[int, str]) -> Iterator[Listed]:
    for row in tables.rows(path, seen, LIMITS):
        cells = {name: row.cells[at] for at, name in meanings.items() if values.text(row.cells[at])}
        if cells:
            yield Listed(row.number, cells)


def _meanings(columns: tuple[Column, ...], titles: Titles) -> dict[int, str]:
    known = {folded(title): name for name, several in titles.items() for title in several.split(";")}
    found: dict[int, str] = {}
    for column in columns:
        name = known.get(folded(column.title)) or known.get(folded(column.title.split(" / ")[-1]))
        if name and name not in found.values():
            found[column.index] = name
    return found
