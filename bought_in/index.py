"""An index: the spreadsheet in which a contractor says what each file is. Read, its columns understood, row by row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from bought_in.records import Line, Problem, Trouble
from catalog import checks
from catalog.refusals import Refusal, RefusedChangeError
from catalog.values import today
from core.errors import UsageError
from pipeline.records import FIELD_NAMES
from spreadsheets import dates, meant, tables, values
from spreadsheets.meant import Known
from spreadsheets.meant import Table as Index
from spreadsheets.records import Cell, Limits, Row

LIMITS = Limits(rows=100_000)
USED = (*FIELD_NAMES, "file", "box", "shelf", "position")
"""What columns of an index can mean here."""
_DATES = frozenset({"issue_date", "expiry_date", "holder_birth_date"})
_IDS = frozenset({"holder_id", "co_holder_id"})
_PLACES = ("box", "shelf")
_LONGEST_PLACE = 100
_POSITIONS = range(1, 10**6)
"""In a box (`paper.places.put`)."""


def look(path: Path, name: str, saved: Mapping[str, str], said: Mapping[str, str] | None = None) -> Index:
    """Look at an index. What somebody `said` (letter → meaning) goes before what was `saved` (folded title →
    meaning), and that before what is guessed. Raises RefusedSheetError, UsageError for a column or meaning that
    is none.
    """
    return meant.look(path, name, Known(USED, saved, said or {}), limits=LIMITS)


def lines(index: Index) -> Iterator[Line]:
    """The rows of an index that say something. Raises RefusedSheetError."""
    if not index.meanings:
        raise UsageError("none of the columns of the index is understood: say what they mean")
    last = today()
    for row in tables.rows(index.path, index.seen, LIMITS):
        line = _line(row, index.meanings, last)
        if line.file or any(name in FIELD_NAMES for name in line.values) or line.problems:
            yield line


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
