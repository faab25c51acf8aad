"""An index: the spreadsheet in which a contractor says what each file is. Read, its columns understood, row by row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bought_in.records import Line, Problem, Trouble
from catalog import checks
from catalog.refusals import Refusal, RefusedChangeError
from catalog.values import today
from core.errors import UsageError
from pipeline.records import FIELD_NAMES
from spreadsheets import dates, tables, values
from spreadsheets.records import Cell, Limits, Row
from spreadsheets.tables import Seen
from spreadsheets.vocabulary import MEANINGS, folded

LIMITS = Limits(rows=100_000)
NOTHING = ""
"""The meaning of a column that is left out."""
USED = (*FIELD_NAMES, "file", "box", "shelf", "position")
"""What columns of an index can mean here."""
_DATES = frozenset({"issue_date", "expiry_date", "holder_birth_date"})
_IDS = frozenset({"holder_id", "co_holder_id"})
_PLACES = ("box", "shelf")
_LONGEST_PLACE = 100
_POSITIONS = range(1, 10**6)
"""In a box (`paper.places.put`)."""


@dataclass(frozen=True, slots=True)
class Index:
    """An index that was looked at, and what its columns mean."""

    path: Path
    name: str
    seen: Seen
    meanings: Mapping[int, str]
    """Column, from 0 → one of USED; columns that mean nothing are missing."""
    why: Mapping[int, str]
    """Column → ``title``, ``part``, ``content``, ``saved`` or ``said``."""

    @property
    def letters(self) -> dict[str, str]:
        """Letter of a column → meaning."""
        return {self.seen.header.columns[at].letter: name for at, name in sorted(self.meanings.items())}


def look(path: Path, name: str, saved: Mapping[str, str], said: Mapping[str, str] | None = None) -> Index:
    """Look at an index. What somebody `said` (letter → meaning) goes before what was `saved` (folded title →
    meaning), and that before what is guessed. Raises RefusedSheetError, UsageError for a column or meaning that
    is none.
    """
    seen = tables.look(path, limits=LIMITS)
    meanings: dict[int, str] = {}
    why: dict[int, str] = {}
    for guess in seen.meanings:
        if guess.name in USED:
            meanings[guess.column], why[guess.column] = guess.name, guess.why.value
    for column in seen.header.columns:
        title = folded(column.title)
        if title and title in saved:
            _give(meanings, why, column.index, saved[title], "saved")
    letters = {column.letter: column.index for column in seen.header.columns}
    for letter, meaning in (said or {}).items():
        if letter.upper() not in letters:
            raise UsageError(f"the index has no column {letter}: it has {', '.join(letters)}")
        if meaning not in (*USED, NOTHING):
            raise UsageError(f"a column cannot mean {meaning!r}: it can be {', '.join(USED)}")
        _give(meanings, why, letters[letter.upper()], meaning, "said")
    return Index(path, name, seen, meanings, why)


def titles(index: Index) -> dict[str, str]:
    """Folded title → meaning, to be saved for the next index of the contractor."""
    columns = index.seen.header.columns
    return {folded(c.title): index.meanings.get(c.index, NOTHING) for c in columns if c.title and folded(c.title)}


def lines(index: Index) -> Iterator[Line]:
    """The rows of an index that say something. Raises RefusedSheetError."""
    if not index.meanings:
        raise UsageError("none of the columns of the index is understood: say what they mean")
    last = today()
    for row in tables.rows(index.path, index.seen, LIMITS):
        line = _line(row, index.meanings, last)
        if line.file or any(name in FIELD_NAMES for name in line.values) or line.problems:
            yield line


def _give(meanings: dict[int, str], why: dict[int, str], column: int, meaning: str, reason: str) -> None:
    """Let a column mean something, and no other."""
    for other in [at for at, name in meanings.items() if name == meaning or at == column]:
        del meanings[other], why[other]
    if meaning != NOTHING and meaning in MEANINGS:
        meanings[column], why[column] = meaning, reason


def _line(row: Row, meanings: Mapping[int, str], last: date) -> Line:
    found: dict[str, str] = {}
    problems = [Problem("", "", Trouble.TOO_MANY_CELLS)] if row.more else []
    doubtful = []
    for column, name in meanings.items():
        cell = row.cells[column]
        if cell is None or name == "file":
            continue
        if name == "position":
            position = values.count(cell) or 0
            if position in _POSITIONS:
                found[name] = str(position)
            elif position:
                problems.append(Problem(name, values.text(cell)[:200], Trouble.OTHER))
        elif name in _PLACES:
            found[name] = values.text(cell)[:_LONGEST_PLACE]
        elif isinstance(value := _value(name, cell, last), Problem):
            problems.append(value)
        elif value[0]:
            found[name] = value[0]
            doubtful.extend([name] if value[1] else [])
    file = next((values.text(row.cells[at]) for at, name in meanings.items() if name == "file"), "")
    return Line(row.number, file[:1000], found, tuple(problems), tuple(doubtful))


def _value(name: str, cell: Cell, last: date) -> tuple[str, bool] | Problem:
    """The value as the catalog keeps it, and whether a part of it was guessed."""
    raw, doubt = values.text(cell), False
    text = values.identity(cell) if name in _IDS else raw
    if name in _DATES:
        day = dates.parse(cell, date(2100, 12, 31) if name == "expiry_date" else last, pivot=last)
        if day.value is None:
            return Problem(name, raw[:200], Trouble.DATE)
        text, doubt = day.value.isoformat(), day.doubt is not None and day.doubt is not dates.Doubt.SERIAL
    try:
        return checks.value(name, text), doubt
    except RefusedChangeError as error:
        trouble = {Refusal.DATE: Trouble.DATE, Refusal.IDENTITY: Trouble.IDENTITY}.get(error.refusal, Trouble.OTHER)
        return Problem(name, raw[:200], trouble)
