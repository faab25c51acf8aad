"""The pages of a result as pictures, with frames where the fields and the words searched for stand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from catalog import readings
from catalog.records import FieldRow
from indexing.query import Term, parse
from indexing.words import fold_tokens
from ocr.records import Box, Reading
from web import wording

_DATES = {"issue_date", "holder_birth_date", "expiry_date"}
_AROUND = 4
"""Pixels by which the frame stands off the words."""
_MOST_PAGES = 100
"""Pages on which found words are drawn."""
_MOST_FOUND = 200
"""Found words drawn on one page."""


@dataclass(frozen=True, slots=True)
class ShownField:
    """A field as the page shows it."""

    name: str
    label: str
    value: str
    percent: int | None
    """Confidence; None where there is no value, or where a person vouches for it."""
    review: bool
    page: int | None
    evidence: str
    source: str
    framed: bool
    """Whether a frame on a page picture shows where it stands."""
    actor: str
    """Who corrected or confirmed it."""
    before: str
    """What OCR read, where a person put something else."""


@dataclass(frozen=True, slots=True)
class Place:
    """A rectangle on a page, in pixels of the upright page."""

    x: int
    y: int
    width: int
    height: int

    @classmethod
    def around(cls, box: Box) -> Place:
        """A little larger than the words."""
        return cls(
            x=round(box.left) - _AROUND,
            y=round(box.top) - _AROUND,
            width=round(box.width) + 2 * _AROUND,
            height=round(box.height) + 2 * _AROUND,
        )


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a field stands on a page."""

    field: ShownField
    at: Place


@dataclass(frozen=True, slots=True)
class ShownPage:
    """A page as the page shows it. Width and height in pixels of the upright page."""

    number: int
    width: int
    height: int
    frames: tuple[Frame, ...]
    found: tuple[Place, ...]
    """Where the words searched for stand."""


def shown_field(row: FieldRow) -> ShownField:
    """A field for readers."""
    corrected = bool(row.actor) and row.value != row.ocr_value
    return ShownField(
        name=row.name,
        label=wording.field_name(row.name),
        value=as_written(row.name, row.value),
        percent=round(100 * row.confidence) if row.value and not row.actor else None,
        review=row.review,
        page=row.page if row.value else None,
        evidence=row.text,
        source=wording.source_name(row.source) if row.value else "",
        framed=row.box is not None and row.page is not None and bool(row.value),
        actor=row.actor,
        before=as_written(row.name, row.ocr_value) if corrected else "",
    )


def as_written(name: str, value: str) -> str:
    """Dates as people write them here; anything else as it is."""
    if name not in _DATES:
        return value
    try:
        return f"{date.fromisoformat(value):%d/%m/%Y}"
    except ValueError:
        return value


def pages(id: int, rows: Iterable[FieldRow], query: str = "") -> list[ShownPage]:
    """The pages of a result with its fields framed, and with the words of `query`; raises NotFoundError."""
    framed = [(row, field) for row in rows if (field := shown_field(row)).framed]
    found: dict[int, tuple[Place, ...]] = {}
    if terms := parse(query).terms:
        read = readings.of_result(id)
        found = {n: _found(reading, terms) for n, reading in enumerate(read[:_MOST_PAGES], start=1)}
    return [
        ShownPage(number, width, height, _frames(number, framed), found.get(number, ()))
        for number, (width, height) in enumerate(readings.page_sizes(id), start=1)
    ]


def _frames(page: int, framed: list[tuple[FieldRow, ShownField]]) -> tuple[Frame, ...]:
    return tuple(
        Frame(field, Place.around(row.box)) for row, field in framed if row.box is not None and row.page == page
    )


def _found(reading: Reading, terms: Iterable[Term]) -> tuple[Place, ...]:
    """Where the terms stand on a page; a word that several terms mean once."""
    tokens = [(token, number) for number, word in enumerate(reading.words) for token in fold_tokens(word.text)]
    text = [token for token, _number in tokens]
    numbers: set[int] = set()
    for term in terms:
        length = len(term.folded)
        for start in range(len(text) - length + 1):
            if _stands_at(term, text, start):
                numbers.update(number for _token, number in tokens[start : start + length])
    return tuple(Place.around(reading.words[number].box) for number in sorted(numbers)[:_MOST_FOUND])


def _stands_at(term: Term, text: list[str], start: int) -> bool:
    *first, last = term.folded
    end = start + len(first)
    if text[start:end] != first:
        return False
    return text[end].startswith(last) if term.prefix else text[end] == last
