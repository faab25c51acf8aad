"""The page of one result: its papers beside what was read on them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.rights import Right
from catalog import readings, results, units
from catalog.records import EventRow, FieldRow, Shown
from web import wording
from web.rights import needs, require

_DATES = {"issue_date", "holder_birth_date", "expiry_date"}
_AROUND = 4
"""Pixels by which the frame stands off the words."""


@dataclass(frozen=True, slots=True)
class ShownField:
    """A field as the page shows it."""

    name: str
    label: str
    value: str
    percent: int | None
    """Confidence; None where there is no value."""
    review: bool
    page: int | None
    evidence: str
    source: str
    framed: bool
    """Whether a frame on a page picture shows where it stands."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a field stands on a page, in pixels of the upright page."""

    field: ShownField
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class ShownPage:
    """A page as the page shows it. Width and height in pixels of the upright page."""

    number: int
    width: int
    height: int
    frames: tuple[Frame, ...]


@needs(Right.SEE)
@require_safe
def result(request: HttpRequest, number: int) -> HttpResponse:
    """All that is known about result `number`."""
    require(request, Right.SEE, number)
    shown = results.show(number)
    fields = [(row, _field(row)) for row in shown.fields]
    names = {unit.code: unit.name for unit in units.listing()}
    context = {
        "shown": shown,
        "title": wording.result_name(shown.row.document_type, shown.row.number),
        "unit": names.get(shown.row.unit, shown.row.unit),
        "fields": [field for _row, field in fields],
        "pages": _pages(shown, fields),
        "events": [(event.time, wording.event_name(event.kind)) for event in _telling(shown.events)],
        "to_check": len(shown.review),
    }
    return render(request, "web/result.html", context)


def _field(row: FieldRow) -> ShownField:
    return ShownField(
        name=row.name,
        label=wording.field_name(row.name),
        value=_as_written(row),
        percent=round(100 * row.confidence) if row.value else None,
        review=row.review,
        page=row.page if row.value else None,
        evidence=row.text,
        source=wording.source_name(row.source) if row.value else "",
        framed=row.box is not None and row.page is not None,
    )


def _as_written(row: FieldRow) -> str:
    """Dates as people write them here; anything else as it is."""
    if row.name not in _DATES:
        return row.value
    try:
        return f"{date.fromisoformat(row.value):%d/%m/%Y}"
    except ValueError:
        return row.value


def _pages(shown: Shown, fields: list[tuple[FieldRow, ShownField]]) -> list[ShownPage]:
    return [
        ShownPage(number, width, height, _frames(number, fields))
        for number, (width, height) in enumerate(readings.page_sizes(shown.row.id), start=1)
    ]


def _frames(page: int, fields: list[tuple[FieldRow, ShownField]]) -> tuple[Frame, ...]:
    return tuple(
        Frame(
            field,
            x=round(row.box.left) - _AROUND,
            y=round(row.box.top) - _AROUND,
            width=round(row.box.width) + 2 * _AROUND,
            height=round(row.box.height) + 2 * _AROUND,
        )
        for row, field in fields
        if row.box is not None and row.page == page
    )


def _telling(events: tuple[EventRow, ...]) -> tuple[EventRow, ...]:
    """The events that a reader understands."""
    return tuple(event for event in events if event.kind in wording.EVENTS)
