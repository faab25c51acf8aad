"""What can be drawn. Texts are in the reader's language already; numbers and days are laid out by `language`.

Names of units and people go through `plain` when a chart is drawn: they may hold anything.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from core.text import squeeze

LONGEST = 46
"""Letters of a name beside a bar; longer ones are cut and end in "…" (the table beside the chart has them whole)."""
WIDTH = 720
"""Pixels across of a chart; pages make it narrower where there is no room."""
_WIDE = 1000
"""The same of what has a chart for itself."""
_BESIDE = 64
"""Pixels of axis and its title below bars."""
_LEGEND = 34


@dataclass(frozen=True, slots=True)
class Bar:
    """How far one unit is."""

    label: str
    share: float | None
    """Percent; None: there was nothing to count."""
    target: float | None
    """Percent; None: it has none."""


@dataclass(frozen=True, slots=True)
class Bars:
    """A bar for each unit against its target line."""

    rows: tuple[Bar, ...]
    """From top to bottom."""
    axis: str
    """What the bars measure."""
    target: str
    """Name of the target line."""
    reached: str
    missed: str
    """Names of bars that reach their target, and of those that do not."""
    nothing: str
    """What stands in place of a bar where there was nothing to count."""
    language: str = "vi"

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return _WIDE, 30 * max(1, len(self.rows)) + _BESIDE + _LEGEND


@dataclass(frozen=True, slots=True)
class Moment:
    """What was reached on a day."""

    day: date
    share: float


@dataclass(frozen=True, slots=True)
class Ahead:
    """What is to be expected on a day: between `low` and `high` percent."""

    day: date
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Trend:
    """Percent by day, against the target, with what is ahead."""

    points: tuple[Moment, ...]
    target: float | None
    ahead: tuple[Ahead, ...]
    """From the last point on; empty: nothing can be said."""
    first: date
    last: date
    """Of the period."""
    axis: str
    share_title: str
    target_title: str
    ahead_title: str
    language: str = "vi"

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return WIDTH, 300


@dataclass(frozen=True, slots=True)
class HeatMap:
    """A number for each unit and month."""

    rows: tuple[tuple[str, tuple[int | None, ...]], ...]
    """Name, and a number for each month; None: the month has not begun."""
    months: tuple[str, ...]
    title: str
    """What the numbers are."""
    language: str = "vi"

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return _WIDE, 30 * max(1, len(self.rows)) + 40


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a chart of lines."""

    label: str
    values: tuple[float | None, ...]
    """One for each day; None: nothing was done."""


@dataclass(frozen=True, slots=True)
class Lines:
    """Numbers by day of a few people or things, each with its own colour, dash and shape."""

    days: tuple[date, ...]
    lines: tuple[Line, ...]
    """At most five."""
    axis: str
    language: str = "vi"

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return WIDTH, 300


@dataclass(frozen=True, slots=True)
class Interval:
    """A rate in percent with its bounds."""

    label: str
    rate: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Intervals:
    """Rates with the bounds between which the true ones lie."""

    rows: tuple[Interval, ...]
    axis: str
    language: str = "vi"

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return WIDTH, 34 * max(1, len(self.rows)) + _BESIDE


@dataclass(frozen=True, slots=True)
class Columns:
    """Upright columns in a given order, as of years."""

    rows: tuple[tuple[str, int], ...]
    axis: str
    below: str
    """What the columns stand for."""
    language: str = "vi"

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return WIDTH, 280


@dataclass(frozen=True, slots=True)
class Tally:
    """Lying bars of numbers, the longest first."""

    rows: tuple[tuple[str, int], ...]
    axis: str
    language: str = "vi"

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return WIDTH, 30 * max(1, len(self.rows)) + _BESIDE


Chart = Bars | Trend | HeatMap | Lines | Intervals | Columns | Tally


def plain(text: str) -> str:
    """A name that can stand in a picture: on one line, without what cannot be seen (control characters, marks that
    turn the direction of writing, halves of characters), and not too long.
    """
    kept = "".join(letter for letter in squeeze(text) if not unicodedata.category(letter).startswith("C"))
    return kept if len(kept) <= LONGEST else f"{kept[: LONGEST - 1].rstrip()}…"


def labels(texts: Iterable[str]) -> list[str]:
    """Names as `plain` has them, and each another one: what comes again gets a number."""
    seen: set[str] = set()
    found = []
    for text in texts:
        name = label = plain(text) or "–"
        number = 1
        while label in seen:
            number += 1
            label = f"{name} ({number})"
        seen.add(label)
        found.append(label)
    return found
