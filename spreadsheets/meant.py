"""A table whose columns have meanings: guessed, remembered from an earlier table, or said by somebody just now."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from core.errors import UsageError
from spreadsheets import tables
from spreadsheets.records import Limits
from spreadsheets.tables import Seen
from spreadsheets.vocabulary import folded

NOTHING = ""
"""The meaning of a column that is left out."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table that was looked at, and what its columns mean."""

    path: Path
    name: str
    seen: Seen
    meanings: Mapping[int, str]
    """Column, from 0 → meaning; columns that mean nothing are missing."""
    why: Mapping[int, str]
    """Column → ``title``, ``part``, ``content``, ``saved`` or ``said``."""

    @property
    def letters(self) -> dict[str, str]:
        """Letter of a column → meaning."""
        return {self.seen.header.columns[at].letter: name for at, name in sorted(self.meanings.items())}


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the meanings beforehand."""

    used: Collection[str]
    """What columns can mean, out of `vocabulary.MEANINGS`."""
    saved: Mapping[str, str]
    """Folded title → meaning, as somebody said about an earlier table."""
    said: Mapping[str, str]
    """Letter → meaning, as somebody says of this one; goes before all else."""


def look(path: Path, name: str, known: Known, sheet: str = "", limits: Limits | None = None) -> Table:
    """Look at the sheet `sheet` (empty: the first one) of a file. Raises RefusedSheetError, UsageError for a column or
    meaning that is none.
    """
    seen = tables.look(path, sheet, limits or Limits())
    meanings: dict[int, str] = {}
    why: dict[int, str] = {}
    for guess in seen.meanings:
        if guess.name in known.used:
            meanings[guess.column], why[guess.column] = guess.name, guess.why.value
    for column in seen.header.columns:
        title = folded(column.title)
        if title and known.saved.get(title, NOTHING) in {*known.used, NOTHING} and title in known.saved:
            _give(meanings, why, column.index, known.saved[title], "saved")
    letters = {column.letter: column.index for column in seen.header.columns}
    for letter, meaning in known.said.items():
        if letter.upper() not in letters:
            raise UsageError(f"the table has no column {letter}: it has {', '.join(letters)}")
        if meaning not in {*known.used, NOTHING}:
            raise UsageError(f"a column cannot mean {meaning!r}: it can be {', '.join(known.used)}")
        _give(meanings, why, letters[letter.upper()], meaning, "said")
    return Table(path, name, seen, meanings, why)


def titles(table: Table) -> dict[str, str]:
    """Folded title → meaning, to be saved for the next table."""
    columns = table.seen.header.columns
    return {folded(c.title): table.meanings.get(c.index, NOTHING) for c in columns if c.title and folded(c.title)}


def _give(meanings: dict[int, str], why: dict[int, str], column: int, meaning: str, reason: str) -> None:
    """Let a column mean something, and no other."""
    for other in [at for at, name in meanings.items() if name == meaning or at == column]:
        del meanings[other], why[other]
    if meaning != NOTHING:
        meanings[column], why[column] = meaning, reason
