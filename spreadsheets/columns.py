"""What each column of a table means, guessed by its title and by what stands in it, with the reason of the guess."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from core.text import fold
from spreadsheets import dates, values
from spreadsheets.records import Cell, Column
from spreadsheets.vocabulary import MEANINGS, folded


class Why(StrEnum):
    """What a guess stands on."""

    TITLE = "title"
    """The title is one that the meaning is known by."""
    PART = "part"
    """The title contains one."""
    CONTENT = "content"
    """What stands in the column looks like it."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """That a column means something."""

    column: int
    name: str
    """One of `vocabulary.MEANINGS`."""
    confidence: float
    """0–1."""
    why: Why


_SHARE = 0.7
"""Of a column's values that must look like something before it is taken for that."""
_DATES = frozenset({"issue_date", "expiry_date", "holder_birth_date", "received", "resolved", "due"})
_NUMBER = re.compile(r"\d{1,5}[a-z]?\s*(/\d{4})?\s*/\s*[a-z][\w&-]*([-/][\w&]+)*")
_FILE = re.compile(r".*\.(pdf|tiff?|jpe?g|png)")
_DOSSIER = re.compile(r"[\w.]+-\d{6}-\d{4,6}")
_DAY_LIKE = re.compile(r"\d{1,2}[/.\-]\d{1,2}[/.\-]\d{2,4}|ngay .*")


def guess(columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> tuple[Meaning, ...]:
    """The likeliest meaning of each column that seems to have one; each meaning once, in the order of columns.

    `rows` are some rows of the table, to look at what stands in them.
    """
    wanted: list[Meaning] = []
    for column in columns:
        cells = [row[column.index] for row in rows if row[column.index] is not None]
        wanted.extend(_by_title(column, cells))
        wanted.extend(_by_content(column, cells))
    chosen: dict[int, Meaning] = {}
    for one in sorted(wanted, key=lambda one: (-one.confidence, one.column)):
        if one.column not in chosen and all(one.name != other.name for other in chosen.values()):
            chosen[one.column] = one
    return tuple(chosen[at] for at in sorted(chosen))


def _by_title(column: Column, cells: Sequence[Cell]) -> list[Meaning]:
    """Meanings that the title speaks for; less sure where the content speaks against them."""
    found = []
    parts = [folded(part) for part in column.title.split(" / ")]
    whole = folded(column.title)
    for name, titles in MEANINGS.items():
        doubt = 0.5 if cells and not _can_be(name, cells) else 1.0
        if whole in titles:
            found.append(Meaning(column.index, name, 1.0 * doubt, Why.TITLE))
        elif parts[-1] in titles:
            found.append(Meaning(column.index, name, 0.95 * doubt, Why.TITLE))
        elif words := max((len(t.split()) for t in titles if _holds(whole, t)), default=0):
            found.append(Meaning(column.index, name, min(0.9, 0.5 + 0.1 * words) * doubt, Why.PART))
    return found


def _holds(title: str, known: str) -> bool:
    """Whether `known`, of two words at least, stands in `title` as words."""
    return " " in known and f" {known} " in f" {title} "


def _by_content(column: Column, cells: Sequence[Cell]) -> list[Meaning]:
    if len(cells) < 3:
        return []
    return [
        Meaning(column.index, name, 0.6 * share, Why.CONTENT)
        for name, looks in _LOOKS.items()
        if (share := _share(cells, looks)) >= _SHARE
    ]


def _can_be(name: str, cells: Sequence[Cell]) -> bool:
    """Whether what stands in a column does not speak against a meaning."""
    if name in _DATES:
        loose = _share(cells, lambda cell: _is_day(cell) or bool(re.search(r"\b(1[89]|20)?\d\d\b", values.text(cell))))
        return loose >= 0.5
    if name == "holder":
        return _share(cells, lambda cell: isinstance(cell, str) and bool(re.search(r"[^\W\d_]{2}", cell))) >= 0.5
    if name in ("number", "file", "subject"):
        return _share(cells, _is_day) < 0.5
    return True


def _share(cells: Sequence[Cell], looks: Callable[[Cell], bool]) -> float:
    return sum(map(looks, cells)) / len(cells) if cells else 0.0


def _is_day(cell: Cell) -> bool:
    if isinstance(cell, date):
        return True
    if not isinstance(cell, str) or not _DAY_LIKE.fullmatch(fold(cell)):
        return False
    return dates.parse(cell, date.max).value is not None


def _is_identity(cell: Cell) -> bool:
    return bool(re.fullmatch(r"\d{9}|\d{12}", values.identity(cell)))


def _matches(pattern: re.Pattern[str]) -> Callable[[Cell], bool]:
    return lambda cell: isinstance(cell, str) and bool(pattern.fullmatch(fold(cell)))


_LOOKS: Mapping[str, Callable[[Cell], bool]] = {
    "issue_date": _is_day,
    "holder_id": _is_identity,
    "number": _matches(_NUMBER),
    "file": _matches(_FILE),
    "dossier": _matches(_DOSSIER),
}
