"""Which results save citizens most paper: uses in dossiers instead of asking for it again, by type."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from reuse import tallies


@dataclass(frozen=True, slots=True)
class Saving:
    """Uses of results of one type."""

    document_type: str
    """Empty: not known."""
    uses: int
    pages: int
    """Pages that nobody had to bring."""


def count(day: date, homes: Mapping[str, str]) -> dict[str, list[list[object]]]:
    """Unit that handled the dossiers → rows of type, uses and pages, from the year's beginning to `day`."""
    found: dict[str, dict[str, list[int]]] = {}
    for row in tallies.by_type(date(day.year, 1, 1), day):
        kept = found.setdefault(homes[row.unit], {}).setdefault(row.document_type, [0, 0])
        kept[0] += row.uses
        kept[1] += row.pages
    return {unit: [[kind, *kept] for kind, kept in sorted(kinds.items())] for unit, kinds in found.items()}


def total(figures: Iterable[Any]) -> tuple[Saving, ...]:
    """What `count` found of several units together, the most used first."""
    kinds: dict[str, list[int]] = {}
    for figure in figures:
        for kind, uses, pages in figure:
            kept = kinds.setdefault(kind, [0, 0])
            kept[0] += uses
            kept[1] += pages
    found = [Saving(kind, uses, pages) for kind, (uses, pages) in kinds.items()]
    return tuple(sorted(found, key=lambda one: (-one.uses, -one.pages, one.document_type)))
