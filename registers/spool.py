"""A register read once, row by row, and put aside on the disk: what is good, and what is to be mended.

Nothing is kept in memory but what lines are known by, so that a register of any length takes the same; and nothing is
written into the database while the file is read, so that nobody waits for it.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path
from typing import IO, Any, TypeVar

from core.errors import UsageError
from core.files import sha256_of
from registers.columns import LIMITS
from registers.records import Bad, NewLine, Problem, Taken, Trouble
from registers.rows import Order, Reader
from spreadsheets import tables
from spreadsheets.meant import Table
from spreadsheets.records import Row

CHUNK = 1_000
"""Rows that are held, compared and written at a time."""
_MOST_KINDS = 200
"""Types and procedures of one file; with more of them, none is told apart."""
_TELL_EVERY = 500
_GOOD, _BAD = "good", "bad"
Heard = Callable[[int], object]
"""Is told now and then how many rows are done."""
_T = TypeVar("_T")


@dataclass(slots=True)
class Cover:
    """What a file says about a unit: of which days, and of which types and procedures."""

    first: date | None = None
    last: date | None = None
    types: set[str] = field(default_factory=set)
    procedures: set[str] = field(default_factory=set)

    def add(self, line: NewLine) -> None:
        """It is about this line."""
        if line.issue_date:
            self.first = min(self.first or line.issue_date, line.issue_date)
            self.last = max(self.last or line.issue_date, line.issue_date)
        for kinds, kind in ((self.types, line.document_type), (self.procedures, line.procedure)):
            if len(kinds) <= _MOST_KINDS:
                kinds.add(kind)

    def as_json(self) -> dict[str, Any]:
        """As it is kept with the import; a kind without names means all of them."""
        return {
            "first": self.first.isoformat() if self.first else None,
            "last": self.last.isoformat() if self.last else None,
            "types": sorted(self.types) if len(self.types) <= _MOST_KINDS else [],
            "procedures": sorted(self.procedures) if len(self.procedures) <= _MOST_KINDS else [],
        }


@dataclass(frozen=True, slots=True)
class Spooled:
    """A register that was read."""

    table: Table
    folder: Path
    sha256: str
    rows: int
    """That say something."""
    bad: int
    doubtful: int
    covers: dict[str, Cover]
    """Code of a unit → what the file says of it."""
    keys: frozenset[tuple[str, bytes]]
    """Unit and key (as bytes) of each line."""
    ids: dict[str, int]
    """Code of a unit → its row's id."""

    @property
    def given(self) -> frozenset[str]:
        """What its columns mean."""
        return frozenset(self.table.meanings.values())

    def good(self) -> Iterator[list[Taken]]:
        """What was understood, in the order of the file, by chunks."""
        return chunked(_unpickled(self.folder / _GOOD), CHUNK)

    def refused(self) -> Iterator[tuple[Bad, Row]]:
        """What was not, with the row as it stands there."""
        return _unpickled(self.folder / _BAD)


def read(table: Table, order: Order, folder: Path, heard: Heard = int) -> Spooled:
    """Read a whole register into `folder`, which is the caller's to clear away.

    Raises RefusedSheetError, and UsageError where no column is understood that lines could be known by.
    """
    if not set(table.meanings.values()) & {"number", "register_number", "dossier", "holder"}:
        raise UsageError("no column with numbers, dossiers or holders is understood: say what the columns mean")
    reader = Reader(table, order)
    first: dict[tuple[str, bytes], int] = {}
    covers: dict[str, Cover] = {}
    rows = bad = doubtful = 0
    with ExitStack() as stack:
        good_file, bad_file = (stack.enter_context((folder / name).open("wb")) for name in (_GOOD, _BAD))
        for row in tables.rows(table.path, table.seen, LIMITS):
            found = reader.read(row)
            if found is None:
                continue
            rows += 1
            if rows % _TELL_EVERY == 0:
                heard(rows)
            found = _once(found, first)
            if isinstance(found, Bad):
                bad += 1
                pickle.dump((found, row), bad_file, pickle.HIGHEST_PROTOCOL)
                continue
            if found.line:
                covers.setdefault(found.line.unit, Cover()).add(found.line)
                doubtful += found.line.doubtful
            pickle.dump(found, good_file, pickle.HIGHEST_PROTOCOL)
    heard(rows)
    keys = frozenset(first)
    return Spooled(table, folder, sha256_of(table.path), rows, bad, doubtful, covers, keys, dict(reader.places.ids))


def _once(found: Taken | Bad, first: dict[tuple[str, bytes], int]) -> Taken | Bad:
    """The row, or that its line came before."""
    if isinstance(found, Bad) or found.line is None:
        return found
    line = found.line
    known = (line.unit, bytes.fromhex(line.key))
    before = first.setdefault(known, found.number)
    if before == found.number:
        return found
    problem = Problem("", "", str(before), Trouble.TWICE)
    said = " · ".join(filter(None, (line.number, line.holder[:80], line.dossier)))
    return Bad(found.number, (problem,), said, line.confidential)


def chunked(found: Iterable[_T], size: int) -> Iterator[list[_T]]:
    """The same by lists of at most `size`."""
    waiting = iter(found)
    while chunk := list(islice(waiting, size)):
        yield chunk


def _unpickled(path: Path) -> Iterator[Any]:
    """What this process wrote there itself."""
    with path.open("rb") as file, suppress(EOFError):
        yield from _each(file)


def _each(file: IO[bytes]) -> Iterator[Any]:
    while True:
        yield pickle.load(file)  # written by `read` a moment ago, into a folder of our own
