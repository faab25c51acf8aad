"""What bought-in work takes and gives: frozen records, never ORM objects. Times are aware datetimes in UTC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Trouble(StrEnum):
    """Why a value of an index is not taken."""

    DATE = "date"
    """No day, or none that can stand there."""
    IDENTITY = "identity"
    """Not an identity number."""
    OTHER = "other"
    """Too long, or nothing that this field can hold."""
    TOO_MANY_CELLS = "too_many_cells"
    """The row has more cells than the header: a separator stands inside of a value."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A value of an index that is not taken."""

    name: str
    """Of the field; empty: the row as a whole."""
    raw: str
    """As it stands there."""
    trouble: Trouble


@dataclass(frozen=True, slots=True)
class Line:
    """One row of an index, understood."""

    number: int
    """In the sheet, from 1."""
    file: str
    """As it stands there; empty: the row names none."""
    values: Mapping[str, str]
    """Field → value as the catalog keeps it; and ``box``, ``shelf``, ``position``, where given."""
    problems: tuple[Problem, ...] = ()
    doubtful: tuple[str, ...] = ()
    """Fields whose value was guessed: a century, or a month written first."""


class By(StrEnum):
    """How a row and a file were brought together."""

    PATH = "path"
    """The name in the row is the file's, folders included."""
    NAME = "name"
    """The same without folders or without its ending."""
    NUMBER = "number"
    """The row's number stands in the file's name, and in no other's."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A row and its file."""

    line: int
    """Number of the row."""
    file: str
    by: By


@dataclass(frozen=True, slots=True)
class Matched:
    """Which rows and files belong together, and what is left over."""

    pairs: tuple[Pair, ...]
    lines_alone: tuple[int, ...]
    """Numbers of rows without a file."""
    lines_unsure: Mapping[int, tuple[str, ...]]
    """Number of a row → files that it could mean: none is taken."""
    files_alone: tuple[str, ...]
    """Files that no row names."""


class Outcome(StrEnum):
    """What came of comparing a row with what was read."""

    WAITING = "waiting"
    """Its paper has not been read yet."""
    NO_FILE = "no_file"
    SAME = "same"
    """All that both say is the same; what only the index says a person looks at."""
    DIFFERENT = "different"
    UNSURE = "unsure"
    """The file holds several results, and the row's number is not that of exactly one of them."""
    ELSEWHERE = "elsewhere"
    """The file had come in before, in another batch: its results are not this index's to question."""
    FAULTY = "faulty"
    """What it says could not be taken over, or not all of it; the log says why."""


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """An index that came in with a batch."""

    id: int
    batch: int
    unit: str
    """Code."""
    name: str
    """Of the batch."""
    contractor: str
    index: str
    """Name of the index's file."""
    actor: str
    time: datetime
    lines: int
    outcomes: Mapping[Outcome, int]


@dataclass(frozen=True, slots=True)
class LineRow:
    """A row of an index that came in."""

    number: int
    file: str
    values: Mapping[str, str]
    problems: tuple[Problem, ...]
    outcome: Outcome
    scan: int | None
    result: int | None
    different: tuple[str, ...]
    """Fields in which it differed when it was compared."""
