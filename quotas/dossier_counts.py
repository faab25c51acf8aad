"""How many dossiers make up each figure, unit by unit: two statements, whatever the number of units.

Each dossier is looked at once. The same figures come out of `quotas.dossier_facts.within`, dossier by dossier, which
would ask the database several times for each of a million of them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from catalog.models import Procedure
from quotas import dossier_facts
from quotas.dossier_facts import BY_RECEIPT, LEVELS, Figure
from quotas.periods import Period
from registers.models import Component
from reuse import entries


@dataclass(frozen=True, slots=True)
class Figures:
    """How many dossiers make up each figure; see `Figure`."""

    received: int = 0
    components_digitized: int = 0
    reused: int = 0
    reused_portal: int = 0
    shared: int = 0
    resolved: int = 0
    results_digitized: int = 0
    paper: int = 0
    paper_digitized: int = 0
    complete: int = 0

    @property
    def components_none(self) -> int:
        """Received, and no component digitized or reused."""
        return self.received - self.components_digitized

    @property
    def results_none(self) -> int:
        """Resolved, and no result file attached."""
        return self.resolved - self.results_digitized

    def of(self, figure: Figure) -> int:
        """The number that `figure` names."""
        return int(getattr(self, figure.value))

    def __add__(self, other: Figures) -> Figures:
        return Figures(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(Figures)))


_COLUMNS = ("id", "unit_id", "code", "procedure", "shared", "returns_paper", "result_digitized")
_LEVEL = "COALESCE(reached.level, 0)"
_TAKEN = "taken.id IS NOT NULL"
_TOUCHED = f"({_LEVEL} >= 1 OR {_TAKEN})"
_FILE = "(part.result_digitized OR attached.id IS NOT NULL)"
_PAPER = "(part.returns_paper AND no_paper.code IS NULL)"
_WHEN: Mapping[Figure, str] = {
    Figure.COMPONENTS_DIGITIZED: _TOUCHED,
    Figure.REUSED: f"({_LEVEL} >= 2 OR {_TAKEN})",
    Figure.REUSED_PORTAL: f"{_LEVEL} >= 3",
    Figure.SHARED: f"({_LEVEL} >= 3 OR part.shared)",
    Figure.RESULTS_DIGITIZED: _FILE,
    Figure.PAPER: _PAPER,
    Figure.PAPER_DIGITIZED: f"({_PAPER} AND {_FILE})",
    Figure.COMPLETE: f"({_TOUCHED} AND {_FILE})",
}
_RECEIVED = tuple(figure for figure in _WHEN if figure in BY_RECEIPT)
_RESOLVED = tuple(figure for figure in _WHEN if figure not in BY_RECEIPT)


def counts(period: Period, units: Collection[int] | None) -> dict[int, Figures]:
    """Row id of a unit → its own figures, of those units (None: all) that have any."""
    if units is not None and not units:
        return {}
    found: dict[int, Figures] = {}
    for whole, wanted in ((Figure.RECEIVED, _RECEIVED), (Figure.RESOLVED, _RESOLVED)):
        for unit, *numbers in _asked(whole, wanted, period, units):
            named = {figure.value: int(n) for figure, n in zip((whole, *wanted), numbers, strict=True)}
            found[unit] = found.get(unit, Figures()) + Figures(**named)
    return found


def _asked(
    whole: Figure, wanted: Sequence[Figure], period: Period, units: Collection[int] | None
) -> list[tuple[Any, ...]]:
    part = dossier_facts.within(whole, period)
    if units is not None:
        part = part.filter(unit__in=list(units))
    query = _Query()
    query.named("part", part.order_by().values(*_COLUMNS))
    query.add("reached", *_reached())
    query.joined("taken", entries.standing().values("dossier"))
    joins = ["LEFT JOIN reached ON reached.id = part.id", "LEFT JOIN taken ON taken.id = part.id"]
    if whole is Figure.RESOLVED:
        query.joined("attached", dossier_facts.result_codes(period), dossier_facts.line_codes(period))
        query.named("no_paper", Procedure.objects.filter(returns_paper=False).order_by().values("code"))
        joins += ["LEFT JOIN attached ON attached.id = part.id", "LEFT JOIN no_paper ON no_paper.code = part.procedure"]
    sums = ", ".join(f"SUM(CASE WHEN {_WHEN[figure]} THEN 1 ELSE 0 END)" for figure in wanted)
    return query.rows(f"SELECT part.unit_id, COUNT(*), {sums} FROM part {' '.join(joins)} GROUP BY part.unit_id")


def _reached() -> tuple[str, list[Any]]:
    """How far the components of each dossier got, the best of them (`LEVELS`)."""
    when = " ".join("WHEN %s THEN %s" for _level in LEVELS)
    table = Component._meta.db_table
    sql = (
        f"SELECT c.dossier_id AS id, MAX(CASE c.state {when} ELSE 0 END) AS level FROM {table} c "
        "JOIN part ON part.id = c.dossier_id GROUP BY c.dossier_id"
    )
    return sql, [value for state, level in LEVELS for value in (state.value, level)]


class _Query:
    """A statement that begins with named parts."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._parameters: list[Any] = []

    def add(self, name: str, sql: str, parameters: Sequence[Any]) -> None:
        """A part of this name, which the database may work into the whole as it likes."""
        self._parts.append(f"{name} AS NOT MATERIALIZED ({sql})")
        self._parameters.extend(parameters)

    def named(self, name: str, found: QuerySet[Any, Any]) -> None:
        """The rows of `found` as a part."""
        self.add(name, *found.query.sql_with_params())

    def joined(self, name: str, *codes: QuerySet[Any, Any]) -> None:
        """A part with the ids of the dossiers in ``part`` whose code is one of `codes`, each once."""
        asked = [found.query.sql_with_params() for found in codes]
        selects = (f"SELECT part.id FROM part JOIN ({sql}) k ON k.dossier = part.code" for sql, _given in asked)
        # UNION leaves doubles out, also those of a single part.
        union = " UNION ".join([*selects, "SELECT part.id FROM part WHERE 1 = 0"])
        self.add(name, union, [value for _sql, given in asked for value in given])

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of the whole statement."""
        with connection.cursor() as cursor:
            cursor.execute(f"WITH {', '.join(self._parts)} {sql}", self._parameters)
            return list(cursor.fetchall())
